"""scripts/leakage: estimates on pure noise. See scripts/leakage --help."""
import argparse
import functools
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
    parser.add_argument("--quick", action="store_true")
    parser.add_argument("--processes", type=int, default=len(os.sched_getaffinity(0)))
    options = parser.parse_args()
    wide, small = Design(200, 100, 5000, 20), Design(200, 30, 20, 5)
    if options.quick:
        wide, small = Design(8, 100, 500, 20), Design(40, 30, 20, 5)
    start = time.time()
    with tempfile.TemporaryDirectory(prefix="radcohort-leakage.") as work:
        with multiprocessing.Pool(options.processes) as pool:
            estimates = in_turn(pool, wide_table, wide, options.radcohort, work)
            tests = in_turn(pool, permutation_test, small, options.radcohort, work)
    text, problems = report(wide, small, estimates, tests, options.radcohort)
    print(text)
    print(f"{(time.time() - start) / 60:.1f} minutes in {options.processes} processes")
    if options.output:
        with open(options.output, "w") as file:
            file.write(text)
    for problem in problems:
        print(f"leakage: {problem}", file=sys.stderr)
    sys.exit(1 if problems else 0)


def in_turn(pool, job, design, radcohort, work):
    """The results of seeds 1, 2, ... in their order."""
    results = []
    seeds = range(1, design.tables + 1)
    for result in pool.imap(functools.partial(job, design, radcohort, work), seeds):
        results.append(result)
        if len(results) % 20 == 0:
            print(f"{len(results)} of {design.tables} tables done", file=sys.stderr, flush=True)
    return results


if __name__ == "__main__":
    main()
