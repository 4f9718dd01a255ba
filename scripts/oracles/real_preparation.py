#!/usr/bin/env python3
"""Golden values of the preparation steps on real tables: scikit-learn, sva's ComBat, neuroCombat.

Usage: python real_preparation.py REAL_TABLES.csv GLIOMA.csv OUTPUT.csv
       (numpy, pandas, scikit-learn, neuroCombat; R with Bioconductor's sva)

REAL_TABLES is Tests/LearningTests/Golden/real-tables.csv, GLIOMA is glioma_t1ce.csv of the shared data.
Tests/LearningTests/RealPreparationTests.swift repeats these rules; rows r and columns c from 0:
  holes     (7 r + 11 c) % 5 == 0 is missing
  training  r % 3 != 1; the other rows are new
  glioma+   columns after "sex" without missing values, then column 10 again, a column of 0.1, and
            1e6 times column 20 plus 12345
  sites     "c" where r % K == 5 (four rows), else "b" where r % 3 == 0, else "a";
            K: birthwt 47, swiss 12, veteran 34, glioma 25
Of a table, a window is kept: rows r % s == s / 2 with s = max(1, rows / 6), and columns c % 19 == 9
where there are more than 16. Of ComBat: for columns c % 4 == 1 and the last three (all where there
are at most 16), the sum over rows of ((7 r) % 5 - 2) (after - before) / SD before / rows.
Output: case|numbers. The worst difference of neuroCombat from sva is printed: up to 1e-11, and 2e-8
where it rounds a covariate to 32 bits.
"""
import contextlib
import csv
import datetime
import io
import math
import pathlib
import subprocess
import sys
import tempfile

import numpy
import pandas
import sklearn
from sklearn.feature_selection import VarianceThreshold
from sklearn.impute import SimpleImputer
from sklearn.neighbors import NearestNeighbors
from sklearn.preprocessing import MinMaxScaler, RobustScaler, StandardScaler

PERIODS = {"birthwt": 47, "swiss": 12, "veteran": 34, "glioma": 25}
SVA = r"""
suppressMessages(library(sva))
folder <- commandArgs(TRUE)[1]
for (k in seq_len(as.integer(commandArgs(TRUE)[2])) - 1) {
  s <- scan(file.path(folder, paste0(k, ".txt")), what = "", quiet = TRUE)
  n <- as.integer(s[1]); p <- as.integer(s[2]); q <- as.integer(s[3])
  v <- readBin(file.path(folder, paste0(k, ".bin")), "double", n * (p + q))
  x <- matrix(v[seq_len(n * p)], n)
  mod <- if (q > 0) matrix(v[-seq_len(n * p)], n) else NULL
  out <- suppressMessages(ComBat(
    t(x), s[-(1:6)], mod, par.prior = s[4] == "1", mean.only = s[5] == "1",
    ref.batch = if (s[6] == "-") NULL else s[6]))
  writeBin(as.vector(t(out)), file.path(folder, paste0(k, ".out")))
}
cat(as.character(packageVersion("sva")))
"""


def tables(path, glioma):
    found = {}
    for row in csv.reader(open(path)):
        if len(row) == 3 and row[0] != "table":
            found.setdefault(row[0], {})[row[1]] = numpy.array([float(v) for v in row[2].split()])
    rows = list(csv.reader(open(glioma)))

    def number(text):
        try:
            return float(text)
        except ValueError:
            return math.nan

    names = rows[0]
    found["glioma"] = {
        name: numpy.array([number(r[c]) for r in rows[1:]]) for c, name in enumerate(names)}
    return found


def features(found, name):
    """The columns that are no outcome."""
    columns = found[name]
    if name == "glioma":
        names = list(columns)
        late = [columns[n] for n in names[names.index("sex") + 1:]]
        late = [c for c in late if numpy.isfinite(c).all()]
        late += [late[10], numpy.full(len(late[0]), 0.1), 1e6 * late[20] + 12345]
        return numpy.column_stack(late)
    return numpy.column_stack(
        [v for n, v in columns.items() if n not in ("class", "value", "time", "event")])


def window(x):
    step = max(1, len(x) // 6)
    rows = [r for r in range(len(x)) if r % step == step // 2]
    columns = [c for c in range(x.shape[1]) if x.shape[1] <= 16 or c % 19 == 9]
    return x[numpy.ix_(rows, columns)].T.ravel()


def columnwise(found):
    for name in found:
        x = features(found, name)
        r = numpy.arange(len(x))
        old, new = x[r % 3 != 1], x[r % 3 == 1]
        holes = (7 * r[:, None] + 11 * numpy.arange(x.shape[1])) % 5 == 0
        gaps = numpy.where(holes, math.nan, x)[r % 3 != 1]
        for method in ["mean", "median"]:
            values = SimpleImputer(strategy=method).fit(gaps).statistics_
            yield f"impute {method} {name}", values[9::19] if len(values) > 16 else values
        for method, scaler in [("zscore", StandardScaler()), ("robust", RobustScaler()),
                               ("minmax", MinMaxScaler(clip=True))]:
            yield f"scale {method} {name}", window(scaler.fit(old).transform(new))
        spread = old.std(0, ddof=1)
        yield f"scale sample {name}", window(
            (new - old.mean(0)) / numpy.where(old.max(0) > old.min(0), spread, math.inf))
        yield f"log {name}", window(
            numpy.log2(numpy.maximum(new - old.min(0), 0) + 0.5))
        for bound in [0, 0.2]:
            kept = VarianceThreshold(bound).fit(old).get_support()
            sample = old.var(0, ddof=1) > bound
            yield f"variance population {bound} {name}", numpy.flatnonzero(~kept)
            if bound > 0:
                yield f"variance sample {bound} {name}", numpy.flatnonzero(~sample)


def neighbours(found):
    """For each row of the smaller class: its nearest five, those as far as the fifth included."""
    for name, outcome in [("birthwt", "class"), ("glioma", "idh")]:
        x, y = features(found, name), found[name][outcome]
        rare = numpy.flatnonzero(y == (1 if (y == 1).sum() * 2 < len(y) else 0))
        z = StandardScaler().fit(x).transform(x)[rare]
        distances, order = NearestNeighbors(n_neighbors=len(rare) - 1).fit(z).kneighbors()
        numbers = []
        for row, (d, o) in enumerate(zip(distances, order)):
            near = sorted(rare[o[d <= d[4] * (1 + 1e-9)]])
            numbers += [rare[row], len(near), *near]
        yield f"smote {name}", numbers


def sites(count, period):
    return ["c" if r % period == 5 else "b" if r % 3 == 0 else "a" for r in range(count)]


def covariates(found, name):
    """Their numbers and which columns of the table they are."""
    x = features(found, name)
    r = numpy.arange(len(x))
    if name == "glioma":
        return numpy.column_stack([(7 * r) % 11, r % 2]).astype(float), []
    places = {"birthwt": [0, 2], "swiss": [3], "veteran": [0, 3]}[name]
    return x[:, places], places


def combats(found):
    """Case, table, sites, covariates, parametric, mean only, reference."""
    for name, period in PERIODS.items():
        x, s = features(found, name), sites(len(features(found, name)), period)
        kept, places = covariates(found, name)
        rest = numpy.delete(x, places, axis=1)
        yield f"parametric {name}", x, s, None, True, False, None
        yield f"nonparametric {name}", x, s, None, False, False, None
        yield f"mean-only {name}", x, s, None, True, True, None
        yield f"covariates {name}", rest, s, kept, True, False, None
        yield f"covariates-nonparametric {name}", rest, s, kept, False, False, None
        yield f"reference-b {name}", x, s, None, True, False, "b"
        yield f"reference-covariates {name}", rest, s, kept, True, False, "a"
        yield f"reference-c {name}", x, s, None, False, False, "c"
        single = ["c" if r == 5 else "b" if r % 3 == 0 else "a" for r in range(len(x))]
        yield f"single {name}", x, single, None, True, True, None


def changes(before, after):
    r, columns = numpy.arange(len(before)), before.shape[1]
    spread = before.std(0)
    flat = before.max(0) == before.min(0)
    u = (after - before) / numpy.where(flat, 1, spread)
    sums = ((7 * r) % 5 - 2) @ u / len(before)
    return [v for c, v in enumerate(sums) if columns <= 16 or c % 4 == 1 or c >= columns - 3]


def combat(found):
    cases = list(combats(found))
    with tempfile.TemporaryDirectory() as folder:
        folder = pathlib.Path(folder)
        for k, (_, x, s, kept, parametric, mean_only, reference) in enumerate(cases):
            q = 0 if kept is None else kept.shape[1]
            (folder / f"{k}.txt").write_text(" ".join(
                [str(len(x)), str(x.shape[1]), str(q), str(int(parametric)), str(int(mean_only)),
                 reference or "-", *s]))
            parts = [x.T.ravel()] + ([] if kept is None else [kept.T.ravel()])
            numpy.concatenate(parts).tofile(folder / f"{k}.bin")
        version = subprocess.run(
            ["Rscript", "-e", SVA, str(folder), str(len(cases))], check=True, text=True,
            capture_output=True).stdout.split("\n")[-1]
        rows = []
        for k, (name, x, s, kept, parametric, mean_only, reference) in enumerate(cases):
            after = numpy.fromfile(folder / f"{k}.out").reshape(x.shape[1], len(x)).T
            rows.append((f"combat {name}", changes(x, after)))
            compare(name, x, after, s, kept, parametric, mean_only, reference)
    # Without empirical Bayes: neuroCombat alone.
    for name in PERIODS:
        x, s = features(found, name), sites(len(features(found, name)), PERIODS[name])
        rows.append((f"combat none {name}", changes(x, python_combat(x, s, None, eb=False))))
    return version, rows


def python_combat(x, s, kept, **options):
    """neuroCombat on the columns that vary within every site; it knows no such rule."""
    numpy.int = int  # it asks for it
    from neuroCombat import neuroCombat

    s = numpy.array(s)
    varies = numpy.all([
        (x[s == site].max(0) > x[s == site].min(0)) | ((s == site).sum() == 1)
        for site in set(s)], axis=0)
    frame = pandas.DataFrame({"site": s})
    for c in range(0 if kept is None else kept.shape[1]):
        frame[f"k{c}"] = kept[:, c]
    after = x.copy()
    with contextlib.redirect_stdout(io.StringIO()):
        after[:, varies] = neuroCombat(
            dat=x[:, varies].T, covars=frame, batch_col="site",
            continuous_cols=[c for c in frame if c != "site"], **options)["data"].T
    return after


def compare(name, x, after, s, kept, parametric, mean_only, reference):
    mine = python_combat(
        x, s, kept, parametric=parametric, mean_only=mean_only, ref_batch=reference)
    spread = numpy.where(x.max(0) == x.min(0), 1, x.std(0))
    print(f"{name}: neuroCombat - sva, in SD: {(abs(mine - after) / spread).max():.1e}")


def main():
    found = tables(sys.argv[1], sys.argv[2])
    version, rows = combat(found)
    rows = [*columnwise(found), *neighbours(found), *rows]
    with open(sys.argv[3], "w") as out:
        out.write(
            f"# scikit-learn {sklearn.__version__}, sva {version}, neuroCombat 0.2.12, numpy "
            f"{numpy.__version__}, settings per row, made by scripts/oracles/real_preparation.py, "
            f"{datetime.date.today()}\n")
        for name, values in rows:
            digits = 12 if name.startswith("combat") else 16
            out.write(name + "|" + " ".join(f"{float(v):.{digits}g}" for v in values) + "\n")


if __name__ == "__main__":
    main()
