#!/usr/bin/env python3
"""Writes the golden files of Tests/ImagingTests: what PyRadiomics 3.0.1 makes of image and mask
before any feature (loadImage, checkMask, resegmentMask, cropToTumorMask).

usage: imaging.py GOLDEN_FOLDER [DATA_FOLDER]
DATA_FOLDER holds STS_*/CT_image.nii.gz and so on; without it only the synthetic file is written.
Needs pyradiomics 3.0.1, SimpleITK, numpy < 2.
"""
import datetime
import glob
import os
import sys
import zlib

import numpy as np
import SimpleITK as sitk
from radiomics import featureextractor, imageoperations, setVerbosity

setVerbosity(60)
DTYPES = {"uint8": np.uint8, "int16": np.int16, "int32": np.int32, "float32": np.float32,
          "float64": np.float64}


def rotation(a, b, c, d):
    q = np.array([a, b, c, d], float)
    a, b, c, d = q / np.linalg.norm(q)
    return [a*a + b*b - c*c - d*d, 2*(b*c - a*d), 2*(b*d + a*c),
            2*(b*c + a*d), a*a + c*c - b*b - d*d, 2*(c*d - a*b),
            2*(b*d - a*c), 2*(c*d + a*b), a*a + d*d - b*b - c*c]


IDENTITY = [1.0, 0, 0, 0, 1, 0, 0, 0, 1]
FLIPPED = [-1.0, 0, 0, 0, -1, 0, 0, 0, 1]
OBLIQUE = rotation(0.9, 0.1, -0.2, 0.3)
TILTED = rotation(0.99, 0.08, 0, 0)


def hashed(size):
    z, y, x = np.meshgrid(*(np.arange(n, dtype=np.int64) for n in reversed(size)), indexing="ij")
    return (x * 7919 + y * 104729 + z * 1299709 + x * y * 31 + y * z * 17) % 2039


def voxels(size, pixel_type):
    h = hashed(size)
    if pixel_type == "uint8":
        return (h % 256).astype(np.uint8)
    if pixel_type in ("int16", "int32"):
        return (h - 1000).astype(DTYPES[pixel_type])
    if pixel_type == "float32":
        return ((h - 1000) * 0.37).astype(np.float32)
    return (h - 1000) * 0.1


def labels(size, kind):
    z, y, x = np.meshgrid(*(np.arange(n, dtype=np.int64) for n in reversed(size)), indexing="ij")
    mask = np.zeros(tuple(reversed(size)), np.uint8)
    cx, cy, cz = (n // 2 for n in size)
    ball = (x - cx) ** 2 * 4 + (y - cy) ** 2 * 5 + (z - cz) ** 2 * 9 <= min(size) ** 2
    if kind == "ball":
        mask[ball] = 1
    elif kind == "two":
        mask[ball] = 1
        mask[ball & (x > cx)] = 2
    elif kind == "border":
        mask[(x < 5) & (y < 6) & (z < 3)] = 1
    elif kind == "far":
        mask[(x >= size[0] - 4) & (y >= size[1] - 5) & (z >= size[2] - 3)] = 1
    elif kind == "flat":
        mask[ball & (z == cz)] = 1
    elif kind == "ragged":
        mask[(hashed(size) % 7 == 0) & (x > 2) & (y > 1)] = 1
    elif kind == "line":
        mask[cz, cy, 3:9] = 1
    elif kind == "dot":
        mask[cz, cy, cx] = 1
    return mask


def image(array, spacing, origin, direction):
    result = sitk.GetImageFromArray(array)
    result.SetSpacing([float(v) for v in spacing])
    result.SetOrigin([float(v) for v in origin])
    result.SetDirection([float(v) for v in direction])
    return result


def prepare(volume, mask, settings):
    """The calls of RadiomicsFeatureExtractor.execute up to the first feature."""
    extractor = featureextractor.RadiomicsFeatureExtractor(additionalInfo=False, **settings)
    s = extractor.settings
    volume, mask = extractor.loadImage(volume, mask, None, **s)
    box, corrected = imageoperations.checkMask(volume, mask, **s)
    if corrected is not None:
        mask = corrected
    shape_mask = mask
    if s.get("resegmentRange") is not None:
        mask = imageoperations.resegmentMask(volume, mask, **s)
        box, _ = imageoperations.checkMask(volume, mask, **s)
        if s.get("resegmentShape", False):
            shape_mask = mask
    cropped, inside = imageoperations.cropToTumorMask(volume, mask, box)
    _, shape = imageoperations.cropToTumorMask(volume, shape_mask, box)
    label = s.get("label", 1)
    values = sitk.GetArrayFromImage(cropped)
    return (cropped, values, sitk.GetArrayFromImage(inside) == label,
            sitk.GetArrayFromImage(shape) == label)


def joined(values):
    return " ".join(repr(v.item() if hasattr(v, "item") else v) for v in values)


def outcome(volume, mask, settings):
    cropped, values, inside, shape = prepare(volume, mask, settings)
    masked = values[inside].astype(np.float64)
    return [str(values.dtype), joined(cropped.GetSize()), joined(cropped.GetSpacing()),
            str(int(inside.sum())), str(int(shape.sum())), repr(float(masked.sum())),
            str(zlib.crc32(masked.astype("<f8").tobytes())),
            str(zlib.crc32(inside.astype(np.uint8).tobytes())),
            str(zlib.crc32(shape.astype(np.uint8).tobytes()))]


OUTCOME = ["resultType", "boxSize", "boxSpacing", "count", "shapeCount", "sum", "valuesCRC",
           "maskCRC", "shapeCRC"]
CASE = ["name", "pixelType", "size", "spacing", "origin", "direction", "mask", "maskSize",
        "maskSpacing", "maskOrigin", "label", "resample", "interpolator", "padDistance", "range",
        "mode", "shape", "scale", "outliers", "policy", "preCrop"]
INTERPOLATORS = {"bspline": "sitkBSpline", "linear": "sitkLinear",
                 "nearest": "sitkNearestNeighbor"}


def case(name, **given):
    c = dict(name=name, pixelType="int16", size=[20, 18, 16], spacing=[0.9765625, 0.9765625, 3.27],
             origin=[-23.4376163482666, -86.91414642333984, -881.3200073242188],
             direction=IDENTITY, mask="ball", label=1, resample="", interpolator="bspline",
             padDistance=5, range="", mode="absolute", shape="", scale="", outliers="",
             policy="refuse", preCrop="")
    c.update(given)
    c.setdefault("maskSize", c["size"])
    c.setdefault("maskSpacing", c["spacing"])
    c.setdefault("maskOrigin", c["origin"])
    return c


def cases():
    yield case("native-int16")
    yield case("native-float32-ragged", pixelType="float32", mask="ragged")
    yield case("native-precrop", preCrop="yes")
    yield case("native-label2", mask="two", label=2)
    yield case("native-flat", mask="flat")
    for kind in ("bspline", "linear", "nearest"):
        for pixel_type in ("int16", "uint8", "float32", "float64"):
            yield case(f"{kind}-{pixel_type}-1mm", pixelType=pixel_type, resample=[1, 1, 1],
                       interpolator=kind)
            yield case(f"{kind}-{pixel_type}-oblique-border", pixelType=pixel_type,
                       direction=OBLIQUE, mask="border", spacing=[0.7, 1.3, 2.1],
                       resample=[0.9, 0.8, 1.1], interpolator=kind)
        yield case(f"{kind}-ties-2mm", spacing=[1, 1, 1], origin=[0, 0, 0], resample=[2, 2, 2],
                   interpolator=kind, mask="ragged")
        yield case(f"{kind}-up-halfmm", spacing=[1, 1, 1], resample=[0.5, 0.5, 0.5],
                   interpolator=kind, mask="far", direction=FLIPPED)
        yield case(f"{kind}-inplane", resample=[1.5, 1.5, 0], interpolator=kind, mask="two",
                   label=2)
        yield case(f"{kind}-tilted", resample=[1.1, 1.2, 1.3], interpolator=kind,
                   direction=TILTED, mask="ragged", pixelType="int32")
    yield case("flat-resampled", mask="flat", resample=[1, 1, 1])
    yield case("pad-0", resample=[1, 1, 1], padDistance=0)
    yield case("pad-9-border", resample=[1, 1, 1], padDistance=9, mask="border")
    yield case("same-spacing", spacing=[1, 1, 1], resample=[1, 1, 1])
    yield case("same-spacing-other-mask-grid", spacing=[1, 1, 1], resample=[1, 1, 1],
               policy="resample-mask", maskSize=[16, 16, 16], maskSpacing=[1.1, 0.9, 0.8],
               maskOrigin=[-22.0, -86.0, -879.0])
    yield case("other-mask-grid", resample=[1, 1, 1], policy="resample-mask",
               maskSize=[16, 16, 16], maskSpacing=[1.1, 0.9, 2.2],
               maskOrigin=[-22.0, -86.0, -879.0])
    yield case("correct-mask", policy="resample-mask", maskSize=[16, 16, 16],
               maskSpacing=[1.1, 0.9, 2.2], maskOrigin=[-22.0, -86.0, -879.0])
    yield case("correct-mask-fine", policy="resample-mask", maskSize=[40, 36, 48],
               maskSpacing=[0.45, 0.45, 1.05], maskOrigin=[-22.6, -86.1, -880.1])
    for pixel_type in ("int16", "float32", "float64", "uint8"):
        yield case(f"absolute-{pixel_type}", pixelType=pixel_type, range=[37.0, 150.5])
        yield case(f"relative-{pixel_type}", pixelType=pixel_type, range=[0.3], mode="relative",
                   mask="ragged")
        yield case(f"sigma-{pixel_type}", pixelType=pixel_type, range=[-1.1, 0.9], mode="sigma",
                   mask="ragged", size=[40, 36, 30])
    yield case("absolute-float32-edge", pixelType="float32", range=[-103.23, 370.0])
    yield case("resegment-shape", range=[500.0, 900.0], shape="yes", mask="border")
    yield case("resegment-resampled", range=[-200.0], resample=[1, 1, 1], mask="two", label=2)
    yield case("normalize-int16", scale=100.0)
    yield case("normalize-outliers", pixelType="float32", scale=10.0, outliers=1.2)
    yield case("normalize-resampled", scale=100.0, outliers=1.5, resample=[1, 1, 1])
    yield case("label-absent", label=7)
    yield case("empty", mask="none")
    yield case("dot", mask="dot")
    yield case("line", mask="line")
    yield case("geometry", maskOrigin=[-23.0, -86.91414642333984, -881.3200073242188])
    yield case("outside", resample=[1, 1, 1], policy="resample-mask",
               maskOrigin=[-35.0, -86.91414642333984, -881.3200073242188])
    yield case("nothing-left", range=[5000.0])


def settings_of(c):
    s = dict(label=c["label"], padDistance=c["padDistance"],
             interpolator=INTERPOLATORS[c["interpolator"]],
             correctMask=c["policy"] == "resample-mask", preCrop=bool(c["preCrop"]))
    if c["resample"]:
        s["resampledPixelSpacing"] = c["resample"]
    if c["range"]:
        s.update(resegmentRange=c["range"], resegmentMode=c["mode"],
                 resegmentShape=bool(c["shape"]))
    if c["scale"]:
        s.update(normalize=True, normalizeScale=c["scale"])
        if c["outliers"]:
            s["removeOutliers"] = c["outliers"]
    return s


def line(c):
    return [joined(c[k]) if isinstance(c[k], list) else str(c[k]) for k in CASE]


def write(path, settings, header, rows):
    with open(path, "w") as file:
        file.write(f"# pyradiomics 3.0.1, SimpleITK {sitk.Version_VersionString()}, numpy "
                   f"{np.__version__}; {settings}; {datetime.date.today()}\n")
        for row in [header] + rows:
            file.write(",".join(row) + "\n")


def synthetic(folder):
    rows = []
    for c in cases():
        volume = image(voxels(c["size"], c["pixelType"]), c["spacing"], c["origin"],
                       c["direction"])
        mask = image(labels(c["maskSize"], c["mask"]), c["maskSpacing"], c["maskOrigin"],
                     c["direction"])
        try:
            result = outcome(volume, mask, settings_of(c))
        except (ValueError, RuntimeError):
            result = ["refused"] + [""] * (len(OUTCOME) - 1)
        rows.append(line(c) + result)
    write(os.path.join(folder, "preparation.csv"), "synthetic images, CRC-32 of float64 values",
          CASE + OUTCOME, rows)


def patients(folder, data):
    rows = []
    for path in sorted(glob.glob(os.path.join(data, "STS_*"))):
        ct, pet = (sitk.ReadImage(os.path.join(path, f"{m}_image.nii.gz")) for m in ("CT", "PET"))
        ct_mask, pet_mask = (sitk.ReadImage(os.path.join(path, f"{m}_mask.nii.gz"))
                             for m in ("CT", "PET"))
        one = dict(resampledPixelSpacing=[1, 1, 1])
        whole = sitk.Cast(ct, sitk.sitkInt16)
        for name, volume, mask, settings in (("CT", ct, ct_mask, one),
                                             ("CT-int16", whole, ct_mask, one),
                                             ("PET", pet, pet_mask, {})):
            rows.append([os.path.basename(path), name] + outcome(volume, mask, settings))
    write(os.path.join(folder, "patients.csv"), "CT 1 mm B-spline, CT cast to int16, PET native",
          ["patient", "image"] + OUTCOME, rows)


if __name__ == "__main__":
    synthetic(sys.argv[1])
    if len(sys.argv) > 2:
        patients(sys.argv[1], sys.argv[2])
