"""What all benchmarks share: measured commands, cases, studies and the comparison of values."""
import csv
import ctypes
import math
import os
import shutil
import sys
import time

FILTERS = """filters:
  original:
  wavelet: {wavelet: coif1}
  log: {sigma: [1, 2, 3, 4, 5]}
  square:
  squareroot:
  logarithm:
  exponential:
  gradient:
  lbp-3D:
"""
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
CONFIGURATIONS = {"original": STUDY, "full": STUDY + FILTERS}


def adopt_orphans():
    """Processes that a command leaves behind (MPI's daemon) become our children and are counted."""
    set_child_subreaper = 36
    ctypes.CDLL(None, use_errno=True).prctl(set_child_subreaper, 1, 0, 0, 0)


def measure(command, log, core=None):
    """Runs a command and its helpers to their end: CPU seconds, peak RSS in MiB, wall seconds."""
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
            os.execvp(command[0], command)
        finally:
            os._exit(127)
    _, status, usage = os.wait4(process, 0)
    wall = time.perf_counter() - start
    if status != 0:
        with open(log) as text:
            sys.stderr.write(text.read()[-3000:])
        sys.exit(f"bench: exit status {os.waitstatus_to_exitcode(status)} of {' '.join(command)}")
    seconds = usage.ru_utime + usage.ru_stime + seconds_of_orphans()
    return seconds, usage.ru_maxrss / 1024, wall


def seconds_of_orphans():
    """CPU seconds of what the last command left behind, after its end."""
    seconds = 0
    deadline = time.monotonic() + 20
    while time.monotonic() < deadline:
        try:
            process, _, usage = os.wait4(-1, os.WNOHANG)
        except ChildProcessError:
            return seconds
        if process:
            seconds += usage.ru_utime + usage.ru_stime
        else:
            time.sleep(0.01)
    return seconds


def find_cases(data):
    """(name, image, mask) of every patient: shared folders or a synthetic cohort."""
    table = os.path.join(data, "cohort.csv")
    cases = []
    if os.path.exists(table):
        with open(table, newline="") as text:
            rows = [row for row in csv.DictReader(text) if row["label"] == "1"]
        for row in rows:
            cases.append((row["patient_id"], row["ct_image"], row["ct_mask"]))
    else:
        for name in sorted(os.listdir(data)):
            files = [os.path.join(name, f"CT_{kind}.nii.gz") for kind in ("image", "mask")]
            if all(os.path.exists(os.path.join(data, file)) for file in files):
                cases.append((name, *files))
    return [
        (name, *(os.path.abspath(os.path.join(data, file)) for file in files))
        for name, *files in cases
    ]


def write_table(path, header, rows):
    with open(path, "w", newline="") as text:
        writer = csv.writer(text)
        writer.writerow(header)
        writer.writerows(rows)


def write_study(folder, study, header, rows):
    """A study folder; returns the study file and the result file that it names."""
    os.makedirs(folder, exist_ok=True)
    path = os.path.join(folder, "study.yml")
    with open(path, "w") as text:
        text.write(study)
    write_table(os.path.join(folder, "cohort.csv"), header, rows)
    return path, os.path.join(folder, "results.h5")


def clean(output):
    shutil.rmtree(output + ".work", ignore_errors=True)
    if os.path.exists(output):
        os.remove(output)


class Agreement:
    """Differences between our columns and the oracle's, gathered over patients."""

    def __init__(self):
        self.count = 0
        self.worst, self.where = 0.0, ""
        self.beyond = []

    def add(self, ours, oracle):
        """Compares two CSV tables of one patient, one row each."""
        with open(ours, newline="") as text:
            mine = next(csv.DictReader(text))
        with open(oracle, newline="") as text:
            theirs = next(csv.DictReader(text))
        for name, text in theirs.items():
            if name == "patient_id":
                continue
            expected, value = float(text), float(mine[name] or "nan")
            self.count += 1
            if expected == value or (math.isnan(expected) and math.isnan(value)):
                continue
            difference = abs(value - expected)
            relative = difference / abs(expected) if expected else difference
            if difference <= 1e-9:
                continue
            if not relative <= 1e-6:
                self.beyond.append((relative, theirs["patient_id"], name, expected, value))
            elif relative > self.worst:
                self.worst, self.where = relative, name

    def text(self):
        near = f"{self.count} values compared, {self.count - len(self.beyond)} of them within "
        near += f"{max(self.worst, 1e-9):.1e} (relative, or 1e-9 absolute)"
        if not self.beyond:
            return near + "."
        lines = [
            f"{patient} {name}: {value:.9g} here, {expected:.9g} there"
            for _, patient, name, expected, value in self.beyond
        ]
        more = f"; and {len(lines) - 8} more" if len(lines) > 8 else ""
        return f"{near}; {len(lines)} beyond 1e-6: {'; '.join(lines[:8])}{more}."


def quiet_core():
    return max(os.sched_getaffinity(0))
