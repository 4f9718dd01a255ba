"""scripts/leakage: estimates on pure noise. See scripts/leakage --help."""
import argparse
import functools
import json
import multiprocessing
import os
import sys
import tempfile
import time

from leakage_report import report
from leakage_runs import Design, permutation_test, wide_table


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--radcohort", required=True)
    parser.add_argument("--output", default="")
    parser.add_argument("--keep", default="")
    parser.add_argument("--quick", action="store_true")
    parser.add_argument("--processes", type=int, default=len(os.sched_getaffinity(0)))
    options = parser.parse_args()
    wide, small = Design(200, 100, 5000, 20), Design(200, 30, 20, 5)
    if options.quick:
        wide, small = Design(8, 100, 500, 20), Design(40, 30, 20, 5)
    start = time.time()
    with tempfile.TemporaryDirectory(prefix="radcohort-leakage.") as work:
        with multiprocessing.Pool(options.processes) as pool:
            tests = results(pool, permutation_test, small, options, work)
            estimates = results(pool, wide_table, wide, options, work)
    text, problems = report(wide, small, estimates, tests, options.radcohort)
    print(text)
    print(f"{(time.time() - start) / 60:.1f} minutes in {options.processes} processes")
    if options.output:
        with open(options.output, "w") as file:
            file.write(text)
    for problem in problems:
        print(f"leakage: {problem}", file=sys.stderr)
    sys.exit(1 if problems else 0)


def results(pool, job, design, options, work):
    """The results of seeds 1, 2, ... in their order; those of earlier starts are taken from the
    folder that keeps them."""
    path = os.path.join(options.keep, job.__name__ + ".jsonl") if options.keep else os.devnull
    known = {}
    if os.path.exists(path):
        with open(path) as file:
            for line in map(json.loads, file):
                if line["design"] == list(design):
                    known[line["seed"]] = line["values"]
    missing = [seed for seed in range(1, design.tables + 1) if seed not in known]
    call = functools.partial(job, design, options.radcohort, work)
    with open(path, "a") as file:
        for seed, values in zip(missing, pool.imap(call, missing)):
            known[seed] = values
            line = {"seed": seed, "design": list(design), "values": values}
            print(json.dumps(line), file=file, flush=True)
            if len(known) % 20 == 0:
                progress = f"{len(known)} of {design.tables} tables done"
                print(progress, file=sys.stderr, flush=True)
    return [known[seed] for seed in range(1, design.tables + 1)]


if __name__ == "__main__":
    main()
