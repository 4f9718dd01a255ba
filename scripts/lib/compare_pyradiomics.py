"""All 2060 columns of RadCohort's profile `pyradiomics` against PyRadiomics 3.0.1 on patients."""
import collections
import math
import os
import subprocess
import sys
import tempfile

from compare_common import (PATIENT, cohort, number, patients, read_csv, say, short, table,
                            write_markdown)

LIMIT = 1e-6
# An exception may be so many times what PyRadiomics' own value moves.
FACTOR = 10
# First-order features in the unit of the image: these may also pass by the range of the map.
LOCATION_AND_SPREAD = {
    "10Percentile", "90Percentile", "InterquartileRange", "Maximum", "MeanAbsoluteDeviation",
    "Mean", "Median", "Minimum", "Range", "RobustMeanAbsoluteDeviation", "RootMeanSquared"}
ALL_FILTERS = """filters:
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
CT_REGIONS = """vois:
  intra: {kind: erosion, distance: 3}
  peri: {kind: ring, distance: 5, range: [-200, 300]}
  both: {kind: dilation, distance: 5}
"""
PET_REGIONS = """vois:
  intra: {kind: erosion, distance: 6}
  peri: {kind: ring, distance: 12}
  both: {kind: dilation, distance: 12}
"""
ONE_MM = "resample: {spacing: [1, 1, 1], interpolator: bspline}"


class Configuration:
    """One comparison: how we compute it and how the oracle does.

    oracle: name in scripts/oracles/full.py; kind: prefix of the image files; int16: whether the
    image is cast; regions: the study's `vois`; meaning: for the table."""

    def __init__(self, name, meaning, kind, settings, oracle=None, int16=False, regions="",
                 filters=ALL_FILTERS, known=()):
        self.name, self.meaning, self.kind, self.int16 = name, meaning, kind, int16
        self.oracle, self.regions, self.filters = oracle or name, regions, filters
        # A cast to float64 or a change of 1e-7 is no small change for whole numbers.
        own = () if int16 else ("float64", "perturbed1", "perturbed2")
        self.variants = ("again", "baseline", *own)
        self.files = (name, *known)
        self.study = (f"cohort: cohort.csv\nimages:\n  {kind}:\n"
                      + "".join(f"    {line}\n" for line in settings) + regions + filters)

    @property
    def region_names(self):
        return [line.split(":")[0].strip() for line in self.regions.splitlines()[1:]] or [""]


CONFIGURATIONS = [
    Configuration("ct-1mm-bw25", "CT, 1 mm, bin width 25", "CT",
                  [ONE_MM, "discretisation: {binWidth: 25}"], known=["pyradiomics_ct_bw25_1mm"]),
    Configuration("ct-1mm-bw10", "CT, 1 mm, bin width 10", "CT",
                  [ONE_MM, "discretisation: {binWidth: 10}"]),
    Configuration("ct-bins64-1x1x5", "CT, 1 x 1 x 5 mm, 64 bins", "CT",
                  [ONE_MM.replace("1, 1, 1", "1, 1, 5"), "discretisation: {binCount: 64}"]),
    Configuration("ct-int16-1mm", "CT in int16, 1 mm, bin width 25", "CT",
                  [ONE_MM, "discretisation: {binWidth: 25}"], int16=True),
    Configuration("ct-int16-native", "CT in int16, as it is, bin width 25", "CT",
                  ["discretisation: {binWidth: 25}"], int16=True),
    Configuration("ct-1mm-lbp-bins32", "CT, 1 mm, LBP-3D with 32 bins", "CT",
                  [ONE_MM, "discretisation: {binCount: 32}"], filters="filters: [lbp-3D]\n"),
    Configuration("pet-native", "PET (SUV), as it is, bin width 0.25", "PET",
                  ["discretisation: {binWidth: 0.25}"], known=["pyradiomics_pet_native"]),
    Configuration("pet-2mm", "PET (SUV), 2 mm, bin width 0.25", "PET",
                  [ONE_MM.replace("1, 1, 1", "2, 2, 2"), "discretisation: {binWidth: 0.25}"],
                  known=["pyradiomics_pet_2mm"]),
    Configuration("ct-voi", "CT, 1 mm, bin width 25", "CT",
                  [ONE_MM, "discretisation: {binWidth: 25}"], oracle="ct-1mm-bw25",
                  regions=CT_REGIONS),
    Configuration("pet-voi", "PET (SUV), as it is, bin width 0.25", "PET",
                  ["discretisation: {binWidth: 0.25}"], oracle="pet-native",
                  regions=PET_REGIONS),
]


class Oracle:
    """Finished results of full.py in some folders; others are made by running it."""

    def __init__(self, options, work):
        self.folders = [*options.oracle_results, options.reference]
        self.python, self.script, self.may_run = (
            options.oracle_python, options.oracle_script, not options.no_oracle)
        self.work = os.path.join(work, "oracle")

    def values(self, configuration, region, variant, data, beyond=()):
        """{patient: {column: text}}, or None where they are neither there nor may be made.

        data: gives the folder of images and masks; beyond: (patient, column, ...) that are wanted,
        none is all of all."""
        names = [f"{name}-{region}" if region else name for name in configuration.files]
        for folder in [self.work, *self.folders]:
            for name in names:
                for ending in [f".{variant}.csv"] + ([".csv"] if variant == "plain" else []):
                    path = os.path.join(folder, name + ending)
                    if os.path.exists(path):
                        rows = {row[PATIENT]: row for row in read_csv(path)}
                        if all(column in rows.get(patient, {}) for patient, column, *_ in beyond):
                            return rows
        if not self.may_run or not self.python:
            return None
        os.makedirs(self.work, exist_ok=True)
        path = os.path.join(self.work, f"{names[0]}.{variant}.csv")
        types = sorted({column.split("_")[0] for _, column, *_ in beyond})
        say(f"PyRadiomics: {names[0]} {variant} {' '.join(types)}")
        mask = f"{configuration.kind}_{region}.nii.gz" if region else "-"
        with tempfile.TemporaryDirectory(dir=self.work) as some:
            for patient in sorted({patient for patient, *_ in beyond}):
                os.symlink(os.path.join(data(), patient), os.path.join(some, patient))
            subprocess.run([self.python, self.script, configuration.oracle, variant,
                            some if beyond else data(), path + ".part", mask, *types], check=True)
        os.rename(path + ".part", path)
        return {row[PATIENT]: row for row in read_csv(path)}

    def cast(self, kind, data, folder):
        """Images in int16 as `<patient>.nii.gz`; whether they are there now."""
        if os.path.isdir(folder):
            return True
        if not self.python:
            return False
        subprocess.run([self.python, self.script, "cast-int16", kind, data, folder + ".part"],
                       check=True)
        os.rename(folder + ".part", folder)
        return True


def agrees(ours, theirs, spread):
    """"relative", "range" or "" for none; NaN agrees with NaN."""
    if ours == theirs or (math.isnan(ours) and math.isnan(theirs)):
        return "relative"
    difference = abs(ours - theirs)
    if difference <= LIMIT * abs(theirs):
        return "relative"
    return "range" if spread is not None and difference <= LIMIT * spread else ""


class Result:
    """Counts of one configuration and region."""

    def __init__(self, name, meaning):
        self.name, self.meaning = name, meaning
        self.values = self.relative = self.by_range = 0
        self.worst = 0.0
        self.missing = set()
        # (patient, column, ours, theirs)
        self.beyond = []
        # column: relative difference, relative movement of the oracle, covered; of each value
        self.exceptions = collections.defaultdict(list)
        self.unexplained = 0

    def add(self, patient, row, own, prefix):
        for column, text in row.items():
            if column == PATIENT or column.startswith(("mask_", "diagnostics_")):
                continue
            if prefix + column not in own:
                self.missing.add(column)
                continue
            ours, theirs = number(own[prefix + column]), number(text)
            image, _, feature = column.split("_", 2)
            spread = (number(row[f"{image}_firstorder_Range"])
                      if "_firstorder_" in column and feature in LOCATION_AND_SPREAD else None)
            self.values += 1
            how = agrees(ours, theirs, spread)
            if how == "":
                self.beyond.append((patient, column, ours, theirs))
                continue
            self.relative += how == "relative"
            self.by_range += how == "range"
            if how == "relative" and ours != theirs and theirs != 0 and theirs == theirs:
                self.worst = max(self.worst, abs(ours - theirs) / abs(theirs))

    def explain(self, variants):
        """Sorts what is beyond the limits into exceptions and what nothing covers.

        variants: names and results of reruns, as an iterator; it is followed only as long as a
        value is not covered."""
        movements = [0.0] * len(self.beyond)

        def covered(index):
            _, _, ours, theirs = self.beyond[index]
            return abs(ours - theirs) <= FACTOR * movements[index]
        for rows in variants:
            if rows is None:
                continue
            for i, (patient, column, _, theirs) in enumerate(self.beyond):
                moved = abs(number(rows.get(patient, {}).get(column, "")) - theirs)
                if moved > movements[i]:
                    movements[i] = moved
            if all(covered(i) for i in range(len(self.beyond))):
                break
        for i, (_, column, ours, theirs) in enumerate(self.beyond):
            scale = abs(theirs) or 1.0
            self.unexplained += not covered(i)
            self.exceptions[column].append(
                (abs(ours - theirs) / scale, movements[i] / scale, covered(i)))


def compared(program, oracle, configuration, options):
    """The results of a configuration, one per region."""
    data = os.path.abspath(options.data)
    cases = patients(data, configuration.kind)
    if configuration.int16:
        folder = os.path.join(program.folder("cast"), configuration.kind)
        if not oracle.cast(configuration.kind, data, folder):
            say(f"{configuration.name}: left out, --oracle-python is needed to cast the images")
            return []
        cases = [(n, os.path.join(folder, f"{n}.nii.gz"), mask) for n, _, mask in cases]
    rows = None
    results = []
    for region in configuration.region_names:
        def source():
            return region_data(program, configuration, cases) if region else data
        theirs = oracle.values(configuration, region, "plain", source)
        if theirs is None:
            say(f"{configuration.name} {region}: left out, no oracle result")
            continue
        if rows is None:
            rows = program.features(configuration.name, configuration.study, cohort(cases),
                                    may_fail=True)
        name = f"{configuration.name}-{region}" if region else configuration.name
        meaning = configuration.meaning + (f", region `{region}`" if region else "")
        result = Result(name, meaning)
        prefix = region + "_" if region else ""
        for patient, row in theirs.items():
            if patient in rows:
                result.add(patient, row, rows[patient], prefix)
        if result.beyond:
            result.explain(oracle.values(configuration, region, variant, source, result.beyond)
                           for variant in configuration.variants)
        say(f"  {name}: {result.values} values, {len(result.beyond)} beyond the limits")
        results.append(result)
    return results


def region_data(program, configuration, cases):
    """A folder for the oracle: images, and our regions as masks."""
    folder = os.path.join(program.folder(configuration.name), "regions")
    if os.path.isdir(folder):
        return folder
    study = program.prepare(configuration.name, configuration.study, cohort(cases))
    masks = folder + ".masks"
    program.call("masks", study, "--output", masks, may_fail=True)
    for name, image, _ in cases:
        os.makedirs(os.path.join(folder + ".part", name))
        os.symlink(image, os.path.join(
            folder + ".part", name, f"{configuration.kind}_image.nii.gz"))
        for region in configuration.region_names:
            mask = os.path.join(masks, f"{name}_{region}.nii.gz")
            if os.path.exists(mask):
                os.symlink(mask, os.path.join(
                    folder + ".part", name, f"{configuration.kind}_{region}.nii.gz"))
    os.rename(folder + ".part", folder)
    return folder


RULES = f"""Rules, the same for every value:

- A value passes within {LIMIT:g} of PyRadiomics' value, relative. NaN passes only where PyRadiomics has NaN.
- A first-order feature in the unit of the image ({', '.join(sorted(LOCATION_AND_SPREAD))}) also passes within {LIMIT:g} of the range of the map in the region: a mean near 0 has no relative accuracy.
- Beyond that a value is an exception, and only if it differs by at most {FACTOR} times what PyRadiomics' own value moves, for this patient and column, when PyRadiomics itself is run again: on the processor at hand, with NumPy's baseline instructions instead of AVX2 and FMA3, on the image cast to float64, and on the image with every voxel changed by up to 1e-7 of its value (the last two not for images of whole numbers, for which they are no small changes). The movement is printed beside each exception.
- Everything else counts as unexplained, and the script ends with exit code 1."""

CAUSE = """`lbp-3D-m2` takes few values: voxels whose patterns are rotations of one another have the same value but for its last bits, which come from the order and the fusing of complex multiplications. Where a percentile falls on such a group, those bits decide which of its voxels count for RobustMeanAbsoluteDeviation. PyRadiomics' own value moves with them: run again on the processor at hand it differs from the stored reference by as much as this engine does. The likely cause (not tested on the other processor) is that NumPy multiplies and takes arccos by other kernels there."""


def compare_pyradiomics(program, options):
    oracle = Oracle(options, program.work)
    names = [n for n in options.configurations.split(",") if n]
    known = [c.name for c in CONFIGURATIONS]
    for name in names:
        if name not in known:
            sys.exit(f"compare: no configuration {name}; there are {', '.join(known)}")
    results = []
    for configuration in CONFIGURATIONS:
        if not names or configuration.name in names:
            results += compared(program, oracle, configuration, options)
    write_markdown(os.path.join(options.output, "pyradiomics.md"), report(program, results))
    unexplained = sum(r.unexplained + len(r.missing) for r in results)
    say(f"PyRadiomics: {unexplained} values unexplained")
    return unexplained


def report(program, results):
    body = [[f"`{r.name}`", r.meaning, r.values, r.relative, short(r.worst), r.by_range,
             len(r.beyond) - r.unexplained, r.unexplained] for r in results]
    body.append(["all", "", *(sum(row[i] for row in body) if i != 4 else
                              short(max((r.worst for r in results), default=0))
                              for i in range(2, 8))])
    lines = [
        "# The profile `pyradiomics` against PyRadiomics 3.0.1", "",
        f"RadCohort {program.version}; made by `scripts/compare --pyradiomics`. Oracle: "
        "PyRadiomics 3.0.1 with SciPy 1.11.4 and NumPy 1.26 on patients with soft-tissue sarcoma "
        "(TCIA Soft-tissue-Sarcoma, CC BY 3.0), all 2060 columns: 14 of shape, and 93 of each of "
        "22 image types.", "", RULES, "",
        *table(["configuration", "meaning", "values", "within 1e-6", "worst of these",
                "within 1e-6 of the range", "exceptions", "unexplained"], body), ""]
    missing = sorted({column for r in results for column in r.missing})
    if missing:
        lines += [f"Columns that RadCohort lacks: {', '.join(missing)}.", ""]
    lines += ["## Exceptions", ""]
    rows = []
    for r in results:
        for column, found in sorted(r.exceptions.items()):
            differences, movements, covered = zip(*found)
            rows.append([f"`{r.name}`", f"`{column}`", len(found), short(max(differences)),
                         f"{short(min(movements))} to {short(max(movements))}",
                         f"{sum(covered)} of {len(found)}"])
    if not rows:
        return [*lines, "None."]
    return [*lines, CAUSE, "", "Differences and movements are relative to PyRadiomics' value.", "",
            *table(["configuration", "column", "patients", "largest difference",
                    "PyRadiomics' own movement", "covered"], rows)]
