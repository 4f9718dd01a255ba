"""Golden file for support vector machines by scikit-learn: gamma="scale" and balanced classes.

Usage: python svm_sklearn.py FOLDER, after svm_e1071.R, whose svm-tables.csv is read.
Trained with the rows whose index modulo 4 is not 3; the values are those of the other rows.
scikit-learn's copy of libsvm takes the classes in the other order, so tolerances are tight.
"""

import datetime
import pathlib
import sys

import numpy
import sklearn
from sklearn import svm

folder = pathlib.Path(sys.argv[1])
tables = {}
for line in (folder / "svm-tables.csv").read_text().splitlines()[2:]:
    name, column, values = line.split(",")
    tables.setdefault(name, {})[column] = numpy.array([float(v) for v in values.split()])

CASES = [
    ("iris", "class", "svc", "kernel=rbf gammaRule=scale", svm.SVC()),
    ("iris", "class", "svc", "kernel=poly gammaRule=scale C=0.1", svm.SVC(kernel="poly", C=0.1)),
    ("mtcars", "class", "svc", "kernel=rbf gammaRule=scale C=50 classWeight=balanced",
     svm.SVC(C=50, class_weight="balanced")),
    ("mtcars", "y", "eps-svr", "kernel=rbf gammaRule=scale C=20", svm.SVR(C=20)),
    ("mtcars", "y", "nu-svr", "kernel=rbf gammaRule=scale C=20", svm.NuSVR(C=20)),
]  # fmt: skip

with open(folder / "svm-sklearn.csv", "w") as file:
    file.write("# scikit-learn %s, tol 1e-10, %s\n" % (sklearn.__version__, datetime.date.today()))
    file.write("table,outcome,model,order,settings,count,gamma,values\n")
    for name, outcome, model, settings, machine in CASES:
        columns = [v for k, v in tables[name].items() if k not in ("class", "y")]
        x, y = numpy.array(columns).T, tables[name][outcome]
        test = numpy.arange(len(y)) % 4 == 3
        machine.set_params(tol=1e-10).fit(x[~test], y[~test])
        values = machine.decision_function if model == "svc" else machine.predict
        text = " ".join("%.17g" % v for v in values(x[test]))
        row = [name, outcome, model, "rising", settings + " tolerance=1e-10"]
        row += [str(machine.n_support_.sum()), "%.17g" % machine._gamma, text]
        file.write(",".join(row) + "\n")
