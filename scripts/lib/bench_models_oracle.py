"""The same model studies by scikit-learn and XGBoost's Python package, one process on one thread.

usage: bench_models_oracle.py grid|agreement|permutation TABLE.bin ROWS COUNT [RESULT.h5]

TABLE.bin: float64 row by row, the outcome in front. COUNT: folds of the grid, those of a study with
the seed 1; permutations. RESULT.h5: what RadCohort found, for the agreement.
Prints what was found as JSON.
"""
import json
import re
import sys

import numpy
from bench_models_streams import inner_folds, model_seed
from sklearn.feature_selection import SelectFromModel, SelectKBest, f_classif
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import roc_auc_score
from sklearn.model_selection import (
    GridSearchCV, PredefinedSplit, StratifiedKFold, permutation_test_score)
from sklearn.pipeline import Pipeline
from sklearn.preprocessing import StandardScaler

what, path, rows, count = sys.argv[1], sys.argv[2], int(sys.argv[3]), int(sys.argv[4])
table = numpy.fromfile(path).reshape(rows, -1)
features, outcome = numpy.ascontiguousarray(table[:, 1:]), table[:, 0].astype(int)
front = [("scale", StandardScaler()), ("t", SelectKBest(f_classif, k=200))]
SEED, LAMBDA = 1, 0.05
GRID = {
    "max_depth": [2, 3, 4],
    "learning_rate": [0.03, 0.1],
    "subsample": [0.7, 1],
    "min_child_weight": [1, 3, 5],
    "n_estimators": [100, 200, 400],
}
# In the order of GRID.
OUR_NAMES = ["maxDepth", "learningRate", "subsample", "minChildWeight", "rounds"]


def trees(seed, **settings):
    from xgboost import XGBClassifier

    return XGBClassifier(
        n_jobs=1, tree_method="exact", verbosity=0, random_state=seed, **settings)


def search():
    """GridSearchCV as one writes it, on our folds: a seed of its own, and liblinear, which
    penalises the intercept and whose columns stay in the table's order."""
    # liblinear minimises |b| + C * sum of losses.
    size = rows - rows // count
    lasso = LogisticRegression(penalty="l1", solver="liblinear", C=1 / (size * LAMBDA))
    steps = [*front, ("l1", SelectFromModel(lasso, threshold=1e-10)), ("trees", trees(SEED))]
    found = GridSearchCV(
        Pipeline(steps), {f"trees__{name}": values for name, values in GRID.items()},
        scoring="roc_auc", cv=PredefinedSplit(inner_folds(outcome, count, SEED)), n_jobs=1)
    found.fit(features, outcome)
    results = found.cv_results_
    return {
        "error": float(results["std_test_score"][found.best_index_] / count**0.5),
        "points": [
            [[point[f"trees__{name}"] for name in GRID], float(mean)]
            for point, mean in zip(results["params"], results["mean_test_score"])
        ],
    }


def chosen(training):
    """The scaled table and the columns that LASSO chooses, the largest coefficient first."""
    scaled = StandardScaler().fit(features[training]).transform(features)
    screen = SelectKBest(f_classif, k=200).fit(scaled[training], outcome[training])
    columns = screen.get_support(indices=True)
    lasso = LogisticRegression(
        penalty="l1", solver="saga", C=1 / (len(training) * LAMBDA), tol=1e-9, max_iter=100000)
    sizes = abs(lasso.fit(scaled[training][:, columns], outcome[training]).coef_[0])
    order = numpy.argsort(-sizes, kind="stable")
    return scaled, columns[order[sizes[order] > 0]]


def agreement(result):
    """Every grid point on our folds with our definition of LASSO and our seeds of XGBoost."""
    import h5py

    models = h5py.File(result)["uns/models/trees"]
    texts = [text.decode() for text in models["grid/settings"][()]]
    points = [
        [json.loads(re.search(f"{name}: ([0-9.]+)", text)[1]) for name in OUR_NAMES]
        for text in texts
    ]
    folds = numpy.array(inner_folds(outcome, count, SEED))
    areas = numpy.zeros((len(points), count))
    for fold in range(count):
        training, test = numpy.flatnonzero(folds != fold), numpy.flatnonzero(folds == fold)
        scaled, columns = chosen(training)
        fits = {}
        for place, (*settings, rounds) in enumerate(points):
            if tuple(settings) not in fits:
                # The seed of a model behind three steps; fewer rounds are the first trees of more.
                model = trees(
                    model_seed(fold, 3, SEED), n_estimators=max(GRID["n_estimators"]),
                    **dict(zip(GRID, settings)))
                fits[tuple(settings)] = model.fit(scaled[training][:, columns], outcome[training])
            scores = fits[tuple(settings)].predict_proba(
                scaled[test][:, columns], iteration_range=(0, rounds))[:, 1]
            areas[place, fold] = roc_auc_score(outcome[test], scores)
    _, columns = chosen(numpy.arange(rows))
    final = models["columns_per_fold/columns"][0].decode().split(", ")
    return {
        "points": points, "texts": texts, "ours": models["grid/inner_metric"][()].tolist(),
        "theirs": areas.mean(axis=1).tolist(), "columns": len(final),
        "same_columns": final == [f"feature_{column + 1}" for column in columns],
    }


def permutations():
    # C = 1 / (rows of a fold * lambda) with lambda 1/209.
    logistic = LogisticRegression(C=209 / (rows - rows // 5), max_iter=1000)
    score, _, p = permutation_test_score(
        Pipeline([*front, ("logistic", logistic)]), features, outcome, scoring="roc_auc",
        cv=StratifiedKFold(5, shuffle=True, random_state=1), n_permutations=count, n_jobs=1,
        random_state=1)
    return {"auc": float(score), "p": float(p)}


if what == "grid":
    print(json.dumps(search()))
elif what == "agreement":
    print(json.dumps(agreement(sys.argv[5])))
else:
    print(json.dumps(permutations()))
