"""Golden file Tests/LearningTests/Golden/models.csv: forest, nearest neighbours, naive Bayes, discriminant.

Usage: python models.py OUTPUT [TABLE], TABLE being glioma_t1ce.csv of the shared data (cases "glioma"). Tables are made
from an integer formula, the same as ClassicTables in Tests/LearningTests/ClassicModelSupport.swift.
"""
import datetime
import sys
import warnings

import numpy
import pandas
import sklearn
from sklearn.discriminant_analysis import LinearDiscriminantAnalysis
from sklearn.ensemble import RandomForestClassifier, RandomForestRegressor
from sklearn.metrics import roc_auc_score
from sklearn.naive_bayes import GaussianNB
from sklearn.neighbors import KNeighborsClassifier, KNeighborsRegressor
from sklearn.preprocessing import StandardScaler

warnings.filterwarnings("ignore")
MASK = (1 << 64) - 1
SHAPES = {"plain": (80, 6), "wide": (30, 70), "hostile": (40, 12), "tiny": (5, 2)}
TREE_SHAPE = (160, 4)
SEEDS = 200


def noise(seed, n):
    z = (((seed << 32) + n + 1) * 0x9E3779B97F4A7C15) & MASK
    z = ((z ^ (z >> 30)) * 0xBF58476D1CE4E5B9) & MASK
    z = ((z ^ (z >> 27)) * 0x94D049BB133111EB) & MASK
    return ((z ^ (z >> 31)) >> 11) * 2.0**-53


def table(kind):
    """Columns, classes, values, weights of the training rows and of 25 more."""
    rows, count = SHAPES.get(kind, TREE_SHAPE)
    total = rows + 25
    y = numpy.array([1 if noise(21, r) < 0.4 else 0 for r in range(total)])
    if kind == "tiny":
        y[:5] = [0, 1, 0, 1, 1]
    x = numpy.array([[numpy.floor((noise(22, r + 1000 * c) + 0.1 * (c % 4) * y[r]) * 16384) / 1024
                      for c in range(count)] for r in range(total)])
    if kind == "hostile":
        x[:, 1] = 3
        x[:, 2] = x[:, 3]
        x[:, 4] = x[:, 5] + x[:, 6]
        x[:, 7] = numpy.floor(x[:, 7] / 8)
        x[:, 8] = 1000000 + 10 * y + numpy.floor(x[:, 8] / 4)
        x[:, 9] = x[:, 9] / 1048576
    v = numpy.array([numpy.floor(4096 * (x[r, 0] + 0.5 * x[r, 1] * x[r, 1] / 16 + 4 * noise(23, r))) / 256
                     for r in range(total)])
    w = numpy.array([1 + r % 4 for r in range(total)]) * 0.5
    return x[:rows], x[rows:], y[:rows], y[rows:], v[:rows], v[rows:], w[:rows]


def odds(model, x):
    joint = model._joint_log_likelihood(x)
    return joint[:, 1] - joint[:, 0]


def discriminants():
    """How the setting is called, scikit-learn's model."""
    yield "none", LinearDiscriminantAnalysis()
    yield "auto", LinearDiscriminantAnalysis(solver="eigen", shrinkage="auto")
    for amount in (0.1, 0.9):
        yield f"fixed {amount}", LinearDiscriminantAnalysis(solver="eigen", shrinkage=amount)


def nearest(x, new, values, k, weights, metric):
    """The definition: ties at the same distance by row."""
    out = []
    for row in new:
        d = numpy.abs(x - row).sum(1) if metric == "manhattan" else numpy.sqrt(((x - row)**2).sum(1))
        order = numpy.lexsort((numpy.arange(len(d)), d))[:k]
        w = numpy.ones(k) if weights == "uniform" else \
            (d[order] == 0) * 1.0 if (d[order] == 0).any() else 1 / d[order]
        out.append((w * values[order]).sum() / w.sum())
    return out


def tree_numbers(tree):
    parts = [tree.feature.clip(-1), numpy.where(tree.feature < 0, 0, tree.threshold),
             tree.children_right, tree.value[:, 0, -1], tree.weighted_n_node_samples, tree.impurity,
             tree.n_node_samples]
    return numpy.column_stack(parts).ravel()


def lone_trees():
    """Name, model, weighted: one tree on all rows and columns, where no two decisions are equally good."""
    c = dict(n_estimators=1, bootstrap=False, max_features=None)
    yield "gini leaf 8", RandomForestClassifier(min_samples_leaf=8, **c), False
    yield "gini depth 3", RandomForestClassifier(max_depth=3, min_samples_leaf=5, **c), False
    yield "entropy leaf 8", RandomForestClassifier(criterion="entropy", min_samples_leaf=8, **c), False
    yield "gini weights", RandomForestClassifier(min_samples_leaf=5, **c), True
    yield "gini split 30", RandomForestClassifier(min_samples_split=30, min_samples_leaf=3, **c), False
    yield "balanced", RandomForestClassifier(min_samples_leaf=12, class_weight="balanced", **c), True
    yield "variance leaf 6", RandomForestRegressor(min_samples_leaf=6, **c), False
    yield "variance weights", RandomForestRegressor(min_samples_leaf=6, **c), True


def cases():
    for kind in SHAPES:
        x, new, y, _, v, _, w = table(kind)
        for name, weights in (("", None), (" weights", w)):
            model = GaussianNB().fit(x, y, sample_weight=weights)
            yield f"naive-bayes {kind}{name}", odds(model, new)
        for name, model in discriminants():
            # A shift of the columns changes nothing but scikit-learn's rounding.
            middle = x.mean(0)
            model.fit(x - middle, y)
            yield f"lda {kind} {name}", [*model.coef_[0], *model.decision_function(new - middle),
                                         *model.predict_proba(new - middle)[:, 1]]
        for k in (1, 4):
            for weights in ("uniform", "distance"):
                for metric in ("euclidean", "manhattan"):
                    values = nearest(x, new, y, k, weights, metric)
                    if kind == "plain":
                        theirs = KNeighborsClassifier(k, weights=weights, metric=metric).fit(x, y)
                        assert numpy.allclose(theirs.predict_proba(new)[:, 1], values, atol=1e-12)
                        theirs = KNeighborsRegressor(k, weights=weights, metric=metric).fit(x, v)
                        yield f"knn {kind} {k} {weights} {metric} continuous", theirs.predict(new)
                    yield f"knn {kind} {k} {weights} {metric}", values
    x, new, y, _, v, _, w = table("tree")
    for name, model, weighted in lone_trees():
        outcome = v if name.startswith("variance") else y
        fits = [sklearn.clone(model).set_params(random_state=s).fit(x, outcome, sample_weight=w if weighted else None)
                for s in range(20)]
        trees = [tree_numbers(f.estimators_[0].tree_) for f in fits]
        assert all(len(t) == len(trees[0]) and numpy.allclose(t, trees[0], atol=1e-12) for t in trees), name
        yield f"tree {name}", trees[0]
        yield f"tree {name} importances", fits[0].feature_importances_


def distributions():
    """Mean and SD over seeds of: the score of each new row, each importance, AUC or MSE, out-of-bag score, nodes."""
    c = dict(n_estimators=20, oob_score=True)
    settings = {
        "default": (RandomForestClassifier, c, False),
        "entropy log2 leaf 3": (RandomForestClassifier,
                                dict(c, criterion="entropy", max_features="log2", min_samples_leaf=3), False),
        "weights": (RandomForestClassifier, c, True),
        "balanced": (RandomForestClassifier, dict(c, class_weight="balanced"), False),
        "balanced-subsample": (RandomForestClassifier, dict(c, class_weight="balanced_subsample"), False),
        "no bootstrap": (RandomForestClassifier, dict(n_estimators=20, bootstrap=False, max_depth=4), False),
        "continuous": (RandomForestRegressor, c, False),
        "continuous share": (RandomForestRegressor, dict(c, max_features=0.4, min_samples_split=6), False),
    }
    x, new, y, ny, v, nv, w = table("plain")
    for name, (model, options, weighted) in settings.items():
        runs = []
        for seed in range(SEEDS):
            continuous = model is RandomForestRegressor
            f = model(random_state=seed, **options).fit(x, v if continuous else y, sample_weight=w if weighted else None)
            scores = f.predict(new) if continuous else f.predict_proba(new)[:, 1]
            quality = ((scores - nv)**2).mean() if continuous else roc_auc_score(ny, scores)
            runs.append([*scores, *f.feature_importances_, quality, f.oob_score_ if f.bootstrap else 0,
                         numpy.mean([t.tree_.node_count for t in f.estimators_])])
        yield f"forest {name} mean", numpy.mean(runs, axis=0)
        yield f"forest {name} sd", numpy.std(runs, axis=0, ddof=1)


def glioma(path):
    """Training rows: those with index % 3 != 1; columns after "sex" without missing values, as they are."""
    frame = pandas.read_csv(path)
    columns = list(frame.columns)[list(frame.columns).index("sex") + 1:]
    x = frame[columns].apply(pandas.to_numeric, errors="coerce").to_numpy()
    x = x[:, numpy.isfinite(x).all(0)]
    y, age = frame.idh.to_numpy(), frame.age.to_numpy(dtype=float)
    train = numpy.arange(len(y)) % 3 != 1
    new = x[~train][:12]
    yield "glioma naive-bayes", odds(GaussianNB().fit(x[train], y[train]), new)
    yield "glioma knn", KNeighborsClassifier(7, weights="distance").fit(x[train], y[train]).predict_proba(new)[:, 1]
    # Shift and unit of the columns change nothing but scikit-learn's rounding.
    scaler = StandardScaler().fit(x[train])
    old, new = scaler.transform(x[train]), scaler.transform(new)
    yield "glioma lda none", LinearDiscriminantAnalysis().fit(old, y[train]).decision_function(new)
    model = LinearDiscriminantAnalysis(solver="eigen", shrinkage="auto")
    yield "glioma lda auto", model.fit(old, y[train]).decision_function(new)


def main():
    with open(sys.argv[1], "w") as out:
        out.write(f"# scikit-learn {sklearn.__version__}, numpy {numpy.__version__}, settings per row, forest: mean and SD "
                  f"over {SEEDS} seeds, made by scripts/oracles/models.py, {datetime.date.today()}\n")
        rows = [*cases(), *distributions(), *(glioma(sys.argv[2]) if len(sys.argv) > 2 else [])]
        for name, values in rows:
            digits = 10 if name.startswith("forest") else 17
            out.write(name + "|" + " ".join(f"{float(v):.{digits}g}" for v in values) + "\n")


main()
