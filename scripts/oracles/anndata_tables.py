"""Writes AnnData files of every layout that is read, and what anndata and h5py read from them.

Usage: anndata_tables.py FOLDER
HDF5Tests/AnnDataTableTests.swift runs it where RADCOHORT_ORACLE_PYTHON has anndata. FOLDER then has
the files and values.csv with the fields file, part (X or the column of obs), row, value ("" is
missing), separated by tabs.
"""

import os
import sys

import anndata as ad
import h5py
import numpy as np
import pandas as pd
import scipy.sparse as sp

folder = sys.argv[1]
out = open(os.path.join(folder, "values.csv"), "w", encoding="utf-8")
N, M = 6, 4


def text(value):
    if pd.isna(value):
        return ""
    if isinstance(value, (bool, np.bool_)):
        return repr(float(value))
    if isinstance(value, (int, float, np.integer, np.floating)):
        return repr(float(value))
    return str(value)


def dump(name, data):
    x = data.X.toarray() if sp.issparse(data.X) else data.X
    for i in range(data.n_obs):
        for j in range(data.n_vars):
            print(name, f"X{j}", i, text(x[i, j]), sep="\t", file=out)
        for column in data.obs.columns:
            print(name, column, i, text(data.obs[column].iloc[i]), sep="\t", file=out)


def observations():
    return pd.DataFrame(
        {
            "patient_id": [f"P{i}" for i in range(N)],
            "stage": pd.Categorical(["I", None, "II", "I", "IV", None]),
            "code": pd.Categorical([3, 1, 3, 2, None, 1]),
            "flag": pd.Categorical([True, False, None, True, True, False]),
            "count": pd.array([1, None, 3, 4, None, 6], dtype="Int64"),
            "maybe": pd.array([True, None, False, True, False, None], dtype="boolean"),
            "sure": [True, False, False, True, True, False],
            "age": np.array([1.25, np.nan, 3, 4, 5, 6], dtype="float32"),
            "visits": np.array([1, 2, 3, 4, -5, 127], dtype="int8"),
            "note": ["a", "", "ünï", "d e", "f", "g"],
        },
        index=[f"row-{i}" for i in range(N)],
    )


variables = pd.DataFrame(
    {"image": pd.Categorical(["CT", "CT", "PET", "PET"]), "voi": ["tumour", "rim", "tumour", "rim"]},
    index=[f"f{j}" for j in range(M)],
)
x = np.array([[(i * 7 + j * 3) % 11 / 8 if (i + j) % 3 else 0.0 for j in range(M)] for i in range(N)])
holes = x.copy()
holes[2, 1] = np.nan
for name, matrix in [
    ("dense64", holes),
    ("dense32", (holes / 3).astype("float32")),
    ("whole", (x * 8).astype("int32")),
    ("csr", sp.csr_matrix(holes)),
    ("csc", sp.csc_matrix(holes)),
]:
    data = ad.AnnData(X=matrix, obs=observations(), var=variables)
    path = os.path.join(folder, name + ".h5ad")
    data.write_h5ad(path)
    dump(name, ad.read_h5ad(path))
compressed = os.path.join(folder, "compressed.h5ad")
ad.AnnData(X=holes, obs=observations(), var=variables).write_h5ad(compressed, compression="gzip")
dump("compressed", ad.read_h5ad(compressed))

# The layout of anndata 0.7: categories aside, and texts of fixed length.
with h5py.File(os.path.join(folder, "former.h5ad"), "w") as file:
    file["X"] = holes
    for group, index in [("obs", [f"P{i}" for i in range(N)]), ("var", [f"f{j}" for j in range(M)])]:
        frame = file.create_group(group)
        frame.attrs.update({"encoding-type": "dataframe", "encoding-version": "0.1.0"})
        frame.attrs["_index"] = "index"
        frame["index"] = np.array(index, dtype="S8")
    obs = file["obs"]
    obs.attrs["column-order"] = np.array(["stage", "centre"], dtype=h5py.string_dtype())
    obs["stage"] = np.array([0, -1, 1, 0, 2, -1], dtype="int8")
    obs["__categories/stage"] = np.array(["I", "II", "IV"], dtype=h5py.string_dtype())
    obs["stage"].attrs["categories"] = obs["__categories/stage"].ref
    obs["centre"] = np.array(["A", "B", "A", "E", "C", "A"], dtype="S4")
    file["var"].attrs["column-order"] = np.array([], dtype="float64")
dump("former", ad.read_h5ad(os.path.join(folder, "former.h5ad")))

# What pandas' to_hdf leaves behind, as far as it can be told by.
with h5py.File(os.path.join(folder, "pandas.h5"), "w") as file:
    file.create_group("table").attrs["pandas_type"] = np.bytes_("frame")
with h5py.File(os.path.join(folder, "other.h5"), "w") as file:
    file["data"] = x
with h5py.File(os.path.join(folder, "records.h5ad"), "w") as file:
    file["X"] = x
    file["obs"] = np.zeros(N, dtype=[("index", "S4"), ("age", "f8")])
    file["var"] = np.zeros(M, dtype=[("index", "S4")])
with h5py.File(os.path.join(folder, "dense64.h5ad"), "r") as source:
    with h5py.File(os.path.join(folder, "torn.h5ad"), "w") as file:
        for part in ["obs", "var"]:
            source.copy(part, file)
        file["X"] = x[:-1]
out.close()
