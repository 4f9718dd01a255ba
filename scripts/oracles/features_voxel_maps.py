#!/usr/bin/env python3
"""Golden values of voxel-based feature maps (Tests/FeaturesTests/Golden/voxel_maps.csv).

Usage: python features_voxel_maps.py OUTPUT.csv      (numpy < 2, pyradiomics 3.0.1, SimpleITK)

Images and masks are those of features.py. The extractor crops them to the volume of interest and
the kernel's radius around it, as it does for users (it refuses a mask without background: the
feature class is then called on the whole image). Of every map the golden file has the number of
NaN, the sum, the sum of magnitudes and a sum weighted by (17 n + 5) mod 101 - 50 (n: index of the
voxel in the whole image, x fastest), all of the voxels of the volume of interest that are not NaN,
and the values at three of its voxels.
"""

import datetime
import logging
import math
import sys
import warnings

import numpy
import radiomics
import SimpleITK
from radiomics import featureextractor

from features import FAMILIES as CLASSES
from features import make_image, make_mask, parse_settings

CT = "wave 7 13 29 0 101 40 {} 2.5 -80"
FLAT = "wave 0 0 0 0 7 1 1 1 37.5"
CASES = [
    # name, size, type, image, mask, settings, families
    ("ball", "9x9x9", "float32", CT.format(1), "ball", "", ""),
    ("ball-fine", "9x8x9", "int16", CT.format(11), "ball", "binWidth=4", ""),
    ("ball-open", "9x9x9", "float32", CT.format(2), "ball", "maskedKernel=false", ""),
    ("full", "7x6x5", "float32", CT.format(3), "full", "", ""),
    ("full-fine", "7x6x5", "float32", CT.format(3), "full", "binWidth=7", ""),
    ("ragged", "8x8x8", "float32", CT.format(4), "hash 5 60", "kernelRadius=2", ""),
    ("open-2", "8x8x8", "int16", CT.format(6), "parts", "kernelRadius=2 maskedKernel=false", ""),
    ("flat", "6x6x6", "float32", FLAT, "ball", "", ""),
    ("flat-apart", "6x6x6", "float32", FLAT, "voxels 0,0,0;5,5,5;2,2,2", "", ""),
    ("apart", "6x6x6", "float32", CT.format(7), "voxels 0,0,0;5,5,5;2,2,2", "", ""),
    ("2d-z", "8x8x4", "float32", CT.format(8), "ball", "force2D=true", ""),
    ("2d-x-2", "5x8x8", "float32", CT.format(8), "hash 9 70",
     "force2D=true force2Ddimension=2 kernelRadius=2", ""),
    ("one-slice", "8x8x6", "float32", CT.format(9), "slab 2", "", ""),
    ("line", "9x1x1", "float32", CT.format(10), "full", "", ""),
    ("line-gaps", "9x1x1", "float32", CT.format(10), "checker", "", ""),
    ("count-64", "8x8x8", "float64", CT.format(12), "ball", "binCount=8", ""),
    ("count-32", "8x8x8", "float32", "noise 13 -1 1", "ball", "binCount=9", ""),
    ("far", "8x8x8", "float32", CT.format(14), "hash 15 80", "distances=[1,2]", "glcm gldm ngtdm"),
    ("one-sided", "8x8x8", "float32", CT.format(16), "full",
     "symmetricalGLCM=false binWidth=6", "glcm"),
    ("weights", "8x8x8", "float32", CT.format(17), "hash 18 70", "weightingNorm=euclidean",
     "glcm glrlm"),
    ("no-weights", "8x8x8", "float32", CT.format(17), "hash 18 70", "weightingNorm=no_weighting",
     "glcm glrlm"),
    ("alike", "8x8x8", "float32", CT.format(19), "ball", "gldm_a=2", "gldm"),
    ("shift", "8x8x8", "float32", CT.format(20), "ball", "voxelArrayShift=1000", "firstorder"),
    ("constant", "6x6x6", "float64", "wave 0 0 0 0 7 1 1 1 0.1", "ball", "", "firstorder"),
]
FAMILIES = ["firstorder", "glcm", "gldm", "glrlm", "glszm", "ngtdm"]
SPACING = (0.8, 0.9, 1.7)


def summary(values, mask):
    """What the golden file has of one map."""
    inside = values[mask]
    n = numpy.arange(values.size).reshape(values.shape)[mask]
    finite = ~numpy.isnan(inside)
    weights = ((17 * n + 5) % 101 - 50).astype(float)[finite]
    kept = inside[finite]
    picked = [inside[0], inside[inside.size // 2], inside[-1]]
    sums = [math.fsum(kept), math.fsum(numpy.abs(kept)), math.fsum(kept * weights)]
    return [str(int((~finite).sum()))] + [f"{v:.13g}" for v in sums + picked]


def maps(image, mask, settings, family):
    """The maps of one family on the grid of `image`; 'error' where PyRadiomics raises."""
    extractor = featureextractor.RadiomicsFeatureExtractor(minimumROIDimensions=1, **settings)
    extractor.disableAllFeatures()
    extractor.enableFeatureClassByName(family)
    sitk_image = SimpleITK.GetImageFromArray(image)
    sitk_mask = SimpleITK.GetImageFromArray(mask.astype("u1"))
    sitk_image.SetSpacing(SPACING)
    sitk_mask.SetSpacing(SPACING)
    try:
        if mask.all():
            one = CLASSES[family](sitk_image, sitk_mask, voxelBased=True, **settings)
            one.enableAllFeatures()
            result = {f"original_{family}_{k}": v for k, v in one.execute().items()}
        else:
            result = extractor.execute(sitk_image, sitk_mask, voxelBased=True)
    except (RuntimeError, IndexError):
        return "error"
    found = {}
    for name, value in result.items():
        if name.startswith("original_"):
            whole = numpy.full(image.shape, numpy.nan)
            start = sitk_image.TransformPhysicalPointToIndex(value.GetOrigin())
            part = SimpleITK.GetArrayFromImage(value)
            box = tuple(slice(a, a + b) for a, b in zip(start[::-1], part.shape))
            whole[box] = part
            assert (part[~mask[box]] == 0).all()
            found[name[len("original_"):]] = whole
    return found


def main():
    warnings.filterwarnings("ignore")
    radiomics.logger.setLevel(logging.CRITICAL + 1)
    numpy.seterr(all="ignore")
    with open(sys.argv[1], "w") as out:
        out.write(
            f"# PyRadiomics {radiomics.__version__}, numpy {numpy.__version__}, voxelBased, spacing"
            f" {SPACING}, made by scripts/oracles/features_voxel_maps.py,"
            f" {datetime.date.today().isoformat()}\n"
        )
        out.write("# a row: feature=NaN count;sum;sum of magnitudes;weighted sum;3 voxels|...\n")
        out.write("case|size|type|image|mask|settings|family|maps\n")
        for name, size, pixel_type, image, mask, settings, families in CASES:
            box = tuple(int(s) for s in size.split("x"))
            voxels, inside = make_image(image, box, pixel_type), make_mask(mask, box)
            for family in families.split() or FAMILIES:
                found = maps(voxels, inside, {**parse_settings(settings)}, family)
                text = found if found == "error" else "|".join(
                    f"{key.split('_', 1)[1]}=" + ";".join(summary(value, inside))
                    for key, value in found.items()
                )
                row = [name, size, pixel_type, image, mask, settings, family, text]
                out.write("|".join(row) + "\n")


if __name__ == "__main__":
    main()
