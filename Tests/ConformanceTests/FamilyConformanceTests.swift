import Catalog
import Components
import Features
import Imaging
import Testing

/// What every family in the catalog promises, whatever it computes.
@Suite("Feature families keep their contract")
struct FamilyConformanceTests {
  struct Shape: Sendable, CustomTestStringConvertible {
    let name: String
    let size: SIMD3<Int>
    let inside: @Sendable (Int, Int, Int) -> Bool
    let value: @Sendable (Int) -> Double
    var testDescription: String { name }

    func box(outside: Double = -999) -> VoxelBox {
      var values: [Double] = []
      var mask: [UInt8] = []
      for z in 0..<size.z {
        for y in 0..<size.y {
          for x in 0..<size.x {
            let isInside = inside(x, y, z)
            mask.append(isInside ? 1 : 0)
            values.append(isInside ? value((z * size.y + y) * size.x + x) : outside)
          }
        }
      }
      return VoxelBox(
        size: size, spacing: SIMD3(0.8, 1, 2.5), pixelType: .float64, values: values, mask: mask)
    }
  }

  static let shapes: [Shape] = {
    let noise: @Sendable (Int) -> Double = { Double(($0 &* 7919) % 271) - 60 }
    let everywhere: @Sendable (Int, Int, Int) -> Bool = { _, _, _ in true }
    return [
      Shape(name: "full box", size: SIMD3(6, 5, 4), inside: everywhere, value: noise),
      Shape(
        name: "ball", size: SIMD3(9, 9, 9),
        inside: { x, y, z in
          let (u, v, w) = (x - 4, y - 4, z - 4)
          return u * u + v * v + w * w <= 14
        }, value: noise),
      Shape(
        name: "two parts", size: SIMD3(9, 4, 4), inside: { x, _, _ in x < 3 || x > 5 },
        value: noise),
      Shape(
        name: "constant", size: SIMD3(4, 4, 4), inside: { x, y, z in x + y + z > 1 },
        value: { _ in 3.25 }),
      Shape(
        name: "two voxels", size: SIMD3(4, 4, 4), inside: { x, y, z in y == 1 && z == 2 && x < 2 },
        value: noise),
      Shape(
        name: "two equal voxels", size: SIMD3(4, 4, 4),
        inside: { x, y, z in x == 1 && z == 2 && y < 2 }, value: { _ in -0.5 }),
      Shape(name: "line", size: SIMD3(1, 7, 1), inside: everywhere, value: noise),
      Shape(name: "plane", size: SIMD3(7, 1, 6), inside: everywhere, value: noise),
    ]
  }()

  private func make<Family: FeatureFamily>(_ type: Family.Type, _ value: SettingValue = .null)
    throws(InvalidInput) -> any FeatureFamily
  {
    try Family.decode(value, at: type.id.name)
  }

  private func roundTrip<Family: FeatureFamily>(_ type: Family.Type) throws -> Bool {
    let defaults = Family.Parameters()
    return try Family.Parameters.decode(defaults.encoded(), at: "") == defaults
  }

  @Test("ids and column names are unique")
  func names() {
    let ids = Catalog.families.map { $0.id.name }
    #expect(Set(ids).count == ids.count)
    for type in Catalog.families {
      #expect(Set(type.columns.map(\.name)).count == type.columns.count)
      #expect(!type.summary.isEmpty && type.columns.allSatisfy { !$0.summary.isEmpty })
      let found = Catalog.family(named: type.id.name)
      #expect(found.map { ObjectIdentifier($0) } == ObjectIdentifier(type))
    }
    let none = Catalog.family(named: "no-such-family")
    #expect(none.map { ObjectIdentifier($0) } == nil)
  }

  @Test("no IBSI code twice in a profile", arguments: Profile.allCases)
  func codes(_ profile: Profile) {
    let columns = Catalog.families(of: profile).flatMap { $0.columns }
    let defaults = columns.count { $0.isDefault }
    // 29 + 2 + 18 + 23 + 6 intensity and shape features, 25 + 16 + 16 + 16 + 5 + 17 textures.
    #expect(defaults == (profile == .pyradiomics ? 107 : 173))
    let codes = columns.compactMap(\.ibsi)
    #expect(Set(codes).count == codes.count)
  }

  @Test("defaults survive encoding and decoding")
  func defaults() throws {
    for type in Catalog.families { #expect(try roundTrip(type)) }
  }

  @Test("an unknown key is refused")
  func unknownKey() {
    let value = SettingValue.map(SettingMap([.init(key: "noSuchKey", value: .integer(1))]))
    for type in Catalog.families {
      #expect(throws: InvalidInput.self) { _ = try make(type, value) }
    }
  }

  @Test("one value per column, the same bits in every run", arguments: shapes)
  func values(_ shape: Shape) throws {
    let box = shape.box()
    for type in Catalog.families {
      let family = try make(type)
      let first = try family.values(of: Region(intensity: box))
      #expect(first.count == type.columns.count)
      let second = try make(type).values(of: Region(intensity: box))
      #expect(first.map(\.bitPattern) == second.map(\.bitPattern))
    }
  }

  @Test("families do not disturb each other", arguments: shapes)
  func sharing(_ shape: Shape) throws {
    let box = shape.box()
    let shared = try Region(intensity: box)
    for type in Catalog.families.reversed() {
      let family = try make(type)
      let together = try family.values(of: shared)
      let alone = try family.values(of: Region(intensity: box))
      #expect(together.map(\.bitPattern) == alone.map(\.bitPattern))
    }
  }

  @Test("voxels outside the VOI do not matter", arguments: shapes)
  func outside(_ shape: Shape) throws {
    for type in Catalog.families {
      let family = try make(type)
      let first = try family.values(of: Region(intensity: shape.box()))
      let second = try family.values(of: Region(intensity: shape.box(outside: .infinity)))
      #expect(first.map(\.bitPattern) == second.map(\.bitPattern))
    }
  }

  @Test("a larger box around the VOI does not matter", arguments: shapes)
  func margin(_ shape: Shape) throws {
    let small = shape.box()
    let size = small.size &+ SIMD3(3, 2, 1)
    var values = [Double](repeating: 7, count: size.x * size.y * size.z)
    var mask = [UInt8](repeating: 0, count: values.count)
    for i in small.values.indices {
      let (x, y) = (i % small.size.x, i / small.size.x % small.size.y)
      let z = i / (small.size.x * small.size.y)
      let target = ((z + 1) * size.y + y + 1) * size.x + x + 2
      values[target] = small.values[i]
      mask[target] = small.mask[i]
    }
    let large = VoxelBox(
      size: size, spacing: small.spacing, pixelType: .float64, values: values, mask: mask)
    for type in Catalog.families {
      let family = try make(type)
      let first = try family.values(of: Region(intensity: small))
      let second = try family.values(of: Region(intensity: large))
      #expect(first.map(\.bitPattern) == second.map(\.bitPattern))
    }
  }

  @Test("an empty VOI, infinite voxels and too many levels are errors, not crashes")
  func refusals() throws {
    let empty = VoxelBox(
      size: SIMD3(2, 2, 2), spacing: .one, pixelType: .float32,
      values: [Double](repeating: 1, count: 8), mask: [UInt8](repeating: 0, count: 8))
    #expect(throws: FeatureError.self) { _ = try Region(intensity: empty) }
    for bad in [Double.nan, .infinity, -.infinity] {
      var box = empty
      box.mask = [UInt8](repeating: 1, count: 8)
      box.values[3] = bad
      #expect(throws: FeatureError.self) { _ = try Region(intensity: box) }
    }
    var wide = empty
    wide.mask = [UInt8](repeating: 1, count: 8)
    wide.values[0] = 1e12
    let region = try Region(intensity: wide)
    // These two need no grey levels.
    let levelless = ["stat", "ivh"]
    for type in Catalog.families
    where type.scope == .perResponse && !levelless.contains(type.id.name) {
      let family = try make(type)
      #expect(throws: FeatureError.self) { _ = try family.values(of: region) }
    }
  }
}
