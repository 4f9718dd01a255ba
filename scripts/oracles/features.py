#!/usr/bin/env python3
"""Golden values of the feature families: PyRadiomics 3.0.1 on small synthetic boxes.

Usage: python features.py OUTPUT.csv      (numpy < 2, pyradiomics 3.0.1, SimpleITK)

Every box is a formula on whole numbers that Tests/FeaturesTests/SyntheticBox.swift repeats bit by
bit; keep the two together. Voxel index n = (z * sy + y) * sx + x.

  mix(seed, n)   SplitMix64's finaliser of (seed * 2^32 + n + 1) * 0x9E3779B97F4A7C15, modulo 2^64
  image          noise SEED LOW HIGH: (mix >> 11) * 2^-53 * (HIGH - LOW) + LOW
                 wave A B C D M NOISE SEED SCALE OFFSET:
                   ((A x + B y + C z + D x y z) mod M + mix mod NOISE) * SCALE + OFFSET
                 then cast to the pixel type (int16 truncates)
  mask           full | ball | hash SEED PERCENT | checker | step K (n mod K = 0) | slab Z |
                 parts | voxels x,y,z;x,y,z...
  settings       PyRadiomics' names, name=value separated by spaces; [] around lists
"""
import datetime
import logging
import sys
import warnings

import numpy
import SimpleITK
import radiomics
from radiomics import firstorder, gldm, glcm, glrlm, glszm, ngtdm, shape

FAMILIES = {
    "firstorder": firstorder.RadiomicsFirstOrder,
    "shape": shape.RadiomicsShape,
    "glcm": glcm.RadiomicsGLCM,
    "glrlm": glrlm.RadiomicsGLRLM,
    "glszm": glszm.RadiomicsGLSZM,
    "gldm": gldm.RadiomicsGLDM,
    "ngtdm": ngtdm.RadiomicsNGTDM,
}
EXTRA = {
    "firstorder": ["StandardDeviation"],
    "shape": ["Compactness1", "Compactness2", "SphericalDisproportion"],
}

CT = "wave 37 11 5 3 211 60 {} 3 -400"  # textured, -400 ... 409, whole numbers
PET = "wave 5 7 3 1 61 40 {} 0.0625 0"  # 0 ... 6.25 in sixteenths
FINE = "noise {} -120 260"
CASES = [
    # name, size, spacing, type, image, mask, settings
    ("default", "12x11x10", "1 1 1", "float32", CT.format(1), "ball", ""),
    ("default-noise", "12x11x10", "1 1 1", "float32", FINE.format(2), "hash 3 60", ""),
    ("anisotropic", "11x12x9", "0.7 0.9 3.3", "float32", CT.format(4), "hash 5 80", ""),
    ("int16", "12x11x10", "1 1 2", "int16", CT.format(6), "ball", ""),
    ("int16-noise", "10x11x12", "0.5 0.5 2", "int16", FINE.format(7), "hash 8 50", "binWidth=10"),
    ("float64-noise", "10x11x12", "1 1 1", "float64", FINE.format(9), "ball", "binWidth=7.3"),
    ("width-0.1", "9x9x9", "1 1 1", "float32", "noise 10 0 6", "ball", "binWidth=0.1"),
    ("width-0.1-64", "9x9x9", "1 1 1", "float64", "wave 5 7 3 1 61 9 11 0.1 -3", "ball",
     "binWidth=0.1"),
    ("width-0.25-edges", "10x10x10", "4 4 4", "float32", PET.format(12), "ball", "binWidth=0.25"),
    ("width-10-edges", "10x10x10", "1 1 1", "int16", "wave 7 5 3 1 13 4 13 10 -70", "hash 14 70",
     "binWidth=10"),
    ("width-25-negative", "9x9x9", "1 1 1", "int16", "wave 7 5 3 1 13 4 15 25 -1000", "ball",
     "binWidth=25"),
    ("width-0.3", "9x9x9", "1 1 1", "float32", "wave 7 5 3 1 33 4 16 0.3 -2.1", "ball",
     "binWidth=0.3"),
    ("count-8", "10x9x11", "1 1 1", "float32", FINE.format(17), "ball", "binCount=8"),
    ("count-32-float32", "10x9x11", "1 1 1", "float32", "wave 5 7 3 1 61 9 18 0.1 -3", "ball",
     "binCount=32"),
    ("count-32-float64", "10x9x11", "1 1 1", "float64", "wave 5 7 3 1 61 9 18 0.1 -3", "ball",
     "binCount=32"),
    ("count-32-int16", "10x9x11", "1 1 1", "int16", CT.format(19), "hash 20 70", "binCount=32"),
    ("count-64-int16-edges", "10x9x11", "1 1 1", "int16", "wave 7 5 3 1 61 4 21 1 0", "ball",
     "binCount=64"),
    ("count-1", "6x6x6", "1 1 1", "float32", FINE.format(22), "ball", "binCount=1"),
    ("count-128", "12x12x12", "1 1 1", "float32", FINE.format(23), "ball", "binCount=128"),
    ("flat", "6x5x4", "1 1 1", "float32", "wave 0 0 0 0 7 1 1 1 37.5", "ball", ""),
    ("flat-count", "6x5x4", "1 1 1", "float32", "wave 0 0 0 0 7 1 1 1 37.5", "full", "binCount=16"),
    ("flat-count-int16", "6x5x4", "1 1 1", "int16", "wave 0 0 0 0 7 1 1 1 37", "full",
     "binCount=16"),
    ("flat-64-inexact", "6x5x4", "1 1 1", "float64", "wave 0 0 0 0 7 1 1 1 0.1", "ball", ""),
    ("flat-at-edge", "5x5x5", "1 1 1", "float32", "wave 0 0 0 0 7 1 1 1 50", "full", ""),
    ("levels-300", "13x13x13", "2 2 2", "float32", "noise 24 0 30", "ball", "binWidth=0.1"),
    ("levels-gaps", "10x10x10", "1 1 1", "int16", "wave 7 5 3 1 4 2 25 170 0", "ball", ""),
    ("levels-2", "10x10x10", "1 1 1", "int16", "wave 7 5 3 1 2 1 25 25 0", "hash 26 80", ""),
    ("levels-3", "10x10x10", "1 1 1", "int16", "wave 7 5 3 1 3 1 25 25 0", "ball", ""),
    ("levels-20", "10x10x10", "1 1 1", "int16", "wave 7 5 3 1 20 1 25 25 0", "ball", ""),
    ("blocks", "16x9x9", "1 1 1", "int16", "wave 0 0 0 0 7 40 27 1 0", "ball", "binWidth=1"),
    ("distance-2", "10x9x11", "1 1 1", "float32", CT.format(28), "ball", "distances=[2]"),
    ("distance-13", "10x9x11", "1 1 2", "float32", CT.format(29), "hash 30 70",
     "distances=[1,3]"),
    ("distance-thin", "3x9x2", "1 1 1", "float32", CT.format(31), "full", "distances=[1,2]"),
    ("distance-large", "4x4x9", "1 1 1", "float32", CT.format(32), "full", "distances=[5]"),
    ("distance-unreachable", "3x3x3", "1 1 1", "float32", CT.format(60), "full", "distances=[5]"),
    ("asymmetric", "10x9x11", "1 1 1", "float32", CT.format(33), "ball", "symmetricalGLCM=false"),
    ("asymmetric-few", "10x9x11", "1 1 1", "float32", CT.format(34), "hash 35 60",
     "symmetricalGLCM=false binCount=6"),
    ("alpha-1", "10x9x11", "1 1 1", "float32", CT.format(36), "ball", "gldm_a=1"),
    ("alpha-3-distances", "10x9x11", "1 1 1", "float32", CT.format(37), "hash 38 70",
     "gldm_a=3 distances=[1,2]"),
    ("shift", "10x9x11", "1 1 1", "int16", CT.format(39), "ball", "voxelArrayShift=1000"),
    ("weight-none", "10x9x11", "0.4 0.5 0.6", "float32", CT.format(40), "hash 41 70",
     "weightingNorm=no_weighting"),
    ("weight-manhattan", "10x9x11", "0.4 0.5 0.6", "float32", CT.format(40), "hash 41 70",
     "weightingNorm=manhattan"),
    ("weight-euclidean", "10x9x11", "0.4 0.5 0.6", "float32", CT.format(40), "hash 41 70",
     "weightingNorm=euclidean"),
    ("weight-infinity", "10x9x11", "0.4 0.5 0.6", "float32", CT.format(40), "hash 41 70",
     "weightingNorm=infinity distances=[1,2] symmetricalGLCM=false"),
    ("2d-z", "10x9x8", "1 1 3", "float32", CT.format(42), "ball", "force2D=true"),
    ("2d-y", "10x9x8", "1 1 3", "float32", CT.format(42), "ball",
     "force2D=true force2Ddimension=1"),
    ("2d-x", "10x9x8", "1 1 3", "float32", CT.format(42), "hash 43 70",
     "force2D=true force2Ddimension=2 distances=[1,2]"),
    ("2d-weights", "10x9x8", "0.5 0.6 3", "float32", CT.format(42), "ball",
     "force2D=true weightingNorm=euclidean"),
    ("border", "7x8x9", "1 1 1", "float32", CT.format(44), "full", ""),
    ("plane-z", "9x8x1", "0.8 0.9 3", "float32", CT.format(45), "hash 46 80", ""),
    ("plane-y", "9x1x8", "0.8 0.9 3", "float32", CT.format(45), "full", ""),
    ("plane-x", "1x9x8", "0.8 0.9 3", "float32", CT.format(45), "full", ""),
    ("line-x", "9x1x1", "0.8 0.9 3", "float32", CT.format(47), "full", ""),
    ("line-y", "1x9x1", "0.8 0.9 3", "float32", CT.format(47), "full", ""),
    ("line-z", "1x1x9", "0.8 0.9 3", "float32", CT.format(47), "full", ""),
    ("line-x-gaps", "9x1x1", "1 1 1", "float32", CT.format(47), "checker", ""),
    ("two-voxels", "2x1x1", "1 1 1", "float32", CT.format(48), "full", ""),
    ("two-flat", "1x2x1", "1 1 1", "float32", "wave 0 0 0 0 7 1 1 1 37.5", "full", ""),
    ("two-apart", "4x5x6", "1 1 1", "float32", CT.format(49), "voxels 0,0,0;3,4,5", ""),
    ("two-apart-weighted", "4x5x6", "1 1 1", "float32", CT.format(49), "voxels 0,0,0;3,4,5",
     "weightingNorm=euclidean"),
    ("two-apart-flat", "4x4x4", "1 1 1", "float32", "wave 0 0 0 0 7 1 1 1 37.5",
     "voxels 0,0,0;3,3,3", ""),
    ("two-apart-flat-weighted", "4x4x4", "1 1 1", "float32", "wave 0 0 0 0 7 1 1 1 37.5",
     "voxels 0,0,0;3,3,3", "weightingNorm=no_weighting"),
    ("two-apart-slices", "4x4x4", "1 1 1", "float32", CT.format(61), "voxels 0,0,0;1,0,3",
     "force2D=true"),
    ("two-apart-slices-flat", "4x4x4", "1 1 1", "float32", "wave 0 0 0 0 7 1 1 1 37.5",
     "voxels 0,0,0;1,0,3", "force2D=true"),
    ("line-x-gaps-flat", "9x1x1", "1 1 1", "float32", "wave 0 0 0 0 7 1 1 1 37.5", "checker", ""),
    ("two-diagonal", "2x2x2", "1 1 1", "float32", CT.format(50), "voxels 0,0,0;1,1,1", ""),
    ("three", "3x3x3", "1 2 3", "float32", CT.format(51), "voxels 0,0,0;1,1,1;2,0,1", ""),
    ("checker", "8x8x8", "1 1 1", "float32", CT.format(52), "checker", ""),
    ("checker-2d", "8x8x8", "1 1 1", "float32", CT.format(52), "checker", "force2D=true"),
    ("sparse", "12x12x12", "1 1 1", "float32", CT.format(53), "step 7", ""),
    ("sparser", "12x12x12", "1 1 1", "float32", CT.format(53), "step 29", ""),
    ("parts", "16x8x8", "1 1 1", "float32", CT.format(54), "parts", ""),
    ("plate", "12x12x2", "0.5 0.5 5", "float32", CT.format(55), "full", ""),
    ("slab-in-box", "9x9x9", "1 1 2", "int16", CT.format(56), "slab 4", ""),
    ("pet", "12x12x12", "4 4 4", "float32", PET.format(57), "ball", "binWidth=0.25"),
    ("ct-large", "24x22x20", "1 1 1", "float32", CT.format(58), "ball", "binWidth=5"),
    ("islands", "10x10x10", "1 1 1", "int16", "wave 0 0 0 0 7 2 59 500 0", "parts", "binWidth=1"),
]


def mix(seed, count):
    with numpy.errstate(over="ignore"):
        z = numpy.uint64(seed << 32) + numpy.arange(1, count + 1, dtype=numpy.uint64)
        z = z * numpy.uint64(0x9E3779B97F4A7C15)
        z = (z ^ (z >> numpy.uint64(30))) * numpy.uint64(0xBF58476D1CE4E5B9)
        z = (z ^ (z >> numpy.uint64(27))) * numpy.uint64(0x94D049BB133111EB)
        return z ^ (z >> numpy.uint64(31))


def make_image(text, size, pixel_type):
    words = text.split()
    sx, sy, sz = size
    count = sx * sy * sz
    if words[0] == "noise":
        seed, low, high = int(words[1]), float(words[2]), float(words[3])
        unit = (mix(seed, count) >> numpy.uint64(11)).astype("float64") * 2.0**-53
        values = unit * (high - low) + low
    else:
        a, b, c, d, modulus, noise, seed = (int(w) for w in words[1:8])
        z, y, x = (k.ravel() for k in numpy.mgrid[:sz, :sy, :sx])
        whole = (a * x + b * y + c * z + d * x * y * z) % modulus
        whole = whole + (mix(seed, count) % numpy.uint64(noise)).astype("int64")
        values = whole.astype("float64") * float(words[8]) + float(words[9])
    return values.astype(pixel_type).reshape(sz, sy, sx)


def make_mask(text, size):
    words = text.split()
    sx, sy, sz = size
    z, y, x = numpy.mgrid[:sz, :sy, :sx]
    n = (z * sy + y) * sx + x
    if words[0] == "full":
        return n >= 0
    if words[0] == "ball":
        u, v, w = 2 * x - sx + 1, 2 * y - sy + 1, 2 * z - sz + 1
        return u * u * (sy * sz) ** 2 + v * v * (sx * sz) ** 2 + w * w * (sx * sy) ** 2 <= (
            sx * sy * sz
        ) ** 2
    if words[0] == "hash":
        chance = mix(int(words[1]), sx * sy * sz) % numpy.uint64(100)
        return (chance < numpy.uint64(int(words[2]))).reshape(sz, sy, sx)
    if words[0] == "checker":
        return (x + y + z) % 2 == 0
    if words[0] == "step":
        return n % int(words[1]) == 0
    if words[0] == "slab":
        return (z == int(words[1])) & ((x + 2 * y) % 5 != 0)
    if words[0] == "parts":
        return ((x < 3) | (x > 6)) & (((x * y * z) % 3 != 1) | (x > 8))
    mask = n < 0
    for voxel in words[1].split(";"):
        i, j, k = (int(c) for c in voxel.split(","))
        mask[k, j, i] = True
    return mask


def parse_settings(text):
    settings = {}
    for pair in text.split():
        name, value = pair.split("=")
        if value in ("true", "false"):
            settings[name] = value == "true"
        elif value.startswith("["):
            settings[name] = [int(v) for v in value[1:-1].split(",")]
        else:
            try:
                settings[name] = int(value)
            except ValueError:
                # "infinity" is the name of a norm.
                settings[name] = float(value) if value[0].isdigit() else value
    return settings


def tight(image, mask):
    where = numpy.argwhere(mask)
    low, high = where.min(0), where.max(0) + 1
    box = tuple(slice(a, b) for a, b in zip(low, high))
    return image[box], mask[box]


def compute(image, mask, spacing, settings):
    """All features in the order of the columns; 'error' where a family raises."""
    image, mask = tight(image, mask)
    image, mask = SimpleITK.GetImageFromArray(image), SimpleITK.GetImageFromArray(mask.astype("u1"))
    image.SetSpacing(spacing)
    mask.SetSpacing(spacing)
    values = {}
    for family, cls in FAMILIES.items():
        try:
            instance = cls(image, mask, **settings)
            instance.enableAllFeatures()
            for name in EXTRA.get(family, []):
                instance.enableFeatureByName(name)
            for name, value in instance.execute().items():
                values[f"{family}:{name}"] = repr(float(numpy.real(value)))
        except RuntimeError:
            values[f"{family}"] = "error"
    return values


def columns():
    names = []
    for family, cls in FAMILIES.items():
        for name, deprecated in cls.getFeatureNames().items():
            if not deprecated or name in EXTRA.get(family, []):
                names.append(f"{family}:{name}")
    return names


def main():
    warnings.filterwarnings("ignore")
    radiomics.logger.setLevel(logging.CRITICAL + 1)
    numpy.seterr(all="ignore")
    names = columns()
    with open(sys.argv[1], "w") as out:
        out.write(
            f"# PyRadiomics {radiomics.__version__}, numpy {numpy.__version__}, settings per row, "
            f"made by scripts/oracles/features.py, {datetime.date.today().isoformat()}\n"
        )
        out.write("case|size|spacing|type|image|mask|settings|" + "|".join(names) + "\n")
        for name, size, spacing, pixel_type, image, mask, settings in CASES:
            box = tuple(int(s) for s in size.split("x"))
            steps = tuple(float(s) for s in spacing.split())
            values = compute(
                make_image(image, box, pixel_type), make_mask(mask, box), steps,
                parse_settings(settings),
            )
            row = [values.get(n, values.get(n.split(":")[0], "missing")) for n in names]
            out.write("|".join([name, size, spacing, pixel_type, image, mask, settings] + row) + "\n")


if __name__ == "__main__":
    main()
