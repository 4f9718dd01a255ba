import Features
import Foundation
import Imaging
import Numerics
import Testing

/// One row of Golden/morphology.csv.
struct MorphologyCase: CustomTestStringConvertible, Sendable {
  let name: String
  let intensity: VoxelBox
  let shape: VoxelBox
  let values: [String: Double]

  var testDescription: String { name }

  static let all: [MorphologyCase] = {
    guard let text = goldenText("morphology.csv") else { return [] }
    let lines = text.split(separator: "\n").filter { !$0.hasPrefix("#") }
    let header = fields(lines[0])
    return lines.dropFirst().map { MorphologyCase(fields($0), header) }
  }()

  private static func fields(_ line: Substring) -> [String] {
    line.split(separator: "|", omittingEmptySubsequences: false).map(String.init)
  }

  private init(_ row: [String], _ header: [String]) {
    name = row[0]
    let n = row[1].split(separator: "x").map { Int($0)! }
    let steps = row[2].split(separator: " ").map { Double($0)! }
    let (size, spacing) = (SIMD3(n[0], n[1], n[2]), SIMD3(steps[0], steps[1], steps[2]))
    func box(_ mask: String) -> VoxelBox {
      SyntheticBox.make(
        size: size, spacing: spacing, pixelType: .float64, image: row[3], mask: mask)
    }
    shape = box(row[4])
    var intensity = shape
    if !row[5].isEmpty {
      intensity.mask = zip(shape.mask, box(row[5]).mask).map { $0 & $1 }
    }
    self.intensity = intensity
    values = Dictionary(
      uniqueKeysWithValues: zip(header.dropFirst(6), row.dropFirst(6).map { Double($0)! }))
  }

  func region() throws -> Region { try Region(intensity: intensity, shape: shape) }
}

@Suite("IBSI morphology")
struct MorphologyTests {
  /// Oracle: scripts/oracles/features_morphology.py (Qhull, all pairs of voxels, PyRadiomics' mesh).
  /// Tolerance: 1e-9 relative or absolute; for the smallest ellipsoid, which we stop at 1e-7, 2e-7
  /// for its volume and 2e-5 for its area, which is not at an extreme; NaN must be NaN.
  @Test("all features of small masks", arguments: MorphologyCase.all)
  func golden(_ golden: MorphologyCase) throws {
    let values = try Morphology(.init()).values(of: golden.region())
    #expect(values.count == Morphology.columns.count)
    for (column, value) in zip(Morphology.columns, values) {
      let wanted = try #require(golden.values[column.name])
      let tolerance = ["vol_dens_mvee": 2e-7, "area_dens_mvee": 2e-5][column.name] ?? 1e-9
      let isClose =
        wanted.isNaN ? value.isNaN : abs(value - wanted) <= tolerance * max(1, abs(wanted))
      #expect(isClose, "\(golden.name) \(column.name): \(value), oracle \(wanted)")
    }
  }

  @Test("the golden file has all cases and the columns the same names")
  func count() throws {
    #expect(MorphologyCase.all.count == 18)
    let names = try #require(MorphologyCase.all.first).values.keys
    #expect(Set(names) == Set(Morphology.columns.map { $0.name }))
  }

  /// The two ways to the sums over pairs; 1e-9 of what the transform adds up.
  @Test(
    "pair sums by transform and pair by pair",
    arguments: [
      ("12x11x10", "ball"), ("9x8x7", "hash 21 50"), ("31x1x1", "hash 22 60"), ("1x9x8", "full"),
      ("2x1x1", "full"), ("17x5x3", "checker"), ("14x13x6", "parts"),
    ])
  func pairSums(_ size: String, _ mask: String) {
    let n = size.split(separator: "x").map { Int($0)! }
    let box = SyntheticBox.make(
      size: SIMD3(n[0], n[1], n[2]), spacing: SIMD3(0.8, 1.1, 2.5), pixelType: .float64,
      image: "noise 23 -900 300", mask: mask)
    let spans = MaskSpans(box)
    let inside = zip(box.values, box.mask).filter { $0.1 != 0 }.map { $0.0 }
    let mean = inside.reduce(0, +) / Double(inside.count)
    let values = inside.map { $0 - mean }
    let plain = PairSums(pairwise: spans, values, spacing: box.spacing)
    let fast = PairSums(transformed: spans, values, spacing: box.spacing)
    #expect(abs(fast.weight - plain.weight) <= 1e-9 * plain.weight)
    #expect(abs(fast.difference - plain.difference) <= 1e-9 * plain.difference)
    #expect(abs(fast.product - plain.product) <= 1e-9 * plain.difference)
  }

  @Test("boxes and ellipsoids hold the hull, and no box is larger than the one along the axes")
  func enclosures() {
    for seed in 0..<60 {
      let size = SIMD3(1 + seed % 7, 1 + seed % 5, 1 + seed % 3)
      let spacing = SIMD3(0.4 + Double(seed % 11) / 4, 0.9, 0.3 + Double(seed % 13) / 3)
      let mask = MaskSpans(
        SyntheticBox.make(
          size: size, spacing: spacing, pixelType: .float64, image: "noise 1 0 1",
          mask: "hash \(seed + 200) \(20 + seed)"))
      if mask.voxelCount == 0 { continue }
      let mesh = MorphologyHull(mask, spacing: spacing)
      let sides = SIMD3<Double>(mask.size) * spacing
      let whole = sides.x * sides.y * sides.z
      let box = MorphologyBox(mesh)
      #expect(box.volume >= mesh.volume * (1 - 1e-12) && box.volume <= whole * (1 + 1e-9))
      let enclosing = MorphologyEnclosingEllipsoid(mesh)
      #expect(enclosing.ellipsoid.volume > mesh.volume && enclosing.excess <= 1e-5)
    }
  }

  /// All points but the 8 corners lie inside faces, edges or the cube.
  @Test("hull of a cube with points on its faces, in any order")
  func cube() throws {
    let points = (0..<27).map { SIMD3($0 % 3, $0 / 3 % 3, $0 / 9) }
    for step in [1, 5, 7, 11, 25] {
      let hull = try #require(ConvexHull((0..<27).map { points[$0 * step % 27] }))
      #expect(hull.sixfoldVolume == 48)
      #expect(abs(hull.area(scale: SIMD3(1, 2, 0.5)) - 2 * (8 + 4 + 2)) < 1e-12)
    }
  }

  @Test("points in a plane, on a line and at one place have no hull")
  func flatHulls() {
    let plane = (0..<20).map { SIMD3($0 % 5, $0 / 5, 2 * ($0 % 5) - $0 / 5) }
    #expect(ConvexHull(plane) == nil)
    #expect(ConvexHull((0..<9).map { SIMD3($0, 3 * $0, -$0) }) == nil)
    #expect(ConvexHull([SIMD3(1, 2, 3), SIMD3(1, 2, 3)]) == nil)
    #expect(ConvexHull([]) == nil)
  }

  @Test("sizes with small prime factors")
  func padding() {
    #expect(PairSums.paddedSize(SIMD3(1, 6, 60)) == SIMD3(1, 12, 120))
    #expect(PairSums.paddedSize(SIMD3(52, 64, 100)) == SIMD3(105, 128, 200))
  }
}
