#!/usr/bin/env python3
"""Golden values of the wavelet and LoG filters: PyRadiomics 3.0.1 on small synthetic volumes.

Usage: python filters_wavelet_log.py FOLDER           writes wavelet.csv, wavelet_banks.csv, log.csv
       python filters_wavelet_log.py --tables FOLDER  writes the coefficient tables (Swift)
(numpy < 2, pyradiomics 3.0.1, PyWavelets 1.6.0, SimpleITK 2.5.7)

A volume is a formula on whole numbers that Tests/FiltersTests/WaveletLoGVolume.swift repeats; keep
the two together. With i the voxel index, x fastest:
  (i * 2654435761 mod 2^32 >> 16) mod 201 + (x x + 3 y z + 7 x z + 2 y y) mod 977 - 300
taken modulo 251 for uint8, times 0.37 for float32 and float64. The checksum is zlib's CRC-32 of the
response in the box as little-endian float64; sd is that of the box.
"""
import datetime
import logging
import sys
import zlib

import numpy
import pywt
import SimpleITK
from radiomics import imageoperations

logging.getLogger("radiomics").setLevel(logging.ERROR)

CUBE = ((20, 17, 12), (1.0, 1.0, 1.0))
FLAT = ((30, 37, 22), (0.7, 0.8125, 2.5))
# size and spacing, pixel type, box (lower, size), settings
WAVELETS = [
    (CUBE, "float32", ((0, 0, 0), (20, 17, 12)), "coif1 1 0 -"),
    (CUBE, "int16", ((3, 4, 2), (9, 8, 7)), "coif1 1 0 -"),
    (FLAT, "float32", ((5, 5, 5), (20, 27, 12)), "coif1 1 0 -"),
    (((21, 17, 13), (1.0, 1.0, 1.0)), "float64", ((0, 0, 0), (21, 17, 13)), "coif3 1 0 -"),
    (((21, 17, 13), (1.0, 1.0, 1.0)), "uint8", ((12, 9, 6), (9, 8, 7)), "haar 2 1 -"),
    (((33, 30, 27), (1.0, 1.0, 1.0)), "float32", ((14, 12, 11), (5, 6, 7)), "db2 2 0 -"),
    (((3, 2, 1), (1.0, 1.0, 1.0)), "float32", ((0, 0, 0), (3, 2, 1)), "coif1 1 0 -"),
    (((5, 4, 7), (1.0, 1.0, 1.0)), "float32", ((1, 1, 1), (3, 2, 5)), "sym20 1 0 -"),
    (CUBE, "float32", ((2, 2, 2), (9, 9, 9)), "bior2.4 1 0 0"),
    (CUBE, "float32", ((2, 2, 2), (9, 9, 9)), "rbio3.7 1 0 1"),
    (CUBE, "int32", ((2, 2, 2), (9, 9, 9)), "dmey 1 0 2"),
]
LOGS = [
    (CUBE, "float32", ((0, 0, 0), (20, 17, 12)), "0.5 1.0 2.0 3.0"),
    (CUBE, "int16", ((3, 4, 2), (9, 8, 7)), "1.5 11.0"),
    (FLAT, "float32", ((5, 5, 5), (20, 27, 12)), "1.0 2.0 3.0 4.0 5.0"),
    (FLAT, "float64", ((0, 30, 0), (30, 7, 22)), "2.0 7.0"),
    (((9, 40, 4), (1.0, 1.0, 1.0)), "uint8", ((2, 3, 0), (5, 35, 4)), "1.0 3.0"),
]


def volume(size, kind):
    x, y, z = (v.astype(numpy.uint64) for v in numpy.meshgrid(
        *(numpy.arange(n) for n in size), indexing="ij"))
    i = (z * size[1] + y) * size[0] + x
    noise = (i * 2654435761 % 2**32 >> 16) % 201
    value = (noise + (x * x + 3 * y * z + 7 * x * z + 2 * y * y) % 977).astype(numpy.int64) - 300
    value = value.transpose(2, 1, 0)
    if kind == "uint8":
        value = value % 251
    if kind.startswith("float"):
        value = value * 0.37
    return value.astype(kind)


def crc(values):
    return zlib.crc32(numpy.ascontiguousarray(values, dtype="<f8").tobytes())


def words(vector):
    return " ".join(str(v) for v in vector)


def rows(cases, responses):
    yield "size,spacing,pixelType,lower,boxSize,settings,name,responseType,crc,first,sd"
    for (size, spacing), kind, (lower, box), settings in cases:
        image = SimpleITK.GetImageFromArray(volume(size, kind))
        image.SetSpacing(spacing)
        part = tuple(slice(a, a + n) for a, n in zip(lower[::-1], box[::-1]))
        for response, name, _ in responses(image, settings.split()):
            array = SimpleITK.GetArrayFromImage(response)
            values = array[part].astype("float64")
            yield ",".join([
                words(size), words(spacing), kind, words(lower), words(box), settings, name,
                str(array.dtype), str(crc(values)), repr(float(values.flat[0])),
                repr(float(values.std()))])


def wavelets(image, words):
    settings = dict(wavelet=words[0], level=int(words[1]), start_level=int(words[2]))
    if words[3] != "-":
        settings.update(force2D=True, force2Ddimension=int(words[3]))
    return imageoperations.getWaveletImage(image, None, **settings)


def logs(image, words):
    return imageoperations.getLoGImage(image, None, sigma=[float(word) for word in words])


def single(bank, part):
    """The float32 filter that PyWavelets uses: the response to an impulse."""
    n = bank.dec_len
    impulse = numpy.zeros(2 * n, "float32")
    impulse[n] = 1
    return pywt.swt(impulse, bank, 1)[0][part][n - n // 2:n - n // 2 + n]


def banks():
    yield "name,length,low,high,lowFloat,highFloat"
    for name in pywt.wavelist(kind="discrete"):
        bank = pywt.Wavelet(name)
        yield ",".join(str(v) for v in [
            name, bank.dec_len, crc(bank.dec_lo), crc(bank.dec_hi), crc(single(bank, 0)),
            crc(single(bank, 1))])


def write(path, lines):
    versions = "pyradiomics 3.0.1, PyWavelets %s, SimpleITK %s" % (
        pywt.__version__, SimpleITK.Version_VersionString())
    with open(path, "w") as file:
        file.write("# %s; settings in each row; %s\n" % (versions, datetime.date.today()))
        for line in lines:
            file.write(line + "\n")


def wrapped(values):
    line = ""
    for value in values:
        text = repr(float(value))
        if len(line) + 1 + len(text) > 94:
            yield line
            line = ""
        line = (line + " " + text).strip()
    yield line


def table(path, constant, families, reference, entries):
    text = ["/// Decomposition low-pass filters of %s:" % families,
            "/// a line with a name, then its coefficients in the order of convolution, as",
            "/// PyWavelets %s prints them (`Wavelet.dec_lo`). %s" % (pywt.__version__, reference[0])]
    text += ["/// " + line for line in reference[1:]]
    text += ["extension WaveletFilterBank {", '  static let %s = """' % constant]
    for name, values in entries:
        text += ["    " + name] + ["    " + line for line in wrapped(values)]
    text += ['    """', "}", ""]
    with open(path, "w") as file:
        file.write("\n".join(text))


def tables(folder):
    def low(*names):
        return [(name, pywt.Wavelet(name).dec_lo) for name in names]

    book = "Daubechies, Ten Lectures on Wavelets, 1992, "
    daubechies = pywt.wavelist("db")
    for suffix, constant, part in (
            ("", "daubechies", daubechies[:24]), ("Long", "longDaubechies", daubechies[24:])):
        table(folder + "/WaveletDaubechies%s.swift" % suffix, constant,
              "the Daubechies wavelets %s to %s" % (part[0], part[-1]),
              ["Constructed in", book + "chapter 6."], low(*part))
    table(folder + "/WaveletSymlets.swift", "symlets", "the symlets and the discrete Meyer wavelet",
          ["Constructed in", book + "chapters 8 and 4."], low(*pywt.wavelist("sym"), "dmey"))
    table(folder + "/WaveletCoiflets.swift", "coiflets", "the coiflets",
          ["Constructed in", book + "chapter 8."], low(*pywt.wavelist("coif")))
    spline = pywt.wavelist("bior")
    table(folder + "/WaveletBiorthogonal.swift", "biorthogonal", "the biorthogonal splines",
          ["Names that", "end in `.dual` are the low-pass reconstruction filters (`rec_lo`).",
           "Constructed in Cohen, Daubechies & Feauveau, Comm. Pure Appl. Math. 45, 1992."],
          low(*spline) + [(n + ".dual", pywt.Wavelet(n).rec_lo) for n in spline])


if sys.argv[1] == "--tables":
    tables(sys.argv[2])
else:
    write(sys.argv[1] + "/wavelet.csv", rows(WAVELETS, wavelets))
    write(sys.argv[1] + "/wavelet_banks.csv", banks())
    write(sys.argv[1] + "/log.csv", rows(LOGS, logs))
