internal import CNIfTI
internal import Imaging

/// Reads NIfTI-1 and NIfTI-2 headers. Every field that decides about memory is checked here before
/// libnifti2 turns the header into its `nifti_image`.
struct NIfTIHeaderReader {
  let path: String

  /// - Parameter source: at its first byte.
  /// - Returns: nil where these are not the first bytes of a NIfTI file.
  func header(
    _ source: ByteSource
  ) throws(ImageFileError) -> ImageHeader? {
    var bytes = [UInt8](repeating: 0, count: 540)
    let first = try source.read(&bytes, upTo: 348)
    guard first >= 4 else { return nil }
    let little = bytes.withUnsafeBytes { $0.loadUnaligned(as: Int32.self) }
    let isSwapped = little != 348 && little != 540
    let size = isSwapped ? little.byteSwapped : little
    guard size == 348 || size == 540 else { return nil }
    guard first == 348 else { throw truncated(first, Int(size)) }
    if size == 540 {
      var rest = [UInt8](repeating: 0, count: 192)
      let count = try source.read(&rest, upTo: 192)
      guard count == 192 else { throw truncated(348 + count, 540) }
      bytes.replaceSubrange(348..<540, with: rest)
    }
    let version = size == 348 ? 1 : 2
    let magic = Array(bytes[(version == 1 ? 344 : 4)..<(version == 1 ? 348 : 12)])
    let isSingle = try checkMagic(magic, version)
    let image = try convert(bytes, version, isSwapped)
    defer { nifti_image_free(image) }
    let fields = image.pointee
    let storedType = try pixelType(Int(fields.datatype))
    let offset = Int(
      version == 1
        ? Int(clamping: Int64(float(bytes, 108, isSwapped)))
        : integer64(bytes, 168, isSwapped))
    let smallest = isSingle ? Int(size) + 4 : 0
    guard offset >= smallest || (offset == 0 && !isSingle), offset < 1 << 40 else {
      throw ImageFileError(
        path, "vox_offset is \(offset); it must be at least \(smallest) in this kind of file")
    }
    let grid = try NIfTIGeometry(image: fields, path: path).grid()
    var slope = fields.scl_slope.isFinite ? fields.scl_slope : 0
    let intercept = fields.scl_inter.isFinite ? fields.scl_inter : 0
    if abs(slope) < Double.ulpOfOne { slope = 1 }
    return ImageHeader(
      path: path, format: version == 1 ? .nifti1 : .nifti2, grid: grid, storedType: storedType,
      slope: slope, intercept: abs(intercept) > Double.ulpOfOne ? intercept : 0,
      dataPath: isSingle ? path : try dataPath(), isCompressed: source.isCompressed,
      isBigEndian: isSwapped, dataOffset: offset, streamOffset: 0)
  }

  private func truncated(_ found: Int, _ size: Int) -> ImageFileError {
    ImageFileError(
      path, "the file is truncated: the header needs \(size) bytes, \(found) are there")
  }

  /// - Returns: whether header and voxels are in one file.
  private func checkMagic(_ magic: [UInt8], _ version: Int) throws(ImageFileError) -> Bool {
    let digit = UInt8(ascii: version == 1 ? "1" : "2")
    let single: [UInt8] = [0x6e, 0x2b, digit, 0]
    let pair: [UInt8] = [0x6e, 0x69, digit, 0]
    let start = Array(magic.prefix(4))
    let ending: [UInt8] = [0x0d, 0x0a, 0x1a, 0x0a]
    if version == 1 || Array(magic.suffix(4)) == ending {
      if start == single { return true }
      if start == pair { return false }
    }
    let shown = magic.map { String($0, radix: 16) }.joined(separator: " ")
    throw ImageFileError(
      path,
      "the magic number of the header is (\(shown)); a NIfTI-\(version) file has \"n+\(version)\" "
        + "or \"ni\(version)\" there")
  }

  /// Checks dimensions and type, then lets libnifti2 convert the header.
  private func convert(
    _ bytes: [UInt8], _ version: Int, _ isSwapped: Bool
  ) throws(ImageFileError) -> UnsafeMutablePointer<nifti_image> {
    var dim: [Int] = []
    for i in 0..<8 {
      dim.append(
        version == 1
          ? integer16(bytes, 40 + 2 * i, isSwapped) : integer64(bytes, 16 + 8 * i, isSwapped))
    }
    guard (1...7).contains(dim[0]) else {
      throw ImageFileError(path, "dim[0] is \(dim[0]); it must be 1 to 7")
    }
    guard dim[0] >= 3 else {
      throw ImageFileError(
        path, "the image has \(dim[0]) dimensions (dim[0]); three are needed")
    }
    _ = try checkedSize(
      Array(dim[1...3]), names: ["dim[1]", "dim[2]", "dim[3]"], file: path)
    for i in 4..<8 where i <= dim[0] && dim[i] != 1 {
      throw ImageFileError(
        path,
        "the image has \(dim[0]) dimensions: dim[\(i)] is \(dim[i]); only 1 is allowed there "
          + "(one volume, one value per voxel)")
    }
    let datatype = integer16(bytes, version == 1 ? 70 : 12, isSwapped)
    _ = try pixelType(datatype)
    nifti_set_debug_level(0)
    let image = bytes.withUnsafeBytes { buffer in
      version == 1
        ? nifti_convert_n1hdr2nim(buffer.loadUnaligned(as: nifti_1_header.self), nil)
        : nifti_convert_n2hdr2nim(buffer.loadUnaligned(as: nifti_2_header.self), nil)
    }
    guard let image else { throw ImageFileError(path, "libnifti2 refuses the header") }
    guard Int(image.pointee.nx) == dim[1], Int(image.pointee.ny) == dim[2],
      Int(image.pointee.nz) == dim[3], Int(image.pointee.datatype) == datatype
    else {
      nifti_image_free(image)
      throw ImageFileError(path, "libnifti2 reads other dimensions from the header")
    }
    return image
  }

  private func pixelType(_ code: Int) throws(ImageFileError) -> PixelType {
    switch code {
    case 2: return .uint8
    case 4: return .int16
    case 8: return .int32
    case 16: return .float32
    case 64: return .float64
    case 256: return .int8
    case 512: return .uint16
    case 768: return .uint32
    case 1024: return .int64
    case 1280: return .uint64
    default: break
    }
    let names = [
      0: "unknown", 1: "binary", 32: "complex64", 128: "RGB24", 1536: "float128",
      1792: "complex128", 2048: "complex256", 2304: "RGBA32",
    ]
    throw ImageFileError(
      path,
      "datatype is \(code) (\(names[code] ?? "not a NIfTI type")); allowed are the integers of 8 to "
        + "64 bits, float32 and float64")
  }

  /// The .img or .img.gz that belongs to a .hdr.
  private func dataPath() throws(ImageFileError) -> String {
    for (header, data) in [(".hdr", [".img", ".img.gz"]), (".hdr.gz", [".img.gz", ".img"])]
    where path.hasSuffix(header) {
      let stem = String(path.dropLast(header.count))
      for suffix in data where fileExists(stem + suffix) { return stem + suffix }
    }
    throw ImageFileError(path, "the .img file with the voxels is not beside this header")
  }
}

private func load<Value: FixedWidthInteger>(
  _ bytes: [UInt8], _ offset: Int, _ isSwapped: Bool
) -> Value {
  let value = bytes.withUnsafeBytes { $0.loadUnaligned(fromByteOffset: offset, as: Value.self) }
  return isSwapped ? value.byteSwapped : value
}

private func integer16(_ bytes: [UInt8], _ offset: Int, _ isSwapped: Bool) -> Int {
  Int(load(bytes, offset, isSwapped) as Int16)
}

private func integer64(_ bytes: [UInt8], _ offset: Int, _ isSwapped: Bool) -> Int {
  Int(load(bytes, offset, isSwapped) as Int64)
}

/// A float field as a whole number; 2^50 where it is none.
private func float(_ bytes: [UInt8], _ offset: Int, _ isSwapped: Bool) -> Int64 {
  Int64(exactly: Float(bitPattern: load(bytes, offset, isSwapped))) ?? 1 << 50
}
