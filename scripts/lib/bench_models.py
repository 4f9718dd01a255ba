"""Model studies in turn with scikit-learn: a grid of boosted trees, permutations, memory."""
import json
import os
import statistics
import subprocess
import sys
import time

from bench_cohort import computing_seconds
from bench_measure import clean, measure, quiet_core
from bench_models_table import COLUMNS, PATIENTS, write_model_table
from bench_report import circumstances, table, write_section

FRONT = "[scale, {{t-test: {{variant: student, p: 1, top: 200}}}}"
STUDY = """study: {name}
table: {table}
output: models.h5
seed: 1
outcome: {{binary: outcome}}
pipelines:
"""
GRID = STUDY + "  trees:\n    steps: " + FRONT + """, {{lasso: {{choice: fixed, lambda: 0.05}}}}]
    model:
      xgboost:
        maxDepth: [2, 3, 4]
        learningRate: [0.03, 0.1]
        subsample: [0.7, 1]
        minChildWeight: [1, 3, 5]
        rounds: [100, 200, 400]
validation: {{scheme: none, innerFolds: {folds}}}
"""
# One grid point that costs next to nothing: what is left is everything but the trees.
BARE = STUDY + "  trees:\n    steps: " + FRONT + """, {{lasso: {{choice: fixed, lambda: 0.05}}}}]
    model: {{xgboost: {{rounds: [1, 2]}}}}
validation: {{scheme: none, innerFolds: {folds}}}
"""
PERMUTATION = STUDY + "  logistic:\n    steps: " + FRONT + """]
    model: {{logistic: {{penalty: ridge, choice: fixed, lambda: 0.004784688995215311}}}}
validation: {{folds: 5}}
permutation: {{count: {count}}}
"""
MEMORY = STUDY + "  t:\n    steps: [impute, variance, " + FRONT[1:] + """]
    model: naive-bayes
  ranks:
    steps: [impute, variance, scale, {{mann-whitney: {{p: 1, top: 200}}}}]
    model: naive-bayes
validation: {{folds: 2}}
"""
# scikit-learn's permutations are counted between a short and a longer run.
SHORT, LONG, WANTED = 5, 45, 1000
ONE_THREAD = [f"{library}_NUM_THREADS=1" for library in ("OPENBLAS", "OMP", "MKL")]


def measure_models(options):
    core = quiet_core()
    files = write_model_table(os.path.join(options.work, "table"))
    loads = []
    bench = Bench(options, core, files, loads)
    sections = [bench.grid(), bench.permutations(), bench.bootstraps(), bench.ranks(),
                bench.memory()]
    write_section(options.docs, "models", "\n\n".join([
        "## Models", f"`scripts/bench --models`: a synthetic table of {PATIENTS} patients and "
        f"{COLUMNS:,} columns (`scripts/lib/bench_models_table.py`); scikit-learn reads it as "
        "float64, RadCohort as CSV.", *sections,
        *peers(options), circumstances(options.radcohort, "", loads),
    ]))


def peers(options):
    if not options.oracle_python:
        return []
    code = ("import sys, numpy, scipy, sklearn, xgboost; print('Python', sys.version.split()[0]"
            " + ', NumPy', numpy.__version__ + ', SciPy', scipy.__version__ + ', scikit-learn',"
            " sklearn.__version__ + ', XGBoost', xgboost.__version__)")
    command = [options.oracle_python, "-c", code]
    run = subprocess.run(command, check=True, capture_output=True, text=True)
    return [f"Beside it: {run.stdout.strip()}."]


class Bench:
    def __init__(self, options, core, files, loads):
        self.options, self.core, self.loads = options, core, loads
        self.csv, self.binary = files
        self.script = os.path.join(os.path.dirname(options.oracle_script), "bench_models_oracle.py")

    def study(self, name, study, **settings):
        """Writes a study file; its path and that of its result."""
        folder = os.path.join(self.options.work, name)
        os.makedirs(folder, exist_ok=True)
        path = os.path.join(folder, "study.yml")
        settings.setdefault("table", self.csv)
        with open(path, "w") as text:
            text.write(study.format(name=name, **settings))
        result = os.path.join(folder, "models.h5")
        clean(result)
        return path, result

    def ours(self, name, study, **settings):
        """CPU seconds and MiB of one run."""
        path, _ = self.study(name, study, **settings)
        log = os.path.join(self.options.work, f"{name}.log")
        sample = measure([self.options.radcohort, "run", path], log, self.core)
        self.loads.append(os.getloadavg()[0])
        return sample

    def theirs(self, what, count):
        """CPU seconds and MiB of one run, and what it found."""
        log = os.path.join(self.options.work, f"{what}-{count}.log")
        if os.path.exists(log):
            os.remove(log)
        command = ["env", *ONE_THREAD, self.options.oracle_python, self.script, what, self.binary]
        command.append(str(PATIENTS))
        result = os.path.join(self.options.work, "grid", "models.h5")
        sample = measure(command + [str(count), result], log, self.core)
        self.loads.append(os.getloadavg()[0])
        with open(log) as text:
            return sample, json.loads(text.read().splitlines()[-1])

    def grid(self):
        own, bare, other, found = [], [], [], {}
        for _ in range(self.options.rounds):
            own.append(self.ours("grid", GRID, folds=10))
            bare.append(self.ours("bare", BARE, folds=10))
            if self.options.oracle_python:
                sample, found = self.theirs("grid", 10)
                other.append(sample)
        seconds, rest = (statistics.median(s[0] for s in samples) for samples in (own, bare))
        text = (
            "### 108 grid points of boosted trees in 10 folds\n\nScaling, Student's t-test (200 "
            "columns), LASSO, XGBoost (100, 200 or 400 trees; depth, rate, share of rows, child "
            f"weight). RadCohort {seconds:.1f} CPU s, of which {rest:.1f} s are everything but the "
            f"trees ({100 * rest / seconds:.0f} %: the same study with one or two trees).")
        if other:
            theirs = statistics.median(s[0] for s in other)
            text += (
                f" scikit-learn's GridSearchCV {theirs:.1f} CPU s: {theirs / seconds:.1f} times "
                "as much.\n\n" + agreement_text(self.theirs("agreement", 10)[1], found))
        print(text)
        return text

    def permutations(self):
        own, other = [], []
        for _ in range(self.options.rounds):
            own.append(self.ours("permutation", PERMUTATION, count=WANTED))
            if self.options.oracle_python:
                short, long = (self.theirs("permutation", count)[0] for count in (SHORT, LONG))
                other.append((short[0], (long[0] - short[0]) / (LONG - SHORT)))
        seconds = statistics.median(s[0] for s in own)
        text = (
            f"### {WANTED:,} permutations of a whole pipeline in 5 folds\n\nScaling, Student's "
            "t-test (200 columns), logistic regression with scikit-learn's default penalty. "
            f"RadCohort {seconds:.1f} CPU s for {WANTED:,}.")
        if other:
            start, each = (statistics.median(column) for column in zip(*other))
            whole = start + (WANTED - SHORT) * each
            text += (
                f" scikit-learn's permutation_test_score {each:.3f} s each, measured between "
                f"{SHORT} and {LONG}, so {whole:.0f} s: {whole / seconds:.1f} times as much.")
        print(text)
        return text

    def bootstraps(self):
        log = os.path.join(self.options.work, "bootstraps.log")
        for _ in range(self.options.rounds):
            measure([self.options.bootstrap_tool], log, self.core)
        with open(log) as text:
            times = sorted(map(float, text))
        text = (
            "### 10,000 bootstraps of an AUC on 300 patients\n\nDrawing, areas, jackknife, "
            "percentile and BCa limits (`Benchmarks`, product `bootstrap-auc`, the functions that "
            f"studies call): {statistics.median(times):.0f} ms of CPU ({times[0]:.0f} to "
            f"{times[-1]:.0f} in {len(times)}).")
        print(text)
        return text

    def ranks(self):
        if len(os.sched_getaffinity(0)) < 2:
            return "Two worker ranks: not measured, there is one core only."
        path, result = self.study("ranks", PERMUTATION, count=WANTED)
        log = os.path.join(self.options.work, "ranks.log")
        walls = {1: [], 2: []}
        for _ in range(self.options.rounds):
            for workers, found in walls.items():
                clean(result)
                command = ["mpirun", "--bind-to", "none", "-n", str(workers + 1)]
                measure(command + [self.options.radcohort, "run", path], log)
                found.append(computing_seconds(result + ".work/progress.jsonl"))
        one, two = (statistics.median(found) for found in walls.values())
        text = (
            f"### Two worker ranks\n\nThe {WANTED:,} permutations: {one:.1f} s from the hand-out to "
            f"the last unit with one worker rank, {two:.1f} s with two, {one / two:.2f} times.")
        print(text)
        return text

    def memory(self):
        rows = []
        for patients in (1000, 2000, 4000):
            folder = os.path.join(self.options.work, f"table-{patients}")
            csv, binary = write_model_table(folder, patients)
            os.remove(binary)
            path, _ = self.study(f"memory-{patients}", MEMORY, table=csv)
            ranks = peaks_of_ranks(["mpirun", "-n", "2", self.options.radcohort, "run", path])
            private, mapped = min(ranks)
            rows.append([f"{patients:,}", f"{patients * COLUMNS * 8 / 2**20:.0f}",
                         f"{private / 1024:.0f}", f"{mapped / 1024:.0f}"])
            os.remove(csv)
        header = ["Rows", "table, MiB", "own memory, MiB", "mapped, MiB"]
        text = (
            "### Memory of a worker rank\n\nImputation, variance, scaling, a t-test and a rank test "
            "(200 columns each). What is mapped is the table's file, once per node, and the "
            "program.\n\n") + table(header, rows)
        print(text)
        return text


def peaks_of_ranks(command):
    """(own, mapped) memory in KiB at its highest of every process whose last argument is the
    command's."""
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL)
    peaks = {}
    while process.poll() is None:
        for name in filter(str.isdigit, os.listdir("/proc")):
            try:
                with open(f"/proc/{name}/cmdline") as text:
                    words = text.read().split("\0")[:-1]
                if words[-1:] != command[-1:] or os.path.basename(words[0]) == "mpirun":
                    continue
                with open(f"/proc/{name}/status") as text:
                    lines = dict(line.split(":", 1) for line in text)
                now = [int(lines[key].split()[0]) for key in ("RssAnon", "RssFile")]
            except (OSError, KeyError):
                continue
            peaks[name] = tuple(map(max, peaks.get(name, now), now))
        time.sleep(0.05)
    if process.returncode != 0:
        sys.exit(f"bench: exit status {process.returncode} of {' '.join(command)}")
    return list(peaks.values())


def agreement_text(same, searched):
    """Grid points of RadCohort, of its definitions in Python and of GridSearchCV on equal folds."""
    means = {tuple(point): mean for point, mean in searched["points"]}
    columns = (same["ours"], same["theirs"], [means[tuple(point)] for point in same["points"]])
    rows = [
        [text.removeprefix("xgboost "), *(f"{mean:.4f}" for mean in row),
         f"{row[1] - row[0]:.0e}", f"{row[2] - row[0]:.4f}"]
        for text, *row in zip(same["texts"], *columns)
    ]
    header = ["Settings", "RadCohort", "equal definitions", "GridSearchCV"]
    print(table([*header, "equal definitions - RadCohort", "GridSearchCV - RadCohort"], rows))
    # Sums of equal areas may differ in their last bits.
    best = [max(range(len(means)), key=lambda k: round(column[k], 12)) for column in columns]
    off = [[abs(b - a) for a, b in zip(same["ours"], column)] for column in columns[1:]]
    equal = sum(value < 1e-12 for value in off[0])
    return (
        "Equal folds on all sides. With the same definitions in Python (LASSO with a free intercept "
        "by saga, its columns ordered by their coefficients, XGBoost with the seeds of the "
        f"addresses) {equal} of {len(rows)} mean AUCs are equal to 1e-12, the largest difference is "
        f"{max(off[0]):.1e}, the chosen point is {'the same' if best[1] == best[0] else 'another'}, "
        f"and the {same['columns']} columns of all rows are "
        f"{'the same in the same order' if same['same_columns'] else 'others'}. GridSearchCV as one "
        "writes it (liblinear, which penalises the intercept and keeps columns in the table's "
        f"order; one seed) differs by {statistics.mean(off[1]):.4f} on average and at most "
        f"{max(off[1]):.4f}, beside a standard error over folds of {searched['error']:.4f}.\n\n"
        + table(["Chosen by", *header], [
            [name, *rows[place][:4]]
            for name, place in zip(("RadCohort", "equal definitions", "GridSearchCV"), best)
        ]))
