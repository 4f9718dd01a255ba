import Components
import Features
import Foundation
import Imaging
import TestSupport
import Testing

/// The six texture families of IBSI 1 with all their aggregations.
enum TextureFamilies {
  static let directional = ["2D_avg", "2D_mrg", "2.5D_dir", "2.5D_mrg", "3D_avg", "3D_mrg"]
  static let sliced = ["2D", "2.5D", "3D"]

  /// The reference table's words for each aggregation.
  static let words = [
    "2D_avg": "2D, averaged", "2D_mrg": "2D, slice-merged", "2.5D_dir": "2.5D, direction-merged",
    "2.5D_mrg": "2.5D, merged", "3D_avg": "3D, averaged", "3D_mrg": "3D, merged", "2D": "2D",
    "2.5D": "2.5D", "3D": "3D",
  ]
  /// The endings of the table's tags.
  static let endings = [
    "2D_avg": "2D_avg", "2D_mrg": "2D_comb", "2.5D_dir": "2_5D_avg", "2.5D_mrg": "2_5D_comb",
    "3D_avg": "3D_avg", "3D_mrg": "3D_comb", "2D": "2D", "2.5D": "2_5D", "3D": "3D",
  ]

  static func all(
    _ directional: [String] = directional, _ sliced: [String] = sliced,
    distance: Int = 1, alpha: Int = 0
  ) throws -> [any FeatureFamily] {
    var cm = IBSICooccurrence.Parameters()
    cm.aggregations = directional
    cm.distances = [distance]
    var rlm = IBSIRunLength.Parameters()
    rlm.aggregations = directional
    var szm = IBSISizeZone.Parameters()
    szm.aggregations = sliced
    var dzm = IBSIDistanceZone.Parameters()
    dzm.aggregations = sliced
    var ngt = IBSIToneDifference.Parameters()
    ngt.aggregations = sliced
    ngt.distance = distance
    var ngl = IBSILevelDependence.Parameters()
    ngl.aggregations = sliced
    ngl.distance = distance
    ngl.alpha = alpha
    return [
      try IBSICooccurrence(cm), try IBSIRunLength(rlm), try IBSISizeZone(szm),
      try IBSIDistanceZone(dzm), try IBSIToneDifference(ngt), try IBSILevelDependence(ngl),
    ]
  }

  static func id(_ family: any FeatureFamily) -> String { type(of: family).id.name }
}

/// Oracle: consensus values of IBSI 1, reference manual chapter 5. Tolerance: the published one,
/// after rounding to three significant digits.
@Suite("IBSI texture: reference values", .enabled(if: IBSIConfiguration.isPresent))
struct IBSITextureReferenceTests {
  @Test("every value", arguments: IBSIConfiguration.allCases)
  func values(_ data: IBSIConfiguration) throws {
    let references = try data.references().filter { $0.value != nil }
    let region = try data.region()
    var summary: [String] = []
    for family in try TextureFamilies.all() {
      let id = TextureFamilies.id(family)
      let values = try family.values(of: region)
      let columns = family.columns
      #expect(values.count == columns.count)
      var (compared, agreed) = (0, 0)
      for reference in references where reference.tag.hasPrefix("\(id)_") {
        let aggregation = try #require(
          TextureFamilies.words.first { $0.value == reference.aggregation }?.key)
        let ending = try #require(TextureFamilies.endings[aggregation])
        #expect(reference.tag.hasSuffix("_\(ending)"))
        let feature = reference.tag.dropFirst(id.count + 1).dropLast(ending.count + 1)
        let k = try #require(
          columns.firstIndex { $0.name == "\(feature)_\(aggregation)" }, "\(reference.tag)")
        #expect(columns[k].ibsi == reference.code)
        let agrees = reference.agrees(values[k])
        #expect(
          agrees,
          """
          \(data) \(reference.tag): \(values[k]), IBSI \(reference.value ?? .nan) \
          (one team \(reference.unrounded ?? .nan))
          """)
        compared += 1
        agreed += agrees ? 1 : 0
      }
      #expect(compared > 0)
      summary.append("\(id) \(agreed)/\(compared)")
    }
    print("IBSI \(data): \(summary.joined(separator: ", "))")
  }
}

/// One row of Golden/features_ibsi_texture.csv.
struct TextureCase: CustomTestStringConvertible, Sendable {
  let name: String
  let size: SIMD3<Int>
  let image: String
  let shape: String
  let holes: String
  let distance: Int
  let alpha: Int
  /// By column, such as `cm_joint_max_2D_avg`.
  let values: [String: Double]

  var testDescription: String { name }

  static let all: [TextureCase] = {
    guard let text = goldenText("features_ibsi_texture.csv") else { return [] }
    let rows = text.split(separator: "\n").filter { !$0.hasPrefix("#") }
      .map { $0.split(separator: "|", omittingEmptySubsequences: false).map(String.init) }
    guard let header = rows.first else { return [] }
    return rows.dropFirst().map { row in
      let size = row[1].split(separator: "x").map { Int($0)! }
      let values = zip(header, row).dropFirst(7).map { ($0, Double($1) ?? .nan) }
      return TextureCase(
        name: row[0], size: SIMD3(size[0], size[1], size[2]), image: row[2], shape: row[3],
        holes: row[4], distance: Int(row[5])!, alpha: Int(row[6])!,
        values: Dictionary(uniqueKeysWithValues: values))
    }
  }()

  private func box(_ mask: String) -> VoxelBox {
    SyntheticBox.make(
      size: size, spacing: SIMD3(1, 1, 2), pixelType: .int16, image: image, mask: mask)
  }

  /// The intensity mask is `shape` without the voxels of `holes`.
  func region() throws -> Region {
    let whole = box(shape)
    var intensity = whole
    if holes != "none" {
      for (n, hole) in box(holes).mask.enumerated() where hole != 0 { intensity.mask[n] = 0 }
    }
    return try Region(
      intensity: intensity, shape: whole,
      discretisation: DiscretisationParameters(binWidth: 1, method: .none),
      levelRule: .ibsi(IntensityRange()))
  }
}

/// Oracle: the manual's equations in plain Python (scripts/oracles/features_ibsi_texture.py).
/// Tolerance: 1e-10 relative, or 1e-10 absolute for values that are 0 but for rounding.
@Suite("IBSI texture: plain implementation")
struct IBSITextureGoldenTests {
  @Test("all features", arguments: TextureCase.all)
  func values(_ golden: TextureCase) throws {
    let region = try golden.region()
    var compared = 0
    for family in try TextureFamilies.all(distance: golden.distance, alpha: golden.alpha) {
      let id = TextureFamilies.id(family)
      for (column, value) in zip(family.columns, try family.values(of: region)) {
        let wanted = try #require(golden.values["\(id)_\(column.name)"])
        let agrees =
          value.isNaN || wanted.isNaN
          ? value.isNaN && wanted.isNaN
          : abs(value - wanted) <= 1e-10 * max(1, abs(wanted))
        #expect(agrees, "\(golden.name) \(id)_\(column.name): \(value), plain \(wanted)")
        compared += 1
      }
    }
    #expect(compared == golden.values.count)
  }

  @Test("the golden file has all cases")
  func count() { #expect(TextureCase.all.count == 19) }
}

/// What the settings do, without an oracle.
@Suite("IBSI texture: mechanics")
struct IBSITextureMechanicsTests {
  /// The values of an aggregation do not depend on which others are asked for, nor on their order;
  /// equality of bits.
  @Test("aggregations are independent", arguments: TextureCase.all.prefix(3))
  func order(_ golden: TextureCase) throws {
    let region = try golden.region()
    let all = try TextureFamilies.all()
    let reversed = try TextureFamilies.all(
      TextureFamilies.directional.reversed(), TextureFamilies.sliced.reversed())
    for (f, family) in all.enumerated() {
      let values = try family.values(of: region)
      let columns = family.columns
      func same(_ other: any FeatureFamily) throws {
        for (column, value) in zip(other.columns, try other.values(of: region)) {
          let k = try #require(columns.firstIndex(of: column))
          #expect(values[k].bitPattern == value.bitPattern, "\(column.name)")
        }
      }
      try same(reversed[f])
      for (d, directional) in TextureFamilies.directional.enumerated() {
        try same(try TextureFamilies.all([directional], [TextureFamilies.sliced[d % 3]])[f])
      }
    }
  }

  @Test("default columns")
  func defaults() throws {
    let families = try TextureFamilies.all(["3D_mrg"], ["3D"])
    #expect(families.map { $0.columns.count } == [25, 16, 16, 16, 5, 17])
    for family in families {
      #expect(type(of: family).columns == family.columns)
      #expect(Set(family.columns.map { $0.name }).count == family.columns.count)
      #expect(family.columns.allSatisfy { $0.ibsi?.count == 4 })
    }
    #expect(IBSICooccurrence.columns[0].name == "joint_max_3D_mrg")
    #expect(IBSISizeZone.columns[0].name == "sze_3D")
  }

  @Test("wrong aggregations are all named")
  func wrong() throws {
    var parameters = IBSIRunLength.Parameters()
    parameters.aggregations = ["3D", "2D_avg", "2D_avg", "mean"]
    let error = #expect(throws: InvalidInput.self) { try IBSIRunLength(parameters) }
    #expect(error?.problems.count == 3)
    #expect(error?.description.contains("2D_avg, 2D_mrg, 2.5D_dir, 2.5D_mrg, 3D_avg") == true)
    var zones = IBSISizeZone.Parameters()
    zones.aggregations = []
    #expect(throws: InvalidInput.self) { try IBSISizeZone(zones) }
  }

  /// Weights change merged matrices only; the Chebyshev length of all steps at distance 1 is 1.
  @Test("distance weighting")
  func weighting() throws {
    let golden = try #require(TextureCase.all.first)
    let region = try golden.region()
    var parameters = IBSICooccurrence.Parameters()
    parameters.aggregations = ["3D_avg", "3D_mrg"]
    let plain = try IBSICooccurrence(parameters).values(of: region)
    parameters.weighting = .inverse
    let inverse = try IBSICooccurrence(parameters).values(of: region)
    #expect(plain.prefix(25) == inverse.prefix(25))
    #expect(plain[25] != inverse[25])
    parameters.weightingNorm = .chebyshev
    #expect(try IBSICooccurrence(parameters).values(of: region) == plain)
  }

  /// A weighted merged matrix by hand: three voxels in a plane, two steps along axes, one diagonal.
  @Test("weighted matrix by hand")
  func weightedByHand() throws {
    let box = VoxelBox(
      size: SIMD3(2, 2, 1), spacing: SIMD3(1, 1, 1), pixelType: .int16, values: [1, 2, 3, 1],
      mask: [1, 1, 1, 0])
    let region = try Region(
      intensity: box, discretisation: DiscretisationParameters(binWidth: 1, method: .none),
      levelRule: .ibsi(IntensityRange()))
    var parameters = IBSICooccurrence.Parameters()
    parameters.weighting = .gaussian
    let values = try IBSICooccurrence(parameters).values(of: region)
    // Pairs (1, 2) and (1, 3) of length 1, (2, 3) of length 2^(1/2).
    let (a, b) = (exp(-1.0), exp(-2.0))
    #expect(abs(values[0] - a / (2 * (2 * a + b))) < 1e-15)
    #expect(abs(values[11] - (a + 4 * a + b) / (2 * a + b)) < 1e-14)
  }
}
