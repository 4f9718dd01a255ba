"""One PyRadiomics process over all patients of a `patient_id,image,mask` table.

Settings: 1 mm B-spline, binWidth 25, the seven default feature classes; `original`: the original
image, `full`: 22 image types.
usage: bench_oracle.py cases.csv features.csv [original|full]
"""
import csv
import logging
import sys

import SimpleITK
from radiomics import featureextractor, setVerbosity

setVerbosity(logging.ERROR)
# The comparison is one core against one core.
SimpleITK.ProcessObject.SetGlobalDefaultNumberOfThreads(1)

extractor = featureextractor.RadiomicsFeatureExtractor(
    binWidth=25,
    label=1,
    interpolator="sitkBSpline",
    resampledPixelSpacing=[1, 1, 1],
    additionalInfo=False,
)
if sys.argv[3:] == ["full"]:
    extractor.enableImageTypes(
        Original={},
        Wavelet={"wavelet": "coif1"},
        LoG={"sigma": [1.0, 2.0, 3.0, 4.0, 5.0]},
        Square={},
        SquareRoot={},
        Logarithm={},
        Exponential={},
        Gradient={},
        LBP3D={},
    )
with open(sys.argv[1], newline="") as table:
    cases = list(csv.DictReader(table))
rows = []
for case in cases:
    values = extractor.execute(case["image"], case["mask"])
    rows.append({"patient_id": case["patient_id"], **{k: float(v) for k, v in values.items()}})
with open(sys.argv[2], "w", newline="") as table:
    writer = csv.DictWriter(table, rows[0].keys())
    writer.writeheader()
    writer.writerows(rows)
