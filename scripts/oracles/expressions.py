"""Golden values of outcome expressions: pandas with nullable types, whose &, | and ~ follow Kleene.

Usage: expressions.py > Tests/ModelStudyTests/Golden/expressions.csv
The table is made by both sides from integer formulas: see ExpressionTests.swift.
"""

import datetime
import sys

import pandas as pd

N = 24
i = range(N)
df = pd.DataFrame(
    {
        "tmb": pd.array([pd.NA if k % 5 == 0 else k * 7 % 19 for k in i], dtype="Float64"),
        "age-65": pd.array([pd.NA if k % 7 == 3 else k * 5 % 13 - 6 for k in i], dtype="Float64"),
        "response": pd.array(
            [pd.NA if k % 6 == 1 else ["CR", "PR", "SD", "PD"][k * 3 % 4] for k in i],
            dtype="string",
        ),
        "stage": pd.array(
            [pd.NA if k % 8 == 5 else ["I", "II", "III"][k * 2 % 3] for k in i], dtype="string"
        ),
    }
)
t, a, r, s = df["tmb"], df["age-65"], df["response"], df["stage"]


def isin(column, values):
    return column.isin(values).astype("boolean").mask(column.isna())


def finite(column):
    return column.mask(column.isin([float("inf"), float("-inf")]) | (column != column))


CASES = [
    ("tmb >= 10", t >= 10),
    ("tmb>10", t > 10),
    ("tmb < 7 || tmb > 12", (t < 7) | (t > 12)),
    ("response == 'CR' || response == \"PR\"", (r == "CR") | (r == "PR")),
    ("!(stage in [\"I\", \"II\"])", ~isin(s, ["I", "II"])),
    ("!(tmb <= 9) && stage != \"III\"", ~(t <= 9) & (s != "III")),
    ("tmb == 7 || response in ['PD'] && stage == 'I'", (t == 7) | (isin(r, ["PD"]) & (s == "I"))),
    ("(tmb == 7 || response == 'PD') && stage == 'I'", ((t == 7) | (r == "PD")) & (s == "I")),
    ("tmb in [1, 3, -2, 7.0, 1.1e1]", isin(t, [1, 3, -2, 7, 11])),
    ("age-65 < 0", a < 0),
    ("`age-65` - -2 * tmb <= 12 - 3 - 2", a - -2 * t <= 7),
    ("-age-65 != age-65 / 2 + 3", -a != a / 2 + 3),
    ("!!(tmb >= 10)", t >= 10),
    ("!(tmb >= 10) || tmb >= 10", ~(t >= 10) | (t >= 10)),
    ("tmb * 2 - age-65 / 4 + .5", t * 2 - a / 4 + 0.5),
    ("tmb - 3 - 2 - 1", t - 3 - 2 - 1),
    ("tmb / 2 / 2 * 8", t / 2 / 2 * 8),
    ("tmb / age-65", finite(t / a)),
    ("-(tmb + 1) * -2", -(t + 1) * -2),
    ("tmb / (age-65 - age-65) > 1", finite(t / (a - a)) > 1),
]

print(
    f"# pandas {pd.__version__}, nullable types, {N} rows, "
    f"{datetime.date.today().isoformat()}; 1, 0 and ? (unknown), or numbers"
)
print("expression;values")
for text, values in CASES:
    if str(values.dtype) == "boolean":
        out = "".join("?" if pd.isna(v) else "1" if v else "0" for v in values)
    else:
        out = " ".join("?" if pd.isna(v) else repr(float(v)) for v in values)
    print(f"{text};{out}")
sys.stdout.flush()
