#!/usr/bin/env python3
"""Golden values of the models on real tables and hostile twins of them: scikit-learn.

Usage: python real_models.py REAL_TABLES.csv GLIOMA.csv OUTPUT.csv   (numpy, scikit-learn >= 1.8)

REAL_TABLES is Tests/LearningTests/Golden/real-tables.csv, GLIOMA is glioma_t1ce.csv of the shared data.
Tests/LearningTests/RealModelTests.swift repeats these rules. Features are those of real_preparation.py
(glioma with its repeated, constant and shifted columns). Tables:
  birthwt, swiss, glioma (idh)   veteran: time > 100     rare: veteran, event
  two: birthwt, of the positive training rows the first two alone positive
  few: glioma with 20 training rows
  collinear: birthwt, lwt again, age + lwt, 1e6 lwt + 5e5, a column of 0.1
  separable: birthwt and its class
  tens: swiss in whole tens, rounded down     hundredths: 100 times swiss, rounded
Training rows are those with r % 3 != 1, new ones the first 12 of the others (forest, AUC: all). "Scaled"
means by mean and population SD of the training rows; it is not done where scikit-learn's own rounding would
decide: of a mean within a class (lda, separable), or to 32 bits at a threshold (forests of whole numbers).
Output: case|numbers.
"""
import datetime
import sys
import warnings

import numpy
import sklearn
from real_preparation import features, tables
from sklearn.discriminant_analysis import LinearDiscriminantAnalysis
from sklearn.ensemble import RandomForestClassifier, RandomForestRegressor
from sklearn.linear_model import Lasso, LinearRegression, LogisticRegression
from sklearn.metrics import roc_auc_score
from sklearn.model_selection import cross_val_predict
from sklearn.naive_bayes import GaussianNB
from sklearn.neighbors import KNeighborsClassifier, KNeighborsRegressor
from sklearn.neural_network import MLPClassifier, MLPRegressor
from sklearn.neural_network import _multilayer_perceptron as module
from sklearn.preprocessing import StandardScaler

warnings.filterwarnings("ignore")
MASK = 2**64 - 1
SEEDS = 100
CLASSES = ["birthwt", "veteran", "rare", "two", "glioma", "few", "collinear", "separable"]


def noise(seed, n):
    z = ((seed << 32) + n + 1) * 0x9E3779B97F4A7C15 & MASK
    z = (z ^ z >> 30) * 0xBF58476D1CE4E5B9 & MASK
    z = (z ^ z >> 27) * 0x94D049BB133111EB & MASK
    z ^= z >> 31
    return (z >> 11) * 2.0**-53


class Table:
    """All rows, the training rows and the new ones of a table."""

    def __init__(self, found, name):
        base = {"rare": "veteran", "two": "birthwt", "few": "glioma", "collinear": "birthwt",
                "separable": "birthwt", "tens": "swiss", "hundredths": "swiss"}.get(name, name)
        x = features(found, base)
        outcome = {"birthwt": "class", "swiss": "value", "glioma": "idh", "veteran": "time"}[base]
        y = found[base]["event" if name == "rare" else outcome]
        if name == "veteran":
            y = (y > 100) * 1.0
        if name == "collinear":
            x = numpy.column_stack(
                [x, x[:, 1], x[:, 0] + x[:, 1], 1e6 * x[:, 1] + 5e5, numpy.full(len(x), 0.1)])
        if name == "separable":
            x = numpy.column_stack([x, y])
        if name == "tens":
            x = numpy.floor(x / 10)
        if name == "hundredths":
            x = numpy.round(100 * x)
        train = numpy.flatnonzero(numpy.arange(len(x)) % 3 != 1)
        new = numpy.flatnonzero(numpy.arange(len(x)) % 3 == 1)
        if name == "few":
            train = train[:20]
        if name == "two":
            y = numpy.isin(numpy.arange(len(y)), train[y[train] == 1][:2]) * 1.0
        self.all, self.outcome = x, y
        self.x, self.y, self.later, self.later_y = x[train], y[train], x[new], y[new]
        self.new = self.later[:12]

    def scaled(self):
        scaler = StandardScaler().fit(self.x)
        self.x, self.later = scaler.transform(self.x), scaler.transform(self.later)
        self.new = self.later[:12]
        return self


def odds(model, x):
    joint = model._joint_log_likelihood(x)
    return joint[:, 1] - joint[:, 0]


def closed_forms(found):
    for name in CLASSES:
        t = Table(found, name)
        yield f"naive-bayes {name}", odds(GaussianNB().fit(t.x, t.y), t.new)
        if name != "separable":
            t.scaled()
        for kind, model in [
            ("none", LinearDiscriminantAnalysis()),
            ("auto", LinearDiscriminantAnalysis(solver="eigen", shrinkage="auto")),
            ("fixed", LinearDiscriminantAnalysis(solver="eigen", shrinkage=0.3)),
        ]:
            model.fit(t.x, t.y)
            coefficients = model.coef_[0] if len(model.coef_[0]) <= 16 else model.coef_[0][9::19]
            yield f"lda {kind} {name}", [*coefficients, *model.decision_function(t.new)]


def nearest(t, k, weights, metric):
    """The definition: ties at the same distance by row. Also whether the k-th place is tied."""
    out, tied = [], []
    for row in t.new:
        d = abs(t.x - row).sum(1) if metric == "manhattan" else numpy.sqrt(((t.x - row)**2).sum(1))
        order = numpy.lexsort((numpy.arange(len(d)), d))
        tied.append(d[order[k]] - d[order[k - 1]] <= 1e-9 * d[order[k]])
        order = order[:k]
        w = numpy.ones(k) if weights == "uniform" else \
            (d[order] == 0) * 1.0 if (d[order] == 0).any() else 1 / d[order]
        out.append((w * t.y[order]).sum() / w.sum())
    return numpy.array(out), numpy.array(tied)


def neighbours(found):
    for name in ["birthwt", "veteran", "rare", "two", "swiss", "tens", "glioma", "few"]:
        t = Table(found, name)
        if name in ("glioma", "few"):
            t.scaled()
        for k, weights, metric in [(5, "uniform", "euclidean"), (5, "distance", "euclidean"),
                                   (8, "distance", "manhattan")]:
            values, tied = nearest(t, k, weights, metric)
            c = dict(n_neighbors=k, weights=weights, metric=metric, algorithm="kd_tree")
            theirs = KNeighborsRegressor(**c).fit(t.x, t.y).predict(t.new) \
                if name in ("swiss", "tens") \
                else KNeighborsClassifier(**c).fit(t.x, t.y).predict_proba(t.new)[:, 1]
            off = abs(theirs - values)[~tied].max()
            print(f"knn {name} {k} {weights} {metric}: {tied.sum()} of 12 tied; else {off:.1e}")
            assert off < 1e-12
            yield f"knn {name} {k} {weights} {metric}", values


def moments(name, runs):
    yield f"{name} mean", numpy.mean(runs, axis=0)
    yield f"{name} sd", numpy.std(runs, axis=0, ddof=1)


def forests(found):
    """Scores of 12 rows, importances (few: some), AUC or squared error, out-of-bag score, nodes."""
    for name in ["birthwt", "hundredths", "collinear", "few"]:
        t, runs = Table(found, name), []
        if name == "few":
            t.scaled()
        maker = RandomForestRegressor if name == "hundredths" else RandomForestClassifier
        for seed in range(SEEDS):
            f = maker(50, oob_score=True, random_state=seed).fit(t.x, t.y)
            score = f.predict if name == "hundredths" else lambda x: f.predict_proba(x)[:, 1]
            later, weights = score(t.later), f.feature_importances_
            quality = ((later - t.later_y)**2).mean() if name == "hundredths" \
                else roc_auc_score(t.later_y, later)
            runs.append([*later[:12], *(weights if len(weights) <= 16 else weights[9::19]), quality,
                         f.oob_score_, numpy.mean([e.tree_.node_count for e in f.estimators_])])
        yield from moments(f"forest {name}", runs)


def split(values, units):
    coefs, intercepts, place = [], [], 0
    for i, o in zip(units, units[1:]):
        coefs.append(values[place:place + i * o].reshape(o, i).T.copy())
        place += i * o
    for o in units[1:]:
        intercepts.append(values[place:place + o].copy())
        place += o
    return coefs, intercepts


def given(maker, units, **options):
    """A perceptron that starts from given numbers and takes rows in given orders."""
    count = sum(i * o + o for i, o in zip(units, units[1:]))
    numbers = numpy.array([noise(54, k) - 0.5 for k in range(count)])

    class Given(maker):
        def _initialize(self, y, layer_units, dtype):
            super()._initialize(y, layer_units, dtype)
            self.coefs_, self.intercepts_ = split(numbers, units)

    state = {"epoch": 0}

    def shuffle(indices, random_state):
        keys = [noise(60 + state["epoch"], k) for k in range(len(indices))]
        state["epoch"] += 1
        return indices[numpy.argsort(keys, kind="stable")]

    module.shuffle = shuffle
    return Given(hidden_layer_sizes=units[1:-1], **options)


def margins(model, x):
    model.out_activation_ = "identity"
    return model._forward_pass_fast(x).ravel()


def networks(found):
    """Epochs, loss and margins of new rows from given weights; then means over seeds."""
    c = dict(activation="tanh", alpha=0.01, batch_size=32, max_iter=15)
    saved = module.shuffle
    for name, hidden, options in [
        ("birthwt", 4, dict(c, learning_rate_init=0.02)),
        ("veteran", 4, dict(c, solver="sgd", learning_rate_init=0.05)),
        ("swiss", 4, dict(c, activation="relu", learning_rate_init=0.02)),
        ("few", 3, dict(c, learning_rate_init=0.005)),
        ("collinear", 3, dict(c, activation="logistic", learning_rate_init=0.02)),
        ("separable", 3, dict(c, solver="sgd", learning_rate_init=0.1)),
        ("raw", 3, dict(c, learning_rate_init=0.02)),
    ]:
        t = Table(found, "collinear" if name == "raw" else name)
        if name != "raw":
            t.scaled()
        m = given(MLPRegressor if name == "swiss" else MLPClassifier,
                  [t.x.shape[1], hidden, 1], **options)
        m.fit(t.x, (t.y - 70) / 10 if name == "swiss" else t.y)
        yield f"mlp {name}", [m.n_iter_, m.loss_, *margins(m, t.new)]
    module.shuffle = saved
    for name in ["birthwt", "swiss"]:
        t, runs = Table(found, name).scaled(), []
        maker = MLPRegressor if name == "swiss" else MLPClassifier
        y = (t.y - 70) / 10 if name == "swiss" else t.y
        for seed in range(SEEDS):
            m = maker(hidden_layer_sizes=(6,), learning_rate_init=0.01, max_iter=60,
                      random_state=seed).fit(t.x, y)
            later = margins(m, t.later)
            quality = ((later - (t.later_y - 70) / 10)**2).mean() if name == "swiss" \
                else roc_auc_score(t.later_y, later)
            runs.append([*later[:12], quality, m.loss_])
        yield from moments(f"mlp-seeds {name}", runs)


def logistic():
    return LogisticRegression(C=numpy.inf, tol=1e-14, solver="newton-cholesky", max_iter=1000)


def stacks(found):
    """Base models on columns 0 to 3 and 4 to 6, column 7 beside; row r is in fold 3 r mod 4."""
    for name in ["birthwt", "veteran"]:
        t = Table(found, name)
        x, y = t.all, t.outcome
        folds = numpy.arange(len(y)) * 3 % 4
        cv = [(numpy.flatnonzero(folds != f), numpy.flatnonzero(folds == f)) for f in range(4)]
        for output, method in [("scores", "decision_function"), ("probabilities", "predict_proba")]:
            second, new = [], []
            for part in [x[:, :4], x[:, 4:7]]:
                one = cross_val_predict(logistic(), part, y, cv=cv, method=method)
                two = getattr(logistic().fit(part, y), method)(part)
                second.append(one if one.ndim == 1 else one[:, 1])
                new.append(two if two.ndim == 1 else two[:, 1])
            final = logistic().fit(numpy.column_stack(second + [x[:, 7]]), y)
            yield f"stack {output} {name}", [
                *final.intercept_, *final.coef_[0],
                *final.decision_function(numpy.column_stack(new + [x[:, 7]]))[:12]]


def rad_scores(found):
    """Intercept and coefficients; penalised on columns of SD 1."""
    for name in ["birthwt", "veteran"]:
        t = Table(found, name)
        m = logistic().fit(t.all, t.outcome)
        yield f"radscore none {name}", [*m.intercept_, *m.coef_[0]]
    t = Table(found, "swiss")
    m = LinearRegression().fit(t.all, t.outcome)
    yield "radscore none swiss", [m.intercept_, *m.coef_]
    for name in ["birthwt", "swiss", "collinear"]:
        t = Table(found, name)
        scaler = StandardScaler().fit(t.all)
        z, y, spread = scaler.transform(t.all), t.outcome, scaler.scale_
        if name == "swiss":
            m = Lasso(alpha=1.5, tol=1e-14, max_iter=1000000).fit(z, y)
        elif name == "birthwt":
            m = LogisticRegression(C=1 / (len(y) * 0.03), l1_ratio=1, solver="saga", tol=1e-13,
                                   max_iter=100000).fit(z, y)
        else:
            m = LogisticRegression(C=1 / (len(y) * 0.05), tol=1e-14, solver="newton-cholesky",
                                   max_iter=1000).fit(z, y)
        b = numpy.ravel(m.coef_) / spread
        yield f"radscore penalised {name}", [
            float(numpy.ravel(m.intercept_)[0]) - b @ scaler.mean_, *b]


def main():
    found = tables(sys.argv[1], sys.argv[2])
    with open(sys.argv[3], "w") as out:
        out.write(f"# scikit-learn {sklearn.__version__}, numpy {numpy.__version__}, settings per row, "
                  f"forest and mlp-seeds: mean and SD over {SEEDS} seeds, made by "
                  f"scripts/oracles/real_models.py, {datetime.date.today()}\n")
        for part in [closed_forms, neighbours, networks, stacks, rad_scores, forests]:
            for name, values in part(found):
                digits = 8 if name.endswith((" mean", " sd")) else 16
                out.write(name + "|" + " ".join(f"{float(v):.{digits}g}" for v in values) + "\n")


main()
