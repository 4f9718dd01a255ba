#!/usr/bin/env python3
"""Golden values of the IBSI morphology family on small synthetic masks.

Usage: python features_morphology.py OUTPUT.csv     (numpy < 2, scipy >= 1.8, pyradiomics 3.0.1)

Mesh volume, mesh area and largest diameter come from PyRadiomics' marching cubes; everything else
is computed here in plain ways from the definitions of the IBSI reference manual:
  convex hull            scipy (Qhull) on all mesh vertices
  oriented box           along the axes; for each hull facet, for each edge of the projected hull
  enclosing ellipsoid    multiplicative weight updates on the hull's vertices
  area of an ellipsoid   the manual's series with scipy's Legendre polynomials
  Moran's I, Geary's C   all pairs of voxels

Images and masks are the formulas of features.py; the intensity mask is the morphological mask and
the formula in the column `within` (empty: the same mask).
"""
import datetime
import sys

import numpy
import scipy
import scipy.spatial
import scipy.special
import radiomics
from radiomics import cShape

from features import make_image, make_mask

CT = "wave 37 11 5 3 211 60 {} 3 -400"
NOISE = "noise {} -120 260"
C_SHAPE = "voxels " + ";".join(
    f"{x},{y},{z}" for z in range(3) for y in range(5) for x in range(5) if x < 2 or y in (0, 4))
CASES = [
    # name, size, spacing, image, morphological mask, within
    ("one-voxel", "3x3x3", "0.8 1 2.5", NOISE.format(1), "voxels 1,1,1", ""),
    ("two-voxels", "4x3x3", "0.8 1 2.5", NOISE.format(2), "voxels 1,1,1;2,1,1", ""),
    ("two-diagonal", "4x4x4", "0.8 1 2.5", NOISE.format(3), "voxels 1,1,1;2,2,2", ""),
    ("two-apart", "60x50x40", "1 0.7 3", NOISE.format(4), "voxels 0,0,0;59,49,39", ""),
    ("line", "7x1x1", "2 1 1", NOISE.format(5), "full", ""),
    ("line-diagonal", "5x5x5", "1 1.5 2", NOISE.format(6),
     "voxels 0,0,0;1,1,1;2,2,2;3,3,3;4,4,4", ""),
    ("sum-zero", "3x1x1", "1 1 1", "wave 1 0 0 0 3 1 1 1 -1", "full", ""),
    ("slice", "9x8x5", "0.7 0.9 3", CT.format(7), "slab 2", ""),
    ("slice-full", "6x1x7", "1 2 1.5", NOISE.format(8), "full", ""),
    ("flat", "6x5x4", "1 1 2", "wave 0 0 0 0 7 1 1 1 37.5", "ball", ""),
    ("full-box", "5x4x3", "1.2 0.8 2", NOISE.format(9), "full", ""),
    ("concave", "5x5x3", "1 1.3 2.1", CT.format(10), C_SHAPE, ""),
    ("ball", "11x12x9", "0.7 0.9 3.3", CT.format(11), "ball", ""),
    ("ball-cut", "12x11x10", "1 1 2", NOISE.format(12), "ball", "hash 13 40"),
    ("ball-corner", "10x9x8", "2 1 1.5", NOISE.format(14), "ball",
     "voxels 6,5,5;7,5,5;6,6,5;5,4,4;6,4,3;7,3,4"),
    ("parts", "14x8x6", "1 1 3", NOISE.format(15), "parts", ""),
    ("scattered", "12x13x11", "0.9 1 1.1", CT.format(16), "hash 17 8", ""),
    ("negative", "9x9x9", "1 1 1", "noise 18 -900 -100", "hash 19 60", ""),
]
COLUMNS = """volume vol_approx area_mesh av comp_1 comp_2 sph_dispr sphericity asphericity com diam
  pca_maj_axis pca_min_axis pca_least_axis pca_elongation pca_flatness vol_dens_aabb area_dens_aabb
  vol_dens_ombb area_dens_ombb vol_dens_aee area_dens_aee vol_dens_mvee area_dens_mvee
  vol_dens_conv_hull area_dens_conv_hull integ_int moran_i geary_c""".split()


def mesh_vertices(mask, steps):
    """Middles of all edges between a voxel inside and one outside, mm (x, y, z)."""
    padded = numpy.pad(mask, 1).astype(int)
    points = []
    for axis in range(3):
        where = numpy.argwhere(numpy.diff(padded, axis=axis)).astype(float)
        where[:, axis] += 0.5
        points.append(where[:, ::-1] * steps)
    return numpy.concatenate(points)


def ellipsoid_area(axes):
    """The manual's series of Legendre polynomials, terms 0 to 20."""
    c, b, a = numpy.sort(axes)
    alpha, beta = numpy.sqrt(1 - b * b / a / a), numpy.sqrt(1 - c * c / a / a)
    total = 0.0
    for n in range(21):
        if alpha > 1e-3 * beta:
            x = (alpha**2 + beta**2) / (2 * alpha * beta)
            term = (alpha * beta) ** n * scipy.special.eval_legendre(n, x)
        else:
            powers = numpy.polynomial.legendre.leg2poly([0] * n + [1])
            term = sum(
                k * ((alpha**2 + beta**2) / 2) ** i * (alpha * beta) ** (n - i)
                for i, k in enumerate(powers)
            )
        total += term / (1 - 4 * n * n)
    return 4 * numpy.pi * a * b * total


def smallest_box(points, hull):
    """Volume and area; of equal volumes (1e-9) the smallest area."""
    a, b, c = numpy.ptp(points, axis=0)
    found = [(a * b * c, 2 * (a * b + b * c + c * a))]
    corners = points[hull.vertices]
    for normal in hull.equations[:, :3]:
        helper = numpy.eye(3)[numpy.argmin(abs(normal))]
        v = numpy.cross(normal, helper)
        v /= numpy.linalg.norm(v)
        w = numpy.cross(normal, v)
        height = numpy.ptp(corners @ normal)
        plane = numpy.stack([corners @ v, corners @ w], 1)
        outline = plane[scipy.spatial.ConvexHull(plane).vertices]
        for edge in numpy.roll(outline, -1, 0) - outline:
            edge = edge / numpy.linalg.norm(edge)
            a = numpy.ptp(outline @ edge)
            b = numpy.ptp(outline @ numpy.array([-edge[1], edge[0]]))
            found.append((a * b * height, 2 * (a * b + b * height + height * a)))
    least = min(volume for volume, _ in found)
    return least, min(area for volume, area in found if volume <= least * (1 + 1e-9))


def enclosing_ellipsoid(points, tolerance=1e-10):
    """Semi-axes; weights times Mahalanobis distance over dimension, until no point is outside."""
    center, scale = points.mean(0), numpy.ptp(points, axis=0)
    lifted = numpy.concatenate([(points - center) / scale, numpy.ones((len(points), 1))], 1)
    weights = numpy.full(len(points), 1 / len(points))
    for _ in range(1_000_000):
        inverse = numpy.linalg.inv((lifted.T * weights) @ lifted)
        kappa = numpy.einsum("ij,jk,ik->i", lifted, inverse, lifted)
        if kappa.max() <= 4 * (1 + tolerance):
            break
        weights *= kappa / 4
        # Points that cannot touch the smallest ellipsoid (Harman & Pronzato 2007).
        gap = kappa.max() - 4
        bound = 4 * (1 + gap / 8 - numpy.sqrt(gap * (4 + gap - 1)) / 4) if gap < 1e-2 else 0
        keep = kappa >= min(bound, 3)
        lifted, weights, points = lifted[keep], weights[keep], points[keep]
        weights /= weights.sum()
    mean = weights @ points
    covariance = ((points - mean).T * weights) @ (points - mean)
    reach = max(((points - mean) @ numpy.linalg.inv(covariance) * (points - mean)).sum(1))
    return numpy.sqrt(numpy.linalg.eigvalsh(covariance) * reach), kappa.max() / 4 - 1


def autocorrelation(points, values):
    """Moran's I and Geary's C with weights 1 / distance."""
    n = len(values)
    x = values - values.mean()
    if n < 2 or numpy.ptp(values) == 0:
        return numpy.nan, numpy.nan
    distance = scipy.spatial.distance.cdist(points, points)
    numpy.fill_diagonal(distance, numpy.inf)
    weights = 1 / distance
    moran = n / weights.sum() * (weights * numpy.outer(x, x)).sum() / (x * x).sum()
    squares = (values[:, None] - values[None, :]) ** 2
    return moran, (n - 1) / (2 * weights.sum()) * (weights * squares).sum() / (x * x).sum()


def principal_variances(points):
    """Rising, mm2; what rounding leaves of 0 is 0."""
    if len(points) < 2:
        return numpy.full(3, numpy.nan)
    values = numpy.linalg.eigvalsh(numpy.cov(points.T))
    return numpy.where(abs(values) < 1e-13 * values[2], 0, values)


def morphology(image, mask, within, steps):
    padded = numpy.pad(mask, 1).astype("u1")
    area, volume, diameters = cShape.calculate_coefficients(padded, steps[::-1].copy())
    voxels = numpy.argwhere(mask)[:, ::-1] * steps
    inside = numpy.argwhere(within)[:, ::-1] * steps
    values = image[within]
    variances = principal_variances(voxels)
    least, minor, major = variances
    vertices = mesh_vertices(mask, steps)
    hull = scipy.spatial.ConvexHull(vertices)
    sides = numpy.ptp(vertices, axis=0)
    box_volume, box_area = smallest_box(vertices, hull)
    axes = 2 * numpy.sqrt(variances)
    ellipsoid, gap = enclosing_ellipsoid(vertices[hull.vertices])
    assert gap < 1e-9, gap
    moran, geary = autocorrelation(inside, values)
    sphere = (36 * numpy.pi * volume**2) ** (1 / 3)
    shift = values @ inside / values.sum() - voxels.mean(0) if values.sum() else numpy.nan

    def density(a, b):
        return a / b if b > 0 else numpy.nan

    result = [
        volume, len(voxels) * steps.prod(), area, area / volume,
        volume / (numpy.pi**0.5 * area**1.5), 36 * numpy.pi * volume**2 / area**3,
        area / sphere, sphere / area, (area**3 / (36 * numpy.pi * volume**2)) ** (1 / 3) - 1,
        numpy.linalg.norm(shift), diameters[3],
        4 * major**0.5, 4 * minor**0.5, 4 * least**0.5, (minor / major) ** 0.5,
        (least / major) ** 0.5,
        volume / sides.prod(),
        area / (2 * (sides[0] * sides[1] + sides[1] * sides[2] + sides[2] * sides[0])),
        volume / box_volume, area / box_area,
        density(volume, 4 / 3 * numpy.pi * axes.prod()), density(area, ellipsoid_area(axes)),
        volume / (4 / 3 * numpy.pi * ellipsoid.prod()), area / ellipsoid_area(ellipsoid),
        volume / hull.volume, area / hull.area,
        values.mean() * volume, moran, geary,
    ]
    return [repr(float(v)) for v in result]


def main():
    numpy.seterr(all="ignore")
    with open(sys.argv[1], "w") as out:
        out.write(
            f"# numpy {numpy.__version__}, scipy {scipy.__version__}, mesh of PyRadiomics "
            f"{radiomics.__version__}, made by scripts/oracles/features_morphology.py, "
            f"{datetime.date.today().isoformat()}\n"
        )
        out.write("case|size|spacing|image|mask|within|" + "|".join(COLUMNS) + "\n")
        for name, size, spacing, image, mask, within in CASES:
            box = tuple(int(s) for s in size.split("x"))
            steps = numpy.array([float(s) for s in spacing.split()])
            voxels = make_mask(mask, box)
            inside = voxels & make_mask(within, box) if within else voxels
            row = morphology(make_image(image, box, "float64"), voxels, inside, steps)
            out.write("|".join([name, size, spacing, image, mask, within] + row) + "\n")


if __name__ == "__main__":
    main()
