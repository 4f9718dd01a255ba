"""scripts/compare: RadCohort beside PyRadiomics and IBSI. See scripts/compare --help."""
import argparse
import os
import sys
import tempfile

from compare_common import Program
from compare_ibsi import compare_ibsi
from compare_profiles import compare_profiles
from compare_pyradiomics import compare_pyradiomics


def main():
    parser = argparse.ArgumentParser()
    for name in ("pyradiomics", "ibsi", "profiles", "no-oracle", "all-patients"):
        parser.add_argument(f"--{name}", action="store_true")
    for name in ("radcohort", "data", "ibsi-data", "reference", "studies", "tests", "output",
                 "oracle-script", "oracle-python"):
        parser.add_argument(f"--{name}", default="")
    parser.add_argument("--work", default="")
    parser.add_argument("--ranks", type=int, default=1)
    parser.add_argument("--configurations", default="")
    parser.add_argument("--oracle-results", action="append", default=[])
    options = parser.parse_args()
    every = not (options.pyradiomics or options.ibsi or options.profiles)
    with tempfile.TemporaryDirectory(prefix="radcohort-compare.") as folder:
        work = os.path.abspath(options.work or folder)
        program = Program(options.radcohort, work, options.ranks)
        failures = 0
        if options.pyradiomics or every:
            failures += compare_pyradiomics(program, options)
        if options.ibsi or every:
            failures += compare_ibsi(program, options)
        if options.profiles or every:
            failures += compare_profiles(program, options)
    sys.exit(1 if failures else 0)


if __name__ == "__main__":
    main()
