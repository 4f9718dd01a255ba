#!/usr/bin/env python3
"""Writes the golden files of Tests/CommandTests: the 107 original-image features by PyRadiomics
3.0.1, of real patients on CT cast to int16 (the usual clinical type), at 1 mm and on its own grid,
and of small made-up images at the edge of what has features.

usage: patients.py GOLDEN_FOLDER [DATA_FOLDER]
DATA_FOLDER holds STS_*/CT_image.nii.gz and CT_mask.nii.gz (soft-tissue sarcoma, CC BY 3.0);
without it only the made-up images are computed.
Needs pyradiomics 3.0.1, SimpleITK, numpy < 2.
"""
import csv
import datetime
import glob
import os
import sys

import numpy
import SimpleITK as sitk
from radiomics import featureextractor, setVerbosity

setVerbosity(60)
SOURCE = ("TCIA Soft-tissue-Sarcoma (Vallieres 2015), prepared for IBSI by A. Zwanenburg, "
          "CC BY 3.0")
CASES = {
    "ct_int16_1mm": ("CT cast to int16, 1 mm B-spline, binWidth 25",
                     dict(binWidth=25, resampledPixelSpacing=[1, 1, 1],
                          interpolator="sitkBSpline")),
    "ct_int16_native": ("CT cast to int16, native grid, binWidth 25", dict(binWidth=25)),
}


def features(data, settings):
    extractor = featureextractor.RadiomicsFeatureExtractor(additionalInfo=False, **settings)
    for folder in sorted(glob.glob(os.path.join(data, "STS_*"))):
        # sitk.Cast truncates toward 0, as the test does.
        image = sitk.Cast(sitk.ReadImage(os.path.join(folder, "CT_image.nii.gz")), sitk.sitkInt16)
        mask = sitk.ReadImage(os.path.join(folder, "CT_mask.nii.gz"))
        yield os.path.basename(folder), extractor.execute(image, mask)


def edge_images():
    """The images of BadInputEdgeTests.swift, bit by bit: 9 x 8 x 7 voxels of 2 x 2 x 3 mm."""
    z, y, x = numpy.meshgrid(*(numpy.arange(n) for n in (7, 8, 9)), indexing="ij")
    texture = ((x * 37 + y * 11 + z * 5 + x * y * z) % 23 * 0.25).astype(numpy.float32)
    flat = numpy.full(texture.shape, 3.5, numpy.float32)
    box = (abs(x - 3) <= 1) & (abs(y - 3) <= 1) & (abs(z - 3) <= 1)
    yield "flat", flat, box
    yield "slice", texture, (z == 4) & ((x - 4) ** 2 + (y - 4) ** 2 <= 9)
    yield "diagonal-pair", texture, (x == y) & (z == 2) & ((x == 3) | (x == 4))
    yield "corner", texture, (x < 3) & (y < 3) & (z < 2)
    # PyRadiomics refuses a mask without any background.
    yield "nearly-whole", texture, x + y + z > 0


def image(values):
    result = sitk.GetImageFromArray(values)
    result.SetSpacing([2.0, 2.0, 3.0])
    return result


def edges(path):
    extractor = featureextractor.RadiomicsFeatureExtractor(additionalInfo=False, binWidth=0.25)
    rows = [(name, extractor.execute(image(values), image(mask.astype(numpy.uint8))))
            for name, values, mask in edge_images()]
    write(path, "made-up images, native grid, binWidth 0.25", rows)


def write(path, what, rows):
    with open(path, "w", newline="") as file:
        file.write(f"# pyradiomics 3.0.1, SimpleITK {sitk.Version_VersionString()}, numpy "
                   f"{numpy.__version__}; {what}; {datetime.date.today()}\n")
        table = csv.writer(file, lineterminator="\n")
        for index, (name, values) in enumerate(rows):
            if index == 0:
                table.writerow(["patient", *values])
            table.writerow([name, *(repr(float(v)) for v in values.values())])
    print(path)


def main(golden, data=None):
    edges(os.path.join(golden, "edges.csv"))
    if data is None:
        return
    for name, (what, settings) in CASES.items():
        write(os.path.join(golden, name + ".csv"), f"{what}; data: {SOURCE}",
              features(data, settings))


if __name__ == "__main__":
    main(*sys.argv[1:])
