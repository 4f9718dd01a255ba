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
import sys

import numpy
import pandas
import scipy
import sklearn
from scipy import stats
from sklearn.feature_selection import RFE
from sklearn.linear_model import LinearRegression, LogisticRegression, Ridge

from real_selector_definitions import (
    canonical, chi_squared, correlations, cox, edges, exact_r, falling, find_correlation,
    frequencies, glmnet, greedy, icc, mrmr, r_script, t_test)

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
