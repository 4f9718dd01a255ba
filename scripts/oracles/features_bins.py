#!/usr/bin/env python3
"""Golden bin edges and grey levels: PyRadiomics 3.0.1's getBinEdges and numpy.digitize.

Usage: python features_bins.py OUTPUT.csv      (numpy < 2, pyradiomics 3.0.1)

Rows: type | setting | values | edges | levels; lists are separated by spaces, numbers are exact.
"""
import datetime
import sys

import numpy
import radiomics
from radiomics import imageoperations


def value_lists(generator):
    yield "float32", [-1000.0, -3.5, 0.0, 24.999998, 25.0, 49.75, 310.0]
    yield "float32", [0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 1.1, 2.9]
    yield "float64", [0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 1.1, 2.9]
    yield "float64", [-0.3, -0.2, -0.1, 0.0, 0.1, 0.2, 0.3]
    yield "int16", [-1024, -1000, -25, -1, 0, 24, 25, 50, 400]
    yield "int16", [-50, -25, 0, 25, 50, 75]
    yield "uint8", [0, 25, 26, 100, 255]
    yield "float32", [25.0, 25.0, 25.0]
    yield "float64", [-12.5, -12.5]
    yield "int16", [7, 7]
    yield "float32", [0.0, 0.25, 0.5, 0.75, 1.0, 6.5]
    yield "float32", [16777216.0, 16777217.0, 16777300.0]
    for pixel_type in ("float32", "float64", "int16"):
        for span in (3.0, 90.0, 2000.0):
            low = float(generator.uniform(-span, span))
            values = generator.uniform(low, low + span, 9).astype(pixel_type)
            yield pixel_type, values.tolist()


def settings():
    for width in (0.1, 0.25, 0.3, 10, 25, 7.3):
        yield {"binWidth": width}
    for count in (1, 2, 7, 16, 32):
        yield {"binCount": count}


def text(numbers):
    return " ".join(repr(n) for n in numbers)


def main():
    generator = numpy.random.default_rng(2024)
    with open(sys.argv[1], "w") as out:
        out.write(
            f"# PyRadiomics {radiomics.__version__}, numpy {numpy.__version__}, setting per row, "
            f"made by scripts/oracles/features_bins.py, {datetime.date.today().isoformat()}\n"
        )
        out.write("type|setting|values|edges|levels\n")
        for pixel_type, values in value_lists(generator):
            array = numpy.array(values, dtype=pixel_type)
            for setting in settings():
                edges = numpy.asarray(imageoperations.getBinEdges(array, **setting))
                if len(edges) > 120:
                    continue
                levels = numpy.digitize(array, edges)
                name, value = next(iter(setting.items()))
                out.write(
                    f"{pixel_type}|{name}={value}|{text(array.astype('float64').tolist())}|"
                    f"{text(edges.astype('float64').tolist())}|{text(levels.tolist())}\n"
                )


if __name__ == "__main__":
    main()
