import Components
import Foundation
import Learning
import Numerics
import Testing

/// Features of the real tables, by the rules of scripts/oracles/real_preparation.py.
enum RealFeatures {
  static let glioma = try? RealTable.glioma()

  /// All columns that are no outcome; the glioma table with a repeated, a constant and a shifted
  /// column at its end.
  static func columns(_ name: String) throws -> [[Double]] {
    if name == "glioma" {
      let table = try #require(glioma)
      let late = table.gliomaFeatures.map { table[$0] }
      return late
        + [late[10], late[0].map { _ in 0.1 }, late[20].map { 1e6 * $0 + 12345 }]
    }
    let table = try RealTable(name)
    return table.names.indices
      .filter { !["class", "value", "time", "event"].contains(table.names[$0]) }
      .map { table.columns[$0] }
  }

  /// Rows "case|numbers" of a golden file.
  static func golden(_ file: String) -> [String: [Double]] {
    let file = URL(filePath: #filePath).deletingLastPathComponent()
      .appending(path: "Golden/\(file)")
    var rows: [String: [Double]] = [:]
    for line in (try? String(contentsOf: file, encoding: .utf8))?.split(separator: "\n") ?? []
    where !line.hasPrefix("#") {
      let parts = line.split(separator: "|", omittingEmptySubsequences: false)
      rows[String(parts[0])] = parts[1].split(separator: " ").map { Double($0) ?? .nan }
    }
    return rows
  }

  /// The columns of which numbers are kept.
  static func shown(_ count: Int) -> [Int] {
    (0..<count).filter { count <= 16 || $0 % 19 == 9 }
  }
}

/// Oracles, see Golden/real-preparation.csv: scikit-learn for columns one by one and SMOTE's
/// neighbours, Bioconductor's sva for ComBat, and neuroCombat where there is no empirical Bayes
/// (with it, the two agree to 1e-11, and to 2e-8 where neuroCombat rounds a covariate to 32 bits).
/// Tolerances are about ten times the worst deviation, all of which is order of summation: scaling
/// 1.3e-14, logarithm and imputation 5e-16, ComBat 1.2e-13.
@Suite("Preparations on real tables and hostile twins")
struct RealPreparationTests {
  private static let golden = RealFeatures.golden("real-preparation.csv")
  private static let tables = ["birthwt", "swiss", "veteran"]
  private static let periods = ["birthwt": 47, "swiss": 12, "veteran": 34, "glioma": 25]

  private func expected(_ name: String) throws -> [Double] { try #require(Self.golden[name]) }

  /// Training rows and new rows.
  private func parts(_ columns: [[Double]]) -> (old: Dataset, new: FeatureMatrix) {
    let data = makeDataset(columns)
    let rows = 0..<data.rowCount
    return (
      data.rows(rows.filter { $0 % 3 != 1 }), data.features.rows(rows.filter { $0 % 3 == 1 })
    )
  }

  private func window(_ table: FeatureMatrix) -> [Double] {
    let step = max(1, table.rowCount / 6)
    let rows = (0..<table.rowCount).filter { $0 % step == step / 2 }
    return RealFeatures.shown(table.columnCount).flatMap { column in
      rows.map { table.values[column * table.rowCount + $0] }
    }
  }

  // MARK: - Columns one by one

  @Test(arguments: tables) func columnwise(_ name: String) throws { try checkColumns(name) }

  @Test(arguments: tables) func imputation(_ name: String) throws {
    try checkImputation(name)
  }

  @Test(
    "358 columns, 3 of them constant, and 3 hostile ones",
    .enabled(if: RealTable.hasGlioma, "needs ../shared/data"))
  func gliomaColumns() throws {
    try checkColumns("glioma")
    try checkImputation("glioma")
  }

  private func checkColumns(_ name: String) throws {
    let (old, new) = parts(try RealFeatures.columns(name))
    let scalings: [(String, (inout ScalingParameters) -> Void)] = [
      ("zscore", { _ in }), ("sample", { $0.denominator = .sample }),
      ("robust", { $0.method = .robust }), ("minmax", { ($0.method, $0.clip) = (.minmax, true) }),
    ]
    for (method, change) in scalings {
      let values = try fit(make(Scaling.self, change), old).apply(new, sites: [])
      #expect(deviation(window(values), try expected("scale \(method) \(name)")) < 1.5e-13)
    }
    let log = try make(LogShift.self) { ($0.start, $0.base) = (0.5, .two) }
    let logs = window(try fit(log, old).apply(new, sites: []))
    #expect(deviation(logs, try expected("log \(name)")) < 5e-15)
    for (bound, denominator) in [
      (0.0, VarianceDenominator.population), (0.2, .population), (0.2, .sample),
    ] {
      let filter = try make(VarianceFilter.self) {
        ($0.threshold, $0.denominator) = (bound, denominator)
      }
      let kept = Set(try fit(filter, old).kept)
      let dropped = (0..<old.columnCount).filter { !kept.contains($0) }.map { Double($0) }
      let key = "variance \(denominator.rawValue) \(bound == 0 ? "0" : "\(bound)") \(name)"
      #expect(try dropped == expected(key))
    }
  }

  /// scikit-learn takes ranges below 2e-15 for 0, whatever the unit; here the unit does not matter.
  @Test func unitsDoNotMatterToScaling() throws {
    let (old, new) = parts(try RealFeatures.columns("swiss"))
    func tiny(_ table: FeatureMatrix) -> FeatureMatrix {
      FeatureMatrix(
        rowCount: table.rowCount, columnCount: table.columnCount,
        values: table.values.map { $0 * 0x1p-80 })
    }
    for method in ScalingMethod.allCases {
      let step = try make(Scaling.self) { $0.method = method }
      var small = old
      small.features = tiny(old.features)
      let values = try fit(step, small).apply(tiny(new), sites: []).values
      #expect(try values == fit(step, old).apply(new, sites: []).values)
    }
  }

  /// A fifth of the values is taken out.
  private func checkImputation(_ name: String) throws {
    let whole = try RealFeatures.columns(name)
    let columns = whole.indices.map { c in
      whole[c].indices.map { (7 * $0 + 11 * c) % 5 == 0 ? .nan : whole[c][$0] }
    }
    let (old, new) = parts(columns)
    for method in [ImputationMethod.mean, .median] {
      let fitted = try fit(make(Imputation.self) { $0.method = method }, old)
      let empty = FeatureMatrix(rowCount: 1, columns: columns.map { _ in [.nan] })
      let replacements = try fitted.apply(empty, sites: []).values
      #expect(
        deviation(
          RealFeatures.shown(columns.count).map { replacements[$0] },
          try expected("impute \(method.rawValue) \(name)")) < 5e-15)
      let filled = try fitted.apply(new, sites: []).values
      let isRight = filled.indices.allSatisfy { place in
        let value = new.values[place]
        return filled[place] == (value.isNaN ? replacements[place / new.rowCount] : value)
      }
      #expect(isRight)
    }
  }

  /// Dummy variables that R's `model.matrix` made of the same texts: race of birthwt, cell type of
  /// veteran.
  @Test func oneHotGivesTheDummiesOfR() throws {
    let birthwt = try RealTable(RealTable.birthwt)
    let (black, other) = (birthwt["race2"], birthwt["race3"])
    let races = black.indices.map { black[$0] == 1 ? "2" : other[$0] == 1 ? "3" : "1" }
    var parameters = OneHotParameters()
    parameters.dropFirst = true
    let race = try OneHot(column: "race", texts: races, parameters)
    #expect(race.names == ["race=2", "race=3"] && race.dropped == "1")
    #expect(try race.apply(races).values == black + other)
    let veteran = try RealTable(RealTable.veteran)
    let types = ["adeno", "large", "small"]
    let cells = veteran["time"].indices.map { row in
      types.first { veteran[$0][row] == 1 } ?? "squamous"
    }
    let cell = try OneHot(column: "celltype", texts: cells)
    let values = try cell.apply(cells)
    #expect(cell.levels == types + ["squamous"])
    for (place, type) in types.enumerated() {
      #expect(Array(values.column(place)) == veteran[type])
    }
  }

  // MARK: - SMOTE

  @Test func smoteOnBirths() throws {
    let table = try RealTable(RealTable.birthwt)
    try checkNeighbours("birthwt", table.classes("class"))
  }

  @Test(.enabled(if: RealTable.hasGlioma, "needs ../shared/data")) func smoteOnGliomas() throws {
    try checkNeighbours("glioma", try #require(RealFeatures.glioma).classes("idh"))
  }

  /// Every synthetic row of 40 runs starts at a row and goes to one of the rows that scikit-learn's
  /// `NearestNeighbors` finds for it (those at the distance of the fifth included), and every one
  /// of them is gone to. 1e-9 of the values is allowed for the rounding of a point on the segment.
  private func checkNeighbours(_ name: String, _ classes: [UInt8]) throws {
    let columns = try RealFeatures.columns(name)
    let data = makeDataset(columns, .binary(classes))
    let numbers = try expected("smote \(name)").map { Int($0) }
    var near: [Int: [Int]] = [:]
    var place = 0
    while place < numbers.count {
      let count = numbers[place + 1]
      near[numbers[place]] = Array(numbers[place + 2..<place + 2 + count])
      place += 2 + count
    }
    var seen: [Int: Set<Int>] = [:]
    for index in 0..<40 {
      var stream = newStream(UInt64(index))
      let balanced = try make(SMOTE.self).balanced(data, using: &stream)
      let values = balanced.features.values
      for row in classes.count..<balanced.rowCount {
        let point = columns.indices.map { values[$0 * balanced.rowCount + row] }
        let origin = balanced.groups[row]
        let ends = try #require(near[origin]).filter { end in
          isBetween(point, columns.map { $0[origin] }, columns.map { $0[end] })
        }
        #expect(!ends.isEmpty, "row \(origin), run \(index)")
        seen[origin, default: []].formUnion(ends)
      }
    }
    #expect(near.allSatisfy { seen[$0.key] == Set($0.value) })
  }

  private func isBetween(_ point: [Double], _ a: [Double], _ b: [Double]) -> Bool {
    func gap(_ c: Int) -> Double { (b[c] - a[c]).magnitude / max(a[c].magnitude, b[c].magnitude) }
    let widest = a.indices.filter { a[$0] != b[$0] }.max { gap($0) < gap($1) }
    guard let widest else { return point == a }
    let t = (point[widest] - a[widest]) / (b[widest] - a[widest])
    return t > -1e-9 && t < 1 + 1e-9
      && a.indices.allSatisfy { c in
        let size = max(a[c].magnitude, b[c].magnitude)
        return (a[c] + t * (b[c] - a[c]) - point[c]).magnitude <= 1e-9 * size
      }
  }

  // MARK: - ComBat

  private static let kinds = [
    "parametric", "nonparametric", "mean-only", "covariates", "covariates-nonparametric",
    "reference-b", "reference-covariates", "reference-c", "single", "none",
  ]

  /// Site c has four rows (one in `single`), columns that are constant there are left alone.
  @Test(arguments: tables, kinds) func combat(_ name: String, _ kind: String) throws {
    try checkCombat(name, kind)
  }

  @Test(.enabled(if: RealTable.hasGlioma, "needs ../shared/data"), arguments: kinds)
  func combatOnGliomas(_ kind: String) throws { try checkCombat("glioma", kind) }

  private func sites(_ count: Int, period: Int) -> [String] {
    (0..<count).map { $0 % period == 5 ? "c" : $0 % 3 == 0 ? "b" : "a" }
  }

  private func checkCombat(_ name: String, _ kind: String) throws {
    var columns = try RealFeatures.columns(name)
    let count = columns[0].count
    let period = kind == "single" ? count : try #require(Self.periods[name])
    let sites = sites(count, period: period)
    var covariates: [Int] = []
    if kind.contains("covariates") {
      covariates = ["birthwt": [0, 2], "swiss": [3], "veteran": [0, 3]][name] ?? []
      if name == "glioma" {
        columns += [(0..<count).map { Double(7 * $0 % 11) }, (0..<count).map { Double($0 % 2) }]
        covariates = [columns.count - 2, columns.count - 1]
      }
    }
    let step = try make(ComBat.self) {
      $0.prior =
        kind == "none"
        ? .none
        : kind.hasSuffix("nonparametric") || kind == "reference-c"
          ? .nonparametric : .parametric
      $0.meanOnly = kind == "mean-only" || kind == "single"
      $0.covariates = covariates.map { "c\($0)" }
      $0.reference =
        ["reference-b": "b", "reference-covariates": "a", "reference-c": "c"][kind] ?? ""
    }
    let data = makeDataset(columns, sites: sites)
    let fitted = try fit(step, data)
    let after = try fitted.apply(data.features, sites: sites)
    let others = columns.indices.filter { !covariates.contains($0) }
    #expect(covariates.allSatisfy { columns[$0] == Array(after.column($0)) })
    let changes = changes(others.map { columns[$0] }, others.map { Array(after.column($0)) })
    #expect(deviation(changes, try expected("combat \(kind) \(name)")) < 1.5e-12)
    if kind == "single" {
      let all = try make(ComBat.self)
      #expect(refusal { _ = try fit(all, data) }.contains("site \"c\" has one row"))
    }
  }

  /// One number for a column: a sum over its rows with whole weights, in SD of the column before.
  private func changes(_ before: [[Double]], _ after: [[Double]]) -> [Double] {
    let rows = Double(before[0].count)
    return before.indices.filter {
      before.count <= 16 || $0 % 4 == 1 || $0 >= before.count - 3
    }.map { column in
      let values = before[column]
      let mean = values.reduce(0, +) / rows
      let squares = values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) }
      let isFlat = values.allSatisfy { $0 == values[0] }
      let spread = isFlat ? 1 : (squares / rows).squareRoot()
      return values.indices.reduce(0) { sum, row in
        sum + Double(7 * row % 5 - 2) * (after[column][row] - values[row]) / spread
      } / rows
    }
  }
}
