"""The same model studies by scikit-learn and XGBoost's Python package, one process on one thread.

usage: bench_models_oracle.py grid|permutation TABLE.bin ROWS COUNT

TABLE.bin: float64 row by row, the outcome in front. COUNT: folds of the grid; permutations.
Prints what was found as JSON.
"""
import json
import sys

import numpy
from sklearn.feature_selection import SelectFromModel, SelectKBest, f_classif
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import GridSearchCV, StratifiedKFold, permutation_test_score
from sklearn.pipeline import Pipeline
from sklearn.preprocessing import StandardScaler

what, path, rows, count = sys.argv[1], sys.argv[2], int(sys.argv[3]), int(sys.argv[4])
table = numpy.fromfile(path).reshape(rows, -1)
features, outcome = numpy.ascontiguousarray(table[:, 1:]), table[:, 0].astype(int)
front = [("scale", StandardScaler()), ("t", SelectKBest(f_classif, k=200))]

if what == "grid":
    from xgboost import XGBClassifier

    # liblinear minimises |b| + C * sum of losses; C = 1 / (rows of a fold * lambda), lambda 0.05.
    fold = rows - rows // count
    lasso = LogisticRegression(penalty="l1", solver="liblinear", C=1 / (fold * 0.05))
    trees = XGBClassifier(n_jobs=1, tree_method="exact", verbosity=0, random_state=1)
    pipeline = Pipeline([*front, ("l1", SelectFromModel(lasso, threshold=1e-10)), ("trees", trees)])
    grid = {
        "trees__max_depth": [2, 3, 4],
        "trees__learning_rate": [0.03, 0.1],
        "trees__subsample": [0.7, 1.0],
        "trees__min_child_weight": [1, 3, 5],
        "trees__n_estimators": [100, 200, 400],
    }
    folds = StratifiedKFold(count, shuffle=True, random_state=1)
    search = GridSearchCV(pipeline, grid, scoring="roc_auc", cv=folds, n_jobs=1)
    search.fit(features, outcome)
    means = search.cv_results_["mean_test_score"]
    spread = search.cv_results_["std_test_score"][search.best_index_]
    print(json.dumps({
        "best": {k.split("__")[1]: v for k, v in search.best_params_.items()},
        "auc": float(search.best_score_), "error": float(spread / count**0.5),
        "points": [
            [{k.split("__")[1]: v for k, v in point.items()}, float(mean)]
            for point, mean in zip(search.cv_results_["params"], means)
        ],
    }))
else:
    # C = 1 / (rows of a fold * lambda) with lambda 1/209.
    fold = rows - rows // 5
    logistic = LogisticRegression(C=209 / fold, max_iter=1000)
    pipeline = Pipeline([*front, ("logistic", logistic)])
    folds = StratifiedKFold(5, shuffle=True, random_state=1)
    score, _, p = permutation_test_score(
        pipeline, features, outcome, scoring="roc_auc", cv=folds, n_permutations=count, n_jobs=1,
        random_state=1)
    print(json.dumps({"auc": float(score), "p": float(p)}))
