#!/usr/bin/env python3
"""Writes Golden/ibsi-transform.csv of Tests/FiltersTests: responses of the wavelets and Riesz transforms of
IBSI 2, by scipy.ndimage's convolutions along lines and numpy.fft's complex transforms.

usage: filters_ibsi_transform.py GOLDEN_FOLDER
Needs numpy, scipy, PyWavelets.

A row holds the response at eight voxels and the mean of its absolute value over all voxels.
"""
import datetime
import itertools
import math
import os
import sys

import numpy as np
import pywt
import scipy
from scipy import ndimage

SIZE = (13, 11, 12)
MODES = {"zero": "constant", "nearest": "nearest", "periodic": "wrap", "mirror": "reflect"}
PADS = {"zero": "constant", "nearest": "edge", "mirror": "symmetric"}
PLACES = ((0, 0, 0), (12, 10, 11), (6, 5, 6), (1, 9, 3), (12, 0, 2), (0, 10, 7), (3, 0, 11), (8, 2, 0))


def image():
    x, y, z = np.meshgrid(*(np.arange(n) for n in SIZE), indexing="ij")
    return ((7 * x * x + 13 * x * y + 5 * y * z + 11 * z * z + 3 * x * z) % 41 - 12).astype(float)


def rotations(dimension):
    """Signed permutations of the axes of determinant 1: (kernel axis of each axis, mirrored or not)."""
    for axes in itertools.permutations(range(3)):
        for signs in itertools.product((False, True), repeat=3):
            matrix = np.zeros((3, 3))
            for k in range(3):
                matrix[k, axes[k]] = -1 if signs[k] else 1
            if np.linalg.det(matrix) > 0 and (dimension == 3 or matrix[2, 2] == 1):
                yield axes, signs


def wavelet(name, letters, level, pooling, mode):
    bank = pywt.Wavelet(name)
    dimension = len(letters)
    turns = list(rotations(dimension)) if pooling else [((0, 1, 2), (False,) * 3)]
    responses = []
    for axes, signs in turns:
        values = image()
        for n in range(1, level + 1):
            passes = letters if n == level else "L" * dimension
            for axis in range(dimension):
                short = bank.dec_lo if passes[axes[axis]] == "L" else bank.dec_hi
                taps = np.zeros(len(short) << (n - 1))
                taps[:: 1 << (n - 1)] = short
                # A correlation is the convolution with the taps mirrored about their origin.
                line = ndimage.correlate1d if signs[axis] else ndimage.convolve1d
                values = line(values, taps, axis=axis, mode=mode, cval=0.0)
        responses.append(values)
    pool = {"average": np.mean, "max": np.max, "min": np.min}.get(pooling, np.mean)
    return pool(responses, axis=0)


def grid(shape):
    axes = [np.fft.ifftshift(np.linspace(-np.pi, np.pi, n)) if n > 1 else np.zeros(1) for n in shape]
    return np.meshgrid(*axes, indexing="ij")


def simoncelli(shape, level):
    radius = np.sqrt(sum(w * w for w in grid(shape))) * 2 ** (level - 1)
    inside = (radius > np.pi / 4) & (radius <= np.pi)
    safe = np.where(inside, radius, 1)
    return np.where(inside, np.cos(np.pi / 2 * np.log2(2 * safe / np.pi)), 0)


def riesz(shape, order):
    waves = grid(shape)
    radius = np.sqrt(sum(w * w for w in waves))
    total = sum(order)
    weight = math.sqrt(math.factorial(total) / np.prod([math.factorial(n) for n in order]))
    product = np.prod([w**n for w, n in zip(waves, order)], axis=0)
    with np.errstate(invalid="ignore", divide="ignore"):
        factor = (-1j) ** total * weight * product / radius**total
    factor[radius == 0] = 0 if total else 1
    return factor


def laplacian(values, sigma, dimension, spacing):
    unit = np.prod(spacing[:dimension]) ** (1 / dimension)
    radii = [int(np.floor(4 * sigma / h + 0.5)) for h in spacing[:dimension]] + [0] * (3 - dimension)
    x, y, z = np.meshgrid(
        *(np.arange(-r, r + 1) * h / unit for r, h in zip(radii, spacing)), indexing="ij")
    s = sigma / unit
    q = (x * x + y * y + z * z) / s**2
    kernel = -1 / s**2 * (2 * np.pi * s**2) ** (-dimension / 2) * (dimension - q) * np.exp(-q / 2)
    return ndimage.convolve(values, kernel, mode="wrap")


def margins(width, least, dimension):
    pairs = []
    for axis in range(3):
        half = SIZE[axis] // 2
        before = max(least[axis], min(width[axis], half))
        after = SIZE[axis] - half if before == half else before
        pairs.append((before, after) if axis < dimension else (0, 0))
    return pairs


def spectral(boundary, dimension, width, least, first, factor):
    """Continues the image, applies `first` in space and `factor(shape)` in the Fourier domain."""
    pairs = [(0, 0)] * 3 if boundary == "periodic" else margins(width, least, dimension)
    values = image()
    if boundary != "periodic":
        values = np.pad(values, pairs, mode=PADS[boundary])
    values = first(values)
    axes = (0, 1, 2)[:dimension]
    shape = values.shape if dimension == 3 else values.shape[:2] + (1,)
    values = np.fft.ifftn(np.fft.fftn(values, axes=axes) * factor(shape), axes=axes).real
    return values[tuple(slice(b, b + n) for (b, _), n in zip(pairs, SIZE))]


def bands(dimension, level, order, boundary):
    width = [32 << (level - 1)] * 3
    order = list(order) + [0] * (3 - len(order))
    return spectral(
        boundary, dimension, width, (0, 0, 0), lambda v: v,
        lambda shape: simoncelli(shape, level) * riesz(shape, order))


def riesz_log(dimension, sigma, order, spacing, boundary):
    width = [math.ceil(12 * sigma / h) for h in spacing]
    least = [int(np.floor(4 * sigma / h + 0.5)) for h in spacing]
    order = list(order) + [0] * (3 - len(order))
    return spectral(
        boundary, dimension, width, least, lambda v: laplacian(v, sigma, dimension, spacing),
        lambda shape: riesz(shape, order))


ONE, SKEW = (1, 1, 1), (0.9, 1.1, 1.7)
CASES = {
    "db2-LHL-1": lambda b: wavelet("db2", "LHL", 1, None, MODES[b]),
    "coif1-HHL-1-average": lambda b: wavelet("coif1", "HHL", 1, "average", MODES[b]),
    "bior1.3-LLH-1-max": lambda b: wavelet("bior1.3", "LLH", 1, "max", MODES[b]),
    "haar-HLH-3-max": lambda b: wavelet("haar", "HLH", 3, "max", MODES[b]),
    "db2-HHH-2-min": lambda b: wavelet("db2", "HHH", 2, "min", MODES[b]),
    "db2-LLH-2-average": lambda b: wavelet("db2", "LLH", 2, "average", MODES[b]),
    "sym4-HL-1": lambda b: wavelet("sym4", "HL", 1, None, MODES[b]),
    "db2-LH-2-average": lambda b: wavelet("db2", "LH", 2, "average", MODES[b]),
    "simoncelli-3D-1": lambda b: bands(3, 1, (0, 0, 0), b),
    "simoncelli-3D-2": lambda b: bands(3, 2, (0, 0, 0), b),
    "simoncelli-2D-2": lambda b: bands(2, 2, (0, 0), b),
    "riesz-simoncelli-3D-1-1-0-0": lambda b: bands(3, 1, (1, 0, 0), b),
    "riesz-simoncelli-3D-2-0-2-1": lambda b: bands(3, 2, (0, 2, 1), b),
    "riesz-simoncelli-2D-1-1-1": lambda b: bands(2, 1, (1, 1), b),
    "riesz-log-3D-1.2-0-1-0": lambda b: riesz_log(3, 1.2, (0, 1, 0), ONE, b),
    "riesz-log-3D-0.8-2-0-2-skew": lambda b: riesz_log(3, 0.8, (2, 0, 2), SKEW, b),
    "riesz-log-2D-2-1-2-skew": lambda b: riesz_log(2, 2, (1, 2), SKEW, b),
}


def main():
    lines = [
        f"# scipy {scipy.__version__} ndimage, numpy {np.__version__} fft, PyWavelets {pywt.__version__}; image and "
        f"settings: scripts/oracles/filters_ibsi_transform.py, {datetime.date.today()}",
        "case,boundary,values",
    ]
    for name, function in CASES.items():
        for boundary in MODES:
            values = function(boundary)
            row = [values[p] for p in PLACES] + [np.abs(values).mean()]
            lines.append(f"{name},{boundary}," + " ".join(repr(float(v)) for v in row))
    with open(os.path.join(sys.argv[1], "ibsi-transform.csv"), "w") as file:
        file.write("\n".join(lines) + "\n")


if __name__ == "__main__":
    main()
