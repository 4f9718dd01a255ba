#!/usr/bin/env python3
"""Writes Golden/pointwise-lbp.csv of Tests/FiltersTests: responses of PyRadiomics 3.0.1's image types
Square, SquareRoot, Logarithm, Exponential, Gradient and LBP3D on synthetic images.

usage: filters_pointwise_lbp.py GOLDEN_FOLDER
Needs pyradiomics 3.0.1, SimpleITK, numpy < 2, scipy 1.11.4, trimesh.

A row holds the CRC-32 of the response's float64 values at the VOI's voxels, x fastest, and 16 of them.
"""
import datetime
import os
import sys
import zlib

import numpy as np
import SimpleITK as sitk
from radiomics import imageoperations, setVerbosity

setVerbosity(60)

# pixel type, size (x, y, z), spacing, mask, settings
CASES = [
    ("float32", (15, 13, 11), (0.9, 1.1, 3.27), "ball", ""),
    ("float32", (9, 14, 8), (2.0, 0.7, 1.0), "all", ""),
    ("int16", (15, 13, 11), (0.9, 1.1, 3.27), "ball", ""),
    ("int16", (8, 7, 9), (1.0, 1.0, 1.0), "all", ""),
    ("uint8", (7, 9, 8), (1.0, 1.0, 2.5), "all", ""),
    ("float64", (11, 9, 7), (0.5, 0.5, 0.5), "ball", ""),
    ("float32", (12, 10, 1), (1.0, 1.0, 5.0), "all", ""),
    ("float32", (3, 9, 2), (1.0, 1.0, 1.0), "all", ""),
    ("float32", (12, 11, 10), (1.0, 1.0, 1.0), "ball", "4 1.7 2"),
    ("float64", (12, 11, 10), (1.0, 1.0, 1.0), "ball", "3 2.0 0"),
    ("float32", (10, 9, 8), (0.9, 1.1, 3.27), "ball", "noSpacing"),
]
TYPES = ("Square", "SquareRoot", "Logarithm", "Exponential", "Gradient", "LBP3D")


def voxels(size, pixel_type):
    z, y, x = np.meshgrid(*(np.arange(n, dtype=np.int64) for n in reversed(size)), indexing="ij")
    h = (x * 7919 + y * 104729 + z * 1299709 + x * y * 31 + y * z * 17) % 2039
    if pixel_type == "uint8":
        return (h % 256).astype(np.uint8)
    if pixel_type == "int16":
        return (h - 1000).astype(np.int16)
    if pixel_type == "float32":
        return ((h - 1000) * 0.37).astype(np.float32)
    return (h - 1000) * 0.1


def labels(size, kind):
    if kind == "all":
        mask = np.ones(tuple(reversed(size)), np.uint8)
        mask[0, 0, 0] = 0
        return mask
    z, y, x = np.meshgrid(*(np.arange(n, dtype=np.int64) for n in reversed(size)), indexing="ij")
    cx, cy, cz = (n // 2 for n in size)
    distance = (x - cx) ** 2 * 4 + (y - cy) ** 2 * 5 + (z - cz) ** 2 * 9
    return (distance <= min(size) ** 2).astype(np.uint8)


def image(array, spacing):
    result = sitk.GetImageFromArray(array)
    result.SetSpacing(spacing)
    return result


def main():
    path = os.path.join(sys.argv[1], "pointwise-lbp.csv")
    with open(path, "w", encoding="utf-8") as file:
        file.write(f"# pyradiomics 3.0.1, SimpleITK {sitk.Version_VersionString()}, numpy {np.__version__}, "
                   f"scipy 1.11.4; synthetic images; {datetime.date.today()}\n")
        file.write("pixelType,size,spacing,mask,settings,response,responseType,count,crc,values\n")
        for pixel_type, size, spacing, kind, settings in CASES:
            arguments = {"gradientUseSpacing": settings != "noSpacing"}
            types = TYPES
            if settings == "noSpacing":
                types = ("Gradient",)
            elif settings:
                levels, radius, subdivision = settings.split()
                arguments.update(lbp3DLevels=int(levels), lbp3DIcosphereRadius=float(radius),
                                 lbp3DIcosphereSubdivision=int(subdivision))
                types = ("LBP3D",)
            mask = labels(size, kind)
            source, voi = image(voxels(size, pixel_type), spacing), image(mask, spacing)
            for name in types:
                for response, label, _ in getattr(imageoperations, f"get{name}Image")(source, voi, **arguments):
                    array = sitk.GetArrayFromImage(response)
                    values = array[mask == 1].astype("<f8")
                    some = values[np.linspace(0, len(values) - 1, 16).astype(int)]
                    file.write(",".join([
                        pixel_type, " ".join(map(str, size)), " ".join(map(repr, spacing)), kind, settings,
                        label, str(array.dtype), str(len(values)), str(zlib.crc32(values.tobytes())),
                        " ".join(repr(float(v)) for v in some)]) + "\n")


main()
