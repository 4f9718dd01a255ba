#!/usr/bin/env python3
"""Golden values of the XGBoost adapter: Python's xgboost of the same version as the C library.

Usage: python xgboost_margins.py OUTPUT.csv [GLIOMA_TABLE.csv [REAL_TABLES.csv]]
       (Debian's python3-xgboost 1.7.4, numpy)

Tables are formulas on whole numbers that Tests/XGBoostTests/BoostingTables.swift repeats:
  noise(seed, n) = SplitMix64's finaliser of (seed * 2^32 + n + 1) * 0x9E3779B97F4A7C15 >> 11, * 2^-53
  column c, row r: noise(1, r + 1000 c) + class(r) * 0.05 * (c mod 8)
  flags of a table, one letter each:
    t  values become floor(6 value), so ties    k  column 0 is constant
    n  missing where noise(9, r + 1000 c) < 0.2  s  column 1 is the class: separable
    w  row weights 0.5 + noise(10, r)            2  two events (or positives) alone, rows 3 and 7
  class(r) = noise(3, r) < 0.45; value(r) = 10 noise(4, r) + 3 column 2 (as first made);
  time(r) = 1 + floor(20 noise(4, r)); event(r) = noise(5, r) < 0.7.
Output: case|numbers, 9 digits, so 32-bit numbers are exact. The glioma cases are the table's columns
from the eighth on, outcome idh, or days with event = death. REAL_TABLES is
Tests/LearningTests/Golden/real-tables.csv; a hostile table has four columns more, column 1 again,
columns 0 and 1 added, 1e6 times column 1 plus 5e5 and 0.1, and is missing where
(7 row + 11 column) mod 5 = 0; "two" leaves the first two events.
"""
import csv
import datetime
import math
import sys

import numpy
import xgboost

MASK = 2**64 - 1


def noise(seed, n):
    z = ((seed << 32) + n + 1) * 0x9E3779B97F4A7C15 & MASK
    z = (z ^ z >> 30) * 0xBF58476D1CE4E5B9 & MASK
    z = (z ^ z >> 27) * 0x94D049BB133111EB & MASK
    z ^= z >> 31
    return (z >> 11) * 2.0**-53


def table(kind, rows, columns, flags):
    """Features, labels as the library wants them, weights or None."""
    y = [1.0 if (r in (3, 7) if "2" in flags else noise(3, r) < 0.45) else 0.0 for r in range(rows)]
    x = numpy.empty((rows, columns))
    for c in range(columns):
        for r in range(rows):
            v = noise(1, r + 1000 * c) + y[r] * 0.05 * (c % 8)
            if "t" in flags:
                v = math.floor(6 * v)
            if "k" in flags and c == 0:
                v = 2.5
            if "s" in flags and c == 1:
                v = y[r]
            if "n" in flags and noise(9, r + 1000 * c) < 0.2:
                v = math.nan
            x[r, c] = v
    if kind == "continuous":
        y = [10 * noise(4, r) + 3 * noise(1, r + 2000) for r in range(rows)]
    if kind == "survival":
        event = [r in (3, 7) if "2" in flags else noise(5, r) < 0.7 for r in range(rows)]
        time = [1.0 + math.floor(20 * noise(4, r)) for r in range(rows)]
        y = [t if e else -t for t, e in zip(time, event)]
    w = [0.5 + noise(10, r) for r in range(rows)] if "w" in flags else None
    return x.astype(numpy.float32), numpy.float32(y), None if w is None else numpy.float32(w)


OBJECTIVES = {
    "binary": "binary:logistic", "continuous": "reg:squarederror", "survival": "survival:cox",
}
# name, kind, rows, columns, flags, rounds, settings
CASES = [
    ("default", "binary", 60, 8, "", 20, {}),
    ("missing", "binary", 60, 8, "nw", 20, {"max_depth": 3}),
    ("hist", "binary", 60, 8, "nw", 20, {"max_depth": 3, "tree_method": "hist"}),
    ("sampled", "binary", 60, 8, "t", 25,
     {"max_depth": 3, "subsample": 0.7, "colsample_bytree": 0.6, "seed": 123456789}),
    ("sampled-hist", "binary", 60, 8, "n", 25,
     {"subsample": 0.6, "colsample_bytree": 0.5, "seed": 2147483647, "tree_method": "hist"}),
    ("pruned", "binary", 60, 8, "n", 20,
     {"gamma": 0.4, "alpha": 0.1, "lambda": 2.5, "learning_rate": 0.1, "base_score": 0.3,
      "scale_pos_weight": 1.7, "min_child_weight": 0.2, "max_delta_step": 0.7}),
    ("wide", "binary", 12, 200, "", 10, {"min_child_weight": 0.1}),
    ("constant", "binary", 40, 5, "kt", 10, {"min_child_weight": 0.5}),
    ("separable", "binary", 40, 5, "s", 40, {"lambda": 0.0, "min_child_weight": 0.0}),
    ("rare", "binary", 40, 5, "2n", 15, {"min_child_weight": 0.0, "max_depth": 2}),
    ("value", "continuous", 60, 8, "nw", 20, {"max_depth": 4, "learning_rate": 0.2}),
    ("value-hist", "continuous", 60, 8, "t", 20,
     {"tree_method": "hist", "subsample": 0.8, "seed": 5, "base_score": 6.25}),
    ("time", "survival", 60, 8, "w", 20, {"max_depth": 2, "learning_rate": 0.1}),
    ("time-sampled", "survival", 60, 8, "tn", 20,
     {"max_depth": 3, "subsample": 0.7, "colsample_bytree": 0.7, "seed": 99}),
    ("time-rare", "survival", 40, 5, "2", 15, {"min_child_weight": 0.0, "base_score": 1.5}),
]


def text(values):
    return " ".join("%.9g" % v for v in values)


def full(settings, kind):
    return {"objective": OBJECTIVES[kind], "nthread": 1, "tree_method": "exact", **settings}


def cases(out):
    for name, kind, rows, columns, flags, rounds, settings in CASES:
        x, y, w = table(kind, rows, columns, flags)
        data = xgboost.DMatrix(x, label=y, weight=w, nthread=1)
        booster = xgboost.train(full(settings, kind), data, rounds)
        out.append(f"{name} margins|" + text(booster.predict(data, output_margin=True)))
        if kind == "binary":
            out.append(f"{name} probabilities|" + text(booster.predict(data)))
        gains = booster.get_score(importance_type="total_gain")
        out.append(f"{name} gains|" + text(gains.get(f"f{c}", 0.0) for c in range(columns)))


def stopping(out):
    """Every fourth row is held out; best number of rounds, and margins of all rows with them."""
    for name, kind, flags in [
        ("stop", "binary", "nw"), ("stop-value", "continuous", ""), ("stop-time", "survival", "t"),
    ]:
        x, y, w = table(kind, 60, 8, flags)
        held = numpy.arange(60) % 4 == 3
        part = lambda rows: xgboost.DMatrix(
            x[rows], label=y[rows], weight=None if w is None else w[rows], nthread=1)
        booster = xgboost.train(
            full({"max_depth": 2, "learning_rate": 0.1, "subsample": 0.8, "seed": 31}, kind),
            part(~held), 200, evals=[(part(held), "held")], early_stopping_rounds=7,
            verbose_eval=False)
        best = booster.best_iteration + 1
        margins = booster.predict(
            xgboost.DMatrix(x, nthread=1), output_margin=True, iteration_range=(0, best))
        out.append(f"{name} rounds|{best}")
        out.append(f"{name} margins|" + text(margins))


def glioma(out, path):
    rows = list(csv.DictReader(open(path)))
    columns = list(rows[0])[7:]
    number = lambda v: float(v) if v not in ("", "NA") else math.nan
    x = numpy.array([[number(r[c]) for c in columns] for r in rows]).astype(numpy.float32)
    for name, kind, settings in [
        ("glioma", "binary", {"max_depth": 3, "subsample": 0.8, "colsample_bytree": 0.5, "seed": 17}),
        ("glioma-hist", "binary", {"max_depth": 3, "tree_method": "hist"}),
        ("glioma-time", "survival", {"max_depth": 3, "learning_rate": 0.1, "seed": 4}),
    ]:
        if kind == "binary":
            y = numpy.float32([number(r["idh"]) for r in rows])
        else:
            y = numpy.float32(
                [number(r["days"]) * (1 if number(r["death"]) == 1 else -1) for r in rows])
        known = numpy.isfinite(y) & (y != 0 if kind == "survival" else True)
        data = xgboost.DMatrix(x[known], label=y[known], nthread=1)
        booster = xgboost.train(full(settings, kind), data, 30)
        out.append(f"{name} margins|" + text(booster.predict(data, output_margin=True)))


REAL = [
    ("birthwt", "class", "", {"max_depth": 3, "subsample": 0.8, "colsample_bytree": 0.7, "seed": 17}),
    ("birthwt", "class", "hostile", {"tree_method": "hist", "min_child_weight": 0.1}),
    ("swiss", "value", "", {"max_depth": 4, "learning_rate": 0.2}),
    ("swiss", "value", "hostile", {"lambda": 0.0, "min_child_weight": 0.0}),
    ("veteran", "time", "", {"max_depth": 2, "learning_rate": 0.1}),
    ("veteran", "time", "two hostile", {"max_depth": 3, "min_child_weight": 0.0}),
]


def real(out, path):
    tables = {}
    for row in csv.reader(open(path)):
        if len(row) == 3 and row[0] != "table":
            tables.setdefault(row[0], {})[row[1]] = [float(v) for v in row[2].split()]
    for name, outcome, flags, settings in REAL:
        columns = tables[name]
        x = [v for n, v in columns.items() if n not in (outcome, "event")]
        if "hostile" in flags:
            x += [x[1], [a + b for a, b in zip(x[0], x[1])], [1e6 * v + 5e5 for v in x[1]],
                  [0.1] * len(x[0])]
            x = [[math.nan if (7 * r + 11 * c) % 5 == 0 else v for r, v in enumerate(column)]
                 for c, column in enumerate(x)]
        y = columns[outcome]
        if name == "veteran":
            event = columns["event"]
            if "two" in flags:
                first = [r for r, e in enumerate(event) if e == 1][:2]
                event = [float(r in first) for r in range(len(event))]
            y = [t if e else -t for t, e in zip(y, event)]
        kind = {"class": "binary", "value": "continuous", "time": "survival"}[outcome]
        data = xgboost.DMatrix(
            numpy.array(x).T.astype(numpy.float32), label=numpy.float32(y), nthread=1)
        booster = xgboost.train(full(settings, kind), data, 30)
        out.append(f"{' '.join([name, flags]).strip()} margins|"
                   + text(booster.predict(data, output_margin=True)))


def main():
    out = [
        f"# xgboost {xgboost.__version__}, numpy {numpy.__version__}, nthread 1, settings per case in "
        f"scripts/oracles/xgboost_margins.py, {datetime.date.today()}"
    ]
    cases(out)
    stopping(out)
    if len(sys.argv) > 2:
        glioma(out, sys.argv[2])
    if len(sys.argv) > 3:
        real(out, sys.argv[3])
    with open(sys.argv[1], "w") as file:
        file.write("\n".join(out) + "\n")


main()
