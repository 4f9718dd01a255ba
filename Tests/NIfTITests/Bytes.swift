internal import Foundation

/// A NIfTI-1 file that a test builds field by field, little-endian unless said otherwise.
struct NIfTIBytes {
  var bytes = [UInt8](repeating: 0, count: 352)
  var isBigEndian = false

  init(
    size: [Int] = [4, 3, 2], datatype: Int16 = 4, bits: Int16 = 16, isBigEndian: Bool = false
  ) {
    self.isBigEndian = isBigEndian
    put(Int32(348), 0)
    put(Int16(size.count), 40)
    for i in 0..<7 { put(Int16(i < size.count ? size[i] : 1), 42 + 2 * i) }
    put(datatype, 70)
    put(bits, 72)
    for i in 0..<8 { put(Float(1).bitPattern, 76 + 4 * i) }
    put(Float(352).bitPattern, 108)
    bytes.replaceSubrange(344..<348, with: [0x6e, 0x2b, 0x31, 0])
  }

  mutating func put<Value: FixedWidthInteger>(_ value: Value, _ offset: Int) {
    let ordered = isBigEndian ? value.bigEndian : value.littleEndian
    withUnsafeBytes(of: ordered) { source in
      for (i, byte) in source.enumerated() { bytes[offset + i] = byte }
    }
  }

  mutating func append<Value: FixedWidthInteger>(_ value: Value) {
    let ordered = isBigEndian ? value.bigEndian : value.littleEndian
    withUnsafeBytes(of: ordered) { bytes.append(contentsOf: $0) }
  }
}

/// A folder that a test fills and that is removed afterwards.
func withFolder<Result>(_ body: (URL) throws -> Result) throws -> Result {
  let folder = FileManager.default.temporaryDirectory
    .appendingPathComponent("radcohort-images-\(UUID().uuidString)")
  try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
  defer { try? FileManager.default.removeItem(at: folder) }
  return try body(folder)
}

func write(_ bytes: [UInt8], _ name: String, in folder: URL) throws -> String {
  let url = folder.appendingPathComponent(name)
  try Data(bytes).write(to: url)
  return url.path
}
