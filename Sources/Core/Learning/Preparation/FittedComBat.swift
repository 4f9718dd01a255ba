internal import Components
internal import Numerics

/// Site effects of training rows: (x - mean - covariates) / deviation, minus the site's shift,
/// over its scale, and back.
package struct FittedComBat: FittedTransform, Hashable {
  package let names: [String]
  /// Sites of the training rows, ascending.
  package let sites: [String]
  /// Columns that are covariates, in the order of the setting.
  package let covariates: [Int]
  package let unseen: UnseenSite
  /// Columns that are changed, ascending; the following have one number for each of them.
  package var adjusted: [Int] = []
  package var means: [Double] = []
  package var deviations: [Double] = []
  /// `covariates.count` numbers for each adjusted column.
  package var slopes: [Double] = []
  /// Site by site, one number for each adjusted column: gamma* of Johnson 2007.
  package var shifts: [Double] = []
  /// Square root of delta*.
  package var scales: [Double] = []

  init(names: [String], sites: [String], covariates: [Int], unseen: UnseenSite) {
    self.names = names
    self.sites = sites
    self.covariates = covariates
    self.unseen = unseen
  }

  package func apply(_ features: FeatureMatrix, sites rowSites: [String]) throws(LearningError)
    -> FeatureMatrix
  {
    try features.requireColumns(names.count, for: ComBat.id)
    try features.requireFinite(names, for: ComBat.id)
    let rows = features.rowCount
    guard rowSites.count == rows else {
      throw LearningError("\(ComBat.id): \(rows) rows need \(rows) sites, got \(rowSites.count)")
    }
    var siteOfRow: [Int?] = []
    for (row, name) in rowSites.enumerated() {
      let site = sites.firstIndex(of: name)
      if site == nil && unseen == .refuse {
        throw LearningError(
          "\(ComBat.id): row \(row + 1) is of site \"\(name)\", which has no training rows "
            + "(\(sites.joined(separator: ", "))); unseen: unadjusted leaves such rows as they are")
      }
      siteOfRow.append(site)
    }
    var values = features.values
    for (place, column) in adjusted.enumerated() {
      for row in 0..<rows {
        guard let site = siteOfRow[row] else { continue }
        var expected = means[place]
        for (k, covariate) in covariates.enumerated() {
          expected +=
            slopes[place * covariates.count + k] * features.values[covariate * rows + row]
        }
        let standardised = (values[column * rows + row] - expected) / deviations[place]
        let effect = site * adjusted.count + place
        values[column * rows + row] =
          (standardised - shifts[effect]) / scales[effect] * deviations[place] + expected
      }
    }
    return FeatureMatrix(rowCount: rows, columnCount: names.count, values: values)
  }

  package var state: FittedState {
    let counts = [names.count, sites.count, covariates.count, adjusted.count]
    return FittedState(
      kind: ComBat.id.name, texts: [unseen.rawValue] + names + sites,
      numbers: (counts + covariates + adjusted).map { Double($0) } + means + deviations + slopes
        + shifts + scales)
  }

  package init(_ state: FittedState) throws(LearningError) {
    var reader = try FittedStateReader(state, kind: ComBat.id.name)
    unseen = try reader.choice(UnseenSite.self)
    let columnCount = try reader.integer()
    let siteCount = try reader.integer()
    let covariateCount = try reader.integer()
    let count = try reader.integer()
    guard siteCount <= state.texts.count, covariateCount <= columnCount, count <= columnCount else {
      throw LearningError("the stored \"\(state.kind)\" is damaged: its counts do not fit")
    }
    names = try reader.texts(columnCount)
    sites = try reader.texts(siteCount)
    covariates = try reader.integers(covariateCount, in: 0..<columnCount)
    adjusted = try reader.integers(count, in: 0..<columnCount)
    means = try reader.numbers(count)
    deviations = try reader.numbers(count)
    slopes = try reader.numbers(count * covariateCount)
    shifts = try reader.numbers(count * siteCount)
    scales = try reader.numbers(count * siteCount)
    try reader.finish()
  }
}
