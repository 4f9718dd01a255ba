"""Golden files for support vector machines by libsvm's own Python interface (Debian's
python3-libsvm, the same library as the program's).

Usage: /usr/bin/python3 svm_libsvm.py FOLDER, after svm_e1071.R, whose svm-tables.csv is read.
The other tables come from an integer formula that Tests/SVMTests/SVMTable.swift repeats.
Trained with the rows whose index modulo 4 is not 3, in falling order where asked for; the values
are those of the other rows, as hexadecimal floating-point numbers. Labels are 1 and -1.
"""

import ctypes
import datetime
import pathlib
import sys

import svmutil

folder = pathlib.Path(sys.argv[1])
TYPES = {"svc": 0, "eps-svr": 3, "nu-svr": 4}
KERNELS = {"linear": 0, "poly": 1, "rbf": 2, "sigmoid": 3}
OPTIONS = {"C": "-c", "degree": "-d", "coef0": "-r"}
OPTIONS |= {"tolerance": "-e", "epsilon": "-p", "nu": "-n"}


def hostile(varying):
    def value(i, j):
        if not varying and j in (2, 3):
            return [3.0, 0.0][j - 2]
        factor = 1
        if j == 1:
            factor, j = 2, 0
        i = 21 if i == 22 else i
        return factor * ((37 * i + 101 * j + 13 * i * j + (i * i * j) % 7) % 23 - 11) / 4

    rows = [[value(i, j) for j in range(60)] for i in range(24)]
    return {
        "x": rows,
        "class": [1 if i % 3 == 0 else 0 for i in range(24)],
        "rare": [1 if i in (1, 2) else 0 for i in range(24)],
        "y": [3 * rows[i][5] + i % 4 + 10 for i in range(24)],
    }


def read_tables():
    tables = {}
    for line in (folder / "svm-tables.csv").read_text().splitlines()[2:]:
        name, column, values = line.split(",")
        tables.setdefault(name, {})[column] = [float(v) for v in values.split()]
    for table in tables.values():
        columns = [v for k, v in table.items() if k not in ("class", "y")]
        table["x"] = [list(row) for row in zip(*columns)]
    return tables


TABLES = {**read_tables(), "hostile": hostile(False), "varying": hostile(True)}

CASES = [
    ("iris", "class", "svc", "rising", "kernel=rbf"),
    ("iris", "class", "svc", "falling", "kernel=rbf C=100 gammaRule=fixed gamma=0.5"),
    ("iris", "class", "svc", "rising", "kernel=linear C=10 tolerance=1e-6"),
    ("iris", "class", "svc", "rising", "kernel=linear shrinking=false"),
    ("iris", "class", "svc", "rising", "kernel=poly degree=2 coef0=1"),
    ("iris", "class", "svc", "rising", "kernel=sigmoid gammaRule=fixed gamma=0.01 coef0=-0.5"),
    ("iris", "class", "eps-svr", "rising", "kernel=rbf C=3 epsilon=0.05"),
    ("iris", "class", "nu-svr", "rising", "kernel=poly degree=3 nu=0.25"),
    ("mtcars", "class", "svc", "rising", "kernel=rbf gammaRule=fixed gamma=0.001"),
    ("mtcars", "class", "svc", "rising", "kernel=rbf classWeight=balanced C=2"),
    ("mtcars", "y", "eps-svr", "rising", "kernel=rbf gammaRule=fixed gamma=0.0001 C=100"),
    ("mtcars", "y", "eps-svr", "rising", "kernel=linear C=0.001 epsilon=0.5"),
    ("mtcars", "y", "nu-svr", "rising", "kernel=rbf gammaRule=fixed gamma=0.0001 nu=0.7"),
    ("hostile", "class", "svc", "rising", "kernel=rbf"),
    ("hostile", "class", "svc", "rising", "kernel=linear C=1000"),
    ("hostile", "class", "svc", "rising", "kernel=poly degree=1 coef0=-2"),
    ("hostile", "y", "eps-svr", "rising", "kernel=linear epsilon=0"),
    ("hostile", "y", "nu-svr", "rising", "kernel=sigmoid gammaRule=fixed gamma=0.001 nu=1"),
    ("varying", "class", "svc", "falling", "kernel=rbf classWeight=balanced"),
    ("varying", "class", "eps-svr", "rising", "kernel=rbf epsilon=10"),
]


def parted(case):
    name, outcome, model, order, settings = case
    table = TABLES[name]
    settings = dict(pair.split("=") for pair in settings.split())
    train = [i for i in range(len(table["x"])) if i % 4 != 3]
    if order == "falling":
        train.reverse()
    test = [i for i in range(len(table["x"])) if i % 4 == 3]
    x, y = table["x"], [table[outcome][i] for i in train]
    options = ["-q", "-s", str(TYPES[model]), "-t", str(KERNELS[settings["kernel"]])]
    options += ["-g", settings.get("gamma", repr(1 / len(x[0])))]
    options += ["-h", "0" if settings.get("shrinking") == "false" else "1"]
    for key, option in OPTIONS.items():
        if key in settings:
            options += [option, settings[key]]
    if model == "svc":
        if settings.get("classWeight") == "balanced":
            for label in (1, 0):
                weight = len(y) / (2 * y.count(label))
                options += ["-w%d" % (1 if label else -1), repr(weight)]
        y = [1 if v else -1 for v in y]
    return [x[i] for i in train], y, [x[i] for i in test], options


def hexadecimal(values):
    return " ".join(float(v).hex() for v in values)


def solved(case):
    x, y, test, options = parted(case)
    model = svmutil.svm_train(y, x, " ".join(options))
    assert case[2] != "svc" or model.get_labels() == [1, -1]
    values = svmutil.svm_predict([], test, model, "-q")[2]
    return [str(model.get_nr_sv()), hexadecimal([model.rho[0]]), hexadecimal(v[0] for v in values)]


def calibrated(case, seed):
    """libsvm's probabilities after srand(seed), with the order of rows that rand() gives."""
    x, y, test, options = parted(case)
    libc = ctypes.CDLL("libc.so.6")
    libc.srand(seed)
    order = [i for i, v in enumerate(y) if v == 1] + [i for i, v in enumerate(y) if v != 1]
    for i in range(len(order)):
        j = i + libc.rand() % (len(order) - i)
        order[i], order[j] = order[j], order[i]
    libc.srand(seed)
    model = svmutil.svm_train(y, x, " ".join(options + ["-b", "1"]))
    values = svmutil.svm_predict([], test, model, "-q -b 1")[2]
    probabilities = " ".join("%.17g" % v[0] for v in values)
    sigmoid = hexadecimal([model.probA[0], model.probB[0]])
    return [" ".join(str(i) for i in order), sigmoid, probabilities]


COLUMNS = "table,outcome,model,order,settings,"


def write(name, what, header, rows):
    version = ctypes.c_int.in_dll(svmutil.libsvm, "libsvm_version").value
    with open(folder / name, "w") as file:
        file.write("# libsvm %d, svmutil; %s, %s\n" % (version, what, datetime.date.today()))
        file.write(COLUMNS + header + "\n")
        for row in rows:
            file.write(",".join(row) + "\n")


solutions = [[*case, *solved(case)] for case in CASES]
write("svm-libsvm.csv", "svm_train, svm_predict", "count,rho,values", solutions)

# With seed 17 both rows of class 1 are left out together.
RARE = ("hostile", "rare", "svc", "rising", "kernel=rbf")
PLATT = [CASES[0], CASES[2], CASES[8], CASES[9], CASES[13], CASES[18], RARE]
seeded = zip(PLATT, [1, 2, 3, 4, 5, 6, 17])
sigmoids = [[*case, *calibrated(case, seed)] for case, seed in seeded]
write("svm-platt.csv", "svm_train -b 1 after srand", "units,sigmoid,values", sigmoids)
