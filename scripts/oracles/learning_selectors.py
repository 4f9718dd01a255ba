#!/usr/bin/env python3
"""Golden values of the selectors: scipy, statsmodels, pingouin, R's survival and caret.

Usage: python learning_selectors.py OUTPUT.csv
       (numpy, scipy, statsmodels, scikit-learn, pingouin, pandas; Rscript with survival and caret)

Tables are formulas on whole numbers that Tests/LearningTests/SelectorSupport.swift repeats:
  noise(seed, n) = SplitMix64's finaliser of (seed * 2^32 + n + 1) * 0x9E3779B97F4A7C15 >> 11, * 2^-53
  plain    noise(1, row + 1000 column)
  tied     floor of 6 times plain
  related  plain + noise(2, row + 1000 (column div 3)) * 2
Classes: noise(3, row) < 0.45; times: 1 + floor(20 noise(4, row)); events: noise(5, row) < 0.7.
Signal: column c of plain and tied gets + class * 0.05 * c.
Output: case|numbers.
"""
import datetime
import subprocess
import sys
import tempfile

import numpy
import pandas
import pingouin
import scipy
import sklearn
from scipy import stats, special
from sklearn.feature_selection import RFE, f_classif
from sklearn.linear_model import LinearRegression
from statsmodels.stats.multitest import multipletests

MASK = 2**64 - 1


def noise(seed, n):
    z = ((seed << 32) + n + 1) * 0x9E3779B97F4A7C15 & MASK
    z = (z ^ z >> 30) * 0xBF58476D1CE4E5B9 & MASK
    z = (z ^ z >> 27) * 0x94D049BB133111EB & MASK
    z ^= z >> 31
    return (z >> 11) * 2.0**-53


def classes(rows):
    return numpy.array([1 if noise(3, r) < 0.45 else 0 for r in range(rows)])


def table(kind, rows, columns):
    out = numpy.empty((rows, columns))
    y = classes(rows)
    for c in range(columns):
        for r in range(rows):
            v = noise(1, r + 1000 * c)
            if kind == "related":
                out[r, c] = v + 2 * noise(2, r + 1000 * (c // 3))
            else:
                v = v + y[r] * 0.05 * c
                out[r, c] = numpy.floor(6 * v) if kind == "tied" else v
    return out


def mutual(a, b):
    total = 0.0
    for u in numpy.unique(a):
        for v in numpy.unique(b):
            joint = ((a == u) & (b == v)).mean()
            if joint > 0:
                total += joint * numpy.log(joint / ((a == u).mean() * (b == v).mean()))
    return total


def bins(v):
    m, s = v.mean(), v.std(ddof=1)
    return numpy.where(v > m + s, 1, numpy.where(v < m - s, -1, 0))


def mrmr(x, y, k, scheme):
    p = x.shape[1]
    if scheme in ("MID", "MIQ"):
        b = [bins(x[:, j]) for j in range(p)]
        rel = [mutual(b[j], y) for j in range(p)]
        red = lambda i, j: mutual(b[i], b[j])
    else:
        r = numpy.corrcoef(x.T)
        if scheme == "mRMRe":
            rel = [-0.5 * numpy.log(1 - numpy.corrcoef(x[:, j], y)[0, 1] ** 2) for j in range(p)]
            red = lambda i, j: -0.5 * numpy.log(1 - r[i, j] ** 2)
        else:
            rel = f_classif(x, y)[0]
            red = lambda i, j: abs(r[i, j])
    chosen = []
    while len(chosen) < k:
        best, score = None, None
        for j in range(p):
            if j in chosen:
                continue
            s = rel[j]
            if chosen:
                m = numpy.mean([red(j, i) for i in chosen])
                s = rel[j] / max(m, 1e-12) if scheme in ("MIQ", "FCQ") else rel[j] - m
            if best is None or s > score + 1e-12 * max(abs(s), abs(score)):
                best, score = j, s
        chosen.append(best)
    return chosen


def r_script(text, *tables):
    with tempfile.TemporaryDirectory() as folder:
        for i, t in enumerate(tables):
            numpy.savetxt(f"{folder}/{i}.txt", t, fmt="%.17g")
        code = f'setwd("{folder}"); options(digits = 17); ' + text
        done = subprocess.run(["Rscript", "-e", code], capture_output=True, text=True)
        if done.returncode != 0:
            raise RuntimeError(done.stderr)
        return [float(v) for v in done.stdout.split()]


def cases():
    for kind in ("plain", "tied"):
        for rows in (10, 60):
            x, y = table(kind, rows, 8), classes(rows)
            a, b = x[y == 1], x[y == 0]
            for welch in (True, False):
                t = stats.ttest_ind(a, b, equal_var=not welch)
                name = "welch" if welch else "student"
                yield f"{name} {kind} {rows} t", t.statistic
                yield f"{name} {kind} {rows} p", t.pvalue
            yield f"mann-whitney {kind} {rows}", [
                stats.mannwhitneyu(a[:, j], b[:, j]).pvalue for j in range(8)]
            p = []
            for j in range(8):
                edges = numpy.quantile(x[:, j], [0.25, 0.5, 0.75])
                d = numpy.digitize(x[:, j], edges)
                counts = numpy.array([[((d == u) & (y == v)).sum() for v in (0, 1)]
                                      for u in numpy.unique(d)])
                p.append(stats.chi2_contingency(counts, correction=False)[1]
                         if len(counts) > 1 else numpy.nan)
            yield f"chi-squared {kind} {rows}", p
    p = stats.ttest_ind(*[table("plain", 60, 8)[classes(60) == c] for c in (1, 0)]).pvalue
    for key, method in [("BH", "fdr_bh"), ("BY", "fdr_by"), ("holm", "holm")]:
        yield f"adjust {key}", multipletests(p, method=method)[1]
    for m, n in ((3, 5), (8, 150)):
        from scipy.stats import _mannwhitneyu
        state = _mannwhitneyu._MWU(m, n)
        yield f"mwu-tail {m} {n}", [state.sf(numpy.array([u]))[0] for u in (0, m * n // 2, m * n)]
    points = [(0.5, 3), (2.2, 17.5), (40, 5), (3, 5000), (1e-3, 1e5), (12, 181)]
    yield "tail student", [2 * stats.t.sf(t, d) for t, d in points]
    triples = [(1.3, 4, 7), (8, 2.5, 180.25), (0.01, 182, 182), (30, 1, 181), (1.05, 5000, 4000)]
    yield "tail fisher", [stats.f.sf(*v) for v in triples]
    yield "quantile fisher", [stats.f.isf(t, a, b) for t, a, b in
                              [(0.025, 5, 18), (0.025, 18, 5), (0.01, 2.7, 99.3), (0.9, 182, 1)]]
    yield "tail chi", [special.gammaincc(d / 2, x / 2) for x, d in
                       [(0.3, 3), (9, 3), (200, 3), (0.01, 1), (1500, 1400), (63, 63)]]
    for kind in ("plain", "related"):
        x, y = table(kind, 60, 30), classes(60)
        for scheme in ("MID", "MIQ", "FCD", "FCQ", "mRMRe"):
            yield f"mrmr {scheme} {kind}", mrmr(x, y, 12, scheme)
    x = table("related", 40, 90)
    for method in ("pearson", "spearman"):
        for cut in (0.5, 0.75, 0.9):
            drop = r_script(
                'suppressMessages(library(caret)); x <- as.matrix(read.table("0.txt")); '
                f'cat(findCorrelation(cor(x, method = "{method}"), cutoff = {cut}, exact = TRUE))', x)
            yield (f"caret {method} {cut}", sorted(set(range(90)) - {int(v) - 1 for v in drop}))
            r = abs(numpy.corrcoef(x.T) if method == "pearson" else stats.spearmanr(x)[0])
            kept = []
            for j in range(90):
                if all(r[j, i] <= cut for i in kept):
                    kept.append(j)
            yield f"greedy {method} {cut}", kept
    x = table("tied", 60, 8)
    time = numpy.array([1 + numpy.floor(20 * noise(4, r)) for r in range(60)])
    event = numpy.array([1 if noise(5, r) < 0.7 else 0 for r in range(60)])
    entry = numpy.array([0.5 * numpy.floor(time[r] * noise(6, r)) for r in range(60)])
    both = numpy.column_stack([time, event, entry])
    for name, left in (("", "y[, 1], y[, 2]"), ("-entry", "y[, 3], y[, 1], y[, 2]")):
        out = r_script(
            'library(survival); x <- as.matrix(read.table("0.txt")); y <- as.matrix(read.table("1.txt")); '
            f'for (j in 1:8) {{ s <- summary(coxph(Surv({left}) ~ x[, j], '
            'control = coxph.control(eps = 1e-14, iter.max = 50))); '
            'cat(s$sctest[1], s$waldtest[1] * 0 + (s$coefficients[1] / s$coefficients[3])^2, "") }', x, both)
        yield f"cox{name} score", out[0::2]
        yield f"cox{name} wald", out[1::2]
    for rows, raters in ((12, 2), (15, 4)):
        x = numpy.array([[noise(7, r) * 3 + noise(8, r + 100 * m) + 0.3 * m for m in range(raters)]
                         for r in range(rows)])
        frame = pandas.DataFrame([(r, m, x[r, m]) for r in range(rows) for m in range(raters)],
                                 columns=["t", "m", "v"])
        icc = pingouin.intraclass_corr(frame, targets="t", raters="m", ratings="v")
        yield f"icc {rows} {raters}", icc["ICC"]
        msr = raters * x.mean(1).var(ddof=1)
        msc = rows * x.mean(0).var(ddof=1)
        rest = x - x.mean(1)[:, None] - x.mean(0)[None, :] + x.mean()
        mse = (rest**2).sum() / ((rows - 1) * (raters - 1))
        msw = ((x - x.mean(1)[:, None]) ** 2).sum() / (rows * (raters - 1))
        n, k = rows, raters
        bounds = []
        a1 = (msr - mse) / (msr + (k - 1) * mse + k / n * (msc - mse))
        a, b = k * a1 / (n * (1 - a1)), 1 + k * a1 * (n - 1) / (n * (1 - a1))
        v = (a * msc + b * mse) ** 2 / ((a * msc) ** 2 / (k - 1) + (b * mse) ** 2 / ((n - 1) * (k - 1)))
        f1, f2 = stats.f.isf(0.025, n - 1, v), stats.f.isf(0.025, v, n - 1)
        agreement = (n * (msr - f1 * mse) / (f1 * (k * msc + (k * n - k - n) * mse) + n * msr),
                     n * (f2 * msr - mse) / (k * msc + (k * n - k - n) * mse + n * f2 * msr))
        for noise_ms, d in ((msw, n * (k - 1)), (None, None), (mse, (n - 1) * (k - 1))):
            if noise_ms is None:
                bounds.append(agreement)
                continue
            f = msr / noise_ms
            low, high = f / stats.f.isf(0.025, n - 1, d), f * stats.f.isf(0.025, d, n - 1)
            bounds.append(tuple((q - 1) / (q + k - 1) for q in (low, high)))
        bounds += [tuple(k * q / (1 + (k - 1) * q) for q in pair) for pair in bounds]
        yield f"icc-bounds {rows} {raters}", [q for pair in bounds for q in pair]
        column = next(c for c in icc.columns if c.startswith("CI"))
        theirs = numpy.array([list(v) for v in icc[column]])
        print("pingouin's rounded intervals differ from the formulas by",
              abs(theirs - numpy.array(bounds)).max())
    x, y = table("plain", 60, 8), classes(60).astype(float)
    for step in (1, 3):
        yield f"rfe {step}", numpy.where(
            RFE(LinearRegression(), n_features_to_select=3, step=step).fit(x, y).support_)[0]


def main():
    with open(sys.argv[1], "w") as out:
        out.write(f"# scipy {scipy.__version__}, statsmodels, scikit-learn {sklearn.__version__}, "
                  f"pingouin {pingouin.__version__}, R survival and caret, settings per row, made by "
                  f"scripts/oracles/learning_selectors.py, {datetime.date.today()}\n")
        for name, values in cases():
            out.write(name + "|" + " ".join(repr(float(v)) for v in values) + "\n")


main()
