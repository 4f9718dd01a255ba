#!/usr/bin/env python3
"""Golden values of the preparation steps: scikit-learn, neuroCombat and Johnson 2007 in NumPy.

Usage: python learning_preparation.py OUTPUT.csv     (numpy, scikit-learn, neuroCombat)

Tables are a formula on whole numbers that Tests/LearningTests/PreparationSupport.swift repeats:
  value(row, column) = ((37 row + 101 column + 13 row column) mod 97) / 8 + column
Rows of the output: case|numbers, column by column.
"""
import datetime
import sys

import numpy
import sklearn
from neuroCombat import neuroCombat
from sklearn.preprocessing import MinMaxScaler, RobustScaler, StandardScaler


def table(rows, columns):
    r = numpy.arange(rows)[:, None]
    c = numpy.arange(columns)[None, :]
    return ((37 * r + 101 * c + 13 * r * c) % 97) / 8 + c


def combat(x, batch, covariates=None, parametric=True, mean_only=False, reference=None, eb=True):
    """x: rows by columns. Johnson 2007 with sva's estimates, written from the equations."""
    n, p = x.shape
    sites = sorted(set(batch))
    batch = numpy.array([sites.index(b) for b in batch])
    indicator = (batch[:, None] == numpy.arange(len(sites))[None, :]).astype(float)
    design = indicator if covariates is None else numpy.hstack([indicator, covariates])
    beta = numpy.linalg.lstsq(design, x, rcond=None)[0]
    residual = x - design @ beta
    if reference is None:
        grand = indicator.mean(0) @ beta[: len(sites)]
        pooled = (residual**2).mean(0)
    else:
        own = batch == sites.index(reference)
        grand = beta[sites.index(reference)]
        pooled = (residual[own] ** 2).mean(0)
    expected = grand + (0 if covariates is None else covariates @ beta[len(sites):])
    z = (x - expected) / numpy.sqrt(pooled)
    out = numpy.empty_like(x)
    for s in range(len(sites)):
        own = batch == s
        if reference is not None and sites[s] == reference:
            out[own] = x[own]
            continue
        zs, m = z[own], own.sum()
        gamma = zs.mean(0)
        delta = numpy.ones(p) if mean_only else zs.var(0, ddof=1)
        gamma_bar, tau = gamma.mean(), gamma.var(ddof=1)
        if not eb:
            g, d = gamma, delta
        elif parametric and mean_only:
            g, d = (tau * gamma + gamma_bar) / (tau + 1), delta
        elif parametric:
            mean, spread = delta.mean(), delta.var(ddof=1)
            a = (2 * spread + mean**2) / spread
            b = (mean * spread + mean**3) / spread
            g, d, change = gamma, delta, 1.0
            while change > 1e-4:
                g_new = (tau * m * gamma + d * gamma_bar) / (tau * m + d)
                d_new = (0.5 * ((zs - g_new) ** 2).sum(0) + b) / (m / 2 + a - 1)
                change = max((abs(g_new - g) / g).max(), (abs(d_new - d) / d).max())
                g, d = g_new, d_new
        else:
            g, d = numpy.empty(p), numpy.empty(p)
            for j in range(p):
                others = numpy.arange(p) != j
                squares = ((zs[:, j][:, None] - gamma[others][None, :]) ** 2).sum(0)
                logs = -m / 2 * numpy.log(delta[others]) - squares / (2 * delta[others])
                weight = numpy.exp(logs - logs.max())
                g[j] = (gamma[others] * weight).sum() / weight.sum()
                d[j] = (delta[others] * weight).sum() / weight.sum()
        out[own] = ((zs - g) / numpy.sqrt(d)) * numpy.sqrt(pooled) + (
            expected if covariates is None else expected[own])
    return out


def cases():
    x = table(19, 6)
    test = table(23, 6)[19:]
    for name, scaler in [("zscore", StandardScaler()), ("robust", RobustScaler()),
                         ("minmax", MinMaxScaler())]:
        scaler.fit(x)
        yield "scale " + name, scaler.transform(x)
        yield "scale-test " + name, scaler.transform(test)
    yield "scale sample", (x - x.mean(0)) / x.std(0, ddof=1)
    yield "log 10", numpy.log10(x - x.min(0) + 0.5)
    y = table(24, 7)
    batch = ["b" if r % 3 == 0 else "a" if r % 5 else "c" for r in range(24)]
    rows = {s: [r for r in range(24) if batch[r] == s] for s in "abc"}
    y = y + numpy.array([{"a": 0, "b": 4, "c": -3}[b] for b in batch])[:, None]
    y[rows["b"]] *= 1.5
    age = ((numpy.arange(24) * 7) % 11).astype(float)[:, None]
    yield "combat parametric", combat(y, batch)
    yield "combat nonparametric", combat(y, batch, parametric=False)
    yield "combat mean-only", combat(y, batch, mean_only=True)
    yield "combat none", combat(y, batch, eb=False)
    yield "combat covariate", combat(y, batch, covariates=age)
    yield "combat reference", combat(y, batch, covariates=age, reference="b")
    # The published Python package on the same table must agree with the equations.
    import pandas
    for key, options, mine in [
        ("parametric", {}, combat(y, batch)),
        ("nonparametric", {"parametric": False}, combat(y, batch, parametric=False)),
        ("none", {"eb": False}, combat(y, batch, eb=False)),
        ("covariate", {"continuous_cols": ["age"]}, combat(y, batch, covariates=age)),
    ]:
        frame = pandas.DataFrame({"batch": batch, "age": age[:, 0]})
        theirs = neuroCombat(dat=y.T, covars=frame, batch_col="batch", **options)["data"].T
        print(key, "neuroCombat - equations:", abs(theirs - mine).max())
        if key != "none":
            yield "neuroCombat " + key, theirs


def main():
    with open(sys.argv[1], "w") as out:
        out.write(f"# scikit-learn {sklearn.__version__}, neuroCombat 0.2.12, equations of Johnson "
                  f"2007 in numpy {numpy.__version__}, settings per row, made by "
                  f"scripts/oracles/learning_preparation.py, {datetime.date.today()}\n")
        for name, values in cases():
            numbers = " ".join(repr(float(v)) for v in values.T.ravel())
            out.write(f"{name}|{numbers}\n")


main()
