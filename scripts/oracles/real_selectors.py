#!/usr/bin/env python3
"""Golden values of the selectors on real tables and their hostile twins.

Usage: python real_selectors.py REAL-TABLES.csv GLIOMA.csv OUTPUT.csv
       (numpy, scipy, scikit-learn, pandas; Rscript with survival, caret, glmnet and psych)

REAL-TABLES.csv is Tests/LearningTests/Golden/real-tables.csv. `tables()` makes every table from
the real ones by whole-number rules that Tests/LearningTests/RealSelectorTables.swift repeats.
Sums of t-tests, of three bins and of the analyses of variance are exact (whole numbers); of wide
tables every 18th column's values are kept. Output: case|numbers.
"""
import datetime
import os
import subprocess
import sys
import tempfile
from fractions import Fraction

import numpy
import pandas
import scipy
import sklearn
from scipy import special, stats
from sklearn.feature_selection import RFE, f_classif, f_regression
from sklearn.linear_model import LinearRegression, LogisticRegression, Ridge

# Shrout & Fleiss 1979, table 2; Bland & Altman 1986: two flow meters, twice; like columns of the
# glioma table (mean, median and root mean square of the intensities).
RATINGS = [[9, 2, 5, 8], [6, 1, 3, 2], [8, 4, 6, 8], [7, 1, 2, 6], [10, 5, 6, 9], [6, 2, 4, 7]]
LIKE = [28, 32, 45]
CUTS = (0.9, 0.6)
BINNINGS = ((4, "quantile"), (4, "width"), (25, "width"), (25, "quantile"))
FLOW = [
    [494, 395, 516, 434, 476, 557, 413, 442, 650, 433, 417, 656, 267, 478, 178, 423, 427],
    [490, 397, 512, 401, 470, 611, 415, 431, 638, 429, 420, 633, 275, 492, 165, 372, 421],
    [512, 430, 520, 428, 500, 600, 364, 380, 658, 445, 432, 626, 260, 477, 259, 350, 451],
    [525, 415, 508, 444, 500, 625, 460, 390, 642, 432, 420, 605, 227, 467, 268, 370, 443]]


# MARK: tables

def coarse(v):
    low, width = v.min(), v.max() - v.min()
    return v * 0 if width == 0 else numpy.floor(4 * ((v - low) / width))


def hostile(t, y):
    """Twins of births: repeated, of one value, scaled, shifted, tied, separating."""
    age, lwt = t["age"], t["lwt"]
    return numpy.column_stack([
        age, lwt, lwt, 0 * age + 7, lwt * 1e6 + 123456789, age * 2.0**-60, numpy.floor(age / 10),
        y * 10 + t["race2"], -lwt, age + 1e4, y * 3 + 1, lwt * 2.0**200, t["smoke"],
        numpy.minimum(age - 14, 25), lwt * 2.0**300, lwt * 2.0**-300])


def tables(real, glioma):
    def of(name):
        rows = real[real.table == name]
        return {c: numpy.array(v.split(), float) for c, v in zip(rows["column"], rows["values"])}
    births, swiss, lung = of("birthwt"), of("swiss"), of("veteran")
    after = list(glioma.columns).index("sex") + 1
    names = [c for c in glioma.columns[after:] if numpy.isfinite(glioma[c]).all()]
    wide = glioma[names].to_numpy(float)
    idh, age = glioma.idh.to_numpy(float), glioma.age.to_numpy(float)
    time, death = glioma.days.to_numpy(float), glioma.death.to_numpy(float)
    known, follow = numpy.isfinite(age), numpy.isfinite(time) & numpy.isfinite(death)
    x = lambda t, skip: numpy.column_stack(list(t.values())[skip:])
    two = lambda e: numpy.isin(numpy.arange(len(e)), numpy.flatnonzero(e == 1)[[1, -2]]) * 1.0
    s = lambda t, e, b=None: {"time": t, "event": e, "entry": b}
    lx, lt, le = x(lung, 2), lung["time"], lung["event"]
    return {
        "birthwt": (x(births, 1), births["class"]),
        "birthwt-hostile": (hostile(births, births["class"]), births["class"]),
        "glioma": (wide, idh),
        "glioma-20": (wide[:20], idh[:20]),
        "glioma-coarse": (numpy.apply_along_axis(coarse, 0, wide), idh),
        "swiss": (x(swiss, 1), swiss["value"]),
        "swiss-tens": (numpy.floor(x(swiss, 1) / 10), numpy.floor(swiss["value"] / 10)),
        "glioma-age": (wide[known], age[known]),
        "veteran": (lx, s(lt, le)),
        "veteran-two": (lx, s(lt, two(le))),
        "veteran-entry": (lx, s(lt, le, numpy.floor(lt / 4))),
        "veteran-months": (lx, s(numpy.ceil(lt / 30), le)),
        "glioma-days": (wide[follow], s(time[follow], death[follow])),
        "glioma-two": (wide[follow], s(time[follow], two(death[follow]))),
    }


def kept(values):
    values = numpy.asarray(values, float)
    return values[::18] if len(values) > 100 else values


# MARK: exact sums

def whole(v):
    """Whole numbers that are proportional to the values."""
    f = [Fraction(float(q)) for q in v]
    d = max(q.denominator for q in f)
    return [int(q * d) for q in f]


def t_test(v, y, welch):
    """t, degrees of freedom and the exact square of t, whose sums are exact."""
    q = whole(v)
    parts = [[a for a, c in zip(q, y) if c == k] for k in (0, 1)]
    n = [len(p) for p in parts]
    mean = [Fraction(sum(p), len(p)) for p in parts]
    rest = [sum(a * a for a in p) - m * m * len(p) for p, m in zip(parts, mean)]
    if welch:
        e = [r / (k - 1) / k for r, k in zip(rest, n)]
        square = sum(e)
        below = sum(a * a / (k - 1) for a, k in zip(e, n))
        df = square * square / below if below else Fraction(sum(n) - 2)
    else:
        df = Fraction(sum(n) - 2)
        square = sum(rest) / df * (Fraction(1, n[0]) + Fraction(1, n[1]))
    difference = mean[1] - mean[0]
    if square == 0:
        return (numpy.nan if difference == 0 else numpy.sign(difference) * numpy.inf), float(df)
    return numpy.sign(difference) * float(difference**2 / square) ** 0.5, float(df)


def bins(v):
    q = whole(v)
    n = len(q)
    mean = Fraction(sum(q), n)
    variance = sum((a - mean) ** 2 for a in q) / (n - 1)
    far = [(a - mean) ** 2 > variance for a in q]
    return numpy.array([(1 if a > mean else -1) if f else 0 for a, f in zip(q, far)])


def exact_r(a, b):
    p, q = whole(a), whole(b)
    n = len(p)
    sp, sq = sum(p), sum(q)
    top = n * sum(i * j for i, j in zip(p, q)) - sp * sq
    below = (n * sum(i * i for i in p) - sp * sp) * (n * sum(j * j for j in q) - sq * sq)
    return numpy.sign(top) * float(Fraction(top * top, below)) ** 0.5 if below else 0.0


# MARK: R

def r_script(text, **arrays):
    with tempfile.TemporaryDirectory() as folder:
        for name, t in arrays.items():
            numpy.savetxt(f"{folder}/{name}.txt", t, fmt="%.17g")
        read = "; ".join(f'{n} <- unname(as.matrix(read.table("{n}.txt")))' for n in arrays)
        code = f'options(warn = -1, digits = 17); setwd("{folder}"); {read}; {text}'
        done = subprocess.run(["Rscript", "-e", code], capture_output=True, text=True,
                              env={**os.environ, "TZ": "UTC"})
        if done.returncode != 0:
            raise RuntimeError(done.stderr)
        return numpy.array([float("nan" if v == "NA" else v) for v in done.stdout.split()])


def cox(x, s):
    """Score statistics, then Wald statistics; columns standardised, which changes neither."""
    z = standardised(x)
    y = numpy.column_stack([s["time"], s["event"]] + ([s["entry"]] if s["entry"] is not None else []))
    left = "y[, 3], y[, 1], y[, 2]" if y.shape[1] == 3 else "y[, 1], y[, 2]"
    out = r_script(
        "suppressMessages(library(survival)); for (j in seq_len(ncol(x))) { "
        "if (all(x[, j] == 0)) { cat(NA, NA, '') } else { "
        f"s <- summary(coxph(Surv({left}) ~ x[, j], control = coxph.control(eps = 1e-14, "
        "iter.max = 60))); b <- s$coefficients[1]; none <- is.na(b) && "
        "s$sctest[1] == 0; cat(if (none) NA else s$sctest[1], (b / s$coefficients[3])^2, '') } }",
        x=z, y=y)
    return out[0::2], out[1::2]


def find_correlation(tables, cuts):
    """Kept columns of caret::findCorrelation per table and threshold."""
    out = r_script(
        f"suppressMessages(library(caret)); for (t in list({', '.join(tables)})) "
        f"for (cut in c({', '.join(map(str, cuts))})) "
        "cat(findCorrelation(t, cutoff = cut, exact = TRUE), 0, '')", **tables)
    count, drop = len(next(iter(tables.values()))), []
    for v in out:
        if v == 0:
            yield [j for j in range(count) if j + 1 not in drop]
            drop = []
        else:
            drop.append(int(v))


def glmnet(x, y, family, alpha, share):
    """Standardised sizes at `share` of the largest lambda, and that lambda."""
    outcome = "y[, 1]" if family != "cox" else "survival::Surv(y[, 1], y[, 2])"
    out = r_script(
        f"suppressMessages(library(glmnet)); o <- {outcome}; a <- list(x = x, y = o, alpha = {alpha}, "
        f'family = "{family}"); big <- do.call(glmnet, a)$lambda[1]; l <- signif({share} * big, 4); '
        "f <- do.call(glmnet, c(a, list(lambda = exp(seq(log(big), log(l), length.out = 60)), "
        "thresh = 1e-16, maxit = 1e8))); "
        'cat(l, as.matrix(f$beta)[, 60], "")', x=x, y=y)
    return out[0], out[1:] * x.std(0)


# MARK: searches

def standardised(x):
    z = x - x.mean(0)
    z[:, (x == x[0]).all(0)] = 0
    largest = abs(z).max(0)
    z = z / numpy.where(largest > 0, largest, 1)
    d = z.std(0)
    return z / numpy.where(d > 0, d, 1)


def correlations(x):
    z = standardised(x)
    r = z.T @ z / len(z)
    numpy.fill_diagonal(r, 1)
    return numpy.clip((r + r.T) / 2, -1, 1)


def falling(values):
    """Order by falling value, values that agree to 11 digits by column."""
    order = sorted(range(len(values)), key=lambda j: -values[j])
    return canonical(order, values)


def canonical(order, values, near=1e-11):
    """Runs of columns whose values agree, each in the order of the table."""
    out, run = [], []
    for j in order:
        last = values[run[-1]] if run else 0
        if run and last != values[j] and not abs(last - values[j]) <= near * min(abs(last), 1e300):
            out += sorted(run)
            run = []
        run.append(j)
    return out + sorted(run)


def greedy(r, cut, order):
    chosen = []
    for j in order:
        if all(abs(r[j, i]) <= cut for i in chosen):
            chosen.append(j)
    return chosen


def mutual(a, b):
    total, n = 0.0, len(a)
    for u in numpy.unique(a):
        for v in numpy.unique(b):
            joint = int(((a == u) & (b == v)).sum())
            if joint:
                total += joint / n * numpy.log(
                    float(Fraction(joint * n, int((a == u).sum()) * int((b == v).sum()))))
    return total


def mrmr(x, y, k, scheme):
    free = [j for j in range(x.shape[1]) if (x[:, j] != x[0, j]).any()]
    is_class = set(y) == {0, 1}
    if scheme in ("MID", "MIQ"):
        b = {j: bins(x[:, j]) for j in free}
        target = y if is_class else bins(y)
        relevance = {j: mutual(b[j], target) for j in free}
        redundancy = lambda i, j: mutual(b[i], b[j])
    else:
        z = standardised(x)
        gauss = lambda r: -0.5 * numpy.log(max(1 - r * r, 1e-15))
        if scheme == "mRMRe":
            relevance = {j: gauss(exact_r(x[:, j], y)) for j in free}
            redundancy = lambda i, j: gauss(exact_r(x[:, i], x[:, j]))
        else:
            f = (f_classif if is_class else f_regression)(z[:, free], y)[0]
            r = [exact_r(x[:, j], y) for j in free]
            ratio = [q * q * (len(y) - 2) / (1 - q * q) if abs(q) < 1 else numpy.inf for q in r]
            relevance = dict(zip(free, ratio))
            off = [abs(a / b - 1) for a, b in zip(f, ratio) if 1e-6 < b < 1e6]
            print(scheme, "scikit-learn's F differs, relative, by", max(off))
            redundancy = lambda i, j: abs(exact_r(x[:, i], x[:, j]))
    chosen, sums = [], {j: 0.0 for j in free}
    while len(chosen) < min(k, len(free)):
        score = {}
        for j in free:
            if j in chosen:
                continue
            mean = sums[j] / max(len(chosen), 1)
            score[j] = (relevance[j] if not chosen else relevance[j] / max(mean, 1e-12)
                        if scheme in ("MIQ", "FCQ") else relevance[j] - mean)
        top = max(score.values())
        best = min(j for j in score if score[j] == top or numpy.isfinite(top)
                   and top - score[j] <= 1e-11 * max(abs(top), abs(score[j])))
        chosen.append(best)
        for j in free:
            if j not in chosen:
                sums[j] += redundancy(j, best)
    return chosen


# MARK: intraclass correlations, McGraw & Wong 1996, tables 4 and 7

def icc(x):
    """The six coefficients with their bounds, in the order value, lower, upper."""
    q = [[Fraction(float(v)) for v in row] for row in x]
    n, k = len(q), len(q[0])
    rows = [sum(r) / k for r in q]
    columns = [sum(r[c] for r in q) / n for c in range(k)]
    mean = sum(rows) / n
    total = sum((v - mean) ** 2 for r in q for v in r)
    ssr, ssc = k * sum((r - mean) ** 2 for r in rows), n * sum((c - mean) ** 2 for c in columns)
    msr, msc = ssr / (n - 1), ssc / (k - 1)
    mse = (total - ssr - ssc) / ((n - 1) * (k - 1))
    msw = (total - ssr) / (n * (k - 1))

    def simple(noise, df):
        if noise == 0:
            return [(1, 1, 1)] * 2
        f = float(msr / noise)
        f = (f, f / stats.f.isf(0.025, n - 1, df), f * stats.f.isf(0.025, df, n - 1))
        return [tuple((v - 1) / (v + k - 1) for v in f),
                tuple(1 - 1 / v if v else -numpy.inf for v in f)]
    a1 = (msr - mse) / (msr + (k - 1) * mse + k * (msc - mse) / n)
    if a1 == 1:
        agreement = [(1, 1, 1)] * 2
    else:
        a, b = k * a1 / (n * (1 - a1)), 1 + k * a1 * (n - 1) / (n * (1 - a1))
        v = float((a * msc + b * mse) ** 2
                  / ((a * msc) ** 2 / (k - 1) + (b * mse) ** 2 / ((n - 1) * (k - 1))))
        single = (a1, numpy.nan, numpy.nan)
        if v > 0:
            f1, f2 = (Fraction(float(stats.f.isf(0.025, *d))) for d in ((n - 1, v), (v, n - 1)))
            c = k * msc + (k * n - k - n) * mse
            single = (a1, n * (msr - f1 * mse) / (f1 * c + n * msr),
                      n * (f2 * msr - mse) / (c + n * f2 * msr))
        agreement = [single, tuple(k * s / (1 + (k - 1) * s) for s in single)]
    one, both = simple(msw, n * (k - 1)), simple(mse, (n - 1) * (k - 1))
    parts = [one[0], agreement[0], both[0], one[1], agreement[1], both[1]]
    return [float(v) for p in parts for v in p]


def measurements(all_tables):
    births, wide = all_tables["birthwt"][0], all_tables["glioma"][0]
    lwt = births[:12, 1]
    return {
        "shrout": numpy.array(RATINGS, float),
        "flow": numpy.array(FLOW, float).T,
        "flow-meters": numpy.array(FLOW, float).T[:, [0, 2]],
        "glioma-coarse-3": all_tables["glioma-coarse"][0][:, 60:63],
        "glioma-like": wide[:, LIKE],
        "glioma-like-20": wide[:20, LIKE],
        "shifted": numpy.column_stack([lwt, lwt + 1, lwt + 3]),
        "far": numpy.column_stack([lwt, lwt + births[:12, 0]]) + 1e9,
        "reversed": numpy.column_stack([lwt, 300 - lwt]),
        "flat-rater": numpy.column_stack([lwt, 0 * lwt + 120]),
        "two-rows": numpy.array([[1.0, 2], [4, 4]]),
        "tiny": numpy.array(RATINGS) * 2.0**-200,
        "huge": numpy.array(RATINGS) * 2.0**200,
    }


# MARK: random subsamples

class Philox:
    """Philox 4x32-10 (Salmon et al. 2011), counter (block, domain, index), key the seed."""

    def __init__(self, seed, domain, index):
        self.seed, self.tail, self.block, self.words = seed, [domain, index, 0], 0, []

    def word(self):
        if not self.words:
            x = [self.block] + self.tail
            k = [self.seed & 0xFFFFFFFF, self.seed >> 32]
            for _ in range(10):
                p, q = x[0] * 0xD2511F53, x[2] * 0xCD9E8D57
                x = [q >> 32 ^ x[1] ^ k[0], q & 0xFFFFFFFF, p >> 32 ^ x[3] ^ k[1], p & 0xFFFFFFFF]
                k = [k[0] + 0x9E3779B9 & 0xFFFFFFFF, k[1] + 0xBB67AE85 & 0xFFFFFFFF]
            self.words, self.block = x, self.block + 1
        return self.words.pop(0)

    def below(self, bound):
        while True:
            product = (self.word() | self.word() << 32) * bound
            if product & 2**64 - 1 >= (2**64 - bound) % bound:
                return product >> 64

    def shuffled(self, values):
        values = list(values)
        for last in range(len(values) - 1, 0, -1):
            other = self.below(last + 1)
            values[last], values[other] = values[other], values[last]
        return values


def subsamples(marks, count):
    stream = Philox(7, 1, 0)
    for _ in range(count):
        rows = []
        for mark in (0, 1):
            stratum = stream.shuffled(numpy.flatnonzero(marks == mark))
            rows += stratum[:len(stratum) // 2]
        yield numpy.sort(rows)


def frequencies(x, marks, count, best):
    counts = numpy.zeros(x.shape[1])
    for rows in subsamples(marks, count):
        counts[best(x[rows], rows)] += 1
    return counts / count


# MARK: cases

def chi_squared(v, y, edges):
    d = numpy.array([sum(Fraction(float(q)) >= e for e in edges) for q in v])
    counts = numpy.array([[((d == u) & (y == c)).sum() for c in (0, 1)] for u in numpy.unique(d)])
    return stats.chi2_contingency(counts, correction=False)[1] if len(counts) > 1 else numpy.nan


def edges(v, count, kind):
    """Inner edges without rounding: type 7 quantiles, or equal widths."""
    s = sorted(Fraction(float(q)) for q in v)
    for b in range(1, count):
        place = Fraction(b * (len(s) - 1), count)
        low = int(place)
        high = min(low + 1, len(s) - 1)
        yield (s[low] + (place - low) * (s[high] - s[low]) if kind == "quantile"
               else s[0] + Fraction(b, count) * (s[-1] - s[0]))


def class_cases(name, x, y):
    p_count = x.shape[1]
    varies = [(x[:, j] != x[0, j]).any() for j in range(p_count)]
    for variant in ("student", "welch"):
        tests = [t_test(x[:, j], y, variant == "welch") if varies[j] else (numpy.nan,) * 2
                 for j in range(p_count)]
        t, df = (numpy.array(v) for v in zip(*tests))
        p = 2 * stats.t.sf(abs(t), df)
        with numpy.errstate(all="ignore"):
            theirs = stats.ttest_ind(x[y == 1], x[y == 0], equal_var=variant == "student")
        off = [abs(a / b - 1) for a, b in zip(theirs.statistic, t) if numpy.isfinite(b) and b]
        print(name, variant, "scipy's t from the exact one, relative:", max(off))
        yield f"t {variant} {name}", kept(t)
        yield f"p {variant} {name}", kept(p)
        tested = [j for j in range(p_count) if varies[j]]
        rank = sorted(tested, key=lambda j: (p[j], -abs(t[j]), j))
        yield f"order {variant} {name}", canonical(rank, p)[:201]
        with numpy.errstate(all="ignore"):
            q = theirs.pvalue
        seen = sorted(tested, key=lambda j: (q[j], -abs(theirs.statistic[j]), j))
        print(name, variant, "order by scipy's p the same:",
              canonical(seen, q)[:201] == canonical(rank, p)[:201])
        if variant == "welch":
            strength = numpy.where(varies, abs(t), 0)
        else:
            raw = numpy.where(varies, p, numpy.nan)
            out = r_script('for (m in c("BH", "BY", "holm")) cat(p.adjust(x[, 1], m), "")',
                           x=raw[:, None]).reshape(3, -1)
            for method, values in zip(("BH", "BY", "holm"), out):
                yield f"adjusted {method} {name}", kept(values)
                yield f"number {method} {name}", [(values < 0.05).sum()]
    yield f"top-k t {name}", falling(strength)[:40]
    ranks = [stats.mannwhitneyu(x[y == 1, j], x[y == 0, j]) if varies[j] else None
             for j in range(p_count)]
    u = [r.statistic if r else numpy.nan for r in ranks]
    pairs = (y == 1).sum() * (y == 0).sum()
    yield f"mann-whitney p {name}", kept([r.pvalue if r else numpy.nan for r in ranks])
    yield f"mann-whitney u {name}", kept(numpy.array(u) - pairs / 2)
    wilcox = r_script(
        "m <- apply(x, 2, rank); for (j in seq_len(ncol(x))) cat(wilcox.test(m[y[, 1] == 1, j], "
        "m[y[, 1] == 0, j], exact = FALSE)$p.value, '')", x=x, y=y[:, None])
    yield f"mann-whitney normal {name}", kept(wilcox)
    yield f"top-k auc {name}", falling(
        [abs(a / pairs - 0.5) if v else 0 for a, v in zip(u, varies)])[:40]
    for count, kind in BINNINGS if "birthwt" in name else BINNINGS[:2]:
        yield f"chi-squared {count} {kind} {name}", kept([
            chi_squared(x[:, j], y, list(edges(x[:, j], count, kind))) if v else numpy.nan
            for j, v in enumerate(varies)])


def number_cases(name, x, y):
    p_count = x.shape[1]
    r = [abs(exact_r(x[:, j], y)) for j in range(p_count)]
    rho = [abs(exact_r(stats.rankdata(x[:, j]), stats.rankdata(y))) for j in range(p_count)]
    yield f"top-k correlation {name}", falling(r)[:40]
    yield f"top-k spearman {name}", falling(rho)[:40]
    yield f"strength correlation {name}", kept(r)
    yield f"strength spearman {name}", kept(rho)
    variance = x.var(0)
    yield f"top-k variance {name}", falling(numpy.where((x == x[0]).all(0), 0, variance))[:40]
    for scheme in ("MID", "MIQ", "FCD", "FCQ", "mRMRe"):
        # Beside a copy of the classes every other column has the score 0, up to rounding.
        z = numpy.delete(x, 10, 1) if name == "birthwt-hostile" and scheme == "mRMRe" else x
        yield f"mrmr {scheme} {name}", mrmr(z, y, 12, scheme)
    ranked = numpy.apply_along_axis(stats.rankdata, 0, x)
    both = {"pearson": correlations(x), "spearman": correlations(ranked)}
    caret = find_correlation(both, CUTS)
    for method, c in both.items():
        # Of columns with r = 1 rounding decides which is kept: the first stands for all.
        first = [int(numpy.argmax(abs(row) > 1 - 1e-9)) for row in c]
        yield (f"twins {method} {name}", [v for j, k in enumerate(first) if j != k for v in (j, k)])
        for cut in CUTS:
            yield f"caret {method} {cut} {name}", sorted(first[j] for j in next(caret))
            yield f"greedy {method} {cut} {name}", greedy(c, cut, range(p_count))
            yield (f"strong {method} {cut} {name}",
                   sorted(first[j] for j in greedy(c, cut, falling(r))))


def survival_cases(name, x, s):
    score, wald = cox(x, s)
    yield f"cox score {name}", kept(score)
    yield f"cox wald {name}", kept(wald)
    yield f"cox p {name}", kept(stats.chi2.sf(score, 1))
    yield f"top-k cox {name}", falling(numpy.nan_to_num(score))[:40]


class Sized:
    """Sizes of coefficients at population SD 1, what the selectors go by."""

    def fit(self, x, y):
        d = x.std(0)
        super().fit((x - x.mean(0)) / numpy.where(d > 0, d, 1), y)
        self.sizes_ = abs(numpy.ravel(self.coef_))
        return self


class SizedLeastSquares(Sized, LinearRegression):
    pass


class SizedRidge(Sized, Ridge):
    pass


class SizedLogistic(Sized, LogisticRegression):
    pass


def elimination(x, y, model, target, step):
    rfe = RFE(model, n_features_to_select=target, step=step, importance_getter="sizes_").fit(x, y)
    left = numpy.flatnonzero(rfe.support_)
    return left[numpy.argsort(-rfe.estimator_.sizes_, kind="stable")]


def elimination_cases(t):
    x, y = t["swiss"]
    for target in (1, 2, 3, 5):
        yield f"rfe linear {target} 1 swiss", elimination(x, y, SizedLeastSquares(), target, 1)
    x, y = t["glioma-age"]
    some = x[:, 3::11]
    yield "rfe linear 6 1 glioma-age", elimination(some, y, SizedLeastSquares(), 6, 1)
    yield "rfe linear 6 4 glioma-age", elimination(some, y, SizedLeastSquares(), 6, 4)
    ridge = SizedRidge(alpha=len(y) * 2 / y.std(), solver="cholesky")
    yield "rfe ridge 10 30 glioma-age", elimination(x, y, ridge, 10, 30)
    for name, target, step in (("birthwt", 4, 1), ("birthwt-hostile", 5, 1), ("glioma", 8, 50),
                               ("glioma-20", 8, 25)):
        x, y = t[name]
        if name == "birthwt-hostile":
            x = x[:, [0, 1, 3, 6, 7, 12, 13]]
        model = SizedLogistic(C=1 / (len(y) * 0.1), solver="newton-cholesky", tol=1e-13,
                              max_iter=1000)
        yield f"rfe logistic {target} {step} {name}", elimination(x, y, model, target, step)


def stability_cases(t):
    def strongest(count):
        return lambda y: lambda x, rows: falling(numpy.nan_to_num(abs(numpy.array([
            t_test(x[:, j], y[rows], False)[0] if (x[:, j] != x[0, j]).any() else 0
            for j in range(x.shape[1])]))))[:count]
    for name, count in (("birthwt", 3), ("glioma", 6)):
        x, y = t[name]
        yield f"stability {name}", frequencies(x, y, 20, strongest(count)(y))
    x, s = t["veteran"]
    yield "stability veteran", frequencies(
        x, s["event"], 20, lambda v, rows: falling(v.var(0))[:4])


def lasso_cases(t):
    for name, family, alpha, share in (
            ("birthwt", "binomial", 1, 0.3), ("birthwt-hostile", "binomial", 0.5, 0.5),
            ("glioma", "binomial", 1, 0.4), ("glioma-20", "binomial", 1, 0.3),
            ("swiss", "gaussian", 1, 0.2), ("glioma-age", "gaussian", 1, 0.4),
            ("glioma-age", "gaussian", 0.5, 0.4), ("veteran", "cox", 1, 0.2),
            ("glioma-days", "cox", 1, 0.5)):
        x, y = t[name]
        columns = range(x.shape[1])
        if name == "birthwt-hostile":
            columns = [0, 1, 2, 3, 4, 6, 9, 12]
        x = x[:, columns]
        y = numpy.column_stack([y["time"], y["event"]]) if family == "cox" else y[:, None]
        lam, size = glmnet(x, y, family, alpha, share)
        size = abs(size)
        order = [j for j in sorted(range(len(size)), key=lambda j: (-size[j], j)) if size[j] > 0]
        order = canonical(order, size, 1e-6)
        yield f"lasso {alpha} {name}", [lam] + order
        yield f"lasso sizes {alpha} {name}", size[order]


def cases(t):
    for name in ("birthwt", "birthwt-hostile", "glioma", "glioma-20", "glioma-coarse"):
        yield from class_cases(name, *t[name])
    for name in ("birthwt", "birthwt-hostile", "glioma", "glioma-20", "glioma-coarse", "swiss",
                 "swiss-tens", "glioma-age"):
        yield from number_cases(name, *t[name])
    for name in ("veteran", "veteran-two", "veteran-entry", "veteran-months", "glioma-days",
                 "glioma-two"):
        yield from survival_cases(name, *t[name])
    for name, x in measurements(t).items():
        values = icc(x)
        yield f"icc {name}", values
        if name in ("shrout", "flow", "flow-meters", "glioma-coarse-3", "glioma-like"):
            out = r_script('r <- psych::ICC(x, lmer = FALSE)$results; '
                           'cat(t(as.matrix(r[, c("ICC", "lower bound", "upper bound")])), "")', x=x)
            print(name, "psych differs from the equations by", abs(out - values).max())
    yield from elimination_cases(t)
    yield from stability_cases(t)
    yield from lasso_cases(t)



def main():
    real = pandas.read_csv(sys.argv[1], comment="#", dtype=str)
    t = tables(real, pandas.read_csv(sys.argv[2], float_precision="round_trip"))
    with open(sys.argv[3], "w") as out:
        out.write(f"# scipy {scipy.__version__}, scikit-learn {sklearn.__version__}, R 4.2 survival, "
                  "caret, glmnet (thresh 1e-16), psych; settings per row, made by "
                  f"scripts/oracles/real_selectors.py, {datetime.date.today()}\n")
        for name, values in cases(t):
            out.write(name + "|" + " ".join(f"{float(v):.14g}" for v in values) + "\n")


if __name__ == "__main__":
    main()
