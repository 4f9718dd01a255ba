"""The whole cohort in one process, in turn with PyRadiomics; then one and two worker ranks."""
import json
import os
import statistics
import sys

from bench_measure import CONFIGURATIONS, clean, measure, quiet_core, write_study, write_table

HEADER = ["patient_id", "image", "mask"]


def measure_cohort(options, cases):
    one_process(options, cases)
    if len(os.sched_getaffinity(0)) >= 2:
        ranks(options, cases)
    else:
        print("two worker ranks: not measured, there is one core only")


def line(name, samples):
    cpu, memory, wall = (statistics.median(column) for column in zip(*samples))
    spread = max(s[0] for s in samples) - min(s[0] for s in samples)
    print(
        f"{name:<22} {cpu:9.3f} s CPU (range {spread:.3f})  {memory:7.1f} MiB  "
        f"{wall:8.3f} s wall")
    return cpu, memory


def one_process(options, cases):
    folder = os.path.join(options.work, "single")
    study, output = write_study(folder, CONFIGURATIONS["original"], HEADER, cases)
    table = os.path.join(options.work, "cases.csv")
    write_table(table, HEADER, cases)
    features = os.path.join(options.work, "oracle.csv")
    core = quiet_core()
    log = os.path.join(options.work, "log")
    ours, theirs = [], []
    # The first round of each warms the file cache and is not counted.
    for number in range(options.rounds + 1):
        clean(output)
        ours.append(measure([options.radcohort, "run", study], log, core))
        if options.oracle_python:
            command = [options.oracle_python, options.oracle_script, table, features, "original"]
            theirs.append(measure(command, log, core))
        print(f"round {number} done", file=sys.stderr)
    print(f"\none process, {len(cases)} CTs, one core, median of {options.rounds} rounds in turn")
    own = line("radcohort", ours[1:])
    if theirs:
        other = line("PyRadiomics 3.0.1", theirs[1:])
        print(
            f"ratio: {other[0] / own[0]:.1f} times less CPU, {other[1] / own[1]:.2f} times less "
            "memory")


def computing_seconds(progress):
    """From the start of the hand-out to the end of the last unit."""
    with open(progress) as text:
        entries = list(map(json.loads, text))
    start = next(entry["time"] for entry in entries if entry["event"] == "start")
    return max(entry["time"] for entry in entries if entry["event"] == "unit") - start


def ranks(options, cases):
    folder = os.path.join(options.work, "ranks")
    copies = []
    os.makedirs(folder)
    for copy in range(options.copies):
        for name, image, mask in cases:
            # Under names of their own, so that no copy shares another one's reading.
            name = f"{name}-{copy}"
            links = [os.path.join(folder, f"{name}-{kind}.nii.gz") for kind in ("image", "mask")]
            for target, link in zip((image, mask), links):
                os.symlink(target, link)
            copies.append((name, *links))
    study, output = write_study(folder, CONFIGURATIONS["original"], HEADER, copies)
    log = os.path.join(options.work, "log")
    walls = {1: [], 2: []}
    for _ in range(options.rounds):
        for workers in (1, 2):
            clean(output)
            command = ["mpirun", "--bind-to", "none", "-n", str(workers + 1)]
            sample = measure(command + [options.radcohort, "run", study], log)
            walls[workers].append((sample[2], computing_seconds(output + ".work/progress.jsonl")))
    print(f"\nranks, {len(copies)} CTs, median of {options.rounds} rounds in turn")
    middle = {}
    for workers in (1, 2):
        middle[workers] = [statistics.median(column) for column in zip(*walls[workers])]
        wall, computing = middle[workers]
        print(
            f"{workers} worker rank(s)      {wall:8.3f} s wall, {computing:8.3f} s of it "
            "computing")
    whole, computing = (one / two for one, two in zip(middle[1], middle[2]))
    print(
        f"two worker ranks are {computing:.2f} times one; {whole:.2f} times with MPI's start and "
        "the end")
