package import Imaging

/// Image files: NIfTI-1 and -2 (.nii, .nii.gz, .hdr/.img) and NRRD (.nrrd, .nhdr). The format is
/// known from the first bytes, not from the name.
package enum ImageFile {
  /// Reads and checks the header, and the size of the file against it; no voxels.
  package static func readHeader(_ path: String) throws(ImageFileError) -> ImageHeader {
    let header = try parseHeader(path)
    let isBareRaw = header.format == .nrrd && !header.isCompressed
    let source = try ByteSource(
      header.dataPath, offset: header.streamOffset, mayBeCompressed: !isBareRaw)
    try VoxelReader.checkSize(header, source)
    return header
  }

  /// Reads an image. The whole file is checked: size, gzip checksum and trailer, finite values.
  package static func readVolume(_ path: String) throws(ImageFileError) -> Volume {
    let header = try parseHeader(path)
    let voxels = try VoxelReader(header: header).voxels()
    if let (count, first) = voxels.nonFinite {
      let size = header.grid.size
      let index = (first % size.x, first / size.x % size.y, first / (size.x * size.y))
      throw ImageFileError(
        path,
        "\(count) of \(voxels.count) voxels are NaN or infinite, the first at \(index); all values "
          + "must be finite")
    }
    return Volume(grid: header.grid, voxels: voxels)
  }

  /// Reads a label image of any type; fractions are truncated.
  package static func readLabels(_ path: String) throws(ImageFileError) -> LabelVolume {
    LabelVolume(try readVolume(path))
  }

  private static func parseHeader(_ path: String) throws(ImageFileError) -> ImageHeader {
    let path = headerPath(path)
    let source = try ByteSource(path)
    guard source.fileSize > 0 else { throw ImageFileError(path, "the file is empty") }
    if let header = try NIfTIHeaderReader(path: path).header(source) { return header }
    let again = try ByteSource(path, mayBeCompressed: false)
    if let header = try NRRDHeaderReader(path: path).header(again) { return header }
    throw ImageFileError(path, "this is neither a NIfTI nor an NRRD file (by its first bytes)")
  }

  /// The .hdr that belongs to an .img.
  private static func headerPath(_ path: String) -> String {
    for suffix in [".img.gz", ".img"] where path.hasSuffix(suffix) {
      let stem = path.dropLast(suffix.count)
      for other in [".hdr", ".hdr.gz"] where fileExists(stem + other) { return stem + other }
    }
    return path
  }
}
