"""Golden values of metrics: scikit-learn and scipy. Fingerprints: FNV-1a written out.

Data come from the integer formula of scripts/oracles/evaluation.R.
Usage: python scripts/oracles/evaluation_metrics.py
Writes Tests/EvaluationTests/Golden/metrics.csv.
"""

import datetime
import math
import pathlib
import struct

import numpy as np
import scipy
import scipy.stats
import sklearn
from sklearn import metrics as sk

GOLDEN = pathlib.Path(__file__).parents[2] / "Tests/EvaluationTests/Golden"


def uniform(i, j):
    u = (np.asarray(i) * 7919 + j * 104729 + 4242) % 65537
    for _ in range(3):
        u = (u * u + 12345 * u + 67) % 65537
    return u / 65537


def rows_of(patients, lesions, steps, seed):
    sizes = 1 + np.arange(patients) % 4 if lesions else np.ones(patients, int)
    group = np.repeat(np.arange(patients), sizes)
    i = np.arange(len(group))
    raw = uniform(i, seed)
    return {
        "score": np.floor(raw * steps) / steps if steps else raw,
        "positive": raw + uniform(group, seed + 1) + uniform(i, seed + 2) > 1.4,
        "value": 2 * raw + uniform(i, seed + 4),
    }


def fingerprint(training, test):
    data = b"".join(struct.pack("<Q%dQ" % len(x), len(x), *x) for x in (training, test))
    value = 0xCBF29CE484222325
    for byte in data:
        value = (value ^ byte) * 0x100000001B3 % 2**64
    return value


def values(d):
    y, x, called = d["positive"], d["score"], d["score"] >= 0.5
    return {
        "auc": sk.roc_auc_score(y, x),
        "averagePrecision": sk.average_precision_score(y, x),
        "accuracy": sk.accuracy_score(y, called),
        "balancedAccuracy": sk.balanced_accuracy_score(y, called),
        "f1": sk.f1_score(y, called),
        "mcc": sk.matthews_corrcoef(y, called),
        "brier": sk.brier_score_loss(y, x),
        "logLoss": sk.log_loss(y, x),
        "spearman": scipy.stats.spearmanr(d["value"], x).statistic,
        "r2": sk.r2_score(d["value"], x),
        "rmse": math.sqrt(sk.mean_squared_error(d["value"], x)),
        "mae": sk.mean_absolute_error(d["value"], x),
    }


def main():
    lines = [
        f"# scikit-learn {sklearn.__version__}, scipy {scipy.__version__},"
        f" scores are probabilities, cut-off 0.5, {datetime.date.today()}",
        "case,name,values",
    ]
    sets = {
        "single": rows_of(60, False, 0, 10),
        "tied": rows_of(50, False, 7, 20),
        "lesions": rows_of(40, True, 12, 30),
    }
    for case, d in sets.items():
        for name, value in values(d).items():
            lines.append(f"{case},{name},{value:.17g}")
    y = np.array([True, False, True, False])
    lines.append(f"edges,logLoss,{sk.log_loss(y, np.array([0.0, 0.0, 1.0, 1.0])):.17g}")
    for case, parts in {"small": ([0, 2, 3], [1]), "wide": ([5, 300, 70000], [0, 1, 299])}.items():
        lines.append(f"fingerprint,{case},{fingerprint(*parts):016x}")
    (GOLDEN / "metrics.csv").write_text("\n".join(lines) + "\n")


main()
