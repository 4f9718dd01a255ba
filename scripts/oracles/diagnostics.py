#!/usr/bin/env python3
"""Golden values of the diagnostics_ columns: PyRadiomics' own, as its CSV writes them.

Usage: python diagnostics.py OUTPUT.csv

The image and mask are whole-number formulas that PyRadiomicsDiagnosticsTests.swift repeats: image
((7 x + 13 y + 29 z + x y z) mod 211 - 70) (uint8: without - 70), times 0.37 for float32; label 3
where (x - 4)^2 + (y - 5)^2 + (z - 2)^2 <= 5 or (x, y, z) is (9, 9, 5) or (8, 8, 4), label 1 at
(0, 0, 0).
"""
import csv
import datetime
import io
import logging
import sys

import numpy
import radiomics
import SimpleITK
from radiomics import featureextractor

CASES = [
    ("int16", "int16", (0.9765625, 1.2, 3.0), (-12.5, 7.25, 101.0), (1, 0, 0, 0, 1, 0, 0, 0, 1)),
    ("float32", "float32", (0.1, 0.2, 0.7), (0.3, -0.1, 1e-7),
     (0.8, -0.6, 0, 0.6, 0.8, 0, 0, 0, 1)),
    ("uint8", "uint8", (1, 1, 1), (0, 0, 0), (1, 0, 0, 0, 1, 0, 0, 0, 1)),
]
SIZE = (11, 10, 7)


def images(kind, spacing, origin, direction):
    z, y, x = numpy.mgrid[: SIZE[2], : SIZE[1], : SIZE[0]]
    whole = (7 * x + 13 * y + 29 * z + x * y * z) % 211 - (0 if kind == "uint8" else 70)
    values = (whole * 0.37 if kind == "float32" else whole).astype(kind)
    labels = numpy.zeros(values.shape, "uint8")
    labels[(x - 4) ** 2 + (y - 5) ** 2 + (z - 2) ** 2 <= 5] = 3
    labels[5, 9, 9] = labels[4, 8, 8] = 3
    labels[0, 0, 0] = 1
    result = []
    for array in (values, labels):
        image = SimpleITK.GetImageFromArray(array)
        image.SetSpacing([float(v) for v in spacing])
        image.SetOrigin([float(v) for v in origin])
        image.SetDirection([float(v) for v in direction])
        result.append(image)
    return result


def main():
    radiomics.logger.setLevel(logging.CRITICAL + 1)
    with open(sys.argv[1], "w") as out:
        out.write(f"# PyRadiomics {radiomics.__version__}, label 3, made by "
                  f"scripts/oracles/diagnostics.py, {datetime.date.today().isoformat()}\n")
        for name, *settings in CASES:
            extractor = featureextractor.RadiomicsFeatureExtractor(additionalInfo=True)
            extractor.disableAllFeatures()
            extractor.enableFeaturesByName(firstorder=["Mean"])
            found = extractor.execute(*images(*settings), label=3)
            values = {k: v for k, v in found.items() if k.startswith("diagnostics_")}
            buffer = io.StringIO()
            writer = csv.DictWriter(buffer, values.keys(), lineterminator="\n", delimiter="|")
            writer.writeheader()
            writer.writerow(values)
            header, row = buffer.getvalue().strip().split("\n")
            for key, text in zip(header.split("|"), row.split("|")):
                out.write(f"{name}|{key}|{text}\n")


if __name__ == "__main__":
    main()
