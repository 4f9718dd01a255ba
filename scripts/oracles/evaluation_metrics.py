"""Golden values of metrics: scikit-learn and scipy. Fingerprints: FNV-1a written out.

Data come from the integer formula of scripts/oracles/evaluation.R.
Usage: python scripts/oracles/evaluation_metrics.py
Writes Tests/EvaluationTests/Golden/metrics.csv and, of cross-validations whose patients are drawn
anew with their scores, Tests/EvaluationTests/Golden/repeats.csv.
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
        "other": (uniform(i, seed + 3) + 0.5 * raw) / 1.5,
        "time": np.floor(1 + 30 * uniform(i, seed + 5) * (2 - raw)),
        "event": uniform(i, seed + 6) < 0.6,
        "group": group,
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


def concordance(time, event, score):
    """Harrell's: pairs whose order of events is known; an event comes before a censoring."""
    wins = pairs = 0
    for i in np.flatnonzero(event):
        later = (time > time[i]) | ((time == time[i]) & ~event)
        pairs += later.sum()
        wins += (score[i] > score[later]).sum() + (score[i] == score[later]).sum() / 2
    return wins / pairs if pairs else math.nan


def of_rows(name, d, x):
    """One metric; NaN where the rows do not define it."""
    y, called = d["positive"], x >= 0.5
    if name == "concordance":
        return concordance(d["time"], d["event"], x)
    one = len(set(y)) < 2
    if name in ("auc", "balancedAccuracy", "mcc") and one:
        return math.nan
    if name == "averagePrecision" and not y.any() or name == "f1" and not (y | called).any():
        return math.nan
    if name == "logLoss":
        return sk.log_loss(y, x, labels=[False, True])
    if name in ("r2", "spearman") and len(set(d["value"])) < 2:
        return math.nan
    if name == "spearman" and len(set(x)) < 2:
        return math.nan
    simple = {
        "auc": lambda: sk.roc_auc_score(y, x),
        "averagePrecision": lambda: sk.average_precision_score(y, x),
        "accuracy": lambda: sk.accuracy_score(y, called),
        "balancedAccuracy": lambda: sk.balanced_accuracy_score(y, called),
        "f1": lambda: sk.f1_score(y, called),
        "mcc": lambda: sk.matthews_corrcoef(y, called),
        "brier": lambda: sk.brier_score_loss(y, x),
        "spearman": lambda: scipy.stats.spearmanr(d["value"], x).statistic,
        "r2": lambda: sk.r2_score(d["value"], x),
        "rmse": lambda: math.sqrt(sk.mean_squared_error(d["value"], x)),
        "mae": lambda: sk.mean_absolute_error(d["value"], x),
    }
    return simple[name]()


def repeated(name, d, folds, scores, counts):
    """Mean over repeats of the weighted mean over folds; counts: of each patient (group)."""
    repeats = []
    for fold, x in zip(folds, scores):
        total = weights = 0.0
        for k in range(fold.max() + 1):
            own = fold == k
            groups = np.unique(d["group"][own])
            rows = np.repeat(np.flatnonzero(own), counts[d["group"][own]])
            if len(rows) == 0:
                continue
            value = of_rows(name, {key: column[rows] for key, column in d.items()}, x[rows])
            if math.isnan(value):
                continue
            weight = counts[groups].sum() / len(groups)
            total += weight * value
            weights += weight
        if weights:
            repeats.append(total / weights)
    return sum(repeats) / len(repeats) if repeats else math.nan


def repeats():
    d = rows_of(40, True, 12, 30)
    group = d["group"]
    folds = [group % 5, group // 8]
    scores = [d["score"], d["other"]]
    # Patients in the order in which the folds name them.
    numbered = np.concatenate([np.arange(40)[np.arange(40) % 5 == k] for k in range(5)])
    lines = [
        f"# scikit-learn {sklearn.__version__}, scipy {scipy.__version__}, metric of every fold of"
        f" drawn patients, {datetime.date.today()}",
        "case,name,values",
    ]
    names = list(values(d)) + ["concordance"]
    for name in names:
        def of(counts):
            return repeated(name, d, folds, scores, counts)
        drawn = []
        for replicate in range(8):
            counts = np.zeros(40, int)
            for place in range(40):
                counts[numbered[int(uniform(replicate * 40 + place, 190) * 40)]] += 1
            drawn.append(of(counts))
        left = np.array([of(np.arange(40) != patient) for patient in range(40)])
        step = 39 / 40 * (left.mean() - left)
        acceleration = (step**3).sum() / (6 * (step**2).sum() ** 1.5)
        lines.append(f"{name},estimate,{of(np.ones(40, int)):.17g}")
        lines.append(f"{name},drawn,{' '.join(f'{value:.17g}' for value in drawn)}")
        lines.append(f"{name},acceleration,{acceleration:.17g}")
    (GOLDEN / "repeats.csv").write_text("\n".join(lines) + "\n")


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

    repeats()


main()
