#!/usr/bin/env python3
"""All 2060 columns by PyRadiomics 3.0.1 on real patients, for scripts/compare.

usage: full.py CONFIGURATION VARIANT DATA_FOLDER OUTPUT.csv [MASK_NAME|-] [IMAGE_TYPE ...]
       full.py cast-int16 KIND DATA_FOLDER OUTPUT_FOLDER

VARIANT     plain       the image as it is (or cast as the configuration says)
            again       as plain, where plain was made on another processor
            float64     the image cast to float64
            perturbedN  times 1 + 1e-7 u, u uniform in -1...1, seed N, in the image's type
            baseline    as plain, with NumPy's baseline instructions: no AVX2, FMA3, AVX512
MASK_NAME   file name of the mask in each patient's folder, without folder; - or nothing is
            <image>_mask.nii.gz
IMAGE_TYPE  image types to compute, as columns name them (lbp-3D-m2); nothing is all
cast-int16  writes <patient>.nii.gz, the images of a KIND (CT) as PyRadiomics gets them in int16
Variants other than plain say how far a column moves by itself when the last bits of the input move.
Needs pyradiomics 3.0.1, SimpleITK, numpy < 2, scipy 1.11.4, trimesh, PyWavelets.
"""
import csv
import datetime
import glob
import logging
import os
import sys

if sys.argv[2:3] == ["baseline"]:  # NumPy reads it when it is imported.
    os.environ["NPY_DISABLE_CPU_FEATURES"] = (
        "AVX2 FMA3 AVX512F AVX512CD AVX512_SKX AVX512_CLX AVX512_CNL AVX512_ICL")

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


def chosen(types, names):
    """The image types that give the named images."""
    prefixes = {"Original": "original", "Wavelet": "wavelet", "LoG": "log", "Square": "square",
                "SquareRoot": "squareroot", "Logarithm": "logarithm",
                "Exponential": "exponential", "Gradient": "gradient", "LBP3D": "lbp-3D"}

    def is_wanted(key):
        return any(name == prefixes[key] or name.startswith(prefixes[key] + "-") for name in names)
    return {key: value for key, value in types.items() if not names or is_wanted(key)}


def cast_int16(kind, data, output):
    os.makedirs(output)
    for path in sorted(glob.glob(os.path.join(data, "STS_*", f"{kind}_image.nii.gz"))):
        name = os.path.basename(os.path.dirname(path))
        image = sitk.Cast(sitk.ReadImage(path), sitk.sitkInt16)
        sitk.WriteImage(image, os.path.join(output, f"{name}.nii.gz"))


def main(configuration, variant, data, output, mask_name="-", *names):
    kind, settings, cast, types = CONFIGURATIONS[configuration]
    extractor = featureextractor.RadiomicsFeatureExtractor(additionalInfo=False, **settings)
    extractor.disableAllImageTypes()
    for name, arguments in chosen(types, names).items():
        extractor.enableImageTypeByName(name, customArgs=arguments)
    if mask_name == "-":
        mask_name = f"{kind}_mask.nii.gz"
    rows = []
    for folder in sorted(glob.glob(os.path.join(data, "STS_*"))):
        mask_path = os.path.join(folder, mask_name)
        if not os.path.exists(mask_path):  # A region that this patient does not have.
            continue
        image = sitk.ReadImage(os.path.join(folder, f"{kind}_image.nii.gz"))
        if cast is not None:
            image = sitk.Cast(image, cast)
        mask = sitk.ReadImage(mask_path)
        rows.append((os.path.basename(folder), extractor.execute(varied(image, variant), mask)))
    with open(output, "w", newline="") as file:
        file.write(f"# pyradiomics 3.0.1, SimpleITK {sitk.Version_VersionString()}, numpy "
                   f"{numpy.__version__}; {configuration}, {variant}; {datetime.date.today()}\n")
        table = csv.writer(file, lineterminator="\n")
        table.writerow(["patient", *rows[0][1]])
        for name, values in rows:
            table.writerow([name, *(repr(float(value)) for value in values.values())])


if __name__ == "__main__":
    if sys.argv[1:2] == ["cast-int16"]:
        cast_int16(*sys.argv[2:])
    else:
        main(*sys.argv[1:])
