"""CPU seconds over the number of voxels of a VOI: spheres of 1e3 to 3e6 voxels of 1 mm."""
import array
import gzip
import math
import os
import random
import statistics
import struct

from bench_measure import CONFIGURATIONS, clean, measure, quiet_core, write_study
from bench_plot import write_plot
from bench_report import circumstances, table, write_section

SIZES = [1e3, 3e3, 1e4, 3e4, 1e5, 3e5, 1e6, 3e6]
# The line is fitted to VOIs of about so many voxels and more, less the time of the smallest VOI,
# which is that of starting a process.
FITTED_FROM = 3e5
MARGIN_MM = 12
SPACING_MM = 2


def measure_sizes(options):
    core = quiet_core()
    log = os.path.join(options.work, "log")
    rows, loads = [], []
    for wanted in SIZES:
        image, mask, voxels = write_sphere(options.work, wanted)
        row = [voxels]
        for name, study in CONFIGURATIONS.items():
            folder = os.path.join(options.work, f"{name}-{voxels}")
            case = [(f"sphere-{voxels}", image, mask)]
            path, output = write_study(folder, study, ["patient_id", "image", "mask"], case)
            samples = []
            for _ in range(options.rounds):
                clean(output)
                samples.append(measure([options.radcohort, "run", path], log, core))
                loads.append(os.getloadavg()[0])
            row += [statistics.median(column) for column in list(zip(*samples))[:2]]
        rows.append(row)
        print(
            f"{voxels:>9} voxels  original {row[1]:8.3f} s {row[2]:6.0f} MiB"
            f"   full {row[3]:8.3f} s {row[4]:6.0f} MiB", flush=True)
        for path in (image, mask):
            os.remove(path)
    series = {
        "original": [(row[0], row[1]) for row in rows], "full": [(row[0], row[3]) for row in rows]
    }
    fits = {name: fit(points) for name, points in series.items()}
    write_plot(os.path.join(options.docs, "scaling.svg"), series, fits)
    write_section(options.docs, "scaling", report(options, rows, fits, loads))


def write_sphere(folder, wanted):
    """Noise of 2 mm in and around a sphere of about `wanted` mm3; returns the mask's mm3, too."""
    radius = (wanted * 3 / 4 / math.pi) ** (1 / 3) / SPACING_MM
    half = math.ceil(radius + MARGIN_MM / SPACING_MM)
    count = 2 * half + 1
    noise = random.Random(int(wanted)).randbytes(count**3)
    voxels = array.array("f", list(noise))
    rows, inside = [], 0
    for z in range(-half, half + 1):
        for y in range(-half, half + 1):
            rest = radius * radius - z * z - y * y
            width = math.floor(math.sqrt(rest)) if rest >= 0 else -1
            filled = 2 * width + 1 if width >= 0 else 0
            inside += filled
            side = (count - filled) // 2
            rows.append(bytes(side) + b"\1" * filled + bytes(count - filled - side))
    image, mask = (os.path.join(folder, f"sphere_{name}.nii.gz") for name in ("image", "mask"))
    write_nifti(image, count, 16, 32, voxels.tobytes())
    write_nifti(mask, count, 2, 8, b"".join(rows))
    return image, mask, inside * SPACING_MM**3


def write_nifti(path, count, datatype, bits, voxels):
    """A NIfTI-1 file of `count`^3 voxels of 2 mm along the axes (sform)."""
    header = bytearray(352)
    struct.pack_into("<i", header, 0, 348)
    struct.pack_into("<8h", header, 40, 3, count, count, count, 1, 1, 1, 1)
    struct.pack_into("<2h", header, 70, datatype, bits)
    struct.pack_into("<4f", header, 76, 1, SPACING_MM, SPACING_MM, SPACING_MM)
    struct.pack_into("<2f", header, 108, 352, 1)
    struct.pack_into("<b", header, 123, 2)
    struct.pack_into("<2h", header, 252, 0, 1)
    for axis in range(3):
        struct.pack_into("<f", header, 280 + 20 * axis, SPACING_MM)
    header[344:348] = b"n+1\0"
    with gzip.open(path, "wb", compresslevel=1) as file:
        file.write(header + voxels)


def fit(points):
    """(exponent, factor, start) of seconds = start + factor * voxels^exponent; least squares of
    the logarithms over the upper range, start is that of the smallest VOI."""
    start = points[0][1]
    logs = [
        (math.log(x), math.log(max(y - start, 1e-3))) for x, y in points if x >= 0.9 * FITTED_FROM
    ]
    mean_x, mean_y = (statistics.mean(column) for column in zip(*logs))
    exponent = sum((x - mean_x) * (y - mean_y) for x, y in logs) / sum(
        (x - mean_x) ** 2 for x, _ in logs)
    return exponent, math.exp(mean_y - exponent * mean_x), start


def report(options, rows, fits, loads):
    header = ["Voxels of 1 mm", "original, CPU s", "original, MiB", "full, CPU s", "full, MiB",
              "full, microseconds per voxel"]
    cells = [
        [f"{row[0]:,}", f"{row[1]:.3f}", f"{row[2]:.0f}", f"{row[3]:.3f}", f"{row[4]:.0f}",
         f"{row[3] / row[0] * 1e6:.1f}"]
        for row in rows
    ]
    return "\n\n".join([
        "## Linear in the voxels",
        "`scripts/bench --scaling`: spheres of noise, one process each, CT settings as above. "
        f"Exponent of the time from {FITTED_FROM:,.0f} voxels up, less that of the smallest VOI "
        f"(least squares of the logarithms): original {fits['original'][0]:.2f}, full "
        f"{fits['full'][0]:.2f}; 1 is linear.",
        "![CPU seconds over voxels](scaling.svg)", table(header, cells),
        circumstances(options.radcohort, "", loads),
    ])
