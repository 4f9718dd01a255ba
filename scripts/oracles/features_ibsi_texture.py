"""IBSI 1 texture features (reference manual sections 3.6 to 3.11), from the equations alone.

Everything is a dictionary: voxels by (x, y, z), matrices by (i, j). Counts and probabilities are
exact fractions; only logarithms, exponentials and the final values are rounded. Writes
Tests/FeaturesTests/Golden/features_ibsi_texture.csv.

Usage: python3 scripts/oracles/features_ibsi_texture.py
"""

import datetime
import math
import pathlib
from fractions import Fraction

OUT = pathlib.Path(__file__).resolve().parents[2] / (
    "Tests/FeaturesTests/Golden/features_ibsi_texture.csv")
MASK64 = (1 << 64) - 1

# name, size x y z, image, morphological mask, voxels that the intensity mask lacks, distance, alpha
CASES = [
    ("ball-holes", (11, 9, 7), "wave 5 3 7 1 9 3 1 1 1", "ball", "hash 5 15", 1, 0),
    ("level-gaps", (9, 8, 6), "wave 1 2 3 0 4 2 2 5 3", "parts", "none", 1, 0),
    ("flat", (6, 5, 4), "wave 0 0 0 0 1 1 3 1 4", "ball", "hash 2 20", 1, 0),
    ("flat-slices", (6, 5, 5), "wave 0 0 1 0 3 1 3 2 1", "full", "hash 9 30", 1, 0),
    ("one-slice", (9, 8, 1), "wave 3 2 0 0 7 2 4 1 1", "full", "hash 11 25", 1, 0),
    ("one-row", (14, 1, 1), "wave 1 0 0 0 3 2 8 1 1", "full", "hash 4 20", 1, 0),
    ("one-column", (1, 1, 9), "wave 0 0 1 0 3 2 8 1 2", "full", "none", 1, 0),
    ("one-voxel", (5, 5, 5), "wave 1 2 3 0 9 1 1 1 1", "list 2,3,1", "none", 1, 0),
    ("lonely", (9, 9, 5), "wave 1 2 3 0 5 3 6 1 1", "list 0,0,0;4,0,0;4,4,2;8,8,4;0,8,2;1,8,2",
     "none", 1, 0),
    ("checker", (7, 6, 5), "wave 2 3 1 0 5 2 2 1 1", "checker", "none", 1, 0),
    ("sparse", (10, 9, 8), "wave 2 3 1 0 6 3 7 1 1", "full", "hash 3 70", 1, 0),
    ("distance-2", (9, 8, 7), "wave 2 1 3 0 7 4 5 1 1", "ball", "hash 6 10", 2, 0),
    ("alpha-1", (9, 8, 7), "wave 2 1 3 0 7 4 5 1 1", "ball", "hash 6 10", 1, 1),
    ("distance-3-alpha-2", (8, 7, 6), "wave 4 1 3 1 11 6 5 3 2", "full", "hash 8 35", 3, 2),
    ("slab-in-full", (10, 9, 5), "wave 2 1 3 0 6 2 5 1 1", "full", "step 3", 1, 0),
    ("balanced", (4, 3, 2), "wave 1 1 1 0 2 1 5 1 1", "full", "none", 1, 0),
    ("offset-x", (9, 8, 6), "wave 1 2 3 0 5 2 2 1 1", "full", "parts", 1, 0),
    ("offset-yz", (5, 4, 4), "wave 1 2 3 0 3 2 2 1 1", "full", "list " + ";".join(
        f"{x},{y},{z}" for x in range(5) for y in range(4) for z in range(4) if not y * z), 1, 0),
    ("deep", (15, 13, 11), "wave 0 0 0 1 3 1 5 1 1", "ball", "hash 12 2", 1, 0),
]


def mix(seed, n):
    z = (((seed << 32) + n + 1) * 0x9E3779B97F4A7C15) & MASK64
    z = ((z ^ (z >> 30)) * 0xBF58476D1CE4E5B9) & MASK64
    z = ((z ^ (z >> 27)) * 0x94D049BB133111EB) & MASK64
    return z ^ (z >> 31)


def levels_of(size, image):
    k = [int(word) for word in image.split()[1:]]
    values = {}
    for n in range(size[0] * size[1] * size[2]):
        x, y, z = n % size[0], n // size[0] % size[1], n // (size[0] * size[1])
        whole = (k[0] * x + k[1] * y + k[2] * z + k[3] * x * y * z) % k[4] + mix(k[6], n) % k[5]
        values[x, y, z] = whole * k[7] + k[8]
    return values


def mask_of(size, text):
    words = text.split()
    sx, sy, sz = size
    inside = set()
    for n in range(sx * sy * sz):
        x, y, z = n % sx, n // sx % sy, n // (sx * sy)
        if words[0] == "none":
            hit = False
        elif words[0] == "full":
            hit = True
        elif words[0] == "ball":
            a, b, c = (2 * x - sx + 1) * sy * sz, (2 * y - sy + 1) * sx * sz, (
                2 * z - sz + 1) * sx * sy
            hit = a * a + b * b + c * c <= (sx * sy * sz) ** 2
        elif words[0] == "hash":
            hit = mix(int(words[1]), n) % 100 < int(words[2])
        elif words[0] == "checker":
            hit = (x + y + z) % 2 == 0
        elif words[0] == "step":
            hit = n % int(words[1]) == 0
        elif words[0] == "parts":
            hit = (x < 3 or x > 6) and ((x * y * z) % 3 != 1 or x > 8)
        else:
            hit = f"{x},{y},{z}" in words[1].split(";")
        if hit:
            inside.add((x, y, z))
    return inside


def directions(flat):
    """One of each pair of opposite unit steps."""
    return [
        (x, y, z) for z in (0, 1) for y in (-1, 0, 1) for x in (-1, 0, 1)
        if (z, y, x) > (0, 0, 0) and not (flat and z)]


def neighbourhood(distance, flat):
    span = range(-distance, distance + 1)
    return [
        (x, y, z) for z in ((0,) if flat else span) for y in span for x in span
        if (x, y, z) != (0, 0, 0)]


def shifted(voxel, step, times=1):
    return tuple(v + s * times for v, s in zip(voxel, step))


def merged(matrices):
    total = {}
    for matrix in matrices:
        for key, count in matrix.items():
            total[key] = total.get(key, 0) + count
    return total


def mean(rows):
    """Feature by feature, of the matrices that have entries and the values that are defined."""
    rows = [row for row in rows if row is not None]
    names = rows[0] if rows else {}
    result = {}
    for name in names:
        defined = [row[name] for row in rows if not math.isnan(row[name])]
        result[name] = math.fsum(defined) / len(defined) if defined else math.nan
    return result


def by_slice(levels):
    return [
        {v: g for v, g in levels.items() if v[2] == z} for z in sorted({v[2] for v in levels})]


def entropy(probabilities):
    return -math.fsum(float(p) * math.log2(p) for p in probabilities) + 0.0


# Grey level co-occurrence, 3.6


def cooccurrence(levels, step, distance):
    matrix = {}
    for voxel, i in levels.items():
        for sign in (distance, -distance):
            j = levels.get(shifted(voxel, step, sign))
            if j is not None:
                matrix[i, j] = matrix.get((i, j), 0) + 1
    return matrix


def cooccurrence_features(matrix, ng):
    if not matrix:
        return None
    total = sum(matrix.values())
    p = {key: Fraction(count, total) for key, count in matrix.items()}
    pi, pj, minus, plus = {}, {}, {}, {}
    for (i, j), value in p.items():
        pi[i] = pi.get(i, 0) + value
        pj[j] = pj.get(j, 0) + value
        minus[abs(i - j)] = minus.get(abs(i - j), 0) + value
        plus[i + j] = plus.get(i + j, 0) + value
    mu = sum(i * value for i, value in pi.items())
    variance = sum((i - mu) ** 2 * value for i, value in pi.items())
    diff = sum(k * value for k, value in minus.items())
    plus_mean = sum(k * value for k, value in plus.items())
    hxy, hx = entropy(p.values()), entropy(pi.values())
    hxy1 = -math.fsum(float(v) * math.log2(pi[i] * pj[j]) for (i, j), v in p.items())
    hxy2 = -math.fsum(float(a * b) * math.log2(a * b) for a in pi.values() for b in pj.values())
    independent = all(p.get((i, j), 0) == a * b for i, a in pi.items() for j, b in pj.items())
    covariance = sum((i - mu) * (j - mu) * v for (i, j), v in p.items())
    clusters = [sum((i + j - 2 * mu) ** k * v for (i, j), v in p.items()) for k in (2, 3, 4)]
    return {
        "joint_max": max(p.values()), "joint_avg": sum(i * v for (i, j), v in p.items()),
        "joint_var": sum((i - mu) ** 2 * v for (i, j), v in p.items()), "joint_entr": hxy,
        "diff_avg": diff, "diff_var": sum((k - diff) ** 2 * v for k, v in minus.items()),
        "diff_entr": entropy(minus.values()), "sum_avg": plus_mean,
        "sum_var": sum((k - plus_mean) ** 2 * v for k, v in plus.items()),
        "sum_entr": entropy(plus.values()), "energy": sum(v * v for v in p.values()),
        "contrast": sum((i - j) ** 2 * v for (i, j), v in p.items()),
        "dissimilarity": sum(abs(i - j) * v for (i, j), v in p.items()),
        "inv_diff": sum(v / (1 + abs(i - j)) for (i, j), v in p.items()),
        "inv_diff_norm": sum(v / (1 + Fraction(abs(i - j), ng)) for (i, j), v in p.items()),
        "inv_diff_mom": sum(v / (1 + (i - j) ** 2) for (i, j), v in p.items()),
        "inv_diff_mom_norm": sum(
            v / (1 + Fraction((i - j) ** 2, ng * ng)) for (i, j), v in p.items()),
        "inv_var": 2 * sum(v / (i - j) ** 2 for (i, j), v in p.items() if j > i),
        "corr": covariance / variance if variance else 1,
        "auto_corr": sum(i * j * v for (i, j), v in p.items()), "clust_tend": clusters[0],
        "clust_shade": clusters[1], "clust_prom": clusters[2],
        "info_corr1": (hxy - hxy1) / hx if hx else 0,
        "info_corr2": 0 if independent else math.sqrt(1 - math.exp(-2 * (hxy2 - hxy))),
    }


# Matrices of level by size, 3.7, 3.8, 3.9 and 3.11


def size_features(matrix, voxels, names):
    if not matrix:
        return None
    n = sum(matrix.values())
    rows, columns = {}, {}
    for (i, j), count in matrix.items():
        rows[i] = rows.get(i, 0) + count
        columns[j] = columns.get(j, 0) + count
    p = {key: Fraction(count, n) for key, count in matrix.items()}
    level_mean = sum(i * v for (i, j), v in p.items())
    size_mean = sum(j * v for (i, j), v in p.items())
    values = [
        sum(Fraction(c, j * j) for j, c in columns.items()) / n,
        Fraction(sum(c * j * j for j, c in columns.items()), n),
        sum(Fraction(c, i * i) for i, c in rows.items()) / n,
        Fraction(sum(c * i * i for i, c in rows.items()), n),
        sum(Fraction(c, i * i * j * j) for (i, j), c in matrix.items()) / n,
        sum(Fraction(c * i * i, j * j) for (i, j), c in matrix.items()) / n,
        sum(Fraction(c * j * j, i * i) for (i, j), c in matrix.items()) / n,
        Fraction(sum(c * i * i * j * j for (i, j), c in matrix.items()), n),
        Fraction(sum(c * c for c in rows.values()), n),
        Fraction(sum(c * c for c in rows.values()), n * n),
        Fraction(sum(c * c for c in columns.values()), n),
        Fraction(sum(c * c for c in columns.values()), n * n), Fraction(n, voxels),
        sum((i - level_mean) ** 2 * v for (i, j), v in p.items()),
        sum((j - size_mean) ** 2 * v for (i, j), v in p.items()), entropy(p.values()),
        sum(v * v for v in p.values()),
    ]
    return dict(zip(names, values))


def runs(levels, step):
    matrix = {}
    for voxel, i in levels.items():
        if levels.get(shifted(voxel, step, -1)) == i:
            continue
        length = 1
        while levels.get(shifted(voxel, step, length)) == i:
            length += 1
        matrix[i, length] = matrix.get((i, length), 0) + 1
    return matrix


def zones(levels, flat):
    """Lists of voxels, flooded one by one."""
    left, found = dict(levels), []
    steps = neighbourhood(1, flat)
    for voxel in levels:
        if voxel not in left:
            continue
        level, zone, border = left.pop(voxel), [voxel], [voxel]
        while border:
            here = border.pop()
            for step in steps:
                there = shifted(here, step)
                if left.get(there) == level:
                    del left[there]
                    zone.append(there)
                    border.append(there)
        found.append((level, zone))
    return found


def edge_distances(mask, flat):
    """By erosion, as the manual says."""
    faces = [(1, 0, 0), (-1, 0, 0), (0, 1, 0), (0, -1, 0)] + (
        [] if flat else [(0, 0, 1), (0, 0, -1)])
    distances, left = {}, set(mask)
    while left:
        for voxel in left:
            distances[voxel] = distances.get(voxel, 0) + 1
        left = {v for v in left if all(shifted(v, face) in left for face in faces)}
    return distances


def zone_matrix(levels, flat, size):
    matrix = {}
    for level, zone in zones(levels, flat):
        key = level, size(zone)
        matrix[key] = matrix.get(key, 0) + 1
    return matrix


def dependence_matrix(levels, steps, alpha):
    matrix = {}
    for voxel, i in levels.items():
        near = (levels.get(shifted(voxel, step)) for step in steps)
        key = i, 1 + sum(1 for level in near if level is not None and abs(level - i) <= alpha)
        matrix[key] = matrix.get(key, 0) + 1
    return matrix


# Neighbourhood grey tone difference, 3.10


def tone_matrix(levels, steps):
    """Level to (n, s)."""
    matrix = {}
    for voxel, i in levels.items():
        near = [levels[shifted(voxel, s)] for s in steps if shifted(voxel, s) in levels]
        if near:
            n, s = matrix.get(i, (0, 0))
            matrix[i] = n + 1, s + abs(i - Fraction(sum(near), len(near)))
    return matrix


def merged_tones(matrices):
    total = {}
    for matrix in matrices:
        for i, (n, s) in matrix.items():
            total[i] = total.get(i, (0, 0))[0] + n, total.get(i, (0, 0))[1] + s
    return total


def tone_features(matrix):
    if not matrix:
        return None
    voxels = sum(n for n, s in matrix.values())
    p = {i: Fraction(n, voxels) for i, (n, s) in matrix.items()}
    s = {i: s for i, (n, s) in matrix.items()}
    ngp = len(p)
    ps, total = sum(p[i] * s[i] for i in p), sum(s.values())
    pairs = [(i, j) for i in p for j in p]
    spread = sum(abs(i * p[i] - j * p[j]) for i, j in pairs)
    dynamic = sum(p[i] * p[j] * (i - j) ** 2 for i, j in pairs)
    return {
        "coarseness": min(1 / ps, 10**6) if ps else 10**6,
        "contrast": dynamic / (ngp * (ngp - 1)) * total / voxels if ngp > 1 else 0,
        "busyness": ps / spread if spread else 0,
        "complexity": sum(
            abs(i - j) * (p[i] * s[i] + p[j] * s[j]) / (p[i] + p[j]) for i, j in pairs) / voxels,
        "strength": sum((p[i] + p[j]) * (i - j) ** 2 for i, j in pairs) / total if total else 0,
    }


# Aggregation


def directional(levels, matrix, features):
    """matrix(part, step), features(matrix, voxels); a merged matrix has the sum of the voxels."""
    flat, solid, parts = directions(True), directions(False), by_slice(levels)
    table = {(k, d): matrix(part, d) for k, part in enumerate(parts) for d in flat}
    volume = [matrix(levels, d) for d in solid]
    n, sizes = len(levels), [len(part) for part in parts]
    return {
        "2D_avg": mean([features(m, sizes[k]) for (k, d), m in table.items()]),
        "2D_mrg": mean([
            features(merged(table[k, d] for d in flat), sizes[k] * len(flat))
            for k in range(len(parts))]),
        "2.5D_dir": mean([
            features(merged(table[k, d] for k in range(len(parts))), n) for d in flat]),
        "2.5D_mrg": mean([features(merged(table.values()), n * len(flat))]),
        "3D_avg": mean([features(m, n) for m in volume]),
        "3D_mrg": mean([features(merged(volume), n * len(solid))]),
    }


def sliced(levels, matrix, features, merge=merged):
    """matrix(part, flat), features(matrix, voxels)."""
    parts = by_slice(levels)
    table = [matrix(part, True) for part in parts]
    return {
        "2D": mean([features(m, len(part)) for m, part in zip(table, parts)]),
        "2.5D": mean([features(merge(table), len(levels))]),
        "3D": mean([features(matrix(levels, False), len(levels))]),
    }


RLM = "sre lre lgre hgre srlge srhge lrlge lrhge glnu glnu_norm rlnu rlnu_norm r_perc gl_var " \
    "rl_var rl_entr".split()
SZM = "sze lze lgze hgze szlge szhge lzlge lzhge glnu glnu_norm zsnu zsnu_norm z_perc gl_var " \
    "zs_var zs_entr".split()
DZM = "sde lde lgze hgze sdlge sdhge ldlge ldhge glnu glnu_norm zdnu zdnu_norm z_perc gl_var " \
    "zd_var zd_entr".split()
NGL = "lde hde lgce hgce ldlge ldhge hdlge hdhge glnu glnu_norm dcnu dcnu_norm dc_perc gl_var " \
    "dc_var dc_entr dc_energy".split()
CM = "joint_max joint_avg joint_var joint_entr diff_avg diff_var diff_entr sum_avg sum_var " \
    "sum_entr energy contrast dissimilarity inv_diff inv_diff_norm inv_diff_mom " \
    "inv_diff_mom_norm inv_var corr auto_corr clust_tend clust_shade clust_prom info_corr1 " \
    "info_corr2".split()
NGT = "coarseness contrast busyness complexity strength".split()
DIRECTIONAL = ["2D_avg", "2D_mrg", "2.5D_dir", "2.5D_mrg", "3D_avg", "3D_mrg"]
SLICED = ["2D", "2.5D", "3D"]
COLUMNS = [
    (family, aggregation, name)
    for family, aggregations, names in [
        ("cm", DIRECTIONAL, CM), ("rlm", DIRECTIONAL, RLM), ("szm", SLICED, SZM),
        ("dzm", SLICED, DZM), ("ngt", SLICED, NGT), ("ngl", SLICED, NGL)]
    for aggregation in aggregations for name in names]


def families(levels, shape, distance, alpha):
    ng = number_of_levels(levels)
    depth = {flat: edge_distances(shape, flat) for flat in (True, False)}
    near = {flat: neighbourhood(distance, flat) for flat in (True, False)}
    return {
        "cm": directional(
            levels, lambda part, step: cooccurrence(part, step, distance),
            lambda m, voxels: cooccurrence_features(m, ng)),
        "rlm": directional(levels, runs, lambda m, voxels: size_features(m, voxels, RLM)),
        "szm": sliced(
            levels, lambda part, flat: zone_matrix(part, flat, len),
            lambda m, voxels: size_features(m, voxels, SZM)),
        "dzm": sliced(
            levels, lambda part, flat: zone_matrix(
                part, flat, lambda zone: min(depth[flat][v] for v in zone)),
            lambda m, voxels: size_features(m, voxels, DZM)),
        "ngt": sliced(
            levels, lambda part, flat: tone_matrix(part, near[flat]),
            lambda m, voxels: tone_features(m), merged_tones),
        "ngl": sliced(
            levels, lambda part, flat: dependence_matrix(part, near[flat], alpha),
            lambda m, voxels: size_features(m, voxels, NGL)),
    }


def number_of_levels(levels):
    """Ng of normalised inverse differences: levels from 1 to the highest."""
    return max(levels.values())


def main():
    lines = [
        "# plain Python from the equations of the IBSI 1 reference manual, sections 3.6-3.11;"
        f" grey levels as given; {datetime.date.today().isoformat()}",
        "|".join(["case", "size", "image", "shape", "holes", "distance", "alpha"] + [
            f"{family}_{name}_{aggregation}" for family, aggregation, name in COLUMNS]),
    ]
    for name, size, image, shape, holes, distance, alpha in CASES:
        outline = mask_of(size, shape)
        inside = outline - mask_of(size, holes)
        levels = {v: g for v, g in levels_of(size, image).items() if v in inside}
        values = families(levels, outline, distance, alpha)
        lines.append("|".join(
            [name, "x".join(map(str, size)), image, shape, holes, str(distance), str(alpha)] + [
                repr(float(values[f].get(a, {}).get(n, math.nan))) for f, a, n in COLUMNS]))
    OUT.write_text("\n".join(lines) + "\n")


if __name__ == "__main__":
    main()
