internal import Numerics
internal import Report
internal import Statistics

/// Rows divided into low and high scores, and how the cut came to be.
struct ScoreDivision {
  /// As a line of the table.
  let rule: String
  /// For captions.
  var sentence = ""
  /// One, or of every fold.
  let cuts: [Double]
  /// 0 low, 1 high.
  let groups: [Int]
  /// Nil where no event happened while both groups were at risk.
  let logRank: LogRank?
  let method: String
  /// That counts the search of the cut; nil where nothing was searched in these rows.
  var searchedP: Double?
  /// The cut was searched in the rows that it divides.
  var isOptimistic = false
}

extension ScoredSurvival {
  private static let permutations = 499

  private var origin: String {
    training == nil ? "these rows" : "the cross-validated training rows"
  }

  func logRank(_ groups: [Int], strata: [Int]? = nil) -> LogRank? {
    guard let found = try? LogRank(data, groups: groups, strata: strata),
      found.test.degreesOfFreedom > 0
    else { return nil }
    return found
  }

  private func division(_ cut: Double, _ rule: String, _ method: String) -> ScoreDivision {
    let groups = scores.map { $0 > cut ? 1 : 0 }
    return ScoreDivision(
      rule: rule, cuts: [cut], groups: groups, logRank: logRank(groups), method: method)
  }

  /// Above and at or below the median score, of the training rows where there are some.
  var medianDivision: ScoreDivision {
    let cut = NumberSummary(training?.scores ?? scores).median
    var division = division(cut, "Median score of \(origin)", "no search")
    division.sentence =
      "Groups: above and at or below the median score of \(origin)"
      + " (\(NumberText.significant(cut)))."
    return division
  }

  /// By a cut that was searched in other rows: of the other folds, or of the training rows.
  var otherDivision: ScoreDivision? {
    if data.entry != nil { return nil }
    if let training {
      guard
        let found = try? MaximallySelectedLogRank(training.data, values: training.scores)
      else { return nil }
      var division = division(
        found.cut, "Searched in \(origin), applied here",
        "no search in these rows")
      division.sentence =
        "Groups: above and at or below the cut that was searched in \(origin)"
        + " (\(NumberText.significant(found.cut)), maximally selected log-rank)."
      return division
    }
    guard let found = try? CrossValidatedCut(data, values: scores, folds: folds) else { return nil }
    let turned = found.folds.count { !$0.isUpperRiskHigher }
    var division = ScoreDivision(
      rule: "Cross-validated cut: of each fold from the other folds", cuts: found.folds.map(\.cut),
      groups: found.groups, logRank: found.logRank,
      method: "\(Self.permutations) permutations of the whole search")
    division.searchedP = permutationP(of: found)
    division.sentence =
      "Groups: every fold is divided by the cut that was searched in the other folds (maximally"
      + " selected log-rank)."
      + (turned == 0
        ? ""
        : " In \(turned) of \(found.folds.count) searches the low scores had the events earlier:"
          + " the cut is not stable.")
    return division
  }

  /// The log-rank p-value of a cross-validated cut is too small: the folds' cuts depend on each other.
  private func permutationP(of cut: CrossValidatedCut) -> Double? {
    var stream = RandomStream(seed: seed, domain: .permutation, index: 1 << 61)
    return try? cut.permutationP(count: Self.permutations, stream: &stream)
  }

  /// Cuts that were searched in the rows they divide.
  private var optimisticDivisions: [ScoreDivision] {
    var divisions: [ScoreDivision] = []
    if let found = try? MaximallySelectedLogRank(data, values: scores) {
      var own = division(
        found.cut, "Maximally selected log-rank, in these rows",
        "Lausen & Schumacher 1992")
      own.searchedP = found.correctedP
      divisions.append(own)
    }
    if let found = try? XTileSearch(data, values: scores) {
      var own = division(
        found.cuts[0], "X-tile, in these rows",
        "Miller & Siegmund 1982, too small below n = 300")
      own.searchedP = found.correctedP
      divisions.append(own)
    }
    for index in divisions.indices { divisions[index].isOptimistic = true }
    return divisions
  }

  /// All ways to divide the rows by their score, with the log-rank test of the groups.
  func cutTable(_ median: ScoreDivision, _ other: ScoreDivision?) -> ReportTable {
    var table = ReportTable(
      caption: "Cuts of the score of \(name), \(rows) (\(counts); log-rank test). In italics: the"
        + " cut was searched in the rows that it divides. Such groups look further apart than those"
        + " of new patients will, and their uncorrected p, as X-tile prints it, is too small."
        + " Searched cuts leave at least 10% of the rows on either side.",
      columns: [
        .init("Cut"), .init("Value", isNumeric: true), .init("Low", isNumeric: true),
        .init("High", isNumeric: true), .init("χ²", isNumeric: true),
        .init("p, uncorrected", isNumeric: true), .init("p, search counted", isNumeric: true),
        .init("Method"),
      ])
    for division in [median] + (other.map { [$0] } ?? []) + optimisticDivisions {
      let high = division.groups.count { $0 == 1 }
      let test = division.logRank?.test
      let (lower, upper) = (division.cuts.min() ?? .nan, division.cuts.max() ?? .nan)
      table.append(
        [
          division.rule,
          lower == upper ? ReportCell.significant(lower) : .range(lower, upper),
          ReportCell.count(scores.count - high), ReportCell.count(high),
          ReportCell.fixed(test?.chiSquared), ReportCell.p(test?.p),
          division.searchedP.map { ReportCell.p($0) } ?? "", division.method,
        ], isDoubtful: division.isOptimistic)
    }
    return table
  }
}
