"""Golden values of the IBSI intensity families on small boxes: the formulas of the reference manual
of IBSI 1 (sections 3.2 to 3.5) written down in plain NumPy.

usage: python ibsi_intensity.py > Tests/FeaturesTests/Golden/ibsi_intensity.csv
"""
import datetime

import numpy as np

# name, size, spacing, values (a b m scale offset: (a n + b n^2) mod m * scale + offset), mask,
# binWidth, binCount, method, range (lower upper), width and count of the IVH's bins
CASES = [
    ("flat", (5, 4, 3), (1, 1, 1), (0, 0, 1, 1, 3.5), "inner", 25, 0, "bins", (None, None), 0, 0),
    ("flatlevel", (3, 3, 3), (2, 2, 2), (0, 0, 1, 1, 7), "all", 25, 8, "bins", (None, None), 0, 0),
    ("slice", (7, 6, 1), (1, 2, 3), (7, 3, 23, 1, -11), "step 4", 4, 0, "bins", (None, None), 0, 0),
    ("two", (6, 5, 4), (2, 2, 2), (5, 1, 19, 0.25, 1), "two", 0.5, 0, "bins", (None, None), 0.1, 0),
    ("levels", (6, 5, 4), (3, 3, 3), (3, 2, 6, 1, 1), "step 5", 1, 0, "none", (None, None), 0, 0),
    ("range", (8, 7, 6), (1, 1.5, 2), (11, 7, 97, 3, -120), "inner", 25, 0, "bins", (-150, 300), 0, 0),
    ("half", (8, 7, 6), (1, 1.5, 2), (11, 7, 97, 0.37, 0.5), "step 3", 2, 0, "bins", (0, None), 0.3, 0),
    ("number", (9, 8, 7), (0.8, 1.1, 3), (13, 5, 211, 0.73, -40), "inner", 25, 32, "bins", (None, None), 0, 0),
    ("thousand", (9, 8, 7), (4, 4, 4), (13, 5, 211, 2.5, 10), "step 7", 25, 16, "bins", (-5, 600), 0, 1000),
]


def box(size, formula):
    nx, ny, nz = size
    a, b, m, scale, offset = formula
    n = np.arange(nx * ny * nz, dtype=np.int64)
    return (((a * n + b * n * n) % m) * scale + offset).reshape(nz, ny, nx)


def mask_of(size, text):
    nx, ny, nz = size
    n = np.arange(nx * ny * nz)
    if text == "all":
        inside = np.ones(n.size, bool)
    elif text == "two":
        inside = (n == 0) | (n == n.size - 1)
    elif text == "inner":
        x, y, z = n % nx, n // nx % ny, n // (nx * ny)
        inside = (x > 0) & (x < nx - 1) & (y > 0) & (y < ny - 1) & (z > 0) & (z < nz - 1)
    else:
        inside = n % int(text.split()[1]) != 0
    return inside.reshape(nz, ny, nx)


def distribution(x):
    mean = x.mean()
    m2 = ((x - mean) ** 2).mean()
    skew = ((x - mean) ** 3).mean() / m2**1.5 if m2 > 0 else 0.0
    kurt = ((x - mean) ** 4).mean() / m2**2 - 3 if m2 > 0 else 0.0
    p10, p25, p75, p90 = np.percentile(x, [10, 25, 75, 90])
    robust = x[(x >= p10) & (x <= p90)]
    return dict(
        mean=mean, var=m2, skew=skew, kurt=kurt, median=np.median(x), min=x.min(), p10=p10,
        p90=p90, max=x.max(), iqr=p75 - p25, range=x.max() - x.min(), mad=np.abs(x - mean).mean(),
        rmad=np.abs(robust - robust.mean()).mean() if robust.size else np.nan,
        medad=np.abs(x - np.median(x)).mean(),
        cov=np.sqrt(m2) / mean if mean != 0 else np.nan,
        qcod=(p75 - p25) / (p75 + p25) if p75 + p25 != 0 else np.nan)


def levels_of(x, width, count, method, low):
    if method == "none":
        return x.astype(int)
    if count > 0:
        if x.max() == x.min():
            return np.full(x.size, count)
        return np.minimum(np.floor(count * (x - x.min()) / (x.max() - x.min())) + 1, count).astype(int)
    low = x.min() if low is None else low
    return (np.floor((x - low) / width) + 1).astype(int)


def histogram(levels):
    d = distribution(levels.astype(float))
    n = np.bincount(levels)[1:]
    p = n[n > 0] / levels.size
    gradient = np.gradient(n.astype(float)) if n.size > 1 else np.zeros(1)
    most = np.flatnonzero(n == n.max()) + 1
    mode = most[np.argmin(np.abs(most - d["mean"]))]
    order = ["mean", "var", "skew", "kurt", "median", "min", "p10", "p90", "max"]
    rest = ["iqr", "range", "mad", "rmad", "medad", "cov", "qcod"]
    return [d[k] for k in order] + [mode] + [d[k] for k in rest] + [
        -(p * np.log2(p)).sum(), (p**2).sum(), gradient.max(), gradient.argmax() + 1,
        gradient.min(), gradient.argmin() + 1]


def volume_histogram(x, width, count, low, high):
    low, high = (x.min() if low is None else low), (x.max() if high is None else high)
    if width > 0:
        x = low + (np.floor((x - low) / width) + 1 - 0.5) * width
        step, first, last = width, low + 0.5 * width, high - 0.5 * width
    elif count == 0 and np.all(x == np.floor(x)):
        step, first, last = 1.0, low, high
    else:
        count = count or 1000
        flat = x.max() == x.min()
        x = levels_of(x, 1, count, "bins", None).astype(float)
        step, first, last = 1.0, float(count if flat else 1), float(count)
    top = max(last, x.max()) + step
    g = first + step * np.arange(int(round((top - first) / step)) + 2)
    # Centres of bins are compared as numbers of bins: they are not exact in binary.
    bins, grid = np.round((x - first) / step), np.arange(g.size)
    nu = np.array([(bins >= k).sum() / x.size for k in grid])
    with np.errstate(invalid="ignore", divide="ignore"):
        gamma = (grid * step) / (last - first)

    def v(part):
        return nu[gamma >= part].max() if last > first else np.nan

    def i(tenths):
        return g[np.flatnonzero(np.round(nu * x.size) * 10 <= tenths * x.size)[0]]

    inside = grid <= np.floor((last - first) / step + 1e-9)
    area = 0.0 if inside.sum() < 2 else np.trapz(nu[inside], gamma[inside])
    return [v(0.1), v(0.9), i(1), i(9), v(0.1) - v(0.9), i(1) - i(9), area]


def local(image, mask, spacing):
    radius = 10 * (3 / (4 * np.pi)) ** (1 / 3)
    z, y, x = np.indices(image.shape)
    best, peak = -np.inf, image[mask].max()
    at_peak = -np.inf
    for k, j, i in np.argwhere(mask):
        distance = np.sqrt(
            ((x - i) * spacing[0]) ** 2 + ((y - j) * spacing[1]) ** 2 + ((z - k) * spacing[2]) ** 2)
        mean = image[distance <= radius].mean()
        best = max(best, mean)
        if image[k, j, i] == peak:
            at_peak = max(at_peak, mean)
    return [at_peak, best]


def main():
    print(
        f"# oracle: the manual's formulas in NumPy {np.__version__}, settings: per row, "
        f"{datetime.date.today()}")
    print("case,size,spacing,values,mask,binWidth,binCount,method,range,ivh,family,expected")
    for name, size, spacing, formula, mask_text, width, count, method, limits, iw, ic in CASES:
        image, mask = box(size, formula), mask_of(size, mask_text)
        x = image[mask]
        d = distribution(x)
        order = ["mean", "var", "skew", "kurt", "median", "min", "p10", "p90", "max", "iqr",
                 "range", "mad", "rmad", "medad", "cov", "qcod"]
        rows = {
            "stat": [d[k] for k in order] + [(x**2).sum(), np.sqrt((x**2).mean())],
            "ih": histogram(levels_of(x, width, count, method, limits[0])),
            "ivh": volume_histogram(x, iw, ic, *limits),
            "loc": local(image, mask, spacing),
        }
        setting = [
            name, " ".join(map(str, size)), " ".join(map(str, spacing)),
            " ".join(map(str, formula)), mask_text, str(width), str(count), method,
            " ".join("-" if v is None else str(v) for v in limits), f"{iw} {ic}"]
        for family, values in rows.items():
            print(",".join(setting + [family, " ".join(repr(float(v)) for v in values)]))


main()
