import Study

/// Result documents of extraction made from whole-number formulas.
struct SyntheticExtraction {
  var patients = 8
  var images = ["CT"]
  var regions = ["tumour"]
  /// Image types behind the unfiltered one.
  var filtered = 2
  var failedRow: Int? = 3
  var hasTimes = true

  /// Of the unfiltered image: two volumes, one that follows them, one that does not, a constant one,
  /// one with missing values.
  static let features: [(family: String, name: String, ibsi: String)] = [
    ("shape", "MeshVolume", "RNU0"), ("shape", "VoxelVolume", "YEKZ"),
    ("shape", "SurfaceArea", "C0JK"), ("firstorder", "Mean", "Q4LE"),
    ("firstorder", "Minimum", "1GSF"), ("glcm", "Idm", "WF0Z"),
  ]

  static func value(row: Int, feature: Int, shift: Int) -> Double {
    switch feature {
    case 0: Double(1000 + 700 * ((row * 5) % 8) + row)
    case 1: Double(1010 + 700 * ((row * 5) % 8) + row)
    case 2: Double(300 + 90 * ((row * 5) % 8) + row)
    case 3: Double((row * 37 + shift * 11) % 29) - 14.5
    case 4: -1000
    default: row == 1 ? .nan : Double((row * 13 + shift * 7) % 23) / 23
    }
  }

  var document: ResultDocument {
    let rows = (0..<patients).map { "P\($0)" }
    var observations: [ResultTable.Column] = [.init("patient_id", .texts(rows))]
    var variables: [[String]] = [[], [], [], [], [], [], []]
    for image in images {
      let prefix = images.count > 1 ? image + "_" : ""
      let status = rows.indices.map { $0 == failedRow ? "failed" : "finished" }
      observations.append(.init(prefix + "status", .texts(status)))
      observations.append(
        .init(prefix + "reason", .texts(rows.indices.map { $0 == failedRow ? "no <mask>" : "" })))
      for region in regions {
        let place = prefix + (regions.count > 1 ? region + "_" : "")
        let counts = rows.indices.map { $0 == failedRow ? Double.nan : Double(900 + $0) }
        observations.append(.init(place + "voxels_in_mask", .numbers(counts)))
        observations.append(.init(place + "voxels_used", .numbers(counts)))
        for type in 0...filtered {
          let imageType = type == 0 ? "original" : "log-sigma-\(type)-0-mm-3D"
          for feature in Self.features.suffix(type == 0 ? 6 : 3) {
            variables[0].append("\(place)\(imageType)_\(feature.family)_\(feature.name)")
            for (index, text) in [
              image, region, imageType, feature.family, feature.name, feature.ibsi,
            ].enumerated() { variables[index + 1].append(text) }
          }
        }
      }
    }
    let names = ["image", "voi", "image_type", "family", "feature", "ibsi"]
    return ResultDocument(
      observations: ResultTable(index: rows, columns: observations),
      variables: ResultTable(
        index: variables[0],
        columns: names.enumerated().map { .init($1, .texts(variables[$0 + 1])) }),
      groups: [.init("uns", .group(groups(rows)))])
  }

  private func groups(_ rows: [String]) -> [ResultNode.Entry] {
    let failed = failedRow.map { [rows[$0]] } ?? []
    let failures = ResultTable(
      index: failed.map { "unit-\($0)" },
      columns: [
        .init("patient_id", .texts(failed)), .init("lesion", .texts(failed.map { _ in "" })),
        .init("session", .texts(failed.map { _ in "" })),
        .init("image", .texts(failed.map { _ in images[0] })),
        .init("file", .texts(failed.map { _ in "mask.nii" })),
        .init("message", .texts(failed.map { _ in "mask.nii: no <mask>" })),
      ])
    let count = rows.count * images.count
    var timings: [ResultNode.Entry] = [
      .init("seconds_per_unit", .numbers((0..<count).map { Double(1 + $0 % 5) }))
    ]
    if hasTimes {
      timings.append(.init("rank_per_unit", .integers((0..<count).map { 1 + $0 % 3 })))
      timings.append(.init("start_per_unit", .numbers((0..<count).map { Double($0 / 3 * 5) })))
    }
    return [
      .init(
        "radcohort",
        .group([
          .init("study", .text("Lung <1>")), .init("profile", .text("pyradiomics")),
          .init("fingerprint", .text("abc")), .init("failures", .table(failures)),
        ])),
      .init(
        "provenance",
        .group([
          .init("study_text", .text("study: Lung\n")), .init("cohort_sha256", .text("c0ffee")),
          .init("seed", .integer(7)), .init("input_file", .texts(["a.nii"])),
          .init("input_sha256", .texts(["00"])), .init("linear_algebra", .text("OpenBLAS")),
          .init(
            "run",
            .group([
              .init("command_line", .texts(["radcohort", "run", "s.yml"])),
              .init("study_file", .text("../s.yml")),
              .init("libraries", .group([.init("HDF5", .text("1.10.8"))])),
              .init("ranks", .integer(4)),
            ])),
        ])),
      .init("timings", .group(timings)),
    ]
  }

  /// `/X`, row-major.
  var values: [Double] {
    var values: [Double] = []
    for row in 0..<patients {
      for image in images.indices {
        for region in regions.indices {
          for type in 0...filtered {
            for feature in (type == 0 ? 0 : 3)..<6 {
              let value = Self.value(
                row: row, feature: feature, shift: type + 3 * image + 5 * region)
              values.append(row == failedRow ? .nan : value)
            }
          }
        }
      }
    }
    return values
  }
}
