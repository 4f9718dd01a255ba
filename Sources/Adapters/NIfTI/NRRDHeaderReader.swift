internal import Foundation
internal import Imaging

/// Reads NRRD headers (attached .nrrd, detached .nhdr with one data file); encodings raw and gzip.
struct NRRDHeaderReader {
  let path: String
  /// Longest header that is read.
  private static let limit = 1 << 16

  /// - Returns: nil where the file does not begin as NRRD does.
  func header(_ source: ByteSource) throws(ImageFileError) -> ImageHeader? {
    var bytes = [UInt8](repeating: 0, count: Self.limit)
    let count = try source.read(&bytes, upTo: Self.limit)
    guard count >= 8, Array(bytes.prefix(7)) == Array("NRRD000".utf8) else { return nil }
    let (fields, end) = try parse(Array(bytes.prefix(count)))
    for key in fields.keys where !Self.known.contains(key) && !key.hasPrefix("sample ") {
      throw ImageFileError(path, "unknown NRRD field \"\(key)\"")
    }
    let storedType = try pixelType(try required("type", fields))
    let grid = try grid(fields)
    let encoding = try required("encoding", fields).lowercased()
    guard ["raw", "gzip", "gz"].contains(encoding) else {
      throw ImageFileError(path, "encoding is \"\(encoding)\"; allowed are raw and gzip")
    }
    let isBigEndian = try endian(fields, storedType)
    for key in ["line skip", "byte skip"] {
      if let skip = fields[key], skip != "0" {
        throw ImageFileError(path, "\"\(key)\" is \(skip); only 0 is allowed")
      }
    }
    let dataFile = fields["data file"] ?? fields["datafile"]
    if dataFile == nil && end == nil {
      throw ImageFileError(path, "the NRRD header has no end and names no data file")
    }
    return ImageHeader(
      path: path, format: .nrrd, grid: grid, storedType: storedType, slope: 1, intercept: 0,
      dataPath: try dataFile.map { (name) throws(ImageFileError) in try beside(name) } ?? path,
      isCompressed: encoding != "raw", isBigEndian: isBigEndian, dataOffset: 0,
      streamOffset: dataFile == nil ? end ?? 0 : 0)
  }

  private static let known: Set<String> = [
    "type", "dimension", "sizes", "encoding", "endian", "space", "space dimension",
    "space directions", "space origin", "space units", "spacings", "kinds", "content",
    "data file", "datafile", "line skip", "byte skip", "centerings", "centers", "thicknesses",
    "axis mins", "axis maxs", "labels", "units", "measurement frame", "min", "max", "old min",
    "old max", "block size", "number",
  ]

  /// - Returns: the fields, names in lower case, and the offset behind the empty line.
  private func parse(_ bytes: [UInt8]) throws(ImageFileError) -> ([String: String], Int?) {
    var fields: [String: String] = [:]
    var start = 0
    while let end = bytes[start...].firstIndex(of: 0x0a) {
      var line = String(decoding: bytes[start..<end], as: UTF8.self)
      if line.hasSuffix("\r") { line.removeLast() }
      start = end + 1
      if line.isEmpty { return (fields, start) }
      if line.hasPrefix("#") || line.hasPrefix("NRRD000") || line.contains(":=") { continue }
      guard let colon = line.range(of: ":") else {
        throw ImageFileError(path, "the NRRD header line \"\(line.prefix(60))\" has no \":\"")
      }
      let key = line[..<colon.lowerBound].lowercased()
      let value = line[colon.upperBound...].trimmingCharacters(in: .whitespaces)
      if fields.updateValue(value, forKey: key) != nil {
        throw ImageFileError(path, "the NRRD field \"\(key)\" is given twice")
      }
    }
    if start < bytes.count && bytes.count == Self.limit {
      throw ImageFileError(path, "the NRRD header is longer than \(Self.limit) bytes")
    }
    return (fields, nil)
  }

  private func required(
    _ key: String, _ fields: [String: String]
  ) throws(ImageFileError) -> String {
    guard let value = fields[key] else {
      throw ImageFileError(path, "the NRRD header has no field \"\(key)\"")
    }
    return value
  }

  private func pixelType(_ name: String) throws(ImageFileError) -> PixelType {
    switch name.lowercased() {
    case "signed char", "int8", "int8_t": .int8
    case "uchar", "unsigned char", "uint8", "uint8_t": .uint8
    case "short", "short int", "signed short", "signed short int", "int16", "int16_t": .int16
    case "ushort", "unsigned short", "unsigned short int", "uint16", "uint16_t": .uint16
    case "int", "signed int", "int32", "int32_t": .int32
    case "uint", "unsigned int", "uint32", "uint32_t": .uint32
    case "longlong", "long long", "long long int", "signed long long", "signed long long int",
      "int64", "int64_t":
      .int64
    case "ulonglong", "unsigned long long", "unsigned long long int", "uint64", "uint64_t":
      .uint64
    case "float": .float32
    case "double": .float64
    default:
      throw ImageFileError(
        path, "type is \"\(name)\"; allowed are the integers of 8 to 64 bits, float and double")
    }
  }

  private func endian(
    _ fields: [String: String], _ type: PixelType
  ) throws(ImageFileError) -> Bool {
    switch fields["endian"]?.lowercased() {
    case "little": return false
    case "big": return true
    case nil where type.byteCount == 1: return false
    case let other:
      throw ImageFileError(
        path, "endian is \(other.map { "\"\($0)\"" } ?? "missing"); it must be little or big")
    }
  }

  private func grid(_ fields: [String: String]) throws(ImageFileError) -> Grid {
    let dimension = try required("dimension", fields)
    guard dimension == "3" else {
      throw ImageFileError(path, "dimension is \(dimension); three are needed")
    }
    let sizes = try required("sizes", fields).split(separator: " ").map { Int($0) ?? 0 }
    guard sizes.count == 3 else {
      throw ImageFileError(path, "sizes has \(sizes.count) numbers; three are needed")
    }
    let size = try checkedSize(sizes, names: ["sizes[0]", "sizes[1]", "sizes[2]"], file: path)
    var grid = Grid(size: size)
    let flip = try flips(fields)
    if let directions = fields["space directions"] {
      let vectors = try vectors(directions, "space directions")
      guard vectors.count == 3 else {
        throw ImageFileError(path, "space directions has \(vectors.count) vectors, not three")
      }
      for (axis, vector) in vectors.enumerated() {
        let length = (vector * vector).sum().squareRoot()
        grid.spacing[axis] = length
        for row in 0..<3 { grid.direction[row * 3 + axis] = vector[row] * (1 / length) * flip[row] }
      }
    } else if let spacings = fields["spacings"] {
      let values = spacings.split(separator: " ").map { Double($0) ?? .nan }
      guard values.count == 3, values.allSatisfy({ $0 > 0 && $0 < 1e6 }) else {
        throw ImageFileError(
          path, "spacings is \"\(spacings)\"; three numbers > 0 and < 1e6 are needed")
      }
      grid.spacing = SIMD3(values[0], values[1], values[2])
    }
    if let origin = fields["space origin"] {
      let vectors = try vectors(origin, "space origin")
      guard vectors.count == 1 else {
        throw ImageFileError(path, "space origin is \"\(origin)\"; one vector is needed")
      }
      for row in 0..<3 { grid.origin[row] = vectors[0][row] * flip[row] }
    }
    try checkGeometry(grid, file: path)
    return grid
  }

  /// Signs that take the file's space to LPS.
  private func flips(_ fields: [String: String]) throws(ImageFileError) -> SIMD3<Double> {
    guard let space = fields["space"]?.lowercased() else { return SIMD3(1, 1, 1) }
    switch space {
    case "left-posterior-superior", "lps", "scanner-xyz", "3d-right-handed", "3d-left-handed":
      return SIMD3(1, 1, 1)
    case "right-anterior-superior", "ras": return SIMD3(-1, -1, 1)
    case "left-anterior-superior", "las": return SIMD3(1, -1, 1)
    default:
      throw ImageFileError(
        path,
        "space is \"\(space)\"; allowed are left-posterior-superior, right-anterior-superior and "
          + "left-anterior-superior")
    }
  }

  /// "(1,0,0) (0,1,0)": vectors of three finite numbers.
  private func vectors(
    _ text: String, _ name: String
  ) throws(ImageFileError) -> [SIMD3<Double>] {
    var result: [SIMD3<Double>] = []
    for part in text.split(separator: ")") {
      let numbers = part.split { $0 == "," || $0 == " " || $0 == "(" }.map { Double($0) ?? .nan }
      guard numbers.count == 3, numbers.allSatisfy(\.isFinite) else {
        throw ImageFileError(
          path, "\(name) is \"\(text.prefix(80))\"; vectors of three finite numbers are needed")
      }
      result.append(SIMD3(numbers[0], numbers[1], numbers[2]))
    }
    return result
  }

  /// The one data file of a detached header, relative to it.
  private func beside(_ name: String) throws(ImageFileError) -> String {
    guard !name.hasPrefix("LIST"), !name.contains("%") else {
      throw ImageFileError(path, "data file is \"\(name)\"; one file is allowed")
    }
    if name.hasPrefix("/") { return name }
    let folder = URL(fileURLWithPath: path).deletingLastPathComponent()
    return folder.appendingPathComponent(name).path
  }
}

func fileExists(_ path: String) -> Bool { FileManager.default.fileExists(atPath: path) }
