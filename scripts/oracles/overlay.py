"""Golden pictures of VOIs on their images, and pictures in PNG.

Usage: overlay.py GOLDEN-FOLDER     writes thumbnails.csv and png.csv of Tests/OverlayTests/Golden
       overlay.py --read FILE...    prints width, height and the pixels of PNG files as numbers of
                                    colours, and the colours
SimpleITK places the voxels and resamples image and mask onto a plane of the body; PIL writes and
reads PNG. Nothing of RadCohort is used.
"""

import datetime
import io
import os
import sys

import numpy as np
from PIL import Image
import PIL

SIDE = 128


def read(paths):
    for path in paths:
        with Image.open(path) as picture:
            picture.load()
            assert picture.mode == "P", picture.mode
            pixels = np.asarray(picture).ravel().tolist()
            colours = picture.getpalette()
            print(path.split("/")[-1], picture.width, picture.height, picture.info.get("transparency"))
            print(" ".join(map(str, pixels)))
            print(" ".join(map(str, colours)))


def raster(width, height, colours):
    y, x = np.mgrid[0:height, 0:width]
    pixels = ((x * 3 + y * 5 + x * y) % colours).astype(np.uint8)
    palette = [(i * 37 % 256, i * 91 % 256, i * 151 % 256) for i in range(colours)]
    return pixels, palette


def png(folder, stamp):
    with open(os.path.join(folder, "png.csv"), "w", encoding="ascii") as out:
        print(f"# PIL {PIL.__version__}, files written with save(format=PNG), {stamp}", file=out)
        print("width,height,colours,file", file=out)
        for width, height, colours in [(1, 1, 1), (9, 5, 2), (7, 6, 4), (13, 7, 16), (20, 12, 200)]:
            pixels, palette = raster(width, height, colours)
            picture = Image.fromarray(pixels, mode="P")
            picture.putpalette([c for colour in palette for c in colour])
            data = io.BytesIO()
            picture.save(data, format="PNG", transparency=0)
            print(width, height, colours, data.getvalue().hex(), sep=",", file=out)


def grid(size, spacing, origin, direction):
    return dict(size=size, spacing=spacing, origin=origin, direction=direction)


def rotation(degrees, axis):
    a = np.deg2rad(degrees)
    c, s = np.cos(a), np.sin(a)
    return {
        "z": np.array([[c, -s, 0], [s, c, 0], [0, 0, 1]]),
        "x": np.array([[1, 0, 0], [0, c, -s], [0, s, c]]),
    }[axis]


EYE = np.eye(3)
# Columns are the axes: x runs to the right and to the front, z downwards.
FLIPPED = np.diag([-1.0, -1.0, -1.0])
# Sagittal slices: x runs backwards, y upwards, z to the left. Coronal: y upwards, z backwards.
SAGITTAL = np.array([[0, 0, 1.0], [1, 0, 0], [0, 1, 0]])
CORONAL = np.array([[1.0, 0, 0], [0, 0, 1], [0, 1, 0]])
OBLIQUE = rotation(20, "z") @ rotation(15, "x")

BASE = ((40, 30, 20), (2.0, 2.5, 3.0), (-30.0, 12.0, 100.0))
THICK = ((48, 44, 11), (1.5, 1.75, 6.0), (-40.0, 20.0, -15.0))
CASES = {
    # name: image grid, mask grid, centre of the ellipsoid and its half axes in voxels of the mask,
    # axes of the picture (right, down) and its normal, as columns
    "plain": (grid(*BASE, EYE), None, (18, 14, 9), (6, 5, 4.3), EYE),
    "flipped": (grid(*BASE, FLIPPED), None, (10, 20, 12), (5, 7, 3.7), EYE),
    "sagittal": (grid(*BASE, SAGITTAL), None, (20, 13, 8), (8, 5, 5), EYE),
    "oblique": (grid(*BASE, OBLIQUE), None, (20, 15, 10), (9, 6, 4), EYE),
    "edge": (grid(*BASE, EYE), None, (2, 27, 5), (5, 4, 3.2), EYE),
    "two-grids": (
        grid(*BASE, EYE),
        grid((60, 50, 30), (1.3, 1.1, 1.9), (-28.0, 15.0, 103.0), OBLIQUE),
        (25, 20, 12), (12, 14, 6), EYE,
    ),
    "large": (grid((64, 64, 9), (3.0, 3.0, 5.0), (0.0, 0.0, 0.0), EYE), None, (33, 30, 4), (24, 28, 3), EYE),
    "thick-coronal": (
        grid(*THICK, CORONAL), None, (22, 20, 5), (9, 11, 2.4), np.array([[1.0, 0, 0], [0, 0, 1], [0, -1, 0]]),
    ),
    "thick-sagittal-oblique": (
        grid(*THICK, rotation(12, "z") @ SAGITTAL), None, (22, 20, 5), (9, 11, 2.4),
        np.array([[0, 0, -1.0], [1, 0, 0], [0, -1, 0]]),
    ),
}


def image_of(sitk, g, values):
    image = sitk.GetImageFromArray(values)
    image.SetSpacing(g["spacing"])
    image.SetOrigin(g["origin"])
    image.SetDirection(np.asarray(g["direction"], dtype=float).ravel().tolist())
    return image


def thumbnails(folder, stamp):
    import SimpleITK as sitk

    with open(os.path.join(folder, "thumbnails.csv"), "w", encoding="ascii") as out:
        print(
            f"# SimpleITK {sitk.Version_VersionString()}, linear, 64 greys, {stamp}",
            file=out,
        )
        print("case,field,contour pixels,outside pixels,pixels (x y number of colour)", file=out)
        for name, (image_grid, mask_grid, centre, half, d) in CASES.items():
            mask_grid = mask_grid or image_grid
            x, y, z = np.meshgrid(*(np.arange(n) for n in image_grid["size"]), indexing="ij")
            values = ((x * 7 + y * 13 + z * 29 + x * y * 3) % 97 * 5 - 240).astype(np.int16)
            image = image_of(sitk, image_grid, values.transpose(2, 1, 0))
            x, y, z = np.meshgrid(*(np.arange(n) for n in mask_grid["size"]), indexing="ij")
            inside = sum(((a - c) / h) ** 2 for a, c, h in zip((x, y, z), centre, half)) <= 1
            mask = image_of(sitk, mask_grid, inside.astype(np.uint8).transpose(2, 1, 0))
            points = np.array(
                [mask.TransformIndexToPhysicalPoint(list(map(int, v))) for v in np.argwhere(inside)]
            )
            reach = np.abs(np.asarray(mask_grid["direction"]) * mask_grid["spacing"]).sum(axis=1)
            across = int(np.abs(d[:, 2]).argmax())
            thickness = reach[across]
            low, high = points.min(axis=0), points.max(axis=0)
            counts = np.bincount(((points[:, across] - low[across]) / thickness + 0.5).astype(int))
            assert (counts == counts.max()).sum() == 1, (name, counts)
            middle = (low + high) / 2
            middle[across] = low[across] + counts.argmax() * thickness
            field = max([64.0] + [high[a] - low[a] + reach[a] + 20 for a in range(3) if a != across])
            p = field / SIDE
            origin = middle - (SIDE - 1) / 2 * p * (d[:, 0] + d[:, 1])
            like = sitk.Image(SIDE, SIDE, 1, sitk.sitkFloat64)
            like.SetSpacing((p, p, p))
            like.SetOrigin(origin.tolist())
            like.SetDirection(d.ravel().tolist())
            def onto(source, how, default):
                return sitk.GetArrayFromImage(
                    sitk.Resample(source, like, sitk.Transform(), how, default, sitk.sitkFloat64)
                )[0]
            shown = onto(image, sitk.sitkLinear, -1e6)
            region = onto(mask, sitk.sitkNearestNeighbor, 0) == 1
            padded = np.pad(region, 1)
            core = padded[:-2, 1:-1] & padded[2:, 1:-1] & padded[1:-1, :-2] & padded[1:-1, 2:]
            contour = region & ~core
            outside = shown < -1e5
            colours = 2 + np.floor(np.clip((shown + 160) / 400, 0, 1) * 63 + 0.5).astype(int)
            colours[outside] = 0
            colours[contour] = 1
            picks = [(n * 37 % SIDE, n * n * 11 % SIDE) for n in range(60)]
            text = " ".join(f"{x} {y} {colours[y, x]}" for x, y in picks)
            print(
                name, repr(float(field)), contour.sum(), (outside & ~contour).sum(), text, sep=",",
                file=out,
            )


if sys.argv[1] == "--read":
    read(sys.argv[2:])
else:
    today = datetime.date.today().isoformat()
    png(sys.argv[1], today)
    thumbnails(sys.argv[1], today)
