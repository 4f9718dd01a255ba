#!/usr/bin/env python3
"""Golden values of uptake, alignment and fusion: numpy, SimpleITK and PyWavelets.

Usage: python fusion.py OUTPUT_FOLDER

Writes alignment.csv and fusion.csv (Tests/FusionTests/Golden). Images are whole-number formulas
that Tests/FusionTests/FusionCase.swift repeats: value(x, y, z, a, b, c, m) =
((a x + b y + c z + x y z) mod m) - m / 3 (whole division), times 0.37 for float images.
A golden row has the sum of all values, their sum weighted by (7 n mod 101) - 50, and five values.
"""
import datetime
import math
import os
import sys

import numpy
import pywt
import SimpleITK

ROTATED = (0.8, -0.6, 0.0, 0.6, 0.8, 0.0, 0.0, 0.0, 1.0)
STRAIGHT = (1.0, 0.0, 0.0, 0.0, 1.0, 0.0, 0.0, 0.0, 1.0)
ALIGNMENTS = [
    # name, type, interpolator, outside, (size, spacing, origin, direction) of image and of target
    ("finer", "int16", "linear", 0, ((9, 8, 7), (4, 4, 3), (-10, 5, 3), STRAIGHT),
     ((20, 18, 11), (1.5, 1.5, 2), (-9, 6, 4), STRAIGHT)),
    ("finer-float", "float32", "linear", -1.5, ((9, 8, 7), (4, 4, 3), (-10, 5, 3), STRAIGHT),
     ((20, 18, 11), (1.5, 1.7, 2), (-9, 6, 4), STRAIGHT)),
    ("coarser", "float32", "bspline", 0, ((15, 14, 12), (1, 1.1, 1.3), (0, 0, 0), STRAIGHT),
     ((6, 5, 4), (2.3, 2.4, 3.1), (0.4, 0.7, 0.2), STRAIGHT)),
    ("partly", "int16", "bspline", -100, ((9, 8, 7), (2, 2, 2), (0, 0, 0), STRAIGHT),
     ((9, 8, 7), (2, 2, 2), (7, -6.5, 5), STRAIGHT)),
    ("rotated", "float32", "linear", 3, ((11, 10, 7), (2, 2, 3), (-8, -8, 0), ROTATED),
     ((10, 9, 8), (1.9, 2.1, 2.2), (-9, -7, 1), STRAIGHT)),
    ("nearest", "int16", "nearest", 7, ((11, 10, 7), (2, 2, 3), (-8, -8, 0), STRAIGHT),
     ((10, 9, 8), (1.9, 2.1, 2.2), (-9, -7, 1), ROTATED)),
    ("float64", "float64", "linear", 0, ((5, 5, 1), (2, 2, 3), (0, 0, 0), STRAIGHT),
     ((8, 8, 1), (1.2, 1.2, 3), (0.1, 0.1, 0.5), STRAIGHT)),
]
FUSIONS = [
    # name, size, method, weight, normalise, over, wavelet, levels, details
    ("plain", (9, 8, 7), "weighted", 0.3, "none", "image", "coif1", 1, "mean"),
    ("zscore", (9, 8, 7), "weighted", 0.5, "zscore", "image", "coif1", 1, "mean"),
    ("zscore-box", (9, 8, 7), "weighted", 0.75, "zscore", "voi-box", "coif1", 1, "mean"),
    ("minmax", (9, 8, 7), "weighted", 0.25, "minmax", "image", "coif1", 1, "mean"),
    ("minmax-box", (9, 8, 7), "weighted", 0.25, "minmax", "voi-box", "coif1", 1, "mean"),
    ("coif1", (9, 8, 7), "wavelet", 0.5, "zscore", "image", "coif1", 1, "largest-magnitude"),
    ("coif1-2", (9, 8, 7), "wavelet", 0.4, "zscore", "image", "coif1", 2, "largest-magnitude"),
    ("haar-3", (8, 8, 8), "wavelet", 0.6, "minmax", "image", "haar", 3, "largest-magnitude"),
    ("db4", (7, 9, 5), "wavelet", 0.5, "none", "image", "db4", 1, "mean"),
    ("bior", (7, 9, 5), "wavelet", 0.5, "zscore", "voi-box", "bior2.4", 2, "largest-magnitude"),
    ("rbio", (6, 6, 6), "wavelet", 0.2, "zscore", "image", "rbio3.1", 1, "largest-magnitude"),
    ("slice", (12, 11, 1), "wavelet", 0.5, "zscore", "image", "sym3", 1, "largest-magnitude"),
]
TODAY = datetime.date.today().isoformat()


def make(size, kind, a, b, c, m):
    z, y, x = numpy.mgrid[: size[2], : size[1], : size[0]]
    whole = (a * x + b * y + c * z + x * y * z) % m - m // 3
    return whole.astype(kind) if kind.startswith("int") else (whole * 0.37).astype(kind)


def summary(values):
    flat = values.astype(float).ravel()
    weights = (7 * numpy.arange(flat.size) % 101) - 50.0
    picked = [flat[k * (flat.size - 1) // 4] for k in range(5)]
    return [f"{v:.17g}" for v in [math.fsum(flat), math.fsum(flat * weights)] + picked]


def aligned(kind, interpolator, outside, image, target):
    moving = SimpleITK.GetImageFromArray(make(image[0], kind, 7, 13, 29, 211))
    moving.SetSpacing(image[1])
    moving.SetOrigin(image[2])
    moving.SetDirection(image[3])
    number = {"linear": SimpleITK.sitkLinear, "bspline": SimpleITK.sitkBSpline,
              "nearest": SimpleITK.sitkNearestNeighbor}[interpolator]
    result = SimpleITK.Resample(
        moving, target[0], SimpleITK.Transform(), number, target[2], target[1], target[3],
        float(outside), moving.GetPixelID())
    return SimpleITK.GetArrayFromImage(result)


def normalised(image, how, box):
    image = image.astype(float)
    sample = image[box] if box else image
    if how == "zscore":
        return (image - sample.mean()) / sample.std()
    if how == "minmax":
        return (image - sample.min()) / (sample.max() - sample.min())
    return image


def fused(size, method, weight, how, over, wavelet, levels, details):
    # The box of the volume of interest: voxels 1 to 3 along x, y and z, cut at the image.
    box = (slice(1, 4),) * 3 if over == "voi-box" else None
    a = normalised(make(size, "int16", 7, 13, 29, 211), how, box)
    b = normalised(make(size, "float32", 11, 5, 3, 97), how, box)
    if method == "weighted":
        return weight * a + (1 - weight) * b
    before = pywt.Wavelet(wavelet).dec_len // 2 * (2**levels - 1)
    unit = 2**levels
    widths = [(before, -(-(n + 2 * before) // unit) * unit - n - before) for n in a.shape]
    bands = [pywt.swtn(numpy.pad(i, widths, mode="symmetric"), wavelet, levels) for i in (a, b)]
    result = []
    for one, two in zip(*bands):
        merged = {}
        for key in one:
            if "d" not in key:
                # The inverse only uses the coarsest approximation, which comes first.
                merged[key] = weight * one[key] + (1 - weight) * two[key]
            elif details == "mean":
                merged[key] = (one[key] + two[key]) / 2
            else:
                larger = numpy.abs(one[key]) >= numpy.abs(two[key])
                merged[key] = numpy.where(larger, one[key], two[key])
        result.append(merged)
    whole = pywt.iswtn(result, wavelet)
    return whole[tuple(slice(w[0], w[0] + n) for w, n in zip(widths, a.shape))]


def text(geometry):
    return ",".join(" ".join(str(float(v)) for v in part) for part in geometry)


def main():
    folder = sys.argv[1]
    numbers = "sum,weighted,v0,v1,v2,v3,v4\n"
    with open(os.path.join(folder, "alignment.csv"), "w") as out:
        out.write(f"# SimpleITK {SimpleITK.Version().VersionString()}, settings per row, made by "
                  f"scripts/oracles/fusion.py, {TODAY}\n")
        out.write("name,type,interpolator,outside,size,spacing,origin,direction,targetSize,"
                  "targetSpacing,targetOrigin,targetDirection," + numbers)
        for name, kind, interpolator, outside, image, target in ALIGNMENTS:
            values = summary(aligned(kind, interpolator, outside, image, target))
            row = [name, kind, interpolator, str(outside), text(image), text(target)] + values
            out.write(",".join(row) + "\n")
    with open(os.path.join(folder, "fusion.csv"), "w") as out:
        out.write(f"# numpy {numpy.__version__}, PyWavelets {pywt.__version__}, settings per row, "
                  f"made by scripts/oracles/fusion.py, {TODAY}\n")
        out.write("name,size,method,weight,normalise,over,wavelet,levels,details," + numbers)
        for name, size, *settings in FUSIONS:
            row = [name, " ".join(map(str, size))] + [str(s) for s in settings]
            out.write(",".join(row + summary(fused(size, *settings))) + "\n")


if __name__ == "__main__":
    main()
