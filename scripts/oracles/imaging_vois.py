#!/usr/bin/env python3
"""Writes vois.csv, distances.csv, components.csv and, where there is data, vois-patients.csv of
Tests/ImagingTests: volumes of interest by SciPy's distance transform, distances, components.

usage: imaging_vois.py GOLDEN_FOLDER [DATA_FOLDER]
DATA_FOLDER holds STS_*/CT_image.nii.gz and CT_mask.nii.gz (soft-tissue sarcoma, CC BY 3.0).
Needs numpy < 2, scipy, SimpleITK.

A distance that exceeds a limit by less than a millionth of it counts as equal to it.
A row holds the VOI's bounding box, its voxel count and the CRC-32 of the box's mask, x fastest.
"""
import datetime
import glob
import os
import sys
import zlib

import numpy as np
import scipy
import SimpleITK as sitk
from scipy import ndimage

SLACK = 1 + 1e-6
VERSIONS = (f"scipy {scipy.__version__}, SimpleITK {sitk.Version_VersionString()}, "
            f"numpy {np.__version__}")
# size and spacing (x, y, z)
GRIDS = {
    "thick": ((24, 21, 13), (0.9, 1.1, 3.27)),
    "cubes": ((17, 19, 15), (1.0, 1.0, 1.0)),
    "ties": ((20, 14, 11), (0.3, 0.3, 0.9)),
}
MASKS = ("ball", "border", "far", "shell", "slab", "line", "dot", "ragged", "two", "all-but-one")
# kind, distance, gap, margin
SHAPES = [
    ("erosion", 0.9, 0, 0), ("erosion", 2.0, 0, 0), ("ring", 0.9, 0, 0), ("ring", 3.0, 0, 0),
    ("ring", 4.5, 1.5, 0), ("dilation", 1.5, 0, 0), ("dilation", 5.0, 0, 0),
    ("bounding-box", 0, 0, 0), ("bounding-box", 0, 0, 1.8), ("largest-slice", 0, 0, 0),
]
# Of an image on an oblique grid of its own, for the ranges.
QUATERNION = (0.9, 0.1, -0.2, 0.3)


def axes(size):
    return np.meshgrid(*(np.arange(n, dtype=np.int64) for n in reversed(size)), indexing="ij")


def hashed(size):
    z, y, x = axes(size)
    return (x * 7919 + y * 104729 + z * 1299709 + x * y * 31 + y * z * 17) % 2039


def voxels(kind, size):
    z, y, x = axes(size)
    sx, sy, sz = size
    cx, cy, cz = sx // 2, sy // 2, sz // 2
    d = (x - cx) ** 2 * 4 + (y - cy) ** 2 * 5 + (z - cz) ** 2 * 9
    return {
        "ball": d <= min(size) ** 2,
        "border": (x < 5) & (y < 6) & (z < 3),
        "far": (x >= sx - 4) & (y >= sy - 5) & (z >= sz - 3),
        "shell": (d <= min(size) ** 2) & (d > 40),
        "slab": (z == cz) & ((x + 2 * y) % 5 != 0),
        "line": (z == cz) & (y == cy) & (x >= 3) & (x < 9),
        "dot": (z == cz) & (y == cy) & (x == cx),
        "ragged": (hashed(size) % 7 == 0) & (x > 2) & (y > 1),
        "two": ((x < 4) & (y < 4) & (z < 4)) | ((x > sx - 6) & (y > sy - 5) & (z > 5)),
        "all-but-one": (x > 0) | (y > 0) | (z > 0),
        "half": x >= cx,
    }[kind]


def derive(mask, spacing, kind, distance, gap, margin):
    """1 in the VOI; the arrays are (z, y, x)."""
    sampling = spacing[::-1]
    where = np.argwhere(mask)
    if kind == "tumour":
        return mask
    if kind == "erosion":
        return ndimage.distance_transform_edt(mask, sampling=sampling) > distance * SLACK
    if kind in ("ring", "dilation"):
        depth = ndimage.distance_transform_edt(~mask, sampling=sampling)
        near = depth <= distance * SLACK
        return near if kind == "dilation" else near & ~mask & (depth > gap * SLACK)
    if kind == "bounding-box":
        result = np.zeros_like(mask)
        steps = [int(margin * SLACK / s) for s in sampling]
        result[tuple(slice(max(a - n, 0), b + n + 1)
                     for a, b, n in zip(where.min(0), where.max(0), steps))] = True
        return result
    counts = mask.sum((1, 2))
    result = np.zeros_like(mask)
    result[counts.argmax()] = mask[counts.argmax()]
    return result


def fields(result):
    if not result.any():
        return ["", "", "0", ""]
    where = np.argwhere(result)
    low, high = where.min(0), where.max(0) + 1
    box = result[tuple(slice(a, b) for a, b in zip(low, high))]
    return [" ".join(map(str, low[::-1])), " ".join(map(str, (high - low)[::-1])),
            str(int(result.sum())), str(zlib.crc32(box.astype(np.uint8).tobytes()))]


def rotation(a, b, c, d):
    q = np.array([a, b, c, d], float)
    a, b, c, d = q / np.linalg.norm(q)
    return [a*a + b*b - c*c - d*d, 2*(b*c - a*d), 2*(b*d + a*c),
            2*(b*c + a*d), a*a + c*c - b*b - d*d, 2*(c*d - a*b),
            2*(b*d - a*c), 2*(c*d + a*b), a*a + d*d - b*b - c*c]


def intensities(size, spacing, is_oblique):
    """Intensities at the voxels of the mask, and where there are any."""
    if not is_oblique:
        return hashed(size) - 1000.0, np.ones(tuple(reversed(size)), bool)
    image = sitk.GetImageFromArray((hashed((19, 17, 12)) - 1000).astype(np.int16))
    image.SetSpacing((1.3, 1.2, 2.9))
    image.SetOrigin((1.1, 0.4, -2.3))
    image.SetDirection(rotation(*QUATERNION))
    target = sitk.Image(size, sitk.sitkUInt8)
    target.SetSpacing(spacing)
    values = sitk.GetArrayFromImage(sitk.Resample(
        image, target, sitk.Transform(), sitk.sitkNearestNeighbor, 32767))
    return values.astype(float), values != 32767


def rows():
    for grid, (size, spacing) in GRIDS.items():
        for index, name in enumerate(MASKS):
            mask = voxels(name, size)
            for number, (kind, distance, gap, margin) in enumerate(SHAPES):
                if (index + number) % 3:
                    continue  # a part of all combinations is enough
                result = derive(mask, spacing, kind, distance, gap, margin)
                yield [grid, name, kind, repr(float(distance)), repr(float(gap)),
                       repr(float(margin)), "", "", "", *fields(result)]
    for name in ("ball", "border", "two"):
        size, spacing = GRIDS["thick"]
        mask = voxels(name, size)
        for kind, distance in (("tumour", 0), ("ring", 4.5), ("dilation", 4.5),
                               ("bounding-box", 0)):
            for exclude, image in (("half", ""), ("", "same"), ("half", "oblique"),
                                   ("", "oblique")):
                if kind == "tumour" and image:
                    continue
                result = derive(mask, spacing, kind, distance, 0, 0)
                if exclude:
                    result = result & ~voxels(exclude, size)
                if image:
                    values, known = intensities(size, spacing, image == "oblique")
                    result = result & (mask | (known & (values >= -200) & (values <= 300)))
                yield [grid_name(size), name, kind, repr(float(distance)), "0.0", "0.0", exclude,
                       image, "-200 300" if image else "", *fields(result)]


def grid_name(size):
    return next(name for name, (s, _) in GRIDS.items() if s == size)


HEADER = ["grid", "mask", "kind", "distance", "gap", "margin", "exclude", "image", "range"]
RESULT = ["lower", "size", "count", "crc"]


def write(path, what, header, rows):
    with open(path, "w", encoding="utf-8") as file:
        file.write(f"# {VERSIONS}; {what}; {datetime.date.today()}\n")
        for row in [header, *rows]:
            file.write(",".join(row) + "\n")
    print(path)


def distances():
    for grid, (size, spacing) in GRIDS.items():
        for name in MASKS:
            depth = ndimage.distance_transform_edt(~voxels(name, size), sampling=spacing[::-1])
            some = depth.ravel()[np.linspace(0, depth.size - 1, 6).astype(int)]
            yield [grid, name, repr(float(depth.sum())), repr(float(depth.max())),
                   " ".join(repr(float(v)) for v in some)]


def components():
    size, _ = GRIDS["thick"]
    for name in MASKS:
        for axes_, connectivity in ((1, 6), (2, 18), (3, 26)):
            labels, count = ndimage.label(voxels(name, size),
                                          ndimage.generate_binary_structure(3, axes_))
            sizes = np.bincount(labels.ravel())[1:]
            yield [name, str(connectivity), str(count), " ".join(map(str, sizes[:8])),
                   str(zlib.crc32(labels.astype("<f8").tobytes()))]


def patients(data):
    for folder in sorted(glob.glob(os.path.join(data, "STS_*"))):
        image = sitk.ReadImage(os.path.join(folder, "CT_image.nii.gz"))
        mask = sitk.GetArrayFromImage(sitk.ReadImage(os.path.join(folder, "CT_mask.nii.gz"))) == 1
        values = sitk.GetArrayFromImage(image)
        for kind, distance, gap, kept in (
                ("erosion", 5, 0, ""), ("ring", 5, 0, ""), ("ring", 20, 10, "-200 300"),
                ("dilation", 30, 0, "")):
            result = derive(mask, image.GetSpacing(), kind, distance, gap, 0)
            if kept:
                result = result & (values >= -200) & (values <= 300)
            yield [os.path.basename(folder), kind, repr(float(distance)), repr(float(gap)), kept,
                   *fields(result)]


def main(golden, data=None):
    write(os.path.join(golden, "vois.csv"), "synthetic masks", HEADER + RESULT, rows())
    write(os.path.join(golden, "distances.csv"), "synthetic masks",
          ["grid", "mask", "sum", "max", "values"], distances())
    write(os.path.join(golden, "components.csv"), "synthetic masks",
          ["mask", "connectivity", "count", "sizes", "crc"], components())
    if data:
        write(os.path.join(golden, "vois-patients.csv"),
              "CT; data: TCIA Soft-tissue-Sarcoma (Vallieres 2015), prepared for IBSI by "
              "A. Zwanenburg, CC BY 3.0",
              ["patient", "kind", "distance", "gap", "range"] + RESULT, patients(data))


main(*sys.argv[1:])
