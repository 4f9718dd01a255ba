/// A stream of random numbers with an address: (seed, domain, index).
///
/// Philox 4x32-10 (Salmon et al. 2011, "Parallel random numbers: as easy as 1, 2, 3", SC11). The
/// seed is the key; the 128-bit counter is (block, domain, low index, high index), so equal
/// addresses give equal numbers on every rank and machine, and different addresses never share a
/// block. The index is a patient, fold, replicate or fit, never a rank. A stream holds 2^34 words;
/// drawing more is a programming error and traps.
///
/// All draws use integer arithmetic, IEEE + - * / and square roots only, so their bits do not
/// depend on the C library or the CPU.
package struct RandomStream: Sendable {
  private let seed: UInt64
  private let domain: UInt32
  private let index: UInt64
  private var block: UInt32 = 0
  private var words = SIMD4<UInt32>()
  /// Words of `words` that are used up; 4 means that a new block is needed.
  private var used = 4
  private var isExhausted = false

  package init(seed: UInt64, domain: RandomDomain, index: UInt64) {
    self.seed = seed
    self.domain = domain.rawValue
    self.index = index
  }

  /// The next 32 bits, uniform.
  package mutating func nextUInt32() -> UInt32 {
    if used == 4 { refill() }
    let word = words[used]
    used += 1
    return word
  }

  /// The next 64 bits, uniform; two words, the low one first.
  package mutating func nextUInt64() -> UInt64 {
    let low = UInt64(nextUInt32())
    return low | UInt64(nextUInt32()) << 32
  }

  /// Uniform in [0, 1), a multiple of 2^-53; takes two words.
  package mutating func uniform() -> Double {
    Double(nextUInt64() >> 11) * 0x1p-53
  }

  /// Uniform in (0, 1), an odd multiple of 2^-54; takes two words. For logarithms and quantiles.
  package mutating func openUniform() -> Double {
    let middle = Double(nextUInt64() >> 12) + 0.5
    return middle * 0x1p-52
  }

  /// Uniform in `range.lowerBound ..< range.upperBound`; takes two words.
  package mutating func uniform(in range: Range<Double>) -> Double {
    let value = range.lowerBound + (range.upperBound - range.lowerBound) * uniform()
    // Rounding may reach the upper bound.
    return value < range.upperBound ? value : range.lowerBound
  }

  /// Uniform in 0 ..< bound, without modulo bias (Lemire 2019, "Fast random integer generation in
  /// an interval", algorithm 5); takes two words, rarely more.
  /// - Parameter bound: > 0.
  package mutating func integer(below bound: Int) -> Int {
    precondition(bound > 0, "an integer below \(bound) does not exist")
    let span = UInt64(bound)
    var product = nextUInt64().multipliedFullWidth(by: span)
    if product.low < span {
      let threshold = (0 &- span) % span
      while product.low < threshold {
        product = nextUInt64().multipliedFullWidth(by: span)
      }
    }
    return Int(product.high)
  }

  /// Standard normal by inversion of its distribution function (Wichura 1988, AS 241, PPND16,
  /// about 1 part in 10^16); takes two words.
  package mutating func normal() -> Double {
    NormalQuantile.value(at: openUniform())
  }

  /// Exponential with mean 1, by inversion; takes two words.
  package mutating func exponential() -> Double {
    -PortableLogarithm.value(of: openUniform())
  }

  /// Draws as many of some numbers as there are, with replacement, and counts each; draws as
  /// `integer(below:)` does, many at once.
  /// - Parameter counts: one per number that there may be.
  package mutating func count(drawsFrom members: [Int], into counts: inout [Int32]) {
    let span = UInt64(members.count)
    precondition(span <= UInt32.max)
    let threshold = span == 0 ? 0 : (0 &- span) % span
    var left = members.count
    withUnsafeTemporaryAllocation(of: UInt32.self, capacity: 512) { words in
      while left > 0 {
        let draws = min(left, words.count / 2)
        fill(UnsafeMutableBufferPointer(rebasing: words[..<(2 * draws)]))
        // Places first, then counts: a load that waits for a counter's store costs ten steps.
        var kept = 0
        for draw in 0..<draws {
          let bits = UInt64(words[2 &* draw]) | UInt64(words[2 &* draw &+ 1]) << 32
          let product = bits.multipliedFullWidth(by: span)
          words[kept] = UInt32(truncatingIfNeeded: product.high)
          if product.low >= threshold { kept &+= 1 }
        }
        for place in words[..<kept] { counts[members[Int(place)]] &+= 1 }
        left -= kept
      }
    }
  }

  /// Puts the elements into random order (Fisher-Yates, from the last element down).
  package mutating func shuffle<Element>(_ elements: inout [Element]) {
    var last = elements.count - 1
    while last > 0 {
      elements.swapAt(last, integer(below: last + 1))
      last -= 1
    }
  }

  /// The next words, as `nextUInt32` gives them; whole blocks go straight to their place.
  private mutating func fill(_ target: UnsafeMutableBufferPointer<UInt32>) {
    var place = 0
    while place < target.count {
      // The last block of a stream, and what is asked for behind it, is nextUInt32's.
      let canTakeBlocks = used == 4 && !isExhausted
      let blocks = canTakeBlocks ? min((target.count - place) / 4, Int(UInt32.max - block)) : 0
      if blocks == 0 {
        target[place] = nextUInt32()
        place += 1
      } else {
        let end = place + 4 * blocks
        Philox.blocks(
          counter: counter, key: seed,
          into: UnsafeMutableBufferPointer(rebasing: target[place..<end]))
        block += UInt32(blocks)
        place = end
      }
    }
  }

  private var counter: SIMD4<UInt32> {
    SIMD4(block, domain, UInt32(truncatingIfNeeded: index), UInt32(truncatingIfNeeded: index >> 32))
  }

  private mutating func refill() {
    precondition(!isExhausted, "a random stream has only 2^34 words")
    words = Philox.block(counter: counter, key: seed)
    used = 0
    block &+= 1
    isExhausted = block == 0
  }
}
