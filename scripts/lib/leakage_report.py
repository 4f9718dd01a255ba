"""The report of scripts/leakage, and what of it is a failure."""
import datetime
import math
import subprocess

from leakage_runs import PERMUTATIONS, selection, small_study, wide_study

LEVELS = PERMUTATIONS + 1
ALPHA = 0.001


def mean_and_error(values):
    mean = sum(values) / len(values)
    squares = sum((value - mean) ** 2 for value in values)
    return mean, math.sqrt(squares / (len(values) - 1) / len(values))


def counts(p_values):
    """How many of the p-values are 1 / LEVELS, 2 / LEVELS, ..., 1."""
    found = [0] * LEVELS
    for p in p_values:
        level = round(p * LEVELS)
        if not 1 <= level <= LEVELS or abs(level / LEVELS - p) > 1e-12:
            raise RuntimeError(f"{p} is no p-value of {PERMUTATIONS} permutations")
        found[level - 1] += 1
    return found


def kolmogorov(found, one_sided=False):
    """The largest distance of the distributions, and its exact p under the discrete uniform one.

    The numbers of values up to each level are a Markov chain with binomial steps; p is 1 minus the
    probability of the paths that stay nearer everywhere. One-sided: too many small values only.
    """
    n = sum(found)
    largest, total = 0, 0
    for level, count in enumerate(found, 1):
        total += count
        distance = total * LEVELS - level * n
        largest = max(largest, distance if one_sided else abs(distance))
    near = {0: 1.0}
    for level in range(1, LEVELS + 1):
        share = 1 / (LEVELS - level + 1)
        after = {}
        for before, probability in near.items():
            for step in range(n - before + 1):
                if level == LEVELS and step < n - before:
                    continue
                distance = (before + step) * LEVELS - level * n
                if (distance if one_sided else abs(distance)) < largest:
                    weight = probability * binomial(n - before, step, share)
                    after[before + step] = after.get(before + step, 0) + weight
        near = after
    return largest / (LEVELS * n), 1 - sum(near.values())


def binomial(n, k, share):
    if share == 1:
        return float(k == n)
    logarithm = math.lgamma(n + 1) - math.lgamma(k + 1) - math.lgamma(n - k + 1)
    return math.exp(logarithm + k * math.log(share) + (n - k) * math.log1p(-share))


def chi_squared(found):
    """Pearson's statistic of groups of levels that expect at least 5 values, their number less one,
    and p."""
    n = sum(found)
    groups = max(g for g in range(2, LEVELS + 1) if LEVELS % g == 0 and (g == 2 or n / g >= 5))
    width = LEVELS // groups
    merged = [sum(found[k * width:(k + 1) * width]) for k in range(groups)]
    statistic = sum((count - n / groups) ** 2 / (n / groups) for count in merged)
    return statistic, groups - 1, upper_gamma((groups - 1) / 2, statistic / 2)


def upper_gamma(a, x):
    """Regularised upper incomplete gamma function, by the series of the lower one."""
    if x == 0:
        return 1.0
    term = math.exp(a * math.log(x) - x - math.lgamma(a + 1))
    total, k = 0.0, 0
    while term > 1e-18 or k < x:
        total += term
        k += 1
        term *= x / (a + k)
    return max(0.0, 1 - total)


def report(wide, small, estimates, tests, radcohort):
    """The text, and what is wrong."""
    version = subprocess.run([radcohort, "--version"], capture_output=True, text=True).stdout
    nested, outside, published = zip(*estimates)
    problems = []
    lines = [
        "# Estimates from pure noise",
        "",
        f"RadCohort {version.strip()}; made by `scripts/leakage` on {datetime.date.today()}. The"
        " features are independent normal numbers and tell nothing about the outcome, so an"
        " honest AUC is 0.5 on average, and an honest p-value is small only as often as it says.",
        "",
    ]
    lines += wide_section(wide, nested, outside, published, problems)
    lines += small_section(small, tests, problems)
    verdict = "All limits are kept." if not problems else "Limits are broken:"
    lines += ["## Verdict", "", verdict] + [f"- {problem}" for problem in problems]
    return "\n".join(lines) + "\n", problems


def wide_section(design, nested, outside, published, problems):
    mean, error = mean_and_error(nested)
    if abs(mean - 0.5) > 3 * error:
        problems.append(f"nested: AUC {mean:.4f} is further than 3 x {error:.4f} from 0.5")
    control, control_error = mean_and_error(outside)
    if abs(control - 0.5) <= 3 * control_error:
        problems.append("selection outside the folds goes unnoticed: the design is too weak")
    gap, gap_error = mean_and_error([b - a for a, b in zip(nested, outside)])
    lines = [
        "## Cross-validated AUC",
        "",
        f"{design.tables} tables of {design.patients} patients (half of them positive) and"
        f" {design.features} features: table s from Python's `random.Random(s).gauss(0, 1e6)`,"
        f" feature by feature, cut to whole numbers, with s = 1 to {design.tables}, which is also"
        f" the study's seed. Selected are the {design.top} features with the smallest p of"
        " Student's t-test; ridge logistic regression, lambda of three values by 5 inner folds; 5"
        " outer folds. AUC: mean over the outer folds, computed by the script from the exported"
        " scores of held-out patients.",
        "",
        "| selection | mean AUC | standard error | (mean - 0.5) / SE | SD | range |",
        "|---|---|---|---|---|---|",
        area_line("within the folds (nested)", nested),
        area_line("outside, the table cut to the selected features first", outside),
        area_line("outside, `mode: as-published`", published),
        "",
        f"Limit: the nested mean lies within 3 standard errors of 0.5:"
        f" |{mean:.4f} - 0.5| = {abs(mean - 0.5):.4f} against {3 * error:.4f}.",
        "",
        f"What selecting outside the folds adds to the AUC of the same table: {gap:.4f} (SE"
        f" {gap_error:.4f}); it is the larger one in"
        f" {sum(b > a for a, b in zip(nested, outside))} of {design.tables} tables.",
        "",
        "The study of table 1:",
        "",
        "```yaml",
        wide_study("all", 1, selection(design.top), "as-published").rstrip(),
        "```",
        "",
    ]
    return lines


def area_line(name, values):
    mean, error = mean_and_error(values)
    return (
        f"| {name} | {mean:.4f} | {error:.4f} | {(mean - 0.5) / error:+.2f} |"
        f" {error * math.sqrt(len(values)):.4f} | {min(values):.3f} to {max(values):.3f} |")


def small_section(design, tests, problems):
    by_loss, by_area, outside = (counts(column) for column in zip(*tests))
    distance, p = kolmogorov(by_loss)
    statistic, freedom, chi_p = chi_squared(by_loss)
    if min(p, chi_p) < ALPHA:
        problems.append(
            f"p-values are not uniform: p {p:.2g} (Kolmogorov), {chi_p:.2g} (chi-squared)")
    area_distance, area_p = kolmogorov(by_area, one_sided=True)
    if area_p < ALPHA:
        problems.append(f"p-values by AUC are too small too often: p {area_p:.2g}")
    control_distance, control_p = kolmogorov(outside)
    if control_p >= ALPHA:
        problems.append("p-values of features selected outside pass: the design is too weak")
    return [
        "## Permutation tests",
        "",
        f"{design.tables} tables of {design.patients} patients and {design.features} features, made"
        f" likewise; {design.top} features by t-test, ridge logistic regression with lambda 0.1, 3"
        f" folds, {PERMUTATIONS} permutations of the outcome, the selection refitted in each. p is"
        f" one of 1/{LEVELS}, 2/{LEVELS}, ..., 1, each with probability 1/{LEVELS} where nothing"
        " leaks and no permutations tie with the observed value: the log loss of continuous"
        " features has no ties. AUCs of 5 by 5 patients tie; ties count as at least as good, so"
        " their p-values may be too large but not too small (one-sided test).",
        "",
        f"| p-values | test against uniform | statistic | p of the test | share <= 0.05 |"
        " share <= 0.1 | share <= 0.5 |",
        "|---|---|---|---|---|---|---|",
        test_line("log loss", "Kolmogorov-Smirnov, exact", f"{distance:.4f}", p, by_loss),
        test_line(
            "log loss", f"chi-squared, {freedom} degrees of freedom", f"{statistic:.1f}", chi_p,
            by_loss),
        test_line(
            "AUC", "Kolmogorov-Smirnov, exact, too small only", f"{area_distance:.4f}", area_p,
            by_area),
        test_line(
            "log loss, features selected outside (control)", "Kolmogorov-Smirnov, exact",
            f"{control_distance:.4f}", control_p, outside),
        "",
        f"Limit: p of the test is at least {ALPHA}; the control has to fall below it.",
        "",
        "The study of table 1:",
        "",
        "```yaml",
        small_study("all", 1, selection(design.top), "logLoss").rstrip(),
        "```",
        "",
    ]


def test_line(name, test, statistic, p, found):
    n = sum(found)
    shares = [sum(found[:int(limit * LEVELS)]) / n for limit in (0.05, 0.1, 0.5)]
    p_text = "< 1e-12" if p < 1e-12 else f"{p:.3g}"
    return f"| {name} | {test} | {statistic} | {p_text} |" + "".join(f" {s:.3f} |" for s in shares)
