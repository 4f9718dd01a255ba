"""Golden values of IBSI's interpolation: the grid and trilinear values of the reference manual of
IBSI 1 (section 2.4) in exact rational numbers, cubic splines by SciPy.

usage: python ibsi_grid.py > Tests/ImagingTests/Golden/ibsi_grid.csv
"""
import datetime
from fractions import Fraction as F
from math import ceil, floor

import numpy as np
import scipy
from scipy import ndimage

# name, size, spacing, new spacing, interpolator, rounding, mask's interpolator and size
CASES = [
    ("coarser", (7, 6, 5), ("1", "1.5", "3"), ("2", "2", "2"), "linear", "none", "linear", 9),
    ("ties", (6, 6, 4), ("3", "3", "3"), ("2", "2", "0"), "linear", "integer", "linear", 7),
    ("finer", (4, 3, 3), ("1", "1", "2"), ("0.5", "0.5", "1"), "linear", "integer", "nearest", 4),
    ("spline", (7, 6, 5), ("1", "1.5", "3"), ("2", "2", "2"), "bspline", "none", "linear", 9),
    ("plane", (6, 6, 4), ("1", "1", "3"), ("0.75", "0.75", "0"), "bspline", "integer", "linear", 9),
]


def image_of(size):
    nx, ny, nz = size
    n = np.arange(nx * ny * nz, dtype=np.int64)
    return ((11 * n + 7 * n * n) % 97 - 30).reshape(nz, ny, nx)


def mask_of(size, reach):
    nx, ny, nz = size
    z, y, x = np.indices((nz, ny, nx))
    return (abs(2 * x - nx + 1) + abs(2 * y - ny + 1) + abs(2 * z - nz + 1) <= reach).astype(int)


def half_even(value):
    low = floor(value)
    rest = value - low
    if rest == F(1, 2):
        return low + low % 2
    return low + (1 if rest > F(1, 2) else 0)


def linear(array, points):
    """Trilinear values at the points of three axes, repeating outer voxels."""
    result = array.astype(object)
    for axis, positions in zip((2, 1, 0), points):
        last = array.shape[axis] - 1
        slices = []
        for position in positions:
            p = min(max(position, F(0)), F(last))
            below = floor(p)
            f = p - below
            a = np.take(result, below, axis)
            b = np.take(result, min(below + 1, last), axis)
            slices.append(a * (1 - f) + b * f)
        result = np.stack(slices, axis)
    return result


def nearest(array, points):
    index = [
        [min(floor(min(max(p, F(0)), F(n - 1)) + F(1, 2)), n - 1) for p in positions]
        for n, positions in zip(array.shape[::-1], points)]
    return array[np.ix_(index[2], index[1], index[0])]


def main():
    print(
        f"# oracle: exact rational arithmetic; scipy {scipy.__version__} map_coordinates (order 3, "
        f"mirror), settings: per row, {datetime.date.today()}")
    print("case,size,spacing,new,interpolator,rounding,maskInterpolator,reach,newSize,start,values,mask")
    for name, size, spacing, new, interpolator, rounding, mask_interpolator, reach in CASES:
        points, starts = [], []
        for n, old, wanted in zip(size, map(F, spacing), map(F, new)):
            wanted = wanted or old
            count = ceil(n * old / wanted)
            start = (n - 1 - wanted / old * (count - 1)) / 2
            starts.append(start)
            points.append([start + i * wanted / old for i in range(count)])
        image = image_of(size)
        if interpolator == "linear":
            values = linear(image, points)
        else:
            grid = np.meshgrid(*[[float(p) for p in axis] for axis in points[::-1]], indexing="ij")
            values = ndimage.map_coordinates(image.astype(float), grid, order=3, mode="mirror")
        if rounding == "integer":
            values = np.vectorize(lambda v: float(half_even(F(v))))(values)
        mask = mask_of(size, reach)
        if mask_interpolator == "linear":
            inside = np.vectorize(lambda v: int(v >= F(1, 2)))(linear(mask, points))
        else:
            inside = nearest(mask, points)
        print(",".join([
            name, " ".join(map(str, size)), " ".join(spacing), " ".join(new), interpolator,
            rounding, mask_interpolator, str(reach), " ".join(str(len(p)) for p in points),
            " ".join(repr(float(s)) for s in starts),
            " ".join(f"{float(v):.13g}" for v in values.ravel()),
            "".join(map(str, inside.ravel()))]))


main()
