"""RadCohort's profile `ibsi`, by study files, against the consensus values of IBSI 1 and 2."""
import os
import re

from compare_common import cohort, number, patients, read_csv, say, short, table, write_markdown

CONFIGURATIONS = ["phantom", "a", "b", "c", "d", "e"]
DATASETS = {"phantom": "digital phantom", **{c: f"configuration {c.upper()}" for c in "abcde"}}
# The reference table's endings of tags, and ours.
ENDINGS = {"2D_avg": "2D_avg", "2D_comb": "2D_mrg", "2_5D_avg": "2.5D_dir",
           "2_5D_comb": "2.5D_mrg", "3D_avg": "3D_avg", "3D_comb": "3D_mrg", "2D": "2D",
           "2_5D": "2.5D", "3D": "3D"}
FAMILIES = ["morph", "loc", "stat", "ih", "ivh", "cm", "rlm", "szm", "dzm", "ngt", "ngl"]
PHASE_2 = """profile: ibsi
cohort: cohort.csv
images:
  CT:
{resample}    resegment: {{range: [-1000, 400]}}
filters:
  original:
  mean: {{supports: [5], dimension: {d}}}
  laplacian-of-gaussian: {{sigmas: [1.5], cutoff: 4, dimension: {d}}}
  laws: {{kernels: [{laws}], pooling: max, energyDistance: 7, dimension: {d}}}
  gabor: {{sigmas: [5], lambdas: [2], gammas: [1.5], deltaTheta: 22.5, pooling: average,
    dimension: {d}}}
  wavelet-separable: {{wavelet: db3, maps: [{low}, {high}], levels: [1, 2], pooling: average,
    dimension: {d}}}
  wavelet-simoncelli: {{levels: [1, 2], dimension: {d}}}
features: [stat]
"""
ONE_MM = "    resample: {spacing: [1, 1, 1], interpolator: bspline, rounding: integer}\n"
PHASE_3 = """profile: ibsi
cohort: cohort.csv
images:
  image:
    resample: {{spacing: [{s}, {s}, {s}], interpolator: bspline, rounding: {rounding}}}
    resegment: {{range: {range}}}
filters:
  original:
  mean: {{supports: [3]}}
  laplacian-of-gaussian: {{sigmas: [3], cutoff: 4}}
  laws: {{kernels: [S5E5L5], pooling: max, energyDistance: 5}}
  gabor: {{sigmas: [3], lambdas: [3], gammas: [1], rotationInvariant: false, thetas: [67.5],
    dimension: 2}}
features: [stat]
"""
MODALITIES = {"CT": dict(s=1, rounding="integer", range="[-200, 200]"),
              "MR_T1": dict(s=1, rounding="none", range="[0]"),
              "PET": dict(s=3, rounding="none", range="[0]")}
FILTERS = {1: "none", 2: "mean", 3: "Laplacian of Gaussian", 4: "Laws", 5: "Gabor",
           6: "separable wavelet, level 1", 7: "separable wavelet, level 2",
           8: "Simoncelli, level 1", 9: "Simoncelli, level 2"}


def deviation(value, reference, tolerance):
    """Distance from the reference, the smaller of the value's as it is and rounded to three
    digits, and whether it passes."""
    distance = min(abs(float(f"{value:.2e}") - reference), abs(value - reference))
    return distance, distance <= tolerance + 1e-9 * abs(reference)


def share(distance, reference, tolerance):
    """Distance in tolerances; where the tolerance is 0, a value that passes has 0."""
    if tolerance > 0:
        return distance / tolerance
    return 0.0 if distance <= 1e-9 * abs(reference) else float("inf")


def column(tag):
    """Our column of a tag of the reference table, and its aggregation."""
    for ending in sorted(ENDINGS, key=len, reverse=True):
        if tag.endswith("_" + ending):
            return f"original_{tag[:-len(ending)]}{ENDINGS[ending]}", ENDINGS[ending]
    return f"original_{tag}", ""


def ibsi1(program, studies, data, reference):
    """Lines of the tables, and the number of values that do not pass."""
    rows = [r for r in read_csv(os.path.join(reference, "ibsi1_reference.csv"))
            if not r["family"].startswith("Diagnostics")]
    cells, features, counts = {}, {}, {}
    codes = program.codes(FAMILIES)
    for name in CONFIGURATIONS:
        folder = "ibsi1_digital_phantom" if name == "phantom" else "ibsi1_pat1"
        image, mask = (os.path.abspath(os.path.join(data, folder, f"{part}.nii.gz"))
                       for part in ("image", "mask"))
        with open(os.path.join(studies, f"ibsi-{name}.yml")) as text:
            study = text.read()
        values = program.features(f"ibsi-{name}", study, cohort([(folder, image, mask)]))[folder]
        for r in (r for r in rows if r["dataset"] == DATASETS[name] and r["value"]):
            own, aggregation = column(r["tag"])
            family = r["tag"].split("_")[0]
            feature = own.split("_", 2)[2]
            if aggregation:
                feature = feature[:-len(aggregation) - 1]
            code = r["ibsi_subcode"] or r["ibsi_code"]
            known = [c for n, c in codes[family].items() if n.startswith(feature)]
            assert code in known, f"{own}: code {code} is none of {known}"
            value, wanted, tolerance = number(values[own]), float(r["value"]), float(
                r["tolerance"] or 0)
            distance, passes = deviation(value, wanted, tolerance)
            key = (r["family"], code, f"{family}_{feature}")
            features[key] = None
            text = "ok" if passes else f"**{value:.6g}** for {wanted:g} ± {tolerance:g}"
            cells.setdefault((key, name), []).append((aggregation, text))
            count = counts.setdefault((r["family"], name), [0, 0, 0.0])
            count[0] += 1
            count[1] += passes
            count[2] = max(count[2], share(distance, wanted, tolerance))
    failures = sum(c[0] - c[1] for c in counts.values())
    lines = summary(rows, counts)
    lines += ["", "### Every feature", "",
              "`ok`: all its aggregations pass; the number of them is in brackets where there are "
              "several. A value that does not pass stands there as it is. –: no reference value.",
              ""]
    body = []
    for key in features:
        line = [f"`{key[2]}`", key[1]]
        for name in CONFIGURATIONS:
            found = cells.get((key, name), [])
            wrong = [f"{a} {t}".strip() for a, t in found if t != "ok"]
            line.append("; ".join(wrong) if wrong else "–" if not found
                        else "ok" if len(found) == 1 else f"ok ({len(found)})")
        body.append(line)
    lines += table(["feature", "code", "phantom", *"ABCDE"], body)
    return lines, failures


def summary(rows, counts):
    families = list(dict.fromkeys(r["family"] for r in rows))
    body = []
    for family in families + ["all"]:
        line = [family]
        total = [0, 0]
        for name in CONFIGURATIONS:
            chosen = [c for (f, n), c in counts.items() if n == name and family in (f, "all")]
            n, good = sum(c[0] for c in chosen), sum(c[1] for c in chosen)
            total = [total[0] + n, total[1] + good]
            worst = max((c[2] for c in chosen), default=0)
            line.append(f"{good}/{n}, {worst:.2f}" if n else "–")
        body.append([*line, f"{total[1]}/{total[0]}"])
    return ["Values that pass / values with a reference, and the worst distance in tolerances.", "",
            *table(["family", "phantom", *"ABCDE", "together"], body)]


def phase2(program, data, reference):
    rows = [r for r in read_csv(os.path.join(reference, "ibsi2_reference.csv")) if r["value"]]
    image, mask = (os.path.abspath(os.path.join(data, "ibsi1_pat1", f"{part}.nii.gz"))
                   for part in ("image", "mask"))
    body, failures = [], 0
    for name, settings in (
            ("A", dict(d=2, resample="", laws="L5E5", low="LH", high="HH")),
            ("B", dict(d=3, resample=ONE_MM, laws="L5E5E5", low="LLH", high="HHH"))):
        values = program.features(f"ibsi2-phase2-{name.lower()}", PHASE_2.format(**settings),
                                  cohort([("PAT1", image, mask)]))["PAT1"]
        types = list(dict.fromkeys(c.rsplit("_stat_", 1)[0] for c in values if "_stat_" in c))
        # Maps come in the order of the file: low level 1, low level 2, high level 1, high level 2.
        wavelets = [t for t in types if t.startswith("wavelet-separable")]
        low = [t for t in wavelets if re.search(rf"(?<![LH]){settings['low']}(?![LH])", t)]
        high = [t for t in wavelets if re.search(rf"(?<![LH]){settings['high']}(?![LH])", t)]
        simple = [t for t in types if not t.startswith("wavelet")]
        bands = [t for t in types if t.startswith("wavelet-simoncelli")]
        assert len(simple) == 5 and len(low) == len(high) == len(bands) == 2, types
        for index, image_type in enumerate([*simple, low[0], high[1], *bands], 1):
            chosen = [r for r in rows if r["filter_id"] == f"{index}.{name}"]
            worst, passed = (0.0, "–"), 0
            for r in chosen:
                wanted, tolerance = float(r["value"]), float(r["tolerance"])
                distance, passes = deviation(
                    number(values[f"{image_type}_{r['tag']}"]), wanted, tolerance)
                passed += passes
                worst = max(worst, (share(distance, wanted, tolerance), r["tag"]))
            failures += len(chosen) - passed
            body.append([f"{index}.{name}", FILTERS[index], f"`{image_type}`",
                         f"{passed}/{len(chosen)}", f"{worst[0]:.2f}", f"`{worst[1]}`"])
    header = ["map", "filter", "columns", "pass", "worst, tolerances", "at"]
    return table(header, body), failures


def phase3(program, data, reference, everyone):
    """Within 1 % of the teams' median, or between their smallest and largest value."""
    rows = {(r["patient"], r["modality"], r["filter_id"], r["tag"]): r
            for r in read_csv(os.path.join(reference, "ibsi2_phase3_sts_medians.csv"))}
    body, failures = [], 0
    for modality, settings in MODALITIES.items():
        cases = patients(data, modality)
        if modality != "PET" and not everyone:
            cases = [c for c in cases if c[0] in ("STS_008", "STS_019")]
        values = program.features(
            f"ibsi2-phase3-{modality.lower()}", PHASE_3.format(**settings), cohort(cases))
        types = list(dict.fromkeys(
            c.rsplit("_stat_", 1)[0] for c in next(iter(values.values())) if "_stat_" in c))
        for index, image_type in enumerate(types, 1):
            count, passed, near, worst = 0, 0, 0, 0.0
            for (patient, kind, filter_id, tag), r in rows.items():
                if kind != modality or filter_id != str(index) or patient not in values:
                    continue
                value = number(values[patient][f"{image_type}_{tag}"])
                median, low, high = (float(r[k]) for k in ("median", "min", "max"))
                relative = abs(value - median) / abs(median)
                between = low - 1e-4 * abs(low) <= value <= high + 1e-4 * abs(high)
                count, near = count + 1, near + (relative <= 0.01)
                passed += relative <= 0.01 or between
                worst = max(worst, relative)
            failures += count - passed
            body.append([modality, len(values), f"{index} {FILTERS[index]}", f"{passed}/{count}",
                         near, short(worst)])
    return table(["images", "patients", "filter", "pass", "within 1 % of the median",
                  "largest relative distance from the median"], body), failures


def phase1(tests):
    """What the unit tests assert, from their sources."""
    body = []
    for name in ("IBSISpatialPhantomTests", "IBSITransformReferenceTests"):
        with open(os.path.join(tests, "FiltersTests", f"{name}.swift")) as text:
            source = text.read()
        for identity, phantom, settings, limit in re.findall(
                r'Case\("([\d.ab-c]+)", "(\w+)", \.(.*), ([\de.-]+)\)', source):
            filter_name = settings.split("(")[0]
            body.append((identity, phantom, filter_name, float(limit), name))
    body.sort(key=lambda r: [int(p) if p.isdigit() else ord(p) for p in r[0].split(".")])
    return len(body), table(["map", "phantom", "filter", "every voxel within, tolerances", "test"],
                            [[i, p, f, f"{li:g}", f"`{n}`"] for i, p, f, li, n in body])


def compare_ibsi(program, options):
    lines1, failures1 = ibsi1(program, options.studies, options.ibsi_data, options.reference)
    lines2, failures2 = phase2(program, options.ibsi_data, options.reference)
    lines3, failures3 = phase3(program, options.data, options.reference, options.all_patients)
    maps, lines0 = phase1(options.tests)
    text = [
        "# The profile `ibsi` against IBSI's reference values", "",
        f"RadCohort {program.version}; made by `scripts/compare --ibsi` from study files, run by "
        "the program as users run it.", "",
        "## IBSI 1: features", "",
        "Oracle: the consensus values of the reference manual (digital phantom and configurations "
        "A to E of the CT phantom PAT1). A value passes if it lies within the published tolerance, "
        "as it is or rounded to three significant digits, as the reference is. Study files: "
        "[jobs/studies](../../jobs/studies), `ibsi-phantom.yml` and `ibsi-a.yml` to `ibsi-e.yml`. "
        "Configurations A and B take morphology, intensities and local peaks in 3D, as the manual "
        "does. Features without a consensus value (those of the oriented minimum box, of the "
        "minimum volume ellipsoid, and the area under the intensity-volume histogram) are not "
        "here.",
        "", *lines1, "",
        "## IBSI 2, phase 1: response maps", "",
        f"{maps} maps of filters on digital phantoms are compared voxel by voxel in the unit "
        "tests, whose limits these are, in units of IBSI's tolerance of 1 % of a map's range. The "
        "maps of means, Laws kernels and wavelets are met to the rounding of float32; the others "
        "are means over teams whose kernels are cut in different places. Maps 9.b.2 and 10.b.2 "
        "(steered Riesz transforms) are not implemented; 10.a has no consensus.", "",
        *lines0, "",
        "## IBSI 2, phase 2: features of filtered images", "",
        "Oracle: consensus values of 18 intensity statistics on PAT1. A: 2D, native voxels; B: 3D, "
        "1 mm.", "", *lines2, "",
        "## IBSI 2, phase 3: patients", "",
        "There is no consensus. Oracle: the values of up to nine teams on patients with "
        "soft-tissue sarcoma, 18 statistics of each image. A value passes if it lies within 1 % of the teams' "
        "median, or between their smallest and largest value. Five of eight teams subtract the "
        "mean of the Laplacian's kernel, so that the median is not the definition's value; the "
        "others, and RadCohort, do not. The settings of filters 6 to 9 are not published.", "",
        *lines3]
    write_markdown(os.path.join(options.output, "ibsi.md"), text)
    failures = failures1 + failures2 + failures3
    say(f"IBSI: {failures} values do not pass")
    return failures
