"""What the selectors of Learning compute, from its definitions and without their code: exact sums of
t-tests, bins and analyses of variance, and R's survival, caret, glmnet and psych. Used by
real_selectors.py.
"""
import os
import subprocess
import tempfile
from fractions import Fraction

import numpy
from scipy import stats
from sklearn.feature_selection import f_classif, f_regression


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
