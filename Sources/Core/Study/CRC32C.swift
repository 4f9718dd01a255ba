/// CRC-32C (Castagnoli; RFC 3720, section 12.1), the checksum of journal records.
package enum CRC32C {
  /// Eight tables of 256, one behind the other: eight bytes are taken at a time.
  private static let table: [UInt32] = {
    var table = [UInt32](repeating: 0, count: 8 * 256)
    for byte in 0..<256 {
      var value = UInt32(byte)
      for _ in 0..<8 { value = value & 1 == 1 ? value >> 1 ^ 0x82F6_3B78 : value >> 1 }
      table[byte] = value
    }
    for index in 256..<(8 * 256) {
      let previous = table[index - 256]
      table[index] = previous >> 8 ^ table[Int(previous & 0xff)]
    }
    return table
  }()

  package static func checksum(_ bytes: UnsafeRawBufferPointer) -> UInt32 {
    table.withUnsafeBufferPointer { table in
      var value: UInt32 = 0xffff_ffff
      var index = 0
      while index &+ 8 <= bytes.count {
        let low =
          UInt32(littleEndian: bytes.loadUnaligned(fromByteOffset: index, as: UInt32.self)) ^ value
        let high = UInt32(
          littleEndian: bytes.loadUnaligned(fromByteOffset: index &+ 4, as: UInt32.self))
        value =
          table[1792 &+ Int(low & 0xff)] ^ table[1536 &+ Int(low >> 8 & 0xff)]
          ^ table[1280 &+ Int(low >> 16 & 0xff)] ^ table[1024 &+ Int(low >> 24)]
          ^ table[768 &+ Int(high & 0xff)] ^ table[512 &+ Int(high >> 8 & 0xff)]
          ^ table[256 &+ Int(high >> 16 & 0xff)] ^ table[Int(high >> 24)]
        index &+= 8
      }
      while index < bytes.count {
        value = value >> 8 ^ table[Int((value ^ UInt32(bytes[index])) & 0xff)]
        index &+= 1
      }
      return ~value
    }
  }

  package static func checksum(_ bytes: [UInt8]) -> UInt32 {
    bytes.withUnsafeBytes { checksum($0) }
  }
}
