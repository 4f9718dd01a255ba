import Features
import Imaging
import Testing

/// Random volumes for the comparison of fast and plain kernels.
struct RandomVolume: CustomTestStringConvertible, Sendable {
  let seed: Int
  let size: SIMD3<Int>
  let percent: Int
  let binCount: Int
  let neighbourhood: NeighbourhoodParameters

  var testDescription: String {
    "\(size.x)x\(size.y)x\(size.z) \(percent) % \(binCount) bins"
      + (neighbourhood.force2D ? " 2D \(neighbourhood.force2Ddimension)" : "")
  }

  static let all: [RandomVolume] = {
    let sizes: [SIMD3<Int>] = [
      SIMD3(9, 8, 7), SIMD3(17, 5, 3), SIMD3(1, 7, 9), SIMD3(33, 4, 4), SIMD3(2, 2, 2),
      SIMD3(12, 12, 12),
    ]
    var list: [RandomVolume] = []
    for (index, size) in sizes.enumerated() {
      for (percent, bins) in [(100, 3), (70, 2), (50, 5), (15, 4), (90, 40)] {
        let flat = NeighbourhoodParameters(
          force2D: index % 2 == 1, force2Ddimension: (index + percent) % 3)
        list.append(
          RandomVolume(
            seed: 100 + list.count, size: size, percent: percent, binCount: bins,
            neighbourhood: flat))
      }
    }
    return list
  }()

  let spacing = SIMD3(0.7, 1.1, 2.5)

  func region() throws -> Region {
    try Region(
      intensity: SyntheticBox.make(
        size: size, spacing: spacing, pixelType: .float64, image: "noise \(seed) 0 100",
        mask: "hash \(seed + 1000) \(percent)"),
      discretisation: DiscretisationParameters(binWidth: 25, binCount: binCount),
      neighbourhood: neighbourhood)
  }
}

/// Oracle: the plain kernels of PlainKernels.swift; counts must be equal.
@Suite("Fast kernels against plain ones")
struct KernelTests {
  @Test("co-occurrence", arguments: RandomVolume.all, [[1], [2], [1, 3]])
  func cooccurrence(_ volume: RandomVolume, _ distances: [Int]) throws {
    let region = try volume.region()
    let plain = try PlainKernels(region, distances: distances, compact: true)
    let n = try region.levels().present.count
    let fast = try region.compactLevels(margin: 3)
    let scratch = UnsafeMutablePointer<UInt32>.allocate(capacity: 2 * (n + 1) * (n + 1))
    defer { scratch.deallocate() }
    for direction in plain.directions {
      var counts = [Double](repeating: -1, count: n * n)
      CooccurrenceCounts.count(
        fast, mask: region.mask, levelCount: n, direction: direction, scratch: scratch,
        into: &counts)
      #expect(counts == plain.cooccurrence(direction, levelCount: n))
    }
  }

  @Test("run lengths", arguments: RandomVolume.all)
  func runs(_ volume: RandomVolume) throws {
    let region = try volume.region()
    let plain = try PlainKernels(region, compact: true)
    let n = try region.levels().present.count
    for direction in plain.directions {
      let fast = RunLengthCounts(
        try region.compactLevels(), mask: region.mask, levelCount: n, direction: direction)
      var counts: [SIMD2<Int>: Int] = [:]
      for position in 0..<n {
        for length in 0..<fast.stride where fast.counts[position * fast.stride + length] > 0 {
          counts[SIMD2(position + 1, length)] = Int(fast.counts[position * fast.stride + length])
        }
      }
      #expect(counts == plain.runs(direction))
    }
  }

  @Test("zones", arguments: RandomVolume.all)
  func zones(_ volume: RandomVolume) throws {
    let region = try volume.region()
    let plain = try PlainKernels(region, compact: true)
    let fast = ZoneCounts(
      try region.compactLevels(), mask: region.mask, directions: plain.directions)
    let zones = fast.zones.map { SIMD2($0.position + 1, $0.size) }
    #expect(zones.sorted { ($0.x, $0.y) < ($1.x, $1.y) } == plain.zones())
  }

  @Test("neighbours", arguments: RandomVolume.all, [0, 1, 3])
  func neighbours(_ volume: RandomVolume, _ alpha: Int) throws {
    let region = try volume.region()
    for distances in [[1], [1, 2]] {
      let plain = try PlainKernels(region, distances: distances, compact: false)
      if plain.directions.isEmpty { continue }
      let grey = try region.levels()
      let fast = try NeighbourSums(region, distances: distances, alpha: alpha)
      let slow = plain.neighbours(alpha: alpha, highest: grey.maximum)
      let columns = fast.neighbourCount + 1
      for (position, level) in grey.present.enumerated() {
        let row = Array(fast.dependence[position * columns..<(position + 1) * columns])
        #expect(row == slow.dependence[level])
        // The same additions in the same order.
        #expect(fast.difference[position] == slow.difference[level])
      }
    }
  }

  /// Levels of 16 bits: the sums of levels need 32.
  @Test("neighbours of high levels")
  func highLevels() throws {
    let region = try Region(
      intensity: SyntheticBox.make(
        size: SIMD3(8, 7, 6), spacing: .one, pixelType: .float64, image: "noise 5 0 60000",
        mask: "hash 6 80"),
      discretisation: DiscretisationParameters(binWidth: 1))
    let grey = try region.levels()
    let plain = try PlainKernels(region, compact: false)
    let slow = plain.neighbours(alpha: 2000, highest: grey.maximum)
    let fast = try NeighbourSums(region, distances: [1], alpha: 2000)
    let columns = fast.neighbourCount + 1
    for (position, level) in grey.present.enumerated() {
      let row = Array(fast.dependence[position * columns..<(position + 1) * columns])
      #expect(row == slow.dependence[level])
      #expect(fast.difference[position] == slow.difference[level])
    }
  }

  /// Tolerance 1e-12 relative: the order of addition differs.
  @Test("mesh and diameters", arguments: RandomVolume.all)
  func mesh(_ volume: RandomVolume) throws {
    let region = try volume.region()
    let plain = try PlainKernels(region, compact: true)
    let fast = region.mesh()
    let slow = plain.mesh(spacing: volume.spacing)
    #expect(abs(fast.area - slow.area) <= 1e-12 * slow.area)
    #expect(abs(fast.volume - slow.volume) <= 1e-12 * slow.area * 10)
    let diameters = [
      fast.diameters.slice, fast.diameters.column, fast.diameters.row, fast.diameters.overall,
    ]
    for (a, b) in zip(diameters, plain.diameters(spacing: volume.spacing)) {
      #expect(abs(a - b) <= 1e-13 * b)
    }
  }
}
