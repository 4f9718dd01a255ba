"""Paired measurements for scripts/bench: processor time, memory, wall time, agreement."""
import argparse
import csv
import json
import math
import os
import shutil
import statistics
import sys
import time

STUDY = """study: bench
cohort: cohort.csv
output: results.h5
images:
  CT:
    image: image
    mask: mask
    resample: {spacing: [1, 1, 1], interpolator: bspline}
    discretisation: {binWidth: 25}
"""


def measure(command, log, core=None, environment=None):
    """Runs a command to its end; returns CPU seconds, peak RSS in MiB and wall seconds."""
    if core is not None:
        command = ["taskset", "-c", str(core)] + command
    start = time.perf_counter()
    process = os.fork()
    if process == 0:
        try:
            output = os.open(log, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o644)
            nothing = os.open(os.devnull, os.O_RDONLY)
            os.dup2(nothing, 0)
            os.dup2(output, 1)
            os.dup2(output, 2)
            os.execvpe(command[0], command, {**os.environ, **(environment or {})})
        finally:
            os._exit(127)
    _, status, usage = os.wait4(process, 0)
    wall = time.perf_counter() - start
    if status != 0:
        with open(log) as text:
            sys.stderr.write(text.read()[-3000:])
        sys.exit(f"bench: exit status {os.waitstatus_to_exitcode(status)} of {' '.join(command)}")
    return usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1024, wall


def find_cases(data):
    """(name, image, mask) of every patient: shared folders or a synthetic cohort."""
    table = os.path.join(data, "cohort.csv")
    if os.path.exists(table):
        with open(table, newline="") as text:
            rows = [row for row in csv.DictReader(text) if row["label"] == "1"]
        return [
            (r["patient_id"], os.path.join(data, r["ct_image"]), os.path.join(data, r["ct_mask"]))
            for r in rows
        ]
    cases = []
    for name in sorted(os.listdir(data)):
        image, mask = (os.path.join(data, name, f"CT_{kind}.nii.gz") for kind in ("image", "mask"))
        if os.path.exists(image) and os.path.exists(mask):
            cases.append((name, image, mask))
    return cases


def write_study(folder, cases, copies=1):
    os.makedirs(folder)
    with open(os.path.join(folder, "study.yml"), "w") as text:
        text.write(STUDY)
    with open(os.path.join(folder, "cohort.csv"), "w", newline="") as text:
        writer = csv.writer(text)
        writer.writerow(["patient_id", "image", "mask"])
        for copy in range(copies):
            for name, image, mask in cases:
                if copies > 1:
                    # Under names of their own, so that no copy shares another one's reading.
                    name = f"{name}-{copy}"
                    image = linked(image, folder, name + "-image.nii.gz")
                    mask = linked(mask, folder, name + "-mask.nii.gz")
                writer.writerow([name, image, mask])
    return os.path.join(folder, "study.yml"), os.path.join(folder, "results.h5")


def linked(target, folder, name):
    link = os.path.join(folder, name)
    os.symlink(target, link)
    return link


def clean(output):
    shutil.rmtree(output + ".work", ignore_errors=True)
    if os.path.exists(output):
        os.remove(output)


def compare(ours, oracle):
    """Largest relative difference over all shared columns, and how many values there are."""
    with open(ours, newline="") as text:
        mine = {row["patient_id"]: row for row in csv.DictReader(text)}
    worst, count, where = 0.0, 0, ""
    with open(oracle, newline="") as text:
        for row in csv.DictReader(text):
            found = mine[row.pop("patient_id")]
            names = {name[name.find("original_"):]: name for name in found if "original_" in name}
            for name, value in row.items():
                expected, value = float(value), float(found[names[name]] or "nan")
                count += 1
                if math.isnan(expected) and math.isnan(value):
                    continue
                difference = abs(value - expected)
                relative = difference / abs(expected) if expected else difference
                if not difference <= 1e-9 and not relative <= worst:
                    worst, where = relative, name
    return worst, count, where


def line(name, samples):
    cpu, memory, wall = (statistics.median(column) for column in zip(*samples))
    spread = max(s[0] for s in samples) - min(s[0] for s in samples)
    print(f"{name:<22} {cpu:9.3f} s CPU (range {spread:.3f})  {memory:7.1f} MiB  {wall:8.3f} s wall")
    return cpu, memory, wall


def speed(options, cases):
    study, output = write_study(os.path.join(options.work, "single"), cases)
    table = os.path.join(options.work, "cases.csv")
    with open(table, "w", newline="") as text:
        writer = csv.writer(text)
        writer.writerow(["patient_id", "image", "mask"])
        writer.writerows(cases)
    oracle_features = os.path.join(options.work, "oracle.csv")
    core = max(os.sched_getaffinity(0))
    log = os.path.join(options.work, "log")
    ours, theirs = [], []
    # The first round of each warms the file cache and is not counted.
    for number in range(options.rounds + 1):
        clean(output)
        ours.append(measure([options.radcohort, "run", study], log, core))
        if options.oracle_python:
            theirs.append(
                measure(
                    [options.oracle_python, options.oracle_script, table, oracle_features],
                    log, core))
        print(f"round {number} done", file=sys.stderr)
    print(f"\none process, {len(cases)} CTs, one core, median of {options.rounds} rounds in turn")
    own = line("radcohort", ours[1:])
    if theirs:
        other = line("PyRadiomics 3.0.1", theirs[1:])
        print(f"ratio: {other[0] / own[0]:.1f} times less CPU, {other[1] / own[1]:.2f} times less memory")
        features = os.path.join(options.work, "features.csv")
        measure([options.radcohort, "export", output, "--output", features], log)
        worst, count, where = compare(features, oracle_features)
        print(f"agreement: {count} values, largest relative difference {worst:.1e} {where}")
        return own[0], other[0] / own[0], other[1] / own[1]
    return own[0], None, None


def computing_seconds(progress):
    """From the start of the hand-out to the end of the last unit."""
    with open(progress) as text:
        entries = list(map(json.loads, text))
    start = next(entry["time"] for entry in entries if entry["event"] == "start")
    return max(entry["time"] for entry in entries if entry["event"] == "unit") - start


def scaling(options, cases):
    study, output = write_study(os.path.join(options.work, "ranks"), cases, options.copies)
    log = os.path.join(options.work, "log")
    walls = {1: [], 2: []}
    for _ in range(options.rounds):
        for workers in (1, 2):
            clean(output)
            command = ["mpirun", "--bind-to", "none", "-n", str(workers + 1)]
            sample = measure(command + [options.radcohort, "run", study], log)
            walls[workers].append((sample[2], computing_seconds(output + ".work/progress.jsonl")))
    print(f"\nranks, {len(cases) * options.copies} CTs, median of {options.rounds} rounds in turn")
    middle = {}
    for workers in (1, 2):
        middle[workers] = [statistics.median(column) for column in zip(*walls[workers])]
        wall, computing = middle[workers]
        print(f"{workers} worker rank(s)      {wall:8.3f} s wall, {computing:8.3f} s of it computing")
    whole, computing = (one / two for one, two in zip(middle[1], middle[2]))
    print(f"two worker ranks are {computing:.2f} times one; {whole:.2f} times with MPI's start and the end")


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    for name in ("radcohort", "data", "work", "oracle-python", "oracle-script"):
        parser.add_argument(f"--{name}", default="")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--copies", type=int, default=8)
    options = parser.parse_args()
    cases = [tuple(map(os.path.abspath, c[1:])) for c in find_cases(options.data)]
    names = [c[0] for c in find_cases(options.data)]
    cases = [(name, *paths) for name, paths in zip(names, cases)]
    if not cases:
        sys.exit(f"bench: no patients in {options.data}")
    speed(options, cases)
    if len(os.sched_getaffinity(0)) >= 2:
        scaling(options, cases)
    else:
        print("two worker ranks: not measured, there is one core only")


main()
