#!/usr/bin/env python3
"""All 2060 columns by PyRadiomics 3.0.1 on real patients, for scripts/compare.

usage: full.py CONFIGURATION VARIANT DATA_FOLDER OUTPUT.csv [MASK_NAME]

VARIANT  plain       the image as it is (or cast as the configuration says)
         float64     the image cast to float64
         perturbedN  times 1 + 1e-7 u, u uniform in -1...1, seed N, in the image's type
MASK_NAME  file name of the mask in each patient's folder, without folder; default <image>_mask.nii.gz
Variants other than plain say how far a column moves by itself when the last bits of the input move.
Needs pyradiomics 3.0.1, SimpleITK, numpy < 2, scipy 1.11.4, trimesh, PyWavelets.
"""
import csv
import datetime
import glob
import logging
import os
import sys

import numpy
import SimpleITK as sitk
from radiomics import featureextractor, setVerbosity

setVerbosity(60)
logging.disable(logging.CRITICAL)
sitk.ProcessObject.SetGlobalDefaultNumberOfThreads(1)

SIGMAS = [1.0, 2.0, 3.0, 4.0, 5.0]
ALL = {"Original": {}, "Wavelet": {"wavelet": "coif1"}, "LoG": {"sigma": SIGMAS}, "Square": {},
       "SquareRoot": {}, "Logarithm": {}, "Exponential": {}, "Gradient": {}, "LBP3D": {}}
ONE_MM = dict(resampledPixelSpacing=[1, 1, 1], interpolator="sitkBSpline")
# name: image, settings, type the image is cast to (None: as it is), image types
CONFIGURATIONS = {
    "ct-1mm-bw25": ("CT", dict(binWidth=25, **ONE_MM), None, ALL),
    "ct-int16-1mm": ("CT", dict(binWidth=25, **ONE_MM), sitk.sitkInt16, ALL),
    "ct-int16-native": ("CT", dict(binWidth=25), sitk.sitkInt16, ALL),
    "ct-bins64-1x1x5": ("CT", dict(binCount=64, resampledPixelSpacing=[1, 1, 5],
                                   interpolator="sitkBSpline"), None, ALL),
    "ct-1mm-bw10": ("CT", dict(binWidth=10, **ONE_MM), None, ALL),
    "ct-1mm-lbp-bins32": ("CT", dict(binCount=32, **ONE_MM), None, {"LBP3D": {}}),
    "pet-native": ("PET", dict(binWidth=0.25), None, ALL),
    "pet-2mm": ("PET", dict(binWidth=0.25, resampledPixelSpacing=[2, 2, 2],
                            interpolator="sitkBSpline"), None, ALL),
}


def varied(image, variant):
    if variant == "float64":
        return sitk.Cast(image, sitk.sitkFloat64)
    if variant.startswith("perturbed"):
        values = sitk.GetArrayFromImage(image)
        noise = numpy.random.default_rng(int(variant[9:])).uniform(-1, 1, values.shape)
        moved = (values * (1 + 1e-7 * noise)).astype(values.dtype)
        result = sitk.GetImageFromArray(moved)
        result.CopyInformation(image)
        return result
    return image


def main(configuration, variant, data, output, mask_name=None):
    kind, settings, cast, types = CONFIGURATIONS[configuration]
    extractor = featureextractor.RadiomicsFeatureExtractor(additionalInfo=False, **settings)
    extractor.disableAllImageTypes()
    for name, arguments in types.items():
        extractor.enableImageTypeByName(name, customArgs=arguments)
    rows = []
    for folder in sorted(glob.glob(os.path.join(data, "STS_*"))):
        image = sitk.ReadImage(os.path.join(folder, f"{kind}_image.nii.gz"))
        if cast is not None:
            image = sitk.Cast(image, cast)
        mask = sitk.ReadImage(os.path.join(folder, mask_name or f"{kind}_mask.nii.gz"))
        rows.append((os.path.basename(folder), extractor.execute(varied(image, variant), mask)))
    with open(output, "w", newline="") as file:
        file.write(f"# pyradiomics 3.0.1, SimpleITK {sitk.Version_VersionString()}, numpy "
                   f"{numpy.__version__}; {configuration}, {variant}; {datetime.date.today()}\n")
        table = csv.writer(file, lineterminator="\n")
        table.writerow(["patient", *rows[0][1]])
        for name, values in rows:
            table.writerow([name, *(repr(float(value)) for value in values.values())])


if __name__ == "__main__":
    main(*sys.argv[1:])
