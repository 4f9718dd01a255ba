#!/usr/bin/env python3
"""Golden values of explanations: shap (TreeExplainer, LinearExplainer) and scikit-learn (inspection).

Usage: python explanation.py OUTPUT.csv      (shap 0.46, scikit-learn 1.9)

Tables are formulas on whole numbers that Tests/ExplanationTests/SyntheticTable.swift repeats:
  noise(seed, n) = SplitMix64's finaliser of (seed * 2^32 + n + 1) * 0x9E3779B97F4A7C15 >> 11, * 2^-53
  class(r) = noise(21, r) < 0.4
  column c, row r: floor((noise(22, r + 1000 c) + 0.1 (c mod 4) class(r)) * 1024) / 1024;
  column 3 is 0.5, column 4 is floor(8 column 4) / 8 (ties)
  value(r) = column 0 + 2 column 1 column 2 + noise(23, r) / 4, down to 1/1024
Output: case|numbers. Trees: column, threshold, right, value, cover, impurity, rows of each node, in
the order of Sources/Core/Learning/Models/Forest/DecisionTree.swift.
"""
import datetime
import sys

import numpy
import shap
import sklearn
from sklearn.base import BaseEstimator, RegressorMixin
from sklearn.ensemble import RandomForestClassifier, RandomForestRegressor
from sklearn.inspection import partial_dependence, permutation_importance
from sklearn.linear_model import LinearRegression
from sklearn.preprocessing import StandardScaler

MASK = 2**64 - 1
ROWS, COLUMNS, EXPLAINED, REPEATS = 150, 6, 6, 2000


def noise(seed, n):
    z = ((seed << 32) + n + 1) * 0x9E3779B97F4A7C15 & MASK
    z = (z ^ z >> 30) * 0xBF58476D1CE4E5B9 & MASK
    z = (z ^ z >> 27) * 0x94D049BB133111EB & MASK
    z ^= z >> 31
    return (z >> 11) * 2.0**-53


def table():
    y = numpy.array([1 if noise(21, r) < 0.4 else 0 for r in range(ROWS)])
    x = numpy.array([[numpy.floor((noise(22, r + 1000 * c) + 0.1 * (c % 4) * y[r]) * 1024) / 1024
                      for c in range(COLUMNS)] for r in range(ROWS)])
    x[:, 3] = 0.5
    x[:, 4] = numpy.floor(x[:, 4] * 8) / 8
    v = x[:, 0] + 2 * x[:, 1] * x[:, 2] + numpy.array([noise(23, r) / 4 for r in range(ROWS)])
    return x, y, numpy.floor(v * 1024) / 1024


def nodes(tree):
    """Flat records; the branch after a node is its left one."""
    t = tree.tree_
    flat = []
    for i in range(t.node_count):
        is_leaf = t.children_left[i] < 0
        assert is_leaf or t.children_left[i] == i + 1
        value = t.value[i, 0]
        share = value[1] / value.sum() if len(value) == 2 else value[0]
        flat += [-1 if is_leaf else t.feature[i], 0 if is_leaf else t.threshold[i],
                 -1 if is_leaf else t.children_right[i], share, t.weighted_n_node_samples[i],
                 t.impurity[i], t.n_node_samples[i]]
    return flat


class Given(RegressorMixin, BaseEstimator):
    """A linear score with given slopes."""

    def __init__(self, slopes=(), constant=0.0):
        self.slopes, self.constant = slopes, constant

    def fit(self, x, y):
        self.fitted_ = True
        return self

    def predict(self, x):
        return self.constant + numpy.asarray(x) @ numpy.array(self.slopes)


def main(output):
    x, y, v = table()
    out = []

    def put(name, numbers):
        out.append(name + "|" + " ".join(repr(float(n)) for n in numpy.ravel(numbers)))

    new = x[:EXPLAINED]
    forests = {
        "classes": RandomForestClassifier(4, max_depth=5, random_state=1).fit(x, y),
        "deep": RandomForestClassifier(2, max_features=None, random_state=2).fit(x, y),
        "values": RandomForestRegressor(3, max_depth=4, random_state=3).fit(x, v),
    }
    for name, forest in forests.items():
        for k, tree in enumerate(forest.estimators_):
            put(f"forest {name} {k}", nodes(tree))
        explainer = shap.TreeExplainer(forest, feature_perturbation="tree_path_dependent")
        values = numpy.asarray(explainer.shap_values(new, check_additivity=False))
        base = explainer.expected_value
        if values.ndim == 3:
            values, base = values[:, :, 1], base[1]
        put(f"shap {name}", values)
        put(f"base {name}", base)
        for column in (0, 4, 3):
            options = dict(kind="both", method="brute", grid_resolution=12 if column == 0 else 100)
            if name != "values":
                options["response_method"] = "predict_proba"
            result = partial_dependence(forest, x, [column], **options)
            put(f"grid {name} {column}", result["grid_values"][0])
            put(f"average {name} {column}", result["average"][0])
            put(f"curves {name} {column}", result["individual"][0][:3])

    scaler = StandardScaler().fit(x)
    model = LinearRegression()
    model.coef_ = numpy.array([0.5, -1.25, 0.0, 2.0, 0.75, 1e-3])
    model.intercept_ = -0.3
    training = scaler.transform(x)
    masker = shap.maskers.Independent(training, max_samples=ROWS)
    linear = shap.LinearExplainer(model, masker)
    put("shap linear", linear.shap_values(training[:EXPLAINED]))
    put("base linear", linear.expected_value)

    given = Given((1.0, 1.0, 1.5, 0.0, 0.2, 0.0), 0.0).fit(x, v)
    for metric, outcome in (("r2", v), ("neg_root_mean_squared_error", v), ("roc_auc", y)):
        if metric == "roc_auc":
            def scoring(estimator, a, b):
                return sklearn.metrics.roc_auc_score(b, estimator.predict(a))
        else:
            scoring = metric
        result = permutation_importance(
            given, x, outcome, scoring=scoring, n_repeats=REPEATS, random_state=4)
        put(f"importance {metric} mean", result["importances_mean"])
        put(f"importance {metric} deviation", result["importances_std"])

    with open(output, "w") as file:
        file.write(f"# shap {shap.__version__}, scikit-learn {sklearn.__version__}, path-dependent "
                   f"trees, brute partial dependence, {REPEATS} repeats, {datetime.date.today()}\n")
        file.write("\n".join(out) + "\n")


main(sys.argv[1])
