#!/usr/bin/env python3
"""Golden values of the clusterings: scikit-learn from given starts on small synthetic voxels.

Usage: python habitats.py FOLDER      (scikit-learn, scipy; writes kmeans.csv and mixtures.csv)

Voxels come from a formula on whole numbers that Tests/HabitatsTests/SyntheticVoxels.swift repeats
bit by bit; keep the two together.

  mix(seed, n)   SplitMix64's finaliser of (seed * 2^32 + n + 1) * 0x9E3779B97F4A7C15, modulo 2^64
  blob of v      mix(seed, 64 v) mod BLOBS
  feature f      (GAP * ((f + 1) * blob mod BLOBS) * 1000
                  + sum over i = 0...3 of mix(seed, 64 v + 4 f + i + 1) mod SPREAD - 2 SPREAD
                  + (f > 0 ? SKEW * (mix(seed, 64 v + 1) mod SPREAD) : 0)) / 1000
  start of k     voxel START + k of the data, or the position given as FAR for the last one

Lists in a field are separated by spaces; labels are one digit per voxel.
"""
import datetime
import sys
import warnings

import numpy
import scipy
import scipy.stats
import sklearn
from sklearn.cluster import KMeans
from sklearn.exceptions import ConvergenceWarning
from sklearn.mixture import GaussianMixture

KMEANS = [
    # case, voxels, features, blobs, gap, spread, skew, seed, k, start, far
    ("one-feature", 301, 1, 3, 4, 1000, 0, 1, 3, 0, ""),
    ("one-feature-overlap", 350, 1, 3, 1, 2000, 0, 2, 3, 5, ""),
    ("two-features", 250, 2, 4, 3, 1500, 0, 3, 4, 0, ""),
    ("four-features", 333, 4, 3, 2, 1500, 1, 4, 3, 7, ""),
    ("three-features-six", 322, 3, 6, 2, 1800, 0, 5, 6, 0, ""),
    ("skewed", 240, 2, 2, 3, 1500, 2, 6, 2, 0, ""),
    ("one-blob", 203, 2, 1, 0, 2000, 0, 7, 5, 0, ""),
    ("one-cluster", 101, 2, 3, 2, 1000, 0, 8, 1, 0, ""),
    ("empty-cluster", 200, 2, 3, 3, 1000, 0, 9, 4, 0, "900"),
    ("empty-cluster-one", 150, 1, 2, 3, 1000, 0, 10, 3, 3, "-500"),
    ("coarse", 300, 1, 4, 1, 3, 0, 11, 4, 0, ""),
    ("five-voxels", 5, 2, 2, 3, 1000, 0, 12, 3, 0, ""),
]

MIXTURES = [
    # case, voxels, features, blobs, gap, spread, skew, seed, k, start, covariance, tol, iterations
    ("one-feature", 301, 1, 3, 4, 1000, 0, 21, 3, 0, "full", 1e-5, 300),
    ("one-feature-diagonal", 301, 1, 3, 2, 2000, 0, 22, 3, 0, "diag", 1e-5, 300),
    ("two-features", 250, 2, 4, 3, 1500, 0, 23, 4, 0, "full", 1e-5, 300),
    ("two-features-diagonal", 250, 2, 4, 3, 1500, 0, 23, 4, 0, "diag", 1e-5, 300),
    ("four-features", 333, 4, 3, 2, 1500, 1, 24, 3, 7, "full", 1e-6, 500),
    ("four-features-diagonal", 334, 4, 3, 2, 1500, 1, 25, 3, 7, "diag", 1e-6, 500),
    ("skewed", 240, 2, 2, 2, 1500, 3, 26, 2, 0, "full", 1e-4, 300),
    ("not-converged", 240, 3, 3, 1, 1500, 1, 27, 3, 0, "full", 1e-9, 7),
    ("one-component", 103, 3, 2, 2, 1500, 1, 28, 1, 0, "full", 1e-4, 300),
    ("long", 1111, 2, 3, 2, 1500, 1, 29, 3, 2, "full", 1e-6, 500),
]


def mix(seed, n):
    mask = (1 << 64) - 1
    z = (((seed << 32) + n + 1) * 0x9E3779B97F4A7C15) & mask
    z = ((z ^ (z >> 30)) * 0xBF58476D1CE4E5B9) & mask
    z = ((z ^ (z >> 27)) * 0x94D049BB133111EB) & mask
    return z ^ (z >> 31)


def data(voxels, features, blobs, gap, spread, skew, seed):
    rows = []
    for v in range(voxels):
        blob = mix(seed, 64 * v) % blobs
        row = []
        for f in range(features):
            whole = gap * ((f + 1) * blob % blobs) * 1000 - 2 * spread
            whole += sum(mix(seed, 64 * v + 4 * f + i + 1) % spread for i in range(4))
            if f > 0:
                whole += skew * (mix(seed, 64 * v + 1) % spread)
            row.append(whole / 1000)
        rows.append(row)
    return numpy.array(rows)


def text(values):
    return " ".join(repr(float(value)) for value in numpy.ravel(values))


def kmeans_row(case, voxels, features, blobs, gap, spread, skew, seed, k, start, far):
    x = data(voxels, features, blobs, gap, spread, skew, seed)
    centres = x[start:start + k].copy()
    if far:
        centres[-1] = float(far)
    fit = KMeans(k, init=centres, n_init=1, algorithm="lloyd", tol=0, max_iter=300).fit(x)
    found = fit.cluster_centers_[fit.labels_]
    bic = ""
    if voxels > k:
        variance = fit.inertia_ / (features * (voxels - k))
        density = scipy.stats.norm.logpdf(x, found, numpy.sqrt(variance)).sum()
        shares = numpy.bincount(fit.labels_, minlength=k) / voxels
        likelihood = density + numpy.log(shares[fit.labels_]).sum()
        bic = repr(float(-2 * likelihood + k * (features + 1) * numpy.log(voxels)))
    return [case, voxels, features, blobs, gap, spread, skew, seed, k, start, far,
            text(fit.cluster_centers_), repr(float(fit.inertia_)), fit.n_iter_, bic,
            "".join(str(label) for label in fit.labels_)]


def mixture_row(case, voxels, features, blobs, gap, spread, skew, seed, k, start, kind, tol,
                iterations):
    x = data(voxels, features, blobs, gap, spread, skew, seed)
    weights = numpy.arange(1, k + 1) / (k * (k + 1) / 2)
    covariance = numpy.full((features, features), 0.25) + numpy.diag(
        0.75 + numpy.arange(features) / 4)
    if kind == "full":
        precisions = numpy.array([numpy.linalg.inv(covariance * (c + 1)) for c in range(k)])
    else:
        precisions = numpy.array([1 / (numpy.diag(covariance) * (c + 1)) for c in range(k)])
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ConvergenceWarning)
        fit = GaussianMixture(
            k, covariance_type=kind, tol=tol, max_iter=iterations, reg_covar=1e-6,
            weights_init=weights, means_init=x[start:start + k], precisions_init=precisions,
            random_state=0).fit(x)
    if kind == "full":
        lower = numpy.tril_indices(features)
        covariances = [matrix[lower] for matrix in fit.covariances_]
    else:
        covariances = fit.covariances_
    return [case, voxels, features, blobs, gap, spread, skew, seed, k, start, kind, tol,
            iterations, text(fit.weights_), text(fit.means_), text(covariances),
            repr(float(fit.lower_bound_)), repr(float(fit.bic(x))), fit.n_iter_,
            int(fit.converged_), "".join(str(label) for label in fit.predict(x))]


def write(path, settings, header, rows):
    with open(path, "w") as out:
        out.write(f"# scikit-learn {sklearn.__version__} numpy {numpy.__version__} scipy "
                  f"{scipy.__version__}; {settings}; {datetime.date.today()}\n")
        out.write(header + "\n")
        for row in rows:
            out.write(",".join(str(field) for field in row) + "\n")


shape = "case,voxels,features,blobs,gap,spread,skew,seed,k,start"
write(sys.argv[1] + "/kmeans.csv",
      "KMeans(init=given n_init=1 algorithm=lloyd tol=0); bic by scipy.stats.norm",
      shape + ",far,centres,inertia,iterations,bic,labels",
      [kmeans_row(*case) for case in KMEANS])
write(sys.argv[1] + "/mixtures.csv", "GaussianMixture(given starts reg_covar=1e-6)",
      shape + ",covariance,tolerance,maximum,weights,means,covariances,lowerBound,bic,iterations,"
      "converged,labels",
      [mixture_row(*case) for case in MIXTURES])
