#!/usr/bin/env python3
"""Writes Golden/lbp2d.csv of Tests/FiltersTests: responses of PyRadiomics 3.0.1's image type LBP2D
(scikit-image's local_binary_pattern) on synthetic images.

usage: filters_lbp2d.py GOLDEN_FOLDER
Needs pyradiomics 3.0.1, SimpleITK, numpy < 2, scikit-image.

A row holds the CRC-32 of the float64 values of the whole response, x fastest, and 8 of them.
"""
import datetime
import os
import sys
import warnings
import zlib

import numpy as np
import SimpleITK as sitk
import skimage
from radiomics import imageoperations, setVerbosity

setVerbosity(60)
warnings.filterwarnings("ignore", module="skimage")

# pixel type, size (x, y, z), image, radius, samples, method, force2Ddimension
CASES = [
    ("float32", (15, 13, 7), "hash", 1.0, 8, "uniform", 0),
    ("float32", (15, 13, 7), "hash", 1.0, 8, "uniform", 1),
    ("float32", (15, 13, 7), "hash", 1.0, 8, "uniform", 2),
    ("int16", (15, 13, 7), "hash", 1.0, 8, "uniform", 0),
    ("int16", (9, 14, 8), "steps", 1.0, 8, "uniform", 0),
    ("int16", (9, 14, 8), "steps", 2.0, 16, "uniform", 1),
    ("uint8", (9, 14, 8), "steps", 1.0, 9, "uniform", 2),
    ("float64", (12, 11, 3), "hash", 1.7, 11, "uniform", 0),
    ("float64", (12, 11, 3), "steps", 2.5, 24, "uniform", 0),
    ("float32", (7, 5, 4), "hash", 6.0, 8, "uniform", 0),
    ("float32", (12, 10, 1), "hash", 1.0, 8, "uniform", 1),
    ("float32", (1, 1, 3), "hash", 1.0, 8, "uniform", 0),
    ("int16", (8, 9, 5), "flat", 1.0, 8, "uniform", 0),
    ("float32", (10, 9, 4), "hash", 0.3, 40, "uniform", 0),
    ("float32", (10, 9, 4), "hash", 1.0, 1, "uniform", 0),
    ("float32", (15, 13, 4), "hash", 1.0, 8, "default", 0),
    ("int16", (15, 13, 4), "steps", 1.0, 8, "default", 2),
    ("uint8", (15, 13, 4), "steps", 1.0, 8, "default", 0),
    ("float64", (10, 9, 4), "hash", 3.0, 31, "default", 0),
    ("float32", (10, 9, 4), "steps", 3.0, 27, "default", 1),
    ("float32", (10, 9, 4), "hash", 1.0, 1, "default", 0),
    ("float32", (15, 13, 4), "hash", 1.0, 8, "ror", 0),
    ("int16", (15, 13, 4), "steps", 1.0, 8, "ror", 1),
    ("float64", (10, 9, 4), "hash", 3.0, 31, "ror", 0),
    ("float32", (10, 9, 4), "steps", 1.5, 12, "ror", 2),
    ("float32", (15, 13, 4), "hash", 1.0, 8, "nri_uniform", 0),
    ("int16", (15, 13, 4), "steps", 1.0, 8, "nri_uniform", 1),
    ("float64", (10, 9, 4), "steps", 2.0, 40, "nri_uniform", 2),
    ("float32", (15, 13, 4), "hash", 1.0, 8, "var", 0),
    ("float64", (15, 13, 4), "hash", 1.3, 10, "var", 1),
    ("float64", (9, 14, 4), "hash", 2.0, 7, "var", 2),
    ("int32", (9, 14, 4), "hash", 1.0, 8, "var", 0),
]
DTYPES = {"uint8": np.uint8, "int16": np.int16, "int32": np.int32, "float32": np.float32,
          "float64": np.float64}


def voxels(size, pixel_type, kind):
    z, y, x = np.meshgrid(*(np.arange(n, dtype=np.int64) for n in reversed(size)), indexing="ij")
    h = (x * 7919 + y * 104729 + z * 1299709 + x * y * 31 + y * z * 17) % 2039
    if kind == "steps":  # few values: many ties
        h = h % 5 + 100
    if kind == "flat":
        h = h * 0 + 7
    if pixel_type == "uint8":
        h = h % 256
    elif pixel_type == "float32":
        h = (h - 1000) * 0.37
    elif pixel_type == "float64":
        h = (h - 1000) * 0.1
    elif kind == "hash":
        h = h - 1000
    return h.astype(DTYPES[pixel_type])


def main():
    path = os.path.join(sys.argv[1], "lbp2d.csv")
    with open(path, "w", encoding="utf-8") as file:
        file.write(f"# pyradiomics 3.0.1, scikit-image {skimage.__version__}, numpy {np.__version__}; "
                   f"synthetic images; {datetime.date.today()}\n")
        file.write("pixelType,size,image,radius,samples,method,dimension,responseType,crc,values\n")
        for pixel_type, size, kind, radius, samples, method, dimension in CASES:
            source = sitk.GetImageFromArray(voxels(size, pixel_type, kind))
            (response, name, _), = imageoperations.getLBP2DImage(
                source, None, lbp2DRadius=radius, lbp2DSamples=samples, lbp2DMethod=method,
                force2D=True, force2Ddimension=dimension)
            assert name == "lbp-2D"
            array = sitk.GetArrayFromImage(response)
            values = array.ravel().astype("<f8")
            assert np.isfinite(values).all()
            some = values[np.linspace(0, len(values) - 1, 8).astype(int)]
            file.write(",".join([
                pixel_type, " ".join(map(str, size)), kind, repr(radius), str(samples), method,
                str(dimension), str(array.dtype), str(zlib.crc32(values.tobytes())),
                " ".join(repr(float(v)) for v in some)]) + "\n")


main()
