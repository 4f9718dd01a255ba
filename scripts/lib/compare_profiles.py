"""What differs between the profiles `pyradiomics` and `ibsi`: features and settings."""
import math
import os

from compare_common import cohort, number, patients, say, short, table, write_markdown

PYRADIOMICS = ["shape", "firstorder", "glcm", "glrlm", "glszm", "gldm", "ngtdm"]
IBSI = ["morph", "loc", "stat", "ih", "ivh", "cm", "rlm", "szm", "dzm", "ngt", "ngl"]
# PyRadiomics' columns without a code that mean what an IBSI feature means, by another formula.
RELATED = {"firstorder_Kurtosis": "IPH6", "shape_MajorAxisLength": "TDIC",
           "shape_MinorAxisLength": "P9VJ", "shape_LeastAxisLength": "7J51"}
# Whose every column is asked for by name: some are off by default.
NAMED = ["shape"]
SAME = 1e-6
STUDY = """profile: {profile}
cohort: cohort.csv
images:
  image:
{resample}    discretisation: {{binWidth: {width}}}
features:
{features}"""
SETTINGS = [
    ["families that are on", "the seven of PyRadiomics", "the eleven of IBSI",
     "each can be named in the other"],
    ["`resample`: grid", "the corner of the image's first voxel stays in place; cut to the "
     "region and `padDistance` voxels around it", "the centre of the image stays in place; the "
     "whole image, its size rounded up", "intensities are read at other points"],
    ["`resample`: 0 in `spacing`", "the mask's spacing", "the image's spacing", ""],
    ["`resample.maskInterpolator: auto`", "nearest voxel", "linear, inside from 0.5 on",
     "`linear` is refused in `pyradiomics`"],
    ["`resample.rounding`", "values are stored in the image's type: whole numbers stay whole",
     "`none`: kept; `integer`: rounded to the nearest", "`integer` is refused in `pyradiomics`"],
    ["`resample.padDistance`", "voxels around the region that filters see", "without effect", ""],
    ["what filters see", "the padded box of the region, unless `filterDomain: patient`",
     "the whole image", ""],
    ["`resegment` without `range`", "keeps intensities from 0 on, PyRadiomics' default range",
     "keeps all", "only where the key is there"],
    ["`resegment.outliers`", "refused", "keeps intensities within so many standard deviations; "
     "together with `range`", "PyRadiomics' own form is `mode: sigma`"],
    ["`discretisation.binWidth`", "edges are multiples of the width from 0; the lowest level in "
     "the region is 1", "edges start at the lower threshold of `resegment`, or else at the "
     "region's minimum", "levels differ by a shift within a bin"],
    ["`discretisation.binCount`", "edges as by NumPy's histogram", "IBSI's fixed bin number",
     "differ only by rounding at edges"],
    ["`discretisation.method: none`", "refused", "intensities are levels", ""],
    ["merging of directions (`glcm`, `glrlm`; `cm`, `rlm`)", "mean of the features of 13 "
     "directions; `weightingNorm: no_weighting` merges matrices", "`aggregations`: merged "
     "matrices (`3D_mrg`) by default; all six of IBSI by name", ""],
    ["kurtosis", "m4 / m2²", "m4 / m2² − 3", ""],
    ["variances along the axes of a shape", "divided by N", "divided by N − 1",
     "lengths differ by √(1 − 1/N)"],
]


def related(program):
    """[(PyRadiomics' column or "", IBSI column or "", code)], in the order of the families."""
    theirs, own = program.codes(PYRADIOMICS), program.codes(IBSI)
    pairs = []
    by_code = {}
    for family in PYRADIOMICS:
        for name, code in theirs[family].items():
            column = f"{family}_{name}"
            by_code.setdefault(code or RELATED.get(column, ""), []).append(column)
    used = set()
    for family in IBSI:
        for name, code in own[family].items():
            matches = by_code.get(code, [])
            for column in matches or [""]:
                pairs.append((column, f"{family}_{name}", code))
                used.add(column)
    lonely = [f"{f}_{n}" for f in PYRADIOMICS for n in theirs[f] if f"{f}_{n}" not in used]
    return pairs, lonely


def studies(profile, width, resample):
    """Study text with the families of both profiles, directions averaged in both."""
    lines = [f"  {family}:" for family in PYRADIOMICS if family not in NAMED]
    lines += [f"  {family}:" if family not in ("cm", "rlm")
              else f"  {family}: {{aggregations: [3D_avg]}}" for family in IBSI]
    return STUDY.format(profile=profile, width=width, resample=resample,
                        features="\n".join(lines) + "\n")


def compare_profiles(program, options):
    pairs, lonely = related(program)
    phantom = [os.path.abspath(os.path.join(options.ibsi_data, "ibsi1_digital_phantom", f))
               for f in ("image.nii.gz", "mask.nii.gz")]
    cases = patients(options.data, "CT")
    patient = next((c for c in cases if c[0] == "STS_019"), cases[0])
    millimetre = "    resample: {spacing: [1, 1, 1], interpolator: bspline}\n"
    shapes = ("  shape: {only: [" + ", ".join(
        sorted(set(program.codes(["shape"])["shape"]))) + "]}\n")
    values = {}
    for profile in ("pyradiomics", "ibsi"):
        for name, case, width, resample in (
                ("phantom", ("phantom", *phantom), 1, ""), ("patient", patient, 25, millimetre)):
            text = studies(profile, width, resample) + shapes
            values[name, profile] = program.features(
                f"profiles-{name}-{profile}", text, cohort([case]))[case[0]]

    def read(row, column):
        name = "original_" + column
        if name not in row and name.endswith("_3D_mrg"):
            name = name[:-3] + "avg"
        return number(row[name])

    def difference(one, other, theirs, own):
        a, b = read(one, theirs), read(other, own)
        if a == b or (math.isnan(a) and math.isnan(b)):
            return 0.0
        return abs(a - b) / max(abs(b), 1e-300)

    def cell(relative):
        return "same" if relative <= SAME else short(relative)
    body, counts, problems = [], [0, 0, 0], 0
    for theirs, own, code in pairs:
        shown = own.replace("_3D_mrg", "_3D_avg") if own.startswith(("cm_", "rlm_")) else own
        if not theirs:
            body.append([code, "–", f"`{shown}`", "–", "–", "–"])
            continue
        found = [
            difference(values["phantom", "pyradiomics"], values["phantom", "ibsi"], theirs, own),
            difference(values["patient", "pyradiomics"], values["patient", "pyradiomics"],
                       theirs, own),
            difference(values["patient", "pyradiomics"], values["patient", "ibsi"], theirs, own)]
        for i, relative in enumerate(found):
            counts[i] += relative <= SAME
        body.append([code, f"`{theirs}`", f"`{shown}`", *map(cell, found)])
    body += [["–", f"`{column}`", "–", "–", "–", "–"] for column in lonely]
    both = sum(1 for theirs, _, _ in pairs if theirs)
    problems += both == 0
    lines = [
        "# What differs between the profiles `pyradiomics` and `ibsi`", "",
        f"RadCohort {program.version}; made by `scripts/compare --profiles`.", "",
        "## Features", "",
        f"{both} features are in both profiles, {len(pairs) - both} only in `ibsi`, "
        f"{len(lonely)} only in `pyradiomics`. Directions are averaged in both (`3D_avg`; the "
        "default of `ibsi` is `3D_mrg`). Differences are relative to the value of `ibsi`; \"same\" "
        f"is within {SAME:g}.", "",
        f"- Phantom: IBSI's digital phantom, bin width 1, each profile; {counts[0]} of {both} are "
        "the same.",
        f"- Formula: a CT of a soft-tissue sarcoma, 1 mm, bin width 25; both columns from one "
        f"region, prepared as in `pyradiomics`; {counts[1]} of {both} are the same.",
        f"- Profile: the same CT and settings, each column in its own profile; {counts[2]} of "
        f"{both} are the same: the grids differ, so that nearly every number does.", "",
        *table(["code", "`pyradiomics`", "`ibsi`", "phantom", "formula", "profile"], body), "",
        "Four features of `ibsi` are other features of PyRadiomics under a second name: "
        "`cm_sum_var` is `glcm_ClusterTendency`, `cm_dissimilarity` is `glcm_DifferenceAverage`, "
        "`ngl_glnu_norm` is `firstorder_Uniformity`, and `ngl_dc_perc` is always 1. All filters "
        "can be named in both profiles.", "",
        "## Settings", "",
        *table(["setting", "`pyradiomics`", "`ibsi`", "remark"], SETTINGS)]
    write_markdown(os.path.join(options.output, "profiles.md"), lines)
    say(f"profiles: {both} features in both; same: phantom {counts[0]}, formula {counts[1]}, "
        f"profile {counts[2]}")
    return problems
