"""What the parts of scripts/compare share: running a study, reading tables, writing Markdown."""
import csv
import os
import re
import subprocess
import sys

PATIENT = "patient"


def say(text):
    print(text, file=sys.stderr, flush=True)


def read_csv(path):
    """Rows of a CSV file as dictionaries; a first line that begins with # is left out."""
    with open(path, newline="") as text:
        if not text.readline().startswith("#"):
            text.seek(0)
        return list(csv.DictReader(text))


def number(text):
    return float(text) if text else float("nan")


def write_markdown(path, lines):
    os.makedirs(os.path.dirname(path), exist_ok=True)
    with open(path, "w") as text:
        text.write("\n".join(lines).rstrip() + "\n")
    say(f"written: {path}")


def table(header, rows):
    """A Markdown table."""
    lines = ["| " + " | ".join(header) + " |", "|" + "---|" * len(header)]
    return lines + ["| " + " | ".join(map(str, row)) + " |" for row in rows]


def short(value):
    """A deviation with two digits."""
    return "0" if value == 0 else f"{value:.1e}" if value < 0.01 else f"{value:.2g}"


class Program:
    """radcohort, and a folder in which each study has a folder of its own."""

    def __init__(self, binary, work, ranks):
        self.binary, self.work, self.ranks = os.path.abspath(binary), work, ranks
        self.version = subprocess.run(
            [self.binary, "--version"], capture_output=True, text=True, check=True).stdout.strip()

    def folder(self, name):
        path = os.path.join(self.work, name)
        os.makedirs(path, exist_ok=True)
        return path

    def prepare(self, name, study, cohort):
        """Writes the study file and its cohort table; returns the path of the study file."""
        folder = self.folder(name)
        path = os.path.join(folder, "study.yml")
        with open(path, "w") as text:
            text.write(study)
        with open(os.path.join(folder, "cohort.csv"), "w", newline="") as text:
            writer = csv.DictWriter(text, list(cohort[0]), lineterminator="\n")
            writer.writeheader()
            writer.writerows(cohort)
        return path

    def call(self, *arguments, launcher=(), may_fail=False):
        result = subprocess.run(
            [*launcher, self.binary, *arguments], stdin=subprocess.DEVNULL, text=True,
            stdout=subprocess.PIPE, stderr=subprocess.STDOUT, start_new_session=bool(launcher))
        if result.returncode not in ((0, 4) if may_fail else (0,)):
            sys.exit(f"radcohort {' '.join(arguments)}: exit {result.returncode}\n"
                     + result.stdout[-3000:])
        return result.stdout

    def features(self, name, study, cohort, may_fail=False):
        """Runs a study; returns {patient_id: {column: text}}."""
        say(f"radcohort: {name}")
        path = self.prepare(name, study, cohort)
        output = os.path.join(os.path.dirname(path), "results.h5")
        exported = os.path.join(os.path.dirname(path), "features.csv")
        launcher = ["mpirun", "-n", str(self.ranks)] if self.ranks > 1 else []
        self.call("run", path, "--output", output, "--overwrite", launcher=launcher,
                  may_fail=may_fail)
        self.call("export", output, "--output", exported)
        return {row["patient_id"]: row for row in read_csv(exported)}

    def codes(self, components):
        """{component: {column: IBSI code}} as `radcohort describe` prints them; "" is none."""
        result = {}
        for component in components:
            lines = self.call("describe", component).split("  columns ", 1)[1].splitlines()[1:]
            found = (re.match(r"    (\S+?)\*?\s+([A-Z0-9]{4}|----)  ", line) for line in lines)
            result[component] = {m[1]: m[2].strip("-") for m in found if m}
        return result


def patients(data, kind):
    """(name, image, mask) of every patient's folder that has an image of this kind."""
    found = []
    for name in sorted(os.listdir(data)):
        image, mask = (os.path.abspath(os.path.join(data, name, f"{kind}_{part}.nii.gz"))
                       for part in ("image", "mask"))
        if os.path.exists(image) and os.path.exists(mask):
            found.append((name, image, mask))
    if not found:
        sys.exit(f"compare: no */{kind}_image.nii.gz with {kind}_mask.nii.gz in {data}")
    return found


def cohort(cases):
    return [{"patient_id": name, "image": image, "mask": mask} for name, image, mask in cases]
