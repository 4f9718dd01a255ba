"""One process per patient and program, in turn: CPU seconds, memory and values."""
import os
import statistics

from bench_measure import (
    CONFIGURATIONS, Agreement, clean, measure, quiet_core, write_study, write_table)
from bench_report import circumstances, table, write_section

HEADER = ["patient_id", "image", "mask"]
TITLES = {
    "original": "Original image: 107 features",
    "full": "Full configuration: 22 image types, 2,060 features",
}


def compare_patients(options, cases):
    configuration = options.configuration
    core = quiet_core()
    log = os.path.join(options.work, "log")
    agreement = Agreement()
    rows, loads = [], []
    for case in cases:
        folder = os.path.join(options.work, f"{configuration}-{case[0]}")
        study, output = write_study(folder, CONFIGURATIONS[configuration], HEADER, [case])
        one = os.path.join(folder, "case.csv")
        write_table(one, HEADER, [case])
        features = os.path.join(folder, "oracle.csv")
        # Reads both files once, so that neither program waits for the disk.
        for path in case[1:]:
            with open(path, "rb") as file:
                file.read()
        ours, theirs = [], []
        for _ in range(options.rounds):
            clean(output)
            ours.append(measure([options.radcohort, "run", study], log, core))
            command = [options.oracle_python, options.oracle_script, one, features, configuration]
            theirs.append(measure(command, log, core))
            loads.append(os.getloadavg()[0])
        table_of_ours = os.path.join(folder, "features.csv")
        measure([options.radcohort, "export", output, "--output", table_of_ours], log)
        agreement.add(table_of_ours, features)
        rows.append((case[0], middle(ours), middle(theirs)))
        name, own, other = rows[-1]
        print(
            f"{name:<10} {own[0]:8.3f} s {own[1]:6.0f} MiB   {other[0]:8.2f} s {other[1]:6.0f} MiB"
            f"   {other[0] / own[0]:6.1f} times", flush=True)
        # After each patient, so that a run that is stopped leaves what it has.
        text = report(options, rows, len(cases), agreement, loads)
        write_section(options.docs, configuration, text)
    print("\n" + summary(rows) + "\n" + agreement.text())


def middle(samples):
    return [statistics.median(column) for column in zip(*samples)]


def summary(rows):
    ratios = [other[0] / own[0] for _, own, other in rows]
    memory = [own[1] / other[1] for _, own, other in rows]
    total = [sum(row[side][0] for row in rows) for side in (1, 2)]
    return (
        f"Median ratio of CPU time {statistics.median(ratios):.1f}, smallest {min(ratios):.1f}, "
        f"largest {max(ratios):.1f}; all patients together {total[1] / total[0]:.1f}. Peak memory "
        f"is {statistics.median(memory):.2f} of PyRadiomics' (median), at most {max(memory):.2f}.")


def report(options, rows, wanted, agreement, loads):
    rounds = f"median of {options.rounds} rounds" if options.rounds > 1 else "one round"
    cells = [
        [
            name, f"{own[0]:.3f}", f"{other[0]:.2f}", f"{other[0] / own[0]:.1f}", f"{own[1]:.0f}",
            f"{other[1]:.0f}", f"{own[1] / other[1]:.2f}",
        ]
        for name, own, other in rows
    ]
    header = [
        "Patient", "RadCohort, CPU s", "PyRadiomics, CPU s", "ratio", "RadCohort, MiB",
        "PyRadiomics, MiB", "share",
    ]
    return "\n\n".join([
        f"## {TITLES[options.configuration]}",
        f"`scripts/bench --configuration {options.configuration}`: CT, 1 mm B-spline, bin width "
        f"25, one core, one process per patient and program, {rounds}; {len(rows)} of {wanted} "
        "patients.",
        summary(rows), table(header, cells), "Agreement in the same runs: " + agreement.text(),
        circumstances(options.radcohort, options.oracle_python, loads),
    ])
