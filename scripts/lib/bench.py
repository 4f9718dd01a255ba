"""Entry of the measurements of scripts/bench."""
import argparse
import os
import sys

from bench_cohort import measure_cohort
from bench_measure import adopt_orphans, find_cases
from bench_models import measure_models
from bench_patients import compare_patients
from bench_sizes import measure_sizes
from bench_vois import measure_vois


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    for name in ("radcohort", "data", "work", "docs", "oracle-python", "oracle-script",
                 "bootstrap-tool"):
        parser.add_argument(f"--{name}", default="")
    parser.add_argument("--what", choices=["cohort", "patients", "vois", "scaling", "models"])
    parser.add_argument("--configuration", choices=["original", "full"])
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--copies", type=int, default=8)
    options = parser.parse_args()
    adopt_orphans()
    if options.what == "scaling":
        return measure_sizes(options)
    if options.what == "models":
        return measure_models(options)
    cases = find_cases(options.data)
    if not cases:
        sys.exit(f"bench: no patients in {options.data}")
    run = {"cohort": measure_cohort, "patients": compare_patients, "vois": measure_vois}
    run[options.what](options, cases)


main()
