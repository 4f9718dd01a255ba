#!/usr/bin/env python3
"""Writes Golden/ibsi-spatial.csv of Tests/FiltersTests: responses of the convolutional filters of IBSI 2
that work in space, by scipy.ndimage's direct convolution with kernels of as many dimensions as the
definition has.

usage: filters_ibsi_spatial.py GOLDEN_FOLDER
Needs numpy, scipy.

A row holds the response at eight voxels and the mean of its absolute value over all voxels.
"""
import datetime
import itertools
import os
import sys

import numpy as np
import scipy
from scipy import ndimage

SIZE = (9, 7, 5)
MODES = {"zero": "constant", "nearest": "nearest", "periodic": "wrap", "mirror": "reflect"}
PLACES = ((0, 0, 0), (8, 6, 4), (4, 3, 2), (1, 5, 3), (8, 0, 2), (0, 6, 1), (3, 0, 4), (6, 2, 0))


def image():
    x, y, z = np.meshgrid(*(np.arange(n) for n in SIZE), indexing="ij")
    return ((7 * x * x + 13 * x * y + 5 * y * z + 11 * z * z + 3 * x * z) % 41 - 12).astype(float)


def convolve(values, kernel, mode):
    return ndimage.convolve(values, kernel, mode=mode, cval=0.0)


def mean(support, dimension, mode):
    shape = (support, support, support if dimension == 3 else 1)
    return convolve(image(), np.full(shape, 1 / np.prod(shape)), mode)


def laplacian(sigma, dimension, spacing, mode):
    """The continuous kernel at voxel centres; lengths in units of the spacings' geometric mean."""
    unit = np.prod(spacing[:dimension]) ** (1 / dimension)
    radii = [int(np.floor(4 * sigma / h + 0.5)) for h in spacing[:dimension]] + [0] * (3 - dimension)
    axes = [np.arange(-r, r + 1) * h / unit for r, h in zip(radii, spacing)]
    x, y, z = np.meshgrid(*axes, indexing="ij")
    s = sigma / unit
    q = (x * x + y * y + z * z) / s**2
    kernel = -1 / s**2 * (2 * np.pi * s**2) ** (-dimension / 2) * (dimension - q) * np.exp(-q / 2)
    return convolve(image(), kernel, mode)


LAWS = {
    "L3": (1, 2, 1), "L5": (1, 4, 6, 4, 1), "E3": (-1, 0, 1), "E5": (-1, -2, 0, 2, 1),
    "S3": (-1, 2, -1), "S5": (-1, 0, 2, 0, -1), "W5": (-1, 2, 0, -2, 1), "R5": (1, -4, 6, -4, 1),
}


def laws(name, pooling, energy, mode):
    parts = [np.array(LAWS[name[i:i + 2]], float) for i in range(0, len(name), 2)]
    dimension = len(parts)
    parts = [p / np.sqrt((p * p).sum()) for p in parts] + [np.ones(1)] * (3 - dimension)
    kernel = np.einsum("i,j,k", *parts)
    kernels = [kernel]
    if pooling:
        turns = [list(c) for c in itertools.product(range(4), repeat=3)]
        if dimension == 2:
            turns = [[a, 0, 0] for a in range(4)]
        kernels = []
        for a, b, c in turns:
            turned = np.rot90(np.rot90(np.rot90(kernel, a, (0, 1)), b, (1, 2)), c, (0, 1))
            if not any(k.shape == turned.shape and np.array_equal(k, turned) for k in kernels):
                kernels.append(turned)
    responses = np.stack([convolve(image(), k, mode) for k in kernels])
    pools = {"max": np.max, "min": np.min, "average": np.mean, None: np.mean}
    response = pools[pooling](responses, axis=0)
    if energy:
        shape = [2 * energy + 1] * dimension + [1] * (3 - dimension)
        response = convolve(np.abs(response), np.full(shape, 1 / np.prod(shape)), mode)
    return response


def gabor(sigma, wavelength, gamma, degrees, dimension, spacing, mode):
    total = 0
    planes = ((0, 1),) if dimension == 2 else ((0, 1), (0, 2), (1, 2))
    for a, b in planes:
        for theta in np.deg2rad(degrees):
            radius = 6 * sigma * max(1, 1 / gamma)
            reach = [int(np.ceil(radius / spacing[i])) if i in (a, b) else 0 for i in range(3)]
            grids = np.meshgrid(*(np.arange(-r, r + 1) * h for r, h in zip(reach, spacing)),
                                indexing="ij")
            u = grids[a] * np.cos(theta) + grids[b] * np.sin(theta)
            v = grids[b] * np.cos(theta) - grids[a] * np.sin(theta)
            envelope = np.exp(-(u * u + gamma**2 * v * v) / (2 * sigma**2))
            phase = 2 * np.pi * u / wavelength
            real = convolve(image(), envelope * np.cos(phase), mode)
            imaginary = convolve(image(), envelope * np.sin(phase), mode)
            total = total + np.hypot(real, imaginary)
    return total / len(planes) / len(degrees)


ONE, SKEW = (1.0, 1.0, 1.0), (0.9, 1.1, 1.7)
CASES = {
    "mean-3": lambda m: mean(3, 3, m),
    "mean-2D-5": lambda m: mean(5, 2, m),
    "mean-21": lambda m: mean(21, 3, m),
    "laplacian-1.2": lambda m: laplacian(1.2, 3, ONE, m),
    "laplacian-2.3-skew": lambda m: laplacian(2.3, 3, SKEW, m),
    "laplacian-2D-1.5-skew": lambda m: laplacian(1.5, 2, SKEW, m),
    "laws-E5L5S5": lambda m: laws("E5L5S5", None, None, m),
    "laws-E5L3W5-max-4": lambda m: laws("E5L3W5", "max", 4, m),
    "laws-R5E3S3-average": lambda m: laws("R5E3S3", "average", None, m),
    "laws-W5E3-min": lambda m: laws("W5E3", "min", None, m),
    "laws-S5L5-max-7": lambda m: laws("S5L5", "max", 7, m),
    "gabor-2D-60": lambda m: gabor(1.5, 3, 0.7, [60], 2, ONE, m),
    "gabor-3D-45-skew": lambda m: gabor(1.3, 2.5, 1.5, [0, 45, 90, 135], 3, SKEW, m),
    "gabor-3D-72": lambda m: gabor(1.0, 3.5, 2, [0, 72, 144, 216, 288], 3, ONE, m),
}


def main():
    folder = sys.argv[1]
    lines = []
    for name, response in CASES.items():
        for boundary, mode in MODES.items():
            values = response(mode)
            numbers = [repr(float(values[place])) for place in PLACES]
            numbers.append(repr(float(np.abs(values).mean())))
            lines.append(f"{name},{boundary},{' '.join(numbers)}")
    with open(os.path.join(folder, "ibsi-spatial.csv"), "w", encoding="utf-8") as file:
        file.write(f"# scipy {scipy.__version__} ndimage.convolve, numpy {np.__version__}, "
                   f"image and settings: scripts/oracles/filters_ibsi_spatial.py, "
                   f"{datetime.date.today()}\n")
        file.write("case,boundary,values\n" + "\n".join(lines) + "\n")


if __name__ == "__main__":
    main()
