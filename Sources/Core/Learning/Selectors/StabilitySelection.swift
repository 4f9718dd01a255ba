package import Components
package import Numerics

/// `stability:` of a study file.
///
/// | Setting | Default | Range | Meaning |
/// |---|---|---|---|
/// | `subsamples` | 100 | 1...100000 | how many |
/// | `share` | 0.5 | > 0, < 1 | of the patients in a subsample, rounded down |
/// | `threshold` | 0.6 | > 0, <= 1 | columns chosen at least that often are kept |
/// | `stratified` | true | | the share is taken of each class (events and censored) |
package struct StabilityParameters: ParameterSet {
  package var subsamples = 100
  package var share: Double = 0.5
  package var threshold: Double = 0.6
  package var stratified = true

  package init() {}

  package static let fields: [Field<StabilityParameters>] = [
    .integer("subsamples", \.subsamples, in: 1...100_000, "how many subsamples"),
    .number("share", \.share, in: 0...1, exclusiveLower: true, "of the patients in a subsample"),
    .number(
      "threshold", \.threshold, in: 0...1, exclusiveLower: true,
      "columns chosen in at least that share of subsamples are kept"),
    .flag("stratified", \.stratified, "the share is taken of each class, or of events"),
  ]
}

/// Columns that another selector chooses in many subsamples (Meinshausen & Buehlmann 2010, JRSS-B
/// 72:417).
///
/// Subsamples are drawn without replacement, by patient: the rows of a patient come together. A
/// patient with a row of the positive class (an event) belongs to that stratum. Columns come by
/// falling frequency, ties by column.
package struct StabilitySelection<Inner: Selector>: Selector {
  package static var id: ComponentID { "stability" }
  package static var summary: String { "Columns that a selector chooses in many subsamples." }

  package let parameters: StabilityParameters
  package let inner: Inner

  package var nested: [(name: String, component: any Component)] { [("selector", inner)] }

  package init(_ parameters: StabilityParameters, inner: Inner) throws(InvalidInput) {
    if parameters.share >= 1 {
      throw InvalidInput("share", "\(parameters.share) is out of range; expected > 0 and < 1")
    }
    self.parameters = parameters
    self.inner = inner
  }

  /// With the inner selector's defaults.
  package init(_ parameters: StabilityParameters) throws(InvalidInput) {
    try self.init(parameters, inner: Inner(Inner.Parameters()))
  }

  package func select(from data: Dataset, using stream: inout RandomStream) throws(LearningError)
    -> [Int]
  {
    let frequencies = try frequencies(from: data, using: &stream)
    return TopKSelector.falling(frequencies).filter { frequencies[$0] >= parameters.threshold }
  }

  /// Share of the subsamples in which each column was chosen.
  /// - Throws: what the inner selector throws; a subsample without patients.
  package func frequencies(from data: Dataset, using stream: inout RandomStream)
    throws(LearningError) -> [Double]
  {
    let strata = self.strata(data)
    var counts = [Int](repeating: 0, count: data.columnCount)
    for _ in 0..<parameters.subsamples {
      var drawn: Set<Int> = []
      for stratum in strata {
        var patients = stratum
        stream.shuffle(&patients)
        drawn.formUnion(patients.prefix(Int(parameters.share * Double(patients.count))))
      }
      if drawn.isEmpty {
        throw LearningError(
          "stability: a share of \(parameters.share) of \(data.rowCount) rows leaves no patient")
      }
      let rows = (0..<data.rowCount).filter { drawn.contains(data.groups[$0]) }
      for column in try inner.select(from: data.rows(rows), using: &stream) { counts[column] += 1 }
    }
    return counts.map { Double($0) / Double(parameters.subsamples) }
  }

  /// Patients of each stratum, in the order of their first row.
  private func strata(_ data: Dataset) -> [[Int]] {
    let marks: [UInt8] =
      switch data.outcome {
      case .binary(let classes) where parameters.stratified: classes
      case .survival(_, let event, _) where parameters.stratified: event
      default: [UInt8](repeating: 0, count: data.rowCount)
      }
    let marked = Set(marks.indices.filter { marks[$0] == 1 }.map { data.groups[$0] })
    var seen: Set<Int> = []
    var strata: [[Int]] = [[], []]
    for group in data.groups where seen.insert(group).inserted {
      strata[marked.contains(group) ? 1 : 0].append(group)
    }
    return strata
  }
}
