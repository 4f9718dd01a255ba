/// Writes plain values into bytes, little-endian, in the order of the calls: the form of messages
/// between ranks and of journal payloads.
package struct ByteWriter: Sendable {
  package private(set) var bytes: [UInt8] = []

  package init() {}

  package mutating func write(_ value: UInt8) { bytes.append(value) }

  package mutating func write(_ value: Int) {
    withUnsafeBytes(of: Int64(value).littleEndian) { bytes.append(contentsOf: $0) }
  }

  package mutating func write(_ value: UInt64) {
    withUnsafeBytes(of: value.littleEndian) { bytes.append(contentsOf: $0) }
  }

  package mutating func write(_ value: Double) { write(value.bitPattern) }

  package mutating func write(_ text: String) {
    let utf8 = Array(text.utf8)
    write(utf8.count)
    bytes.append(contentsOf: utf8)
  }

  package mutating func write(_ values: [Double]) {
    write(values.count)
    writeElements(values)
  }

  package mutating func write(_ values: [Int]) {
    write(values.count)
    writeElements(values)
  }

  package mutating func write(_ values: [UInt32]) {
    write(values.count)
    writeElements(values)
  }

  private mutating func writeElements<Value>(_ values: [Value]) {
    assertLittleEndian()
    values.withUnsafeBytes { bytes.append(contentsOf: $0) }
  }

  package mutating func write(_ values: [String]) {
    write(values.count)
    for value in values { write(value) }
  }
}

/// Arrays are copied as they lie in memory.
private func assertLittleEndian() { precondition(1.littleEndian == 1, "a big-endian processor") }

/// Bytes that do not hold what the reader expects: a damaged file or another version's message.
package struct MalformedBytes: Error, CustomStringConvertible {
  package var offset: Int

  package init(offset: Int) { self.offset = offset }

  package var description: String { "malformed bytes at offset \(offset)" }
}

/// Reads what `ByteWriter` wrote, in the same order; never reads past the end.
package struct ByteReader: Sendable {
  private let bytes: [UInt8]
  package private(set) var offset = 0

  package init(_ bytes: [UInt8]) { self.bytes = bytes }

  package var isAtEnd: Bool { offset == bytes.count }

  private mutating func take(_ count: Int) throws(MalformedBytes) -> ArraySlice<UInt8> {
    guard count >= 0, count <= bytes.count - offset else { throw MalformedBytes(offset: offset) }
    defer { offset += count }
    return bytes[offset..<(offset + count)]
  }

  package mutating func readByte() throws(MalformedBytes) -> UInt8 {
    try take(1).first ?? 0
  }

  package mutating func readUInt64() throws(MalformedBytes) -> UInt64 {
    var value: UInt64 = 0
    for (shift, byte) in try take(8).enumerated() { value |= UInt64(byte) << (8 * shift) }
    return value
  }

  package mutating func readInt() throws(MalformedBytes) -> Int {
    Int(Int64(bitPattern: try readUInt64()))
  }

  package mutating func readDouble() throws(MalformedBytes) -> Double {
    Double(bitPattern: try readUInt64())
  }

  package mutating func readText() throws(MalformedBytes) -> String {
    let count = try readInt()
    return String(decoding: try take(count), as: UTF8.self)
  }

  /// A count that still has room for its elements of at least `width` bytes each.
  private mutating func readCount(width: Int) throws(MalformedBytes) -> Int {
    let count = try readInt()
    guard count >= 0, count <= (bytes.count - offset) / width else {
      throw MalformedBytes(offset: offset)
    }
    return count
  }

  /// Values as they lie in memory.
  private mutating func readElements<Value: BitwiseCopyable>(
    _ zero: Value
  ) throws(MalformedBytes) -> [Value] {
    assertLittleEndian()
    let count = try readCount(width: MemoryLayout<Value>.size)
    var values = [Value](repeating: zero, count: count)
    let taken = try take(count * MemoryLayout<Value>.size)
    values.withUnsafeMutableBytes { target in
      taken.withUnsafeBytes { target.copyMemory(from: $0) }
    }
    return values
  }

  package mutating func readDoubles() throws(MalformedBytes) -> [Double] { try readElements(0) }

  package mutating func readInts() throws(MalformedBytes) -> [Int] { try readElements(0) }

  package mutating func readUInt32s() throws(MalformedBytes) -> [UInt32] { try readElements(0) }

  package mutating func readTexts() throws(MalformedBytes) -> [String] {
    let count = try readCount(width: 8)
    var values: [String] = []
    for _ in 0..<count { values.append(try readText()) }
    return values
  }
}
