import Numerics
import Testing

@Suite("Random streams") struct RandomStreamTests {
  /// Fewer and more draws than are made at once, from the start of a block and from within one.
  @Test(arguments: [1, 5, 255, 256, 257, 1000], [0, 1, 2, 7])
  func countedDrawsAreThoseOfSingleDraws(number: Int, taken: Int) {
    var many = RandomStream(seed: 5, domain: .bootstrap, index: 3)
    for _ in 0..<taken { _ = many.nextUInt32() }
    var single = many
    let members = (0..<number).map { (7 * $0 + 4) % 1009 }
    var counts = [Int32](repeating: 1, count: 1009)
    many.count(drawsFrom: members, into: &counts)
    var expected = [Int32](repeating: 1, count: 1009)
    for _ in members { expected[members[single.integer(below: number)]] += 1 }
    #expect(counts == expected)
    #expect(many.nextUInt64() == single.nextUInt64())
  }

  /// Oracle: Random123's kat_vectors, `philox4x32 10`; exact.
  @Test func philoxMatchesRandom123() {
    let vectors: [(counter: SIMD4<UInt32>, key: UInt64, expected: SIMD4<UInt32>)] = [
      (
        SIMD4(repeating: 0), 0,
        SIMD4(0x6627_e8d5, 0xe169_c58d, 0xbc57_ac4c, 0x9b00_dbd8)
      ),
      (
        SIMD4(repeating: .max), .max,
        SIMD4(0x408f_276d, 0x41c8_3b0e, 0xa20b_c7c6, 0x6d54_51fd)
      ),
      (
        SIMD4(0x243f_6a88, 0x85a3_08d3, 0x1319_8a2e, 0x0370_7344), 0x299f_31d0_a409_3822,
        SIMD4(0xd16c_fe09, 0x94fd_cceb, 0x5001_e420, 0x2412_6ea1)
      ),
    ]
    for vector in vectors {
      #expect(Philox.block(counter: vector.counter, key: vector.key) == vector.expected)
    }
  }

  /// The address is (block, domain, low index, high index) under the seed; frozen.
  @Test func streamIsAddressed() {
    var stream = RandomStream(seed: 7, domain: .synthesis, index: 0x1_0000_0002)
    let drawn = (0..<8).map { _ in stream.nextUInt32() }
    let expected = (UInt32(0)..<2).flatMap { block in
      let words = Philox.block(counter: SIMD4(block, 1, 2, 1), key: 7)
      return (0..<4).map { words[$0] }
    }
    #expect(drawn == expected)
    #expect(RandomDomain.synthesis.rawValue == 1)
  }

  @Test func addressesDiffer() {
    var first = RandomStream(seed: 1, domain: .synthesis, index: 0)
    var second = RandomStream(seed: 1, domain: .synthesis, index: 1)
    var third = RandomStream(seed: 2, domain: .synthesis, index: 0)
    let words = [first.nextUInt64(), second.nextUInt64(), third.nextUInt64()]
    #expect(Set(words).count == 3)
  }

  /// Mean and variance of 100,000 draws within 5 standard errors.
  @Test func uniformIsUniform() {
    var stream = RandomStream(seed: 3, domain: .synthesis, index: 0)
    let draws = (0..<100_000).map { _ in stream.uniform() }
    #expect(draws.allSatisfy { $0 >= 0 && $0 < 1 })
    let mean = draws.reduce(0, +) / 1e5
    #expect(abs(mean - 0.5) < 5 * (1.0 / 12 / 1e5).squareRoot())
    let square = draws.map { ($0 - 0.5) * ($0 - 0.5) }.reduce(0, +) / 1e5
    #expect(abs(square - 1.0 / 12) < 5 * (1.0 / 180 / 1e5).squareRoot())
  }

  /// Chi-square of 70,000 draws over 7 cells below its 1e-6 quantile for 6 degrees (37.3).
  @Test func integersHaveNoBias() {
    var stream = RandomStream(seed: 4, domain: .synthesis, index: 0)
    var counts = [Int](repeating: 0, count: 7)
    for _ in 0..<70_000 { counts[stream.integer(below: 7)] += 1 }
    let chiSquare = counts.map {
      let d = Double($0) - 10_000; return d * d / 10_000
    }.reduce(0, +)
    #expect(chiSquare < 37.3)
  }

  /// A bound of 2^62 + 2^61 rejects a quarter of the words: a modulo would favour the low third.
  @Test func largeBoundHasNoBias() {
    var stream = RandomStream(seed: 5, domain: .synthesis, index: 0)
    let bound = 3 << 61
    let low = (0..<30_000).filter { _ in stream.integer(below: bound) < 1 << 61 }.count
    #expect(abs(Double(low) - 10_000) < 5 * (30_000 * 2.0 / 9).squareRoot())
    #expect((0..<100).allSatisfy { _ in stream.integer(below: 1) == 0 })
  }

  /// Oracle: mpmath 1.3 at 50 digits, sqrt(2) erfinv(2 p - 1); tolerance 1e-15 relative.
  @Test(arguments: NormalQuantileOracle.values)
  func normalQuantileMatchesOracle(_ expected: NormalQuantileOracle) {
    let value = NormalQuantile.value(at: expected.probability)
    #expect(abs(value - expected.quantile) <= 1e-15 * abs(expected.quantile))
  }

  /// Oracle: the identity ln(2^k) = k ln 2, and mpmath 1.3 at 50 digits; 4e-16 relative.
  @Test func logarithmMatchesOracle() {
    #expect(PortableLogarithm.value(of: 1) == 0)
    let expected: [(Double, Double)] = LogarithmOracle.values
    for (x, logarithm) in expected {
      #expect(
        abs(PortableLogarithm.value(of: x) - logarithm) <= 4e-16 * abs(logarithm), "ln \(x)")
    }
  }

  /// Mean, variance and fourth moment of 200,000 draws within 5 standard errors.
  @Test func normalHasItsMoments() {
    var stream = RandomStream(seed: 6, domain: .synthesis, index: 0)
    let count = 200_000.0
    let draws = (0..<Int(count)).map { _ in stream.normal() }
    let mean = draws.reduce(0, +) / count
    let second = draws.map { $0 * $0 }.reduce(0, +) / count
    let fourth = draws.map { $0 * $0 * $0 * $0 }.reduce(0, +) / count
    #expect(abs(mean) < 5 / count.squareRoot())
    #expect(abs(second - 1) < 5 * (2 / count).squareRoot())
    #expect(abs(fourth - 3) < 5 * (96 / count).squareRoot())
  }

  @Test func exponentialHasItsMean() {
    var stream = RandomStream(seed: 8, domain: .synthesis, index: 0)
    let draws = (0..<100_000).map { _ in stream.exponential() }
    #expect(draws.allSatisfy { $0 > 0 && $0.isFinite })
    #expect(abs(draws.reduce(0, +) / 1e5 - 1) < 5 / 1e5.squareRoot())
  }

  /// All 24 orders of 4 elements, chi-square of 24,000 shuffles below its 1e-6 quantile for 23
  /// degrees (70.5).
  @Test func shuffleIsUniform() {
    var stream = RandomStream(seed: 9, domain: .synthesis, index: 0)
    var counts: [[Int]: Int] = [:]
    for _ in 0..<24_000 {
      var order = [0, 1, 2, 3]
      stream.shuffle(&order)
      counts[order, default: 0] += 1
    }
    #expect(counts.count == 24)
    let cells = counts.values.sorted().map {
      let d = Double($0) - 1000; return d * d / 1000
    }
    #expect(cells.reduce(0, +) < 70.5)
    var empty: [Int] = []
    stream.shuffle(&empty)
    #expect(empty.isEmpty)
  }

  /// Regression: the first draws of one address; changes only with the numbers of every study.
  @Test func drawsAreFrozen() {
    var stream = RandomStream(seed: 1, domain: .synthesis, index: 42)
    #expect(stream.nextUInt32() == FrozenDraws.word)
    #expect(stream.uniform().bitPattern == FrozenDraws.uniform)
    #expect(stream.normal().bitPattern == FrozenDraws.normal)
    #expect(stream.exponential().bitPattern == FrozenDraws.exponential)
    var order = Array(0..<8)
    stream.shuffle(&order)
    #expect(order == FrozenDraws.order)
  }
}
