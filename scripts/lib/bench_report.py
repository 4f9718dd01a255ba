"""The page that the benchmarks write: sections that are replaced one by one."""
import datetime
import functools
import os
import re
import subprocess

HEAD = """# Speed

Written by `scripts/bench`; each section by the command that it names. CPU seconds are user and
system time of the whole process with its helpers: start, reading, computing, writing. Both programs
are pinned to the same core and run in turn, so that both meet the same load.
"""

VERSIONS = """
import sys, numpy, scipy, pywt, SimpleITK, radiomics
libraries = {"NumPy": numpy, "SciPy": scipy, "PyWavelets": pywt}
versions = [f"{name} {library.__version__}" for name, library in libraries.items()]
versions.append(f"SimpleITK {SimpleITK.Version.VersionString()}")
print("PyRadiomics 3.0.1 on Python", sys.version.split()[0] + ",", ", ".join(versions))
"""


def write_section(folder, name, text):
    """Puts a section into speed.md, in the place of an earlier one of that name."""
    os.makedirs(folder, exist_ok=True)
    path = os.path.join(folder, "speed.md")
    page = HEAD
    if os.path.exists(path):
        with open(path) as file:
            page = file.read()
    begin, end = f"<!-- begin {name} -->\n", f"<!-- end {name} -->\n"
    section = begin + text.strip() + "\n" + end
    if begin in page:
        page = page[: page.index(begin)] + section + page[page.index(end) + len(end):]
    else:
        page = page.rstrip() + "\n\n" + section
    with open(path, "w") as file:
        file.write(page)


def table(header, rows):
    """A Markdown table; all columns but the first are numbers."""
    lines = [header, ["---"] + ["---:"] * (len(header) - 1), *rows]
    return "\n".join("| " + " | ".join(map(str, line)) + " |" for line in lines)


def circumstances(radcohort, oracle_python, loads):
    """Date, machine, versions and load, one line."""
    parts = [datetime.date.today().isoformat(), f"{processor()}, {os.cpu_count()} cores"]
    parts.append(f"RadCohort {output(radcohort, '--version')}")
    if oracle_python:
        parts.append(output(oracle_python, "-c", VERSIONS))
    load = f"load average during the runs {min(loads):.1f} to {max(loads):.1f}"
    return "; ".join(parts + [load]) + "."


@functools.cache
def output(*command):
    """The last line that a command prints."""
    result = subprocess.run(command, check=True, capture_output=True, text=True)
    return result.stdout.strip().splitlines()[-1]


def processor():
    with open("/proc/cpuinfo") as text:
        found = re.search(r"^model name\s*:\s*(.*)$", text.read(), re.MULTILINE)
    return found.group(1) if found else os.uname().machine
