"""CPU seconds of one LASSO path: RadCohort, R's glmnet and scikit-learn, each on one core; what
`scripts/bench --lasso` runs, by a Python that has numpy and scikit-learn.

The table is synthetic: 60 factors, each column one of them plus noise, so that many columns are
near copies of one another, as features of several filters and bin widths are. All programs read
the same CSV files and fit the same 100 lambdas, those of RadCohort's automatic sequence. What is
counted is the fit alone, standardisation included (scikit-learn gets standardised columns).
"""
import argparse
import os
import statistics
import subprocess
import sys
import time

import numpy as np

from bench_report import circumstances, table, write_section

GLMNET = """suppressMessages(library(glmnet))
a <- commandArgs(TRUE)
d <- as.matrix(read.csv(a[1]))
x <- d[, -1]; y <- d[, 1]; colnames(x) <- NULL
lambda <- scan(a[3], quiet = TRUE)
t <- system.time(g <- glmnet(x, y, family = a[2], lambda = lambda, thresh = as.numeric(a[5]),
                             maxit = 1e9))
b <- as.matrix(g$beta)
rows <- sapply(seq_along(lambda), function(k) {
  i <- which(b[, k] != 0)
  paste0(sprintf("%.17g,%.17g,", lambda[k], g$a0[k]),
         paste(sprintf("%d:%.17g", i - 1, b[i, k]), collapse = " "))
})
writeLines(rows, a[4])
cat(t[1] + t[2], "\\n")
"""
FAMILIES = ("gaussian", "binomial")


def make_tables(folder, rows, columns):
    random = np.random.default_rng(20)
    factors = random.standard_normal((rows, 60))
    share = random.choice([0.5, 0.8, 0.9, 0.97, 0.995], columns)
    x = np.sqrt(share) * factors[:, random.integers(0, 60, columns)]
    x += np.sqrt(1 - share) * random.standard_normal((rows, columns))
    signal = factors[:, 0] - 0.8 * factors[:, 1] + 0.6 * factors[:, 2]
    outcomes = {
        "gaussian": signal + random.standard_normal(rows),
        "binomial": (random.random(rows) < 1 / (1 + np.exp(-1.5 * signal))).astype(float),
    }
    for family, outcome in outcomes.items():
        names = ",".join(["outcome"] + [f"c{j}" for j in range(columns)])
        np.savetxt(
            table_path(folder, family), np.column_stack([outcome, x]), "%.6g", ",", header=names,
            comments="")


def table_path(folder, family):
    return os.path.join(folder, f"{family}.csv")


class Problem:
    """The penalised likelihood, from its definition, to judge what a program has found."""

    def __init__(self, folder, family):
        table = np.loadtxt(table_path(folder, family), delimiter=",", skiprows=1)
        self.family, self.y, self.x = family, table[:, 0], table[:, 1:]
        self.deviations = self.x.std(0)
        self.standardised = (self.x - self.x.mean(0)) / self.deviations
        # glmnet's scale of the gaussian family.
        self.scale = self.y.std() if family == "gaussian" else 1.0

    def judge(self, path):
        """Objective per lambda and the largest Karush-Kuhn-Tucker residual of any lambda."""
        objectives, worst = [], 0.0
        for line in open(path):
            first, intercept, pairs = line.rstrip("\n").split(",")
            penalty, b = float(first), np.zeros(self.x.shape[1])
            for pair in pairs.split():
                column, value = pair.split(":")
                b[int(column)] = float(value)
            eta = float(intercept) + self.x @ b
            b = b * self.deviations
            if self.family == "gaussian":
                residual = (self.y - eta) / len(eta)
                loss = len(eta) * (residual @ residual) / 2
            else:
                residual = (self.y - 1 / (1 + np.exp(-eta))) / len(eta)
                loss = np.mean(np.logaddexp(0, eta) - self.y * eta)
            pull = self.standardised.T @ residual
            miss = np.where(
                b == 0, np.maximum(0, abs(pull) - penalty), abs(pull - penalty * np.sign(b)))
            worst = max(worst, miss.max() / self.scale, abs(residual.sum()) / self.scale)
            objectives.append(loss + penalty * abs(b).sum())
        return np.array(objectives), worst


def fit_scikit_learn(arguments):
    """The part that runs in a process of its own."""
    folder, family, lambdas, out, tolerance = arguments
    problem = Problem(folder, family)
    lambdas, x, y = np.loadtxt(lambdas), problem.standardised, problem.y
    if family == "gaussian":
        from sklearn.linear_model import lasso_path
        x, y = np.asfortranarray(x), y - y.mean()
        start = time.process_time()
        _, found, _ = lasso_path(x, y, alphas=lambdas, tol=float(tolerance), max_iter=10**6)
        seconds = time.process_time() - start
        fits = [(0.0, found[:, k]) for k in range(len(lambdas))]
        mean = problem.y.mean()
    else:
        from sklearn.linear_model import LogisticRegression
        model = LogisticRegression(
            l1_ratio=1, solver="saga", tol=float(tolerance), max_iter=10**5, warm_start=True,
            random_state=0)
        fits, mean = [], 0.0
        start = time.process_time()
        for value in lambdas:
            model.C = 1 / (len(y) * value)
            model.fit(x, y)
            fits.append((model.intercept_[0], model.coef_[0].copy()))
        seconds = time.process_time() - start
    with open(out, "w") as text:
        for value, (intercept, b) in zip(lambdas, fits):
            b = b / problem.deviations
            intercept = mean + intercept - problem.x.mean(0) @ b
            pairs = " ".join(f"{j}:{b[j]:.17g}" for j in np.flatnonzero(b))
            text.write(f"{value:.17g},{intercept:.17g},{pairs}\n")
    print(seconds)


class Bench:
    def __init__(self, options):
        self.options, self.folder = options, options.work
        self.environment = dict(
            os.environ, OPENBLAS_NUM_THREADS="1", OMP_NUM_THREADS="1", MKL_NUM_THREADS="1")
        self.loads = []
        self.script = os.path.join(self.folder, "glmnet.R")
        with open(self.script, "w") as text:
            text.write(GLMNET)

    def path(self, name):
        return os.path.join(self.folder, name)

    def run(self, *command):
        core = str(max(os.sched_getaffinity(0)))
        self.loads.append(os.getloadavg()[0])
        result = subprocess.run(
            ["taskset", "-c", core, *command], env=self.environment, capture_output=True, text=True)
        if result.returncode:
            sys.exit(f"bench_lasso: {' '.join(command)}\n{result.stderr[-2000:]}")
        return float(result.stdout.split()[-1])

    def ours(self, family):
        return self.run(
            self.options.tool, table_path(self.folder, family), family,
            self.path(f"ours.{family}"))

    def glmnet(self, family, threshold):
        return self.run(
            "Rscript", self.script, table_path(self.folder, family), family,
            self.path(f"lambda.{family}"), self.path(f"glmnet.{family}"), str(threshold))

    def scikit_learn(self, family, tolerance):
        return self.run(
            sys.executable, os.path.abspath(__file__), "--scikit-learn", self.folder, family,
            self.path(f"lambda.{family}"), self.path(f"sklearn.{family}"), str(tolerance))

    def tighten(self, run, family, name, problem, best, start, limit):
        """The loosest setting, in steps of ten, that comes as near to the minimum as `limit`."""
        for exponent in range(start, 21):
            run(family, f"1e-{exponent}")
            objectives, _ = problem.judge(self.path(f"{name}.{family}"))
            if np.max((objectives - best) / best) <= limit:
                return f"1e-{exponent}"
        return "1e-20"

    def measure(self, family):
        problem = Problem(self.folder, family)
        self.ours(family)
        best, _ = problem.judge(self.path(f"ours.{family}"))
        with open(self.path(f"ours.{family}")) as fits:
            lambdas = [line.split(",")[0] for line in fits]
        with open(self.path(f"lambda.{family}"), "w") as text:
            text.write("\n".join(lambdas) + "\n")
        gap = self.options.gap
        threshold = self.tighten(self.glmnet, family, "glmnet", problem, best, 14, gap)
        tolerance = "1e-4"
        runs = [
            ("RadCohort", lambda: self.ours(family), "ours"),
            (f"glmnet, thresh {threshold}", lambda: self.glmnet(family, threshold), "glmnet"),
            ("glmnet, thresh 1e-7 (default)", lambda: self.glmnet(family, "1e-7"), "glmnet"),
        ]
        if not self.options.no_scikit_learn:
            solver = "lasso_path" if family == "gaussian" else "saga"
            runs.append(
                (f"scikit-learn {solver}, tol {tolerance} (default)",
                 lambda: self.scikit_learn(family, tolerance), "sklearn"))
        seconds = {name: [] for name, _, _ in runs}
        judged = {}
        for _ in range(self.options.rounds):
            for name, run, output in runs:
                seconds[name].append(run())
                judged[name] = problem.judge(self.path(f"{output}.{family}"))
        lowest = np.min([objectives for objectives, _ in judged.values()], axis=0)
        first = statistics.median(seconds["RadCohort"])
        lines = []
        for name, _, _ in runs:
            objectives, residual = judged[name]
            median = statistics.median(seconds[name])
            distance = np.max((objectives - lowest) / lowest)
            lines.append([
                f"{family}, {name}", f"{median:.3f}",
                f"{min(seconds[name]):.3f} to {max(seconds[name]):.3f}", f"{median / first:.2f}",
                f"{distance:.1e}", f"{residual:.1e}"])
        return lines


def main():
    if sys.argv[1:2] == ["--scikit-learn"]:
        return fit_scikit_learn(sys.argv[2:])
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--tool", required=True, help="the built lasso-path")
    parser.add_argument("--radcohort", required=True, help="for its version")
    parser.add_argument("--work", required=True, help="an existing folder for tables and paths")
    parser.add_argument("--docs", required=True, help="where speed.md is written")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--rows", type=int, default=200)
    parser.add_argument("--columns", type=int, default=8240)
    parser.add_argument("--gap", type=float, default=1e-11,
                        help="how near glmnet must come to the minimum, as a share of it")
    parser.add_argument("--no-scikit-learn", action="store_true")
    parser.add_argument("--family", choices=FAMILIES, help="this one only")
    options = parser.parse_args()
    make_tables(options.work, options.rows, options.columns)
    bench = Bench(options)
    lines = []
    for family in [options.family] if options.family else FAMILIES:
        lines += bench.measure(family)
    header = ["", "CPU s, median", "range", "times RadCohort's", "objective above the lowest",
              "KKT residual"]
    text = (
        "## A LASSO path\n\n"
        f"`scripts/bench --lasso`: {options.rows} rows, {options.columns:,} columns that are near "
        "copies of 60 factors, the 100 lambdas of RadCohort's automatic sequence; the fit alone, "
        f"standardisation included, median of {options.rounds} rounds. glmnet once with its default "
        "threshold and once with the loosest that comes as near to the minimum as "
        f"{options.gap:.0e} of it, or 1e-20 where none does.\n\n"
        + table(header, lines) + "\n\n"
        + circumstances(options.radcohort, "", bench.loads) + " " + versions())
    print(text)
    write_section(options.docs, "lasso", text)


def versions():
    import sklearn
    glmnet = subprocess.run(
        ["Rscript", "-e", "cat(as.character(packageVersion('glmnet')))"], check=True,
        capture_output=True, text=True).stdout.split()[-1]
    return f"glmnet {glmnet}, scikit-learn {sklearn.__version__}."


main()
