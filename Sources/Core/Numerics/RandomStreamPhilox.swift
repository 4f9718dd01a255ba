/// Philox 4x32 with 10 rounds, the block function of `RandomStream`.
///
/// Salmon et al. 2011, section 4.3 and table 2; checked against the known-answer vectors of the
/// authors' library Random123.
package enum Philox {
  /// - Parameters:
  ///   - counter: 128 bits, word 0 first.
  ///   - key: 64 bits, word 0 in the low half.
  @inline(__always)
  package static func block(counter: SIMD4<UInt32>, key: UInt64) -> SIMD4<UInt32> {
    var (x0, x1, x2, x3) = (counter.x, counter.y, counter.z, counter.w)
    var k0 = UInt32(truncatingIfNeeded: key)
    var k1 = UInt32(truncatingIfNeeded: key >> 32)
    var round = 0
    while round < 10 {
      let product0 = UInt64(x0) &* 0xD251_1F53
      let product1 = UInt64(x2) &* 0xCD9E_8D57
      x0 = UInt32(truncatingIfNeeded: product1 >> 32) ^ x1 ^ k0
      x2 = UInt32(truncatingIfNeeded: product0 >> 32) ^ x3 ^ k1
      x1 = UInt32(truncatingIfNeeded: product1)
      x3 = UInt32(truncatingIfNeeded: product0)
      k0 = k0 &+ 0x9E37_79B9
      k1 = k1 &+ 0xBB67_AE85
      round &+= 1
    }
    return SIMD4(x0, x1, x2, x3)
  }

  /// The blocks of counters that follow each other in word 0. A block does not wait for another,
  /// so that the processor works on several at a time.
  /// - Parameter words: four per block.
  static func blocks(
    counter first: SIMD4<UInt32>, key: UInt64, into words: UnsafeMutableBufferPointer<UInt32>
  ) {
    for number in 0..<(words.count / 4) {
      var counter = first
      counter.x &+= UInt32(truncatingIfNeeded: number)
      let block = block(counter: counter, key: key)
      words[4 &* number] = block.x
      words[4 &* number &+ 1] = block.y
      words[4 &* number &+ 2] = block.z
      words[4 &* number &+ 3] = block.w
    }
  }
}
