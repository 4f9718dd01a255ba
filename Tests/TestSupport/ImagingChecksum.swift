/// CRC-32 (IEEE 802.3, as zlib's `crc32`) of the little-endian bytes of values.
package struct Checksum {
  private var state: UInt32 = 0xffff_ffff

  package init() {}

  package mutating func add(_ byte: UInt8) {
    state ^= UInt32(byte)
    for _ in 0..<8 { state = state & 1 == 1 ? state >> 1 ^ 0xedb8_8320 : state >> 1 }
  }

  package mutating func add(_ value: Double) {
    for shift in 0..<8 {
      add(UInt8(truncatingIfNeeded: value.bitPattern >> UInt64(8 * shift)))
    }
  }

  package var value: UInt32 { ~state }

  package static func of(_ bytes: [UInt8]) -> UInt32 {
    var checksum = Checksum()
    for byte in bytes { checksum.add(byte) }
    return checksum.value
  }

  package static func of(_ values: [Double]) -> UInt32 {
    var checksum = Checksum()
    for value in values { checksum.add(value) }
    return checksum.value
  }
}
