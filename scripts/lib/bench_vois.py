"""What each further VOI of a PET/CT study costs: four VOIs on CT, PET and their fusion."""
import os
import statistics

from bench_measure import FILTERS, clean, measure, quiet_core, write_study
from bench_report import circumstances, table, write_section

STUDY = """study: vois
cohort: cohort.csv
output: results.h5
filterDomain: {domain}
images:
  CT:
    image: ct
    resample: {{spacing: [1, 1, 1], interpolator: bspline}}
    discretisation: {{binWidth: 25}}
  PET:
    image: pet
    align: {{to: CT, interpolator: linear}}
    resample: {{spacing: [1, 1, 1], interpolator: bspline}}
    discretisation: {{binWidth: 0.25}}
  PETCT:
    fusion: {{of: [PET, CT], method: wavelet}}
    resample: {{spacing: [1, 1, 1], interpolator: bspline}}
    discretisation: {{binCount: 64}}
vois:
"""
VOIS = [
    "  tumour: {kind: tumour}\n",
    "  intratumour: {kind: erosion, distance: 2}\n",
    "  peritumour: {kind: ring, distance: 5}\n",
    "  tumour-peritumour: {kind: dilation, distance: 5}\n",
]
DOMAINS = ["voi", "patient"]


def measure_vois(options, cases):
    cases = [case for case in cases if os.path.exists(pet(case))]
    if not cases:
        print("no PET images beside the CT images: not measured")
        return
    cases.sort(key=lambda case: os.path.getsize(case[2]))
    chosen = sorted({0, len(cases) // 2, len(cases) - 1})
    core = quiet_core()
    log = os.path.join(options.work, "log")
    rows, loads = [], []
    for name, image, mask in (cases[index] for index in chosen):
        for domain in DOMAINS:
            seconds, memory = [], 0
            for count in range(1, len(VOIS) + 1):
                folder = os.path.join(options.work, f"{name}-{domain}-{count}")
                study = STUDY.format(domain=domain) + "".join(VOIS[:count]) + FILTERS
                row = [name, image, pet((name, image, mask)), mask]
                header = ["patient_id", "ct", "pet", "mask"]
                path, output = write_study(folder, study, header, [row])
                samples = []
                for _ in range(options.rounds):
                    clean(output)
                    samples.append(measure([options.radcohort, "run", path], log, core))
                    loads.append(os.getloadavg()[0])
                seconds.append(statistics.median(sample[0] for sample in samples))
                memory = max(memory, *(sample[1] for sample in samples))
            rows.append([name, domain, seconds, slope(seconds), memory])
            print(
                f"{name:<10} {domain:<8}", " ".join(f"{value:8.3f}" for value in seconds),
                f"  {slope(seconds):.3f} s per VOI, {memory:.0f} MiB", flush=True)
    write_section(options.docs, "vois", report(options, rows, loads))


def pet(case):
    return os.path.join(
        os.path.dirname(case[1]), os.path.basename(case[1]).replace("CT_image", "PET_image"))


def slope(seconds):
    """Seconds per VOI, least squares."""
    middle = (len(seconds) + 1) / 2
    spread = sum((k - middle) ** 2 for k in range(1, len(seconds) + 1))
    return sum((k - middle) * value for k, value in enumerate(seconds, 1)) / spread


def report(options, rows, loads):
    header = ["Patient, filterDomain", "1 VOI", "2 VOIs", "3 VOIs", "4 VOIs", "s per VOI",
              "of one VOI", "peak MiB"]
    cells = [
        [f"{name}, {domain}", *(f"{value:.2f}" for value in seconds), f"{rise:.2f}",
         f"{rise / seconds[0]:.2f}", f"{memory:.0f}"]
        for name, domain, seconds, rise, memory in rows
    ]
    return "\n\n".join([
        "## Several VOIs",
        "`scripts/bench --vois`: CT, PET and their wavelet fusion, 1 mm, 22 image types, 2,060 "
        "columns for each VOI and image; the tumour, then also eroded by 2 mm, a ring of 5 mm, "
        "dilated by 5 mm. CPU seconds of the whole process for one patient with one to four VOIs; "
        "their slope (least squares). The ring and the dilated VOI are larger than the tumour: a "
        "VOI's cost follows its voxels.",
        table(header, cells), circumstances(options.radcohort, "", loads),
    ])
