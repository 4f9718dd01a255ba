#!/usr/bin/env python3
"""Golden values of the multi-layer perceptron, stacking and robustness to perturbation.

Usage: python networks.py OUTPUT.csv    (numpy, scipy, scikit-learn >= 1.7)

Tables are formulas on whole numbers that Tests/LearningTests/NetworkTable.swift repeats, from
noise(seed, n) of learning_selectors.py. Weights of a network are written unit by unit: the weights
that lead to one unit follow each other, layer by layer; then the biases layer by layer.
Output: case|numbers.
"""
import datetime
import sys
import warnings

import numpy
import scipy
import sklearn
from scipy import stats
from sklearn.exceptions import ConvergenceWarning
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import roc_auc_score
from sklearn.model_selection import cross_val_predict
from sklearn.neural_network import MLPClassifier, MLPRegressor
from sklearn.neural_network import _multilayer_perceptron as module

warnings.simplefilter("ignore", ConvergenceWarning)
MASK = 2**64 - 1


def noise(seed, n):
    z = ((seed << 32) + n + 1) * 0x9E3779B97F4A7C15 & MASK
    z = (z ^ z >> 30) * 0xBF58476D1CE4E5B9 & MASK
    z = (z ^ z >> 27) * 0x94D049BB133111EB & MASK
    z ^= z >> 31
    return (z >> 11) * 2.0**-53


def table(rows, columns=6):
    x = numpy.array([[4 * noise(51, r + 1000 * c) - 2 for c in range(columns)]
                     for r in range(rows)])
    signal = x[:, 0] - 0.7 * x[:, 1] * x[:, 2] + 2 * numpy.array(
        [noise(52, r) - 0.5 for r in range(rows)])
    weights = numpy.array([0.25 + noise(53, r) for r in range(rows)])
    return x, (signal > 0).astype(float), signal, weights


def numbers(count):
    return numpy.array([noise(54, k) - 0.5 for k in range(count)])


def shapes(units):
    return list(zip(units, units[1:]))


def split(values, units):
    coefs, intercepts, place = [], [], 0
    for i, o in shapes(units):
        coefs.append(values[place:place + i * o].reshape(o, i).T.copy())
        place += i * o
    for _, o in shapes(units):
        intercepts.append(values[place:place + o].copy())
        place += o
    return coefs, intercepts


def joined(coefs, intercepts):
    return numpy.concatenate([c.T.ravel() for c in coefs] + [b.ravel() for b in intercepts])


def size(units):
    return sum(i * o + o for i, o in shapes(units))


def gradients():
    units = [6, 5, 3, 1]
    for kind, maker in [("binary", MLPClassifier), ("continuous", MLPRegressor)]:
        for place, activation in enumerate(["identity", "logistic", "tanh", "relu"]):
            for weighted in [False, True]:
                x, classes, values, weights = table(23)
                y = (classes if kind == "binary" else values).reshape(-1, 1)
                m = maker(hidden_layer_sizes=units[1:-1], activation=activation, alpha=0.3)
                m.n_layers_ = len(units)
                m.out_activation_ = "logistic" if kind == "binary" else "identity"
                m.coefs_, m.intercepts_ = split(numbers(size(units)), units)
                loss, coefs, intercepts = m._backprop(
                    x, y, weights if weighted else None, [x] + [None] * 3, [None] * 3,
                    [None] * 3, [None] * 3)
                name = f"gradient {kind} {activation}{' weighted' if weighted else ''}"
                yield name, numpy.append(loss, joined(coefs, intercepts))


def given(maker, units, aside=None, **options):
    """A perceptron that starts from the given numbers and takes rows in the given orders."""

    class Given(maker):
        def _initialize(self, y, layer_units, dtype):
            super()._initialize(y, layer_units, dtype)
            self.coefs_, self.intercepts_ = split(numbers(size(units)), units)

    state = {"epoch": 0}

    def shuffle(indices, random_state):
        keys = [noise(60 + state["epoch"], k) for k in range(len(indices))]
        state["epoch"] += 1
        return indices[numpy.argsort(keys, kind="stable")]

    def train_test_split(*arrays, **_):
        rows = numpy.arange(len(arrays[0]))
        parts = []
        for a in arrays:
            parts += [a[rows % 5 != 4], a[rows % 5 == 4]]
        return parts

    module.shuffle, module.train_test_split = shuffle, train_test_split
    return Given(hidden_layer_sizes=units[1:-1], **options)


def paths():
    units = [6, 4, 1]
    saved = module.shuffle, module.train_test_split
    for name, options in [
        ("sgd nesterov", dict(solver="sgd", learning_rate_init=0.05)),
        ("sgd plain invscaling", dict(solver="sgd", nesterovs_momentum=False, momentum=0.5,
                                      learning_rate="invscaling", learning_rate_init=0.5)),
        ("sgd adaptive", dict(solver="sgd", learning_rate="adaptive", learning_rate_init=0.2,
                              tol=0.02, n_iter_no_change=2)),
        ("sgd early", dict(solver="sgd", early_stopping=True, learning_rate_init=0.1,
                           n_iter_no_change=3)),
        ("adam", dict(solver="adam", learning_rate_init=0.02)),
        ("adam stops", dict(solver="adam", learning_rate_init=0.02, tol=0.05, n_iter_no_change=2)),
    ]:
        for kind, maker in [("binary", MLPClassifier), ("continuous", MLPRegressor)]:
            for weighted in [False, True]:
                x, classes, values, weights = table(47)
                m = given(maker, units, activation="tanh", alpha=0.01, batch_size=10, max_iter=15,
                          **options)
                m.fit(x, classes if kind == "binary" else values,
                      sample_weight=weights if weighted else None)
                label = f"path {name} {kind}{' weighted' if weighted else ''}"
                yield label, numpy.concatenate(
                    [[m.n_iter_, m.loss_], joined(m.coefs_, m.intercepts_)])
    module.shuffle, module.train_test_split = saved


def optima():
    x, classes, values, weights = table(80)
    for name, w in [("", numpy.ones(80)), (" weighted", weights)]:
        m = LogisticRegression(C=2, tol=1e-14, solver="newton-cholesky", max_iter=1000)
        m.fit(x, classes, sample_weight=w)
        yield "optimum binary" + name, numpy.append(m.coef_.ravel(), m.intercept_)
        one = numpy.column_stack([x, numpy.ones(80)])
        ridge = numpy.diag([0.5] * 6 + [0])
        yield "optimum continuous" + name, numpy.linalg.solve(
            one.T @ (w[:, None] * one) + ridge, one.T @ (w * values))
    saved = module.shuffle, module.train_test_split
    for kind, maker, y in [("binary", MLPClassifier, classes), ("continuous", MLPRegressor, values)]:
        m = given(maker, [6, 3, 1], solver="lbfgs", activation="tanh", alpha=1, tol=1e-9,
                  max_iter=10000)
        m.fit(x, y)
        yield "lbfgs tanh " + kind, [m.loss_]
    module.shuffle, module.train_test_split = saved


def distributions():
    x, classes, _, _ = table(320)
    for name, options in [
        ("sgd", dict(hidden_layer_sizes=(5,), activation="tanh", solver="sgd", alpha=1e-5)),
        ("adam", dict(hidden_layer_sizes=(20,), learning_rate_init=0.01)),
        ("early", dict(hidden_layer_sizes=(10,), activation="tanh", learning_rate_init=0.01,
                       early_stopping=True, validation_fraction=0.2)),
        ("lbfgs", dict(hidden_layer_sizes=(3,), activation="logistic", solver="lbfgs", alpha=0.1)),
    ]:
        found = []
        for seed in range(200):
            m = MLPClassifier(random_state=seed, **options).fit(x[:120], classes[:120])
            found.append(roc_auc_score(classes[120:], m.predict_proba(x[120:])[:, 1]))
        yield "AUC over seeds " + name, numpy.sort(numpy.round(found, 6))


def stacks():
    """Patients have two rows; the fold of a patient is 3 * patient mod 4."""
    x, classes, _, _ = table(120, 7)
    patients = numpy.arange(120) // 2
    folds = patients * 3 % 4
    cv = [(numpy.flatnonzero(folds != f), numpy.flatnonzero(folds == f)) for f in range(4)]

    def model():
        return LogisticRegression(C=numpy.inf, tol=1e-14, solver="newton-cholesky", max_iter=1000)

    for output, method in [("scores", "decision_function"), ("probabilities", "predict_proba")]:
        def value(v):
            return v if v.ndim == 1 else v[:, 1]

        second, new = [], []
        for columns in [[0, 1, 2], [3, 4, 5]]:
            part = x[:, columns]
            second.append(value(cross_val_predict(model(), part, classes, cv=cv, method=method)))
            new.append(value(getattr(model().fit(part, classes), method)(part)))
        final = model().fit(numpy.column_stack(second + [x[:, 6]]), classes)
        yield "stack " + output, numpy.concatenate(
            [final.intercept_, final.coef_.ravel(),
             final.decision_function(numpy.column_stack(new + [x[:, 6]]))[:20]])


def robustness():
    """ICC(1) with its interval: McGraw & Wong 1996, tables 4 and 7. Four tables, 12 x 6."""
    n, k = 12, 4
    low, value = [], []
    for c in range(6):
        y = numpy.array([[noise(55, r + 100 * c) + 0.08 * c * noise(56 + p, r + 100 * c)
                          for p in range(k)] for r in range(n)])
        rows = y.mean(axis=1)
        between = k * ((rows - y.mean())**2).sum() / (n - 1)
        within = ((y - rows[:, None])**2).sum() / (n * (k - 1))
        if within < 1e-30:
            low.append(1)
            value.append(1)
            continue
        f = between / within
        bound = f / stats.f.ppf(0.975, n - 1, n * (k - 1))
        value.append((f - 1) / (f + k - 1))
        low.append((bound - 1) / (bound + k - 1))
    yield "robustness", numpy.array(value + low)


def main():
    with open(sys.argv[1], "w") as out:
        out.write(f"# scikit-learn {sklearn.__version__}, numpy {numpy.__version__}, scipy "
                  f"{scipy.__version__}, settings in scripts/oracles/networks.py, "
                  f"{datetime.date.today()}\n")
        for part in [gradients, paths, optima, distributions, stacks, robustness]:
            for name, values in part():
                out.write(f"{name}|{' '.join(repr(float(v)) for v in values)}\n")


main()
