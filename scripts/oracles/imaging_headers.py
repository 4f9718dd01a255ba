#!/usr/bin/env python3
"""Writes Tests/ImagingTests/Golden/nifti-headers.csv: NIfTI-1 headers (hexadecimal) with random
qform, sform, codes, units and byte order, and the grid that SimpleITK makes of each.

usage: imaging_headers.py GOLDEN_FOLDER
Needs SimpleITK, nibabel, numpy.
"""
import datetime
import os
import sys
import tempfile

import nibabel
import numpy as np
import SimpleITK as sitk

SIZE = (5, 4, 3)


def rotation(q):
    a, b, c, d = np.array(q) / np.linalg.norm(q)
    return np.array([[a*a + b*b - c*c - d*d, 2*(b*c - a*d), 2*(b*d + a*c)],
                     [2*(b*c + a*d), a*a + c*c - b*b - d*d, 2*(c*d - a*b)],
                     [2*(b*d - a*c), 2*(c*d + a*b), a*a + d*d - b*b - c*c]])


def header(k, rng):
    spacing = rng.uniform(0.5, 3, 3) if k % 4 else np.ones(3)
    turn = rotation(rng.normal(size=4)) if k % 3 else np.eye(3)
    if k % 5 == 0:
        turn = turn @ np.diag([1, 1, -1.0])
    q = np.eye(4)
    q[:3, :3] = turn * spacing
    q[:3, 3] = rng.normal(size=3) * 50
    s = q.copy()
    if k % 6 == 1:
        s[:3, 3] += 5
    elif k % 6 == 2:
        s[:3, :3] = rotation(rng.normal(size=4)) * spacing
    elif k % 6 == 3:
        s[0, 1] += 0.2
    elif k % 6 == 4:
        s[:3, 3] += rng.normal(size=3) * 1e-5
    image = nibabel.Nifti1Image(np.zeros(SIZE, np.uint8), q)
    image.set_qform(q, code=int(rng.integers(0, 3)))
    image.set_sform(s, code=int(rng.integers(0, 4)))
    if k % 7 < 2:
        image.header.set_xyzt_units("meter" if k % 7 == 0 else "micron")
    image.header["vox_offset"] = 352
    image.header["magic"] = b"n+1"
    return image.header.as_byteswapped(">") if k % 8 == 0 else image.header


def main(folder):
    rng = np.random.default_rng(11)
    path = os.path.join(folder, "nifti-headers.csv")
    with open(path, "w") as file, tempfile.TemporaryDirectory() as scratch:
        file.write(f"# SimpleITK {sitk.Version_VersionString()}; 5 x 4 x 3 uint8, random "
                   f"orientations; {datetime.date.today()}\n")
        file.write("header,spacing,origin,direction\n")
        for k in range(96):
            data = bytes(header(k, rng).binaryblock)
            image = os.path.join(scratch, "a.nii")
            with open(image, "wb") as out:
                out.write(data + bytes(4 + 60))
            try:
                r = sitk.ReadImage(image)
                fields = [r.GetSpacing(), r.GetOrigin(), r.GetDirection()]
                fields = [" ".join(repr(v) for v in f) for f in fields]
            except RuntimeError:
                fields = ["refused", "", ""]
            file.write(",".join([data.hex()] + fields) + "\n")


if __name__ == "__main__":
    sitk.ProcessObject.SetGlobalWarningDisplay(False)
    main(sys.argv[1])
