"""Golden file for estimating equations with Liang & Zeger's denominators, by statsmodels.

Usage: mixed_gee.py FOLDER, after mixed.R has written FOLDER/mixed.csv (the real tables are read
from there). The synthetic table repeats the integer formula of mixed.R.
"""

import datetime
import pathlib
import sys

import numpy as np
import statsmodels
import statsmodels.api as sm


def uniform(i, j):
    u = (np.asarray(i) * 7919 + j * 104729 + 4242) % 65537
    for _ in range(3):
        u = (u * u + 12345 * u + 67) % 65537
    return u / 65537


def hostile(spread):
    rows = np.arange(400)
    group = np.where(rows < 150, 0, np.where(rows < 340, 1 + (rows * 2) // 5, rows + 1000))
    x = np.column_stack(
        [
            uniform(rows, 1) - 0.5,
            4 * uniform(rows, 2),
            uniform(group, 3) * 2 - 1,
            uniform(rows, 4) + uniform(group, 5),
        ]
    )
    effect = spread * (uniform(group, 7) + uniform(group, 8) + uniform(group, 9) - 1.5)
    eta = -0.8 + x @ [2, 0.5, -1, -0.3] + effect
    return x, (uniform(rows, 6) < 1 / (1 + np.exp(-eta))).astype(float), group


def read(path):
    table = {}
    for line in path.read_text().splitlines()[2:]:
        name, what, numbers = line.split(",")
        if name in ("cbpp", "bacteria"):
            table.setdefault((name, what), np.array(numbers.split(), float))
    return table


def cbpp(table):
    size = table["cbpp", "size"].astype(int)
    cases = table["cbpp", "incidence"].astype(int)
    period = np.repeat(table["cbpp", "period"], size)
    y = np.concatenate([np.r_[np.ones(k), np.zeros(n - k)] for k, n in zip(cases, size)])
    return np.column_stack([period == v for v in (2, 3, 4)]), y, np.repeat(table["cbpp", "herd"], size)


def bacteria(table):
    treatment = table["bacteria", "trt"]
    x = np.column_stack([treatment == 2, treatment == 3, table["bacteria", "week"]])
    return x, table["bacteria", "y"], table["bacteria", "id"]


def digits(values):
    return " ".join(f"{v:.17g}" for v in values)


def main():
    folder = pathlib.Path(sys.argv[1])
    table = read(folder / "mixed.csv")
    sets = {
        "cbpp": cbpp(table),
        "bacteria": bacteria(table),
        "hostile": hostile(4),
        "singular": hostile(0),
    }
    lines = [
        f"# statsmodels {statsmodels.__version__}, GEE ctol 1e-13, {datetime.date.today()}",
        "set,what,numbers",
    ]
    for name, (x, y, group) in sets.items():
        for structure in (sm.cov_struct.Exchangeable, sm.cov_struct.Independence):
            model = sm.GEE(
                y, sm.add_constant(x.astype(float)), groups=group, family=sm.families.Binomial(),
                cov_struct=structure(),
            )
            result = model.fit(ctol=1e-13, maxiter=500)
            alpha = model.cov_struct.dep_params if structure is sm.cov_struct.Exchangeable else 0
            what = structure.__name__.lower()
            scale = result.resid_pearson @ result.resid_pearson / (len(y) - x.shape[1] - 1)
            lines.append(f"{name},{what},{digits([*result.params, *result.bse])}")
            lines.append(f"{name},{what}.moments,{digits([alpha, scale])}")
    (folder / "mixed-gee.csv").write_text("\n".join(lines) + "\n")


main()
