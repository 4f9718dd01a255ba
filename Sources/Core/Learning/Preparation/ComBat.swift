package import Components
package import Numerics

package enum ComBatPrior: String, CaseIterable, Hashable, Sendable {
  /// Normal prior for shifts, inverse gamma for variances, moments over the columns.
  case parametric
  /// The empirical distribution of the other columns' estimates.
  case nonparametric
  /// No shrinkage: each column's own shift and variance per site.
  case none
}

package enum UnseenSite: String, CaseIterable, Hashable, Sendable {
  /// Rows of a site that was not in the training rows are an error.
  case refuse
  /// They are left as they are: the site is taken to be like the pooled training rows. Nothing
  /// is estimated from them, so a row's result does not depend on the other new rows.
  case unadjusted
}

/// `combat:` of a study file.
///
/// | Setting | Default | Range | Meaning |
/// |---|---|---|---|
/// | `prior` | parametric | parametric, nonparametric, none | empirical Bayes |
/// | `meanOnly` | false | | shifts only, variances stay |
/// | `covariates` | [] | column names | effects that are kept; passed through unchanged |
/// | `reference` | "" | a site | the site that the others are moved to; "": the pooled mean |
/// | `unseen` | refuse | refuse, unadjusted | rows of sites without training rows |
package struct ComBatParameters: ParameterSet {
  package var prior: ComBatPrior = .parametric
  package var meanOnly = false
  package var covariates: [String] = []
  package var reference = ""
  package var unseen: UnseenSite = .refuse

  package init() {}

  package static let fields: [Field<ComBatParameters>] = [
    .choice("prior", \.prior, "empirical Bayes prior of the site effects, or none"),
    .flag("meanOnly", \.meanOnly, "shifts only; needed where a site has one row"),
    .texts("covariates", \.covariates, "columns whose effects are kept; never the outcome"),
    .text("reference", \.reference, "site that the others are moved to; empty: the pooled mean"),
    .choice("unseen", \.unseen, "what happens to rows of sites without training rows"),
  ]
}

/// Removes shifts and scales of sites (Johnson, Li & Rabinovic 2007, Biostatistics 8:118), with
/// the estimates of R's sva: pooled variance over n, priors by moments over all adjusted columns,
/// iteration until no relative change exceeds 1e-4.
///
/// Sites are `Dataset.sites`. As in sva, a column that is constant within a site of two or more
/// rows is left as it is, and so is a column without residual variance. A site with one row needs
/// `meanOnly`. A covariate that equals the outcome is refused: it would carry the outcome of
/// training rows into their features, which new rows do not have.
package struct ComBat: Preparation {
  package static let id: ComponentID = "combat"
  package static let summary = "Site effects removed by empirical Bayes (ComBat)."

  package let parameters: ComBatParameters

  package init(_ parameters: ComBatParameters) throws(InvalidInput) {
    var problems: [Problem] = []
    for (place, name) in parameters.covariates.enumerated() {
      if name.isEmpty { problems.append(Problem("covariates", "a column name is empty")) }
      if parameters.covariates[..<place].contains(name) {
        problems.append(Problem("covariates", "\"\(name)\" is given twice"))
      }
    }
    if !problems.isEmpty { throw InvalidInput(problems) }
    self.parameters = parameters
  }

  package func fit(_ data: Dataset, using stream: inout RandomStream) throws(LearningError)
    -> FittedComBat
  {
    try data.requireFinite(for: Self.id)
    let (sites, siteOfRow) = try siteNumbers(data)
    let covariates = try covariateColumns(data)
    var design = try ComBatDesign(
      siteOfRow: siteOfRow, siteCount: sites.count,
      covariates: covariates.map { Array(data.features.column($0)) },
      reference: parameters.reference.isEmpty ? nil : sites.firstIndex(of: parameters.reference))
    if !parameters.meanOnly, let alone = design.rowCounts.firstIndex(of: 1) {
      throw LearningError(
        "\(Self.id): site \"\(sites[alone])\" has one row, so it has no variance; merge sites or "
          + "set meanOnly: true")
    }
    var fitted = FittedComBat(
      names: data.names, sites: sites, covariates: covariates, unseen: parameters.unseen)
    let isCovariate = Set(covariates)
    for column in 0..<data.columnCount where !isCovariate.contains(column) {
      let values = Array(data.features.column(column))
      if let effects = design.standardise(values) {
        fitted.adjusted.append(column)
        fitted.means.append(effects.mean)
        fitted.deviations.append(effects.deviation)
        fitted.slopes += effects.slopes
      }
    }
    let priors = ComBatEmpiricalBayes(
      prior: parameters.prior, meanOnly: parameters.meanOnly)
    if fitted.adjusted.count < 2 && parameters.prior != .none {
      throw LearningError(
        "\(Self.id): empirical Bayes needs at least 2 columns that vary within every site, there "
          + "are \(fitted.adjusted.count); set prior: none")
    }
    for site in sites.indices {
      let estimates = priors.estimates(design.standardised, of: design.rows(of: site))
      let isReference = site == design.reference
      fitted.shifts += isReference ? estimates.shifts.map { _ in 0 } : estimates.shifts
      fitted.scales +=
        isReference ? estimates.shifts.map { _ in 1 } : estimates.variances.map { $0.squareRoot() }
    }
    return fitted
  }

  /// Sites in ascending order and the number of each row's site.
  private func siteNumbers(_ data: Dataset) throws(LearningError) -> ([String], [Int]) {
    if data.sites.isEmpty { throw LearningError("\(Self.id): the table has no sites") }
    let sites = Set(data.sites).sorted()
    if sites.count < 2 {
      throw LearningError(
        "\(Self.id): all training rows are of site \"\(sites[0])\"; it needs two sites or more")
    }
    if !parameters.reference.isEmpty && !sites.contains(parameters.reference) {
      throw LearningError(
        "\(Self.id): the reference \"\(parameters.reference)\" is not among the sites "
          + sites.joined(separator: ", "))
    }
    var siteOfRow: [Int] = []
    for site in data.sites { siteOfRow.append(sites.firstIndex(of: site)!) }
    return (sites, siteOfRow)
  }

  private func covariateColumns(_ data: Dataset) throws(LearningError) -> [Int] {
    var columns: [Int] = []
    for name in parameters.covariates {
      guard let column = data.names.firstIndex(of: name) else {
        throw LearningError("\(Self.id): the covariate \"\(name)\" is not a column of the table")
      }
      if data.outcome.isCarried(by: data.features.column(column)) {
        throw LearningError(
          "\(Self.id): the covariate \"\(name)\" is the outcome; harmonising with the outcome "
            + "leaks it into the features")
      }
      columns.append(column)
    }
    return columns
  }
}

extension Outcome {
  /// True where a column determines the outcome: equal values, or two values that split the rows
  /// as the classes or the events do.
  fileprivate func isCarried(by column: ArraySlice<Double>) -> Bool {
    func splits(_ classes: [UInt8]) -> Bool {
      let zeros = Set(zip(column, classes).filter { $0.1 == 0 }.map { $0.0 })
      let ones = Set(zip(column, classes).filter { $0.1 == 1 }.map { $0.0 })
      return zeros.count == 1 && ones.count == 1 && zeros != ones
    }
    return switch self {
    case .binary(let classes): splits(classes)
    case .continuous(let values): values.elementsEqual(column)
    case .survival(let time, let event, _): time.elementsEqual(column) || splits(event)
    }
  }
}
