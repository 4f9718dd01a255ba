"""Tables of noise, and what radcohort estimates from them."""
import csv
import operator
import os
import random
import shutil
import struct
import subprocess
from typing import NamedTuple


class Design(NamedTuple):
    tables: int
    patients: int
    features: int
    # Features that are selected.
    top: int


PERMUTATIONS = 39
STUDY = """study: noise
table: {name}.csv
output: {name}.h5
seed: {seed}
columns: {{split: split}}
outcome: {{binary: outcome}}
pipelines:
  noise:
    steps: [{steps}]
    model: {{logistic: {{penalty: ridge, choice: fixed, lambda: {grid}}}}}
validation: {validation}
"""


def selection(top):
    return "{t-test: {variant: student, p: 1, top: %d}}, scale" % top


def wide_study(name, seed, steps, mode):
    return STUDY.format(
        name=name, seed=seed, steps=steps, grid="[0.01, 0.1, 1]",
        validation="{folds: 5, innerFolds: 5, mode: %s}" % mode)


def small_study(name, seed, steps, metric):
    study = STUDY.format(
        name=name, seed=seed, steps=steps, grid="0.1",
        validation="{folds: 3, metric: %s}" % metric)
    return study + "permutation: {count: %d}\n" % PERMUTATIONS


def noise(design, seed):
    """Columns of independent normal numbers of SD 1e6, cut to whole ones."""
    draw = random.Random(seed).gauss
    return [
        [int(draw(0, 1e6)) for _ in range(design.patients)] for _ in range(design.features)]


def write_table(path, columns):
    """Every second patient is positive, whatever the features are."""
    with open(path, "w") as table:
        names = [f"feature-{index}" for index in range(len(columns))]
        table.write(",".join(["patient_id", "split", "outcome"] + names) + "\n")
        for row, values in enumerate(zip(*columns)):
            table.write(f"patient-{row},train,{row % 2},{','.join(map(str, values))}\n")


def strongest(columns, top):
    """The columns with the smallest p of Student's t-test on all rows: those with the largest |t|,
    as all columns have as many rows."""
    def strength(column):
        squares = 0
        sums = []
        for part in (column[0::2], column[1::2]):
            sums.append(sum(part))
            squares += sum(map(operator.mul, part, part)) - sums[-1] ** 2 / len(part)
        # Both classes have as many rows.
        return (sums[1] - sums[0]) ** 2 / squares

    order = sorted(range(len(columns)), key=lambda index: -strength(columns[index]))
    return [columns[index] for index in order[:top]]


class Folder:
    """A folder of one table, removed at the end."""

    def __init__(self, radcohort, work, name):
        self.radcohort = radcohort
        self.path = os.path.join(work, name)
        os.mkdir(self.path)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        shutil.rmtree(self.path)

    def file(self, name):
        return os.path.join(self.path, name)

    def command(self, *command):
        done = subprocess.run(command, capture_output=True, text=True)
        if done.returncode != 0:
            raise RuntimeError(f"exit code {done.returncode} of {command}: {done.stderr}")
        return done.stdout

    def run(self, study, name):
        with open(self.file("study.yml"), "w") as file:
            file.write(study)
        self.command(self.radcohort, "run", self.file("study.yml"), "--overwrite")
        return self.file(name + ".h5")

    def number(self, result, dataset):
        raw = self.file("number")
        self.command("h5dump", "-d", dataset, "-b", "LE", "-o", raw, result)
        with open(raw, "rb") as file:
            return struct.unpack("<d", file.read())[0]

    def areas(self, result, scenarios):
        """Mean over the folds of the AUC, from the exported scores of held-out patients."""
        rows = list(csv.DictReader(self.command(self.radcohort, "export", result).splitlines()))
        return [self.area(rows, scenario) for scenario in scenarios]

    @staticmethod
    def area(rows, scenario):
        folds = {}
        for row in rows:
            scores = folds.setdefault(row["fold_1"], ([], []))
            scores[int(row["outcome"])].append(float(row[f"noise_{scenario}_1"]))
        areas = []
        for negative, positive in folds.values():
            wins = sum((p > n) + 0.5 * (p == n) for p in positive for n in negative)
            areas.append(wins / (len(positive) * len(negative)))
        return sum(areas) / len(areas)


def wide_table(design, radcohort, work, seed):
    """AUCs of one table: nested, as published, and of features selected before."""
    columns = noise(design, seed)
    with Folder(radcohort, work, f"wide-{seed}") as folder:
        write_table(folder.file("all.csv"), columns)
        steps = selection(design.top)
        result = folder.run(wide_study("all", seed, steps, "as-published"), "all")
        nested, published = folder.areas(result, ["nested", "as-published"])
        write_table(folder.file("few.csv"), strongest(columns, design.top))
        result = folder.run(wide_study("few", seed, "scale", "nested"), "few")
        return nested, folder.areas(result, ["nested"])[0], published


def permutation_test(design, radcohort, work, seed):
    """p-values of one table: by log loss, by AUC, and by log loss of features selected before."""
    columns = noise(design, seed)
    steps = selection(design.top)
    with Folder(radcohort, work, f"small-{seed}") as folder:
        write_table(folder.file("all.csv"), columns)
        write_table(folder.file("few.csv"), strongest(columns, design.top))
        studies = [
            ("all", steps, "logLoss"), ("all", steps, "auc"), ("few", "scale", "logLoss")]
        values = []
        for name, steps, metric in studies:
            result = folder.run(small_study(name, seed, steps, metric), name)
            values.append(folder.number(result, "/uns/models/noise/permutation/p"))
        return tuple(values)
