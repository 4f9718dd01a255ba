internal import Foundation
internal import Imaging
internal import TestSupport
internal import Testing

/// Oracle: scipy.ndimage 1.11.4 (scripts/oracles/imaging_vois.py), and the plain version.
@Suite struct DistanceTransformTests {
  static let cases = VOICase.rows("distances.csv")

  @Test func goldenFileIsComplete() { #expect(Self.cases.count == 30) }

  /// Within 1e-15 of each distance: where several voxels are equally near, SciPy rounds the sum
  /// for another of them; the sum over all within 1e-13.
  @Test(arguments: cases) func matchesSciPy(_ reference: VOICase) throws {
    let grid = VOIMask.grid(reference["grid"])
    let distances = DistanceTransform(
      to: VOIMask.voxels(reference["mask"], grid.size), size: grid.size, spacing: grid.spacing
    ).squared.map { $0.squareRoot() }
    let sum = try #require(Double(reference["sum"]))
    #expect(abs(distances.reduce(0, +) - sum) <= 1e-13 * sum)
    let largest = try #require(Double(reference["max"]))
    #expect(abs((distances.max() ?? 0) - largest) <= 1e-15 * largest)
    for (i, text) in reference["values"].split(separator: " ").enumerated() {
      let expected = try #require(Double(text))
      let value = distances[i == 5 ? distances.count - 1 : (distances.count - 1) * i / 5]
      #expect(abs(value - expected) <= 1e-15 * expected, "value \(i)")
    }
  }

  /// The plain version: every voxel against every voxel of the set. Within 4 units in the last
  /// place, for the same reason.
  @Test(arguments: VOIMask.names) func matchesThePlainVersion(_ name: String) {
    let size = SIMD3(9, 7, 6)
    for spacing in [SIMD3(1.0, 1, 1), SIMD3(0.9, 1.1, 3.27), SIMD3(0.1, 0.7, 0.3)] {
      let mask = VOIMask.voxels(name, size)
      for wanted: UInt8 in [0, 1] {
        let fast = DistanceTransform(to: mask, equalTo: wanted, size: size, spacing: spacing)
        let limited = DistanceTransform(
          to: mask, equalTo: wanted, size: size, spacing: spacing, limit: 1.5)
        for (i, plain) in plainSquared(mask, wanted, size, spacing).enumerated() {
          let value = fast.squared[i]
          #expect(value == plain || abs(value - plain) <= 4 * plain.ulp)
          #expect(limited.squared[i] == (value <= 2.25 ? value : .infinity))
        }
      }
    }
  }

  private func plainSquared(
    _ mask: [UInt8], _ wanted: UInt8, _ size: SIMD3<Int>, _ spacing: SIMD3<Double>
  ) -> [Double] {
    func position(_ i: Int) -> SIMD3<Int> {
      SIMD3(i % size.x, i / size.x % size.y, i / (size.x * size.y))
    }
    return mask.indices.map { i in
      var nearest = Double.infinity
      for j in mask.indices where mask[j] == wanted {
        let d = SIMD3<Double>(position(i) &- position(j)) * spacing
        nearest = min(nearest, d.x * d.x + d.y * d.y + d.z * d.z)
      }
      return nearest
    }
  }

  @Test func anEmptySetIsInfinitelyFar() {
    let transform = DistanceTransform(to: [0, 0, 0, 0], size: SIMD3(2, 2, 1), spacing: .one)
    #expect(transform.squared.allSatisfy { $0 == .infinity })
  }
}

/// Oracle: scipy.ndimage.label 1.11.4; equal labels.
@Suite struct ConnectedComponentsTests {
  static let cases = VOICase.rows("components.csv")

  @Test(arguments: cases) func matchesSciPy(_ reference: VOICase) throws {
    let grid = VOIMask.grid("thick")
    let connectivity = try #require(Int(reference["connectivity"]))
    let components = ConnectedComponents(
      of: VOIMask.voxels(reference["mask"], grid.size), size: grid.size,
      connectivity: connectivity)
    #expect(components.counts.count == Int(reference["count"]))
    #expect(
      components.counts.prefix(8).map { "\($0)" }.joined(separator: " ") == reference["sizes"])
    #expect(Checksum.of(components.labels.map { Double($0) }) == UInt32(reference["crc"]))
  }

  @Test func goldenFileIsComplete() { #expect(Self.cases.count == 30) }

  /// Together the lesions are the mask; each is tight; they are in order.
  @Test(arguments: [6, 18, 26]) func lesionsAreTheMask(_ connectivity: Int) throws {
    let grid = VOIMask.grid("thick")
    let region = try #require(VOIMask.region("ragged", on: grid))
    let lesions = region.lesions(spacing: grid.spacing, connectivity: connectivity)
    #expect(lesions.count > 1)
    #expect(lesions.map(\.count).reduce(0, +) == region.count)
    #expect(lesions.map(\.count) == lesions.map(\.count).sorted(by: >))
    var firsts: [Int] = []
    for lesion in lesions {
      let tight = try #require(MaskRegion(shrinking: lesion.mask, in: lesion.box))
      #expect(tight.box == lesion.box)
      let x = try #require(lesion.mask.firstIndex(of: 1))
      firsts.append(
        (lesion.box.lower.z * grid.size.y + lesion.box.lower.y + x / lesion.box.size.x)
          * grid.size.x + lesion.box.lower.x + x % lesion.box.size.x)
    }
    for i in firsts.indices.dropFirst() where lesions[i].count == lesions[i - 1].count {
      #expect(firsts[i - 1] < firsts[i])
    }
    let large = region.lesions(
      spacing: grid.spacing, connectivity: connectivity, minimumVolume: 2 * grid.voxelVolume)
    #expect(large.map(\.count) == lesions.map(\.count).filter { $0 > 1 })
  }

  @Test func anyLabelIsForeground() throws {
    let grid = Grid(size: SIMD3(3, 2, 1))
    for labels in [
      LabelVolume(grid: grid, labels: [0, 2, 0, 0, 7, 0] as [UInt8]),
      LabelVolume(grid: grid, labels: [0, 2000, 0, 0, 7, 0] as [UInt32]),
    ] {
      #expect(labels.region(ofAny: 0)?.count == 2)
      #expect(labels.region(ofAny: 7)?.count == 1)
      #expect(labels.region(ofAny: 3) == nil)
    }
    let empty = LabelVolume(grid: grid, labels: [UInt8](repeating: 0, count: 6))
    #expect(empty.region(ofAny: 0) == nil)
  }
}
