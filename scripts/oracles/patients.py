#!/usr/bin/env python3
"""Writes the golden files of Tests/CommandTests: the 107 original-image features of real patients
by PyRadiomics 3.0.1, on CT cast to int16 (the usual clinical type), at 1 mm and on its own grid.

usage: patients.py GOLDEN_FOLDER DATA_FOLDER
DATA_FOLDER holds STS_*/CT_image.nii.gz and CT_mask.nii.gz (soft-tissue sarcoma, CC BY 3.0).
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


def main(golden, data):
    for name, (what, settings) in CASES.items():
        path = os.path.join(golden, name + ".csv")
        with open(path, "w", newline="") as file:
            file.write(f"# pyradiomics 3.0.1, SimpleITK {sitk.Version_VersionString()}, numpy "
                       f"{numpy.__version__}; {what}; {datetime.date.today()}; data: {SOURCE}\n")
            table = csv.writer(file, lineterminator="\n")
            for index, (patient, values) in enumerate(features(data, settings)):
                if index == 0:
                    table.writerow(["patient", *values])
                table.writerow([patient, *(repr(float(v)) for v in values.values())])
        print(path)


if __name__ == "__main__":
    main(*sys.argv[1:])
