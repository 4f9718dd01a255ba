/// The first table of a paper: every clinical column by group, with a test and with standardised
/// differences. Missing values are counted and left out column by column.
package struct CohortTable: Sendable {
  /// How numbers are described and tested.
  package enum NumberStyle: String, Sendable, CaseIterable {
    /// Mean and standard deviation; Welch's t test, of more than two groups Welch's analysis.
    case mean
    /// Median and quartiles; Mann and Whitney's test, of more than two groups Kruskal and Wallis'.
    case median
    /// By mean where the skewness G1 of all known values together is within -1...1, else by median;
    /// a column with two values or fewer by median.
    case bySkewness
  }

  package struct Settings: Sendable {
    package var numberStyle = NumberStyle.bySkewness
    /// For columns whose style is known beforehand, by name.
    package var styles: [String: NumberStyle] = [:]
    package init() {}
  }

  package enum Method: String, Hashable, Sendable, CaseIterable {
    case welch
    case welchAnalysis
    case mannWhitney
    case kruskalWallis
    /// Pearson's, without correction for continuity.
    case chiSquared
    case fisher

    package var name: String {
      switch self {
      case .welch: "Welch's t test"
      case .welchAnalysis: "Welch's analysis of variance"
      case .mannWhitney: "Mann-Whitney test"
      case .kruskalWallis: "Kruskal-Wallis test"
      case .chiSquared: "Chi-squared test"
      case .fisher: "Fisher's exact test"
      }
    }
  }

  package enum Content: Hashable, Sendable {
    /// Nil without a known value.
    case numbers(NumberSummary?)
    /// Per level; the proportion is of the known values.
    case counts([Proportion])
  }

  package struct Cell: Hashable, Sendable {
    package let content: Content
    package let known: Int
    package let missing: Int
  }

  package struct Row: Sendable {
    package let name: String
    /// Empty for numbers.
    package let levels: [String]
    /// For numbers, whether the mean or the median describes them; never `.bySkewness`.
    package let style: NumberStyle?
    package let all: Cell
    /// In the order of the groups.
    package let groups: [Cell]
    package let method: Method?
    /// Nil where no test is defined; `note` says why.
    package let p: Double?
    package let note: String?
    /// Of two groups first minus second for numbers; of more the mean of the absolute differences of
    /// all pairs. Nil where it is not defined.
    package let standardisedDifference: Double?
  }

  /// What stands beside the table.
  package static let rule =
    "Categories: chi-squared test without continuity correction where every expected count is at"
    + " least 1 and at most a fifth of them are below 5 (Cochran 1954), else Fisher's exact test."
    + " Numbers: mean (SD) with Welch's test, or median [quartiles] with the Mann-Whitney or the"
    + " Kruskal-Wallis test; where the style was not given, the mean is used for a skewness within"
    + " -1 to 1. Tests leave out missing values; p-values are not adjusted."

  /// In ascending order of their codes.
  package let groups: [String]
  package let groupCounts: [Int]
  package let rowCount: Int
  package let rows: [Row]

  /// - Parameters:
  ///   - columns: one value per patient each.
  ///   - codes: the group of each patient; 0, 1, ... in the order of `groups`.
  ///   - groups: names, at least one; with one there are no tests.
  package init(
    _ columns: [CohortColumn], codes: [Int], groups: [String], settings: Settings = Settings()
  ) throws(StatisticsError) {
    if codes.isEmpty { throw StatisticsError("a table of a cohort needs a patient") }
    if groups.isEmpty { throw StatisticsError("a table of a cohort needs a group") }
    if let row = codes.firstIndex(where: { $0 < 0 || $0 >= groups.count }) {
      throw StatisticsError(
        "the group of row \(row + 1) is \(codes[row]); groups are 0 to \(groups.count - 1)")
    }
    let members = groups.indices.map { group in codes.indices.filter { codes[$0] == group } }
    self.groups = groups
    (groupCounts, rowCount) = (members.map(\.count), codes.count)
    var rows: [Row] = []
    for column in columns {
      try column.check(codes.count)
      switch column.values {
      case .numbers(let values):
        let style = settings.styles[column.name] ?? settings.numberStyle
        rows.append(Self.numberRow(column.name, values, members, style))
      case .categories(let values, let levels):
        rows.append(Self.categoryRow(column.name, values, levels, members))
      }
    }
    self.rows = rows
  }

  private static func numberRow(
    _ name: String, _ values: [Double?], _ members: [[Int]], _ wanted: NumberStyle
  ) -> Row {
    func cell(_ known: [Double], of count: Int) -> Cell {
      Cell(
        content: .numbers(known.isEmpty ? nil : NumberSummary(known)), known: known.count,
        missing: count - known.count)
    }
    let known = members.map { rows in rows.compactMap { values[$0] } }
    let all = values.compactMap { $0 }
    var style = wanted
    if wanted == .bySkewness {
      let skewness = all.isEmpty ? .nan : NumberSummary(all).skewness
      style = skewness.magnitude <= 1 ? .mean : .median
    }
    let test = CohortTest.numbers(known.filter { !$0.isEmpty }, style)
    return Row(
      name: name, levels: [], style: style, all: cell(all, of: values.count),
      groups: zip(known, members).map { cell($0, of: $1.count) }, method: test.method,
      p: test.p, note: test.note,
      standardisedDifference: difference(known, StandardisedDifference.numbers))
  }

  private static func categoryRow(
    _ name: String, _ values: [String?], _ levels: [String], _ members: [[Int]]
  ) -> Row {
    func counts(_ rows: [Int]) -> [Int] {
      levels.map { level in rows.count { values[$0] == level } }
    }
    func cell(_ counts: [Int], of count: Int) -> Cell {
      let known = counts.reduce(0, +)
      return Cell(
        content: .counts(counts.map { Proportion($0, of: known) }), known: known,
        missing: count - known)
    }
    let table = members.map(counts)
    let test = CohortTest.counts(table)
    return Row(
      name: name, levels: levels, style: nil,
      all: cell(counts(Array(values.indices)), of: values.count),
      groups: zip(table, members).map { cell($0, of: $1.count) }, method: test.method, p: test.p,
      note: test.note, standardisedDifference: difference(table, StandardisedDifference.counts))
  }

  private static func difference<Group>(
    _ groups: [Group], _ between: (Group, Group) -> Double?
  ) -> Double? {
    if groups.count < 2 { return nil }
    if groups.count == 2 { return between(groups[0], groups[1]) }
    var (sum, pairs) = (0.0, 0)
    for i in groups.indices {
      for j in groups.indices where j > i {
        guard let value = between(groups[i], groups[j]) else { return nil }
        sum += value.magnitude
        pairs += 1
      }
    }
    return sum / Double(pairs)
  }
}
