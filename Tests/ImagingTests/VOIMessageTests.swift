internal import Components
internal import Imaging
internal import Testing

/// What a study gives that cannot be, and VOIs without a voxel.
@Suite struct VOIMessageTests {
  private func decode(_ entries: [(String, SettingValue)]) throws(InvalidInput) -> VOIParameters {
    try VOIParameters.decode(
      .map(SettingMap(entries.map { .init(key: $0.0, value: $0.1) })), at: "vois.x")
  }

  @Test func settingsThatContradictEachOther() throws {
    func problems(_ entries: (String, SettingValue)...) throws -> [Problem] {
      try decode(entries).problems
    }
    #expect(try problems() == [])
    for kind in ["erosion", "ring", "dilation"] {
      #expect(
        try problems(("kind", .text(kind))) == [
          Problem("distance", "kind \(kind) needs a distance > 0 mm (at most 1000)")
        ])
      #expect(try problems(("kind", .text(kind)), ("distance", .number(5))) == [])
    }
    let ring: (String, SettingValue) = ("kind", .text("ring"))
    #expect(
      try problems(ring, ("distance", .number(5)), ("gap", .number(5))).map(\.location) == ["gap"])
    #expect(try problems(ring, ("distance", .number(5)), ("gap", .number(4.5))) == [])
    #expect(
      try problems(ring, ("distance", .number(5)), ("range", .list([.integer(1)])))
        .map(\.location) == ["range"])
    #expect(
      try problems(ring, ("distance", .number(5)), ("range", .list([.integer(3), .integer(2)])))
        .map(\.message) == ["[3.0, 2.0]: the lowest intensity, 3.0, is above the highest, 2.0"])
    // All at once.
    let all = try problems(
      ("distance", .number(1)), ("gap", .number(1)), ("margin", .number(1)),
      ("range", .list([.integer(3), .integer(2)])), ("excludeLabel", .integer(2)))
    #expect(
      all.map(\.location) == ["distance", "gap", "margin", "range", "range", "excludeLabel"])
    #expect(
      all[1].message == "1.0 has no effect with kind tumour; it is for kind ring")
  }

  @Test func valuesOutOfRange() {
    for (key, value) in [
      ("kind", SettingValue.text("peritumour")), ("distance", .number(-1)),
      ("distance", .number(1001)), ("gap", .number(-0.1)), ("margin", .number(-1)),
      ("range", .list([.integer(1), .integer(2), .integer(3)])), ("excludeLabel", .integer(-1)),
      ("width", .number(1)),
    ] {
      #expect(throws: InvalidInput.self, "\(key)") { _ = try decode([(key, value)]) }
    }
  }

  @Test func writtenSettingsReadTheSame() throws {
    let parameters = try decode([
      ("kind", .text("ring")), ("distance", .number(5)), ("gap", .number(1)),
      ("exclude", .text("bones")), ("excludeLabel", .integer(3)),
      ("range", .list([.integer(-200), .integer(300)])),
    ])
    #expect(parameters.problems.isEmpty)
    #expect(try VOIParameters.decode(parameters.encoded(), at: "") == parameters)
  }

  private func message(
    _ kind: VOIKind, distance: Double = 0, gap: Double = 0, range: [Double] = [],
    of tumour: MaskRegion, on grid: Grid, excluded: MaskRegion? = nil, image: Volume? = nil
  ) -> (PreparationError.Kind?, String) {
    var parameters = VOIParameters()
    parameters.kind = kind
    parameters.distance = distance
    parameters.gap = gap
    parameters.range = range
    parameters.exclude = excluded == nil ? "" : "bones"
    do throws(PreparationError) {
      _ = try parameters.derive(
        from: tumour, on: grid, excluded: excluded, image: image, named: "label 1")
      return (nil, "accepted")
    } catch {
      return (error.kind, error.message)
    }
  }

  @Test func emptyVOIsSayWhy() throws {
    let grid = Grid(size: SIMD3(9, 8, 7), spacing: SIMD3(1, 1, 3))
    let cube = MaskRegion(
      box: IndexBox(lower: SIMD3(2, 2, 2), size: SIMD3(5, 4, 3)),
      mask: [UInt8](repeating: 1, count: 60))
    let all = MaskRegion(
      box: IndexBox(lower: .zero, size: grid.size),
      mask: [UInt8](repeating: 1, count: grid.voxelCount))
    #expect(
      message(.erosion, distance: 5, of: cube, on: grid) == (
        .emptyVOI,
        "erosion by 5.0 mm leaves none of the 60 voxels of label 1; the largest depth is 2.0 mm"
      ))
    #expect(
      message(.ring, distance: 5, of: all, on: grid) == (
        .outsideImage,
        "the ring of 5.0 mm around label 1 lies outside the image of (9, 8, 7) voxels"
      ))
    #expect(
      message(.ring, distance: 0.5, of: cube, on: grid) == (
        .emptyVOI,
        "the ring of 0.5 mm around label 1 holds no voxel centre; the voxels are (1.0, 1.0, 3.0) "
          + "mm apart"
      ))
    #expect(
      message(.ring, distance: 40, gap: 30, of: cube, on: grid) == (
        .outsideImage,
        "the ring of 30.0 mm to 40.0 mm around label 1 lies outside the image of (9, 8, 7) voxels"
      ))
    #expect(
      message(.largestSlice, of: cube, on: grid, excluded: all) == (
        .emptyVOI,
        "the largest slice of label 1 has 20 voxels, all of them in the anatomy that is left out "
          + "(bones)"
      ))
    let image = Volume(
      grid: grid, values: (0..<grid.voxelCount).map { Double($0 % 5) }, as: .int16)
    #expect(
      message(.ring, distance: 1, range: [10, 20], of: cube, on: grid, image: image) == (
        .emptyVOI,
        "none of the 54 voxels of the ring of 1.0 mm around label 1 has an intensity in "
          + "10.0...20.0; they have 0.0...4.0"
      ))
    var far = grid
    far.origin = SIMD3(1000, 0, 0)
    let elsewhere = Volume(
      grid: far, values: [Double](repeating: 0, count: grid.voxelCount), as: .int16)
    #expect(
      message(.ring, distance: 1, range: [0, 20], of: cube, on: grid, image: elsewhere) == (
        .outsideImage,
        "none of the 54 voxels of the ring of 1.0 mm around label 1 lies in the image"
      ))
    #expect(message(.dilation, distance: 0.5, of: cube, on: grid).0 == nil)
  }
}
