package import Components
package import Numerics

package enum ScalingMethod: String, CaseIterable, Hashable, Sendable {
  /// (x - mean) / standard deviation.
  case zscore
  /// (x - median) / interquartile range (quartiles: Hyndman & Fan 1996, type 7).
  case robust
  /// (x - minimum) / (maximum - minimum).
  case minmax
}

/// `scale:` of a study file.
///
/// | Setting | Default | Range | Meaning |
/// |---|---|---|---|
/// | `method` | zscore | zscore, robust, minmax | what is subtracted and divided by |
/// | `denominator` | population | population, sample | zscore: n or n - 1 in the variance |
/// | `clip` | false | | minmax: new values outside the training range become 0 or 1 |
package struct ScalingParameters: ParameterSet {
  package var method: ScalingMethod = .zscore
  package var denominator: VarianceDenominator = .population
  package var clip = false

  package init() {}

  package static let fields: [Field<ScalingParameters>] = [
    .choice("method", \.method, "mean and SD, median and interquartile range, or range"),
    .choice("denominator", \.denominator, "zscore: n (population) or n - 1 (sample)"),
    .flag("clip", \.clip, "minmax: new values outside the training range become 0 or 1"),
  ]
}

/// Brings columns to one scale with numbers of the training rows.
///
/// Columns that are constant in the training rows become 0 everywhere. A column that varies but
/// has an interquartile range of 0 is only centred by `robust`. Row weights are not used.
package struct Scaling: Preparation, ColumnByColumn {
  package static let id: ComponentID = "scale"
  package static let summary = "Columns brought to one scale (z-score, robust or range)."

  package let parameters: ScalingParameters

  package init(_ parameters: ScalingParameters) throws(InvalidInput) {
    self.parameters = parameters
  }

  package func fit(_ data: Dataset, using stream: inout RandomStream) throws(LearningError)
    -> FittedScaling
  {
    try data.requireRows(2, for: Self.id)
    var centres: [Double] = []
    var widths: [Double] = []
    for column in 0..<data.columnCount {
      let (unfit, centre, width) = data.features.withColumn(column) { values in
        if let unfit = UnfitValue(in: values) { return (UnfitValue?.some(unfit), 0.0, 0.0) }
        let (centre, width) = centreAndWidth(values)
        return (nil, centre, width)
      }
      if let unfit { throw unfit.error(data.names[column], for: Self.id) }
      if !centre.isFinite || !width.isFinite {
        throw LearningError(
          "\(Self.id): the values of column \"\(data.names[column])\" are too large to be scaled")
      }
      centres.append(centre)
      widths.append(width)
    }
    return FittedScaling(
      names: data.names, centres: centres, widths: widths,
      clip: parameters.clip && parameters.method == .minmax)
  }

  private func centreAndWidth(_ values: UnsafeBufferPointer<Double>) -> (Double, Double) {
    if ColumnSummary.isConstant(values) { return (values[0], 0) }
    switch parameters.method {
    case .zscore:
      let mean = ColumnSummary.mean(values)
      let divisor = Double(values.count - (parameters.denominator == .sample ? 1 : 0))
      return (mean, (ColumnSummary.sumOfSquares(values, mean: mean) / divisor).squareRoot())
    case .robust:
      let sorted = values.sorted()
      let width = ColumnSummary.quantile(sorted, 0.75) - ColumnSummary.quantile(sorted, 0.25)
      return (ColumnSummary.quantile(sorted, 0.5), width > 0 ? width : 1)
    case .minmax:
      let range = ColumnSummary.range(values)
      return (range.lowerBound, range.upperBound - range.lowerBound)
    }
  }
}

package struct FittedScaling: ColumnwiseTransform, Hashable {
  package let names: [String]
  /// What is subtracted, one per column.
  package let centres: [Double]
  /// What is divided by, one per column; 0 for a column that was constant.
  package let widths: [Double]
  fileprivate let clip: Bool

  fileprivate init(names: [String], centres: [Double], widths: [Double], clip: Bool) {
    self.names = names
    self.centres = centres
    self.widths = widths
    self.clip = clip
  }

  package func apply(_ features: FeatureMatrix, sites: [String]) throws(LearningError)
    -> FeatureMatrix
  {
    try features.requireColumns(names.count, for: Scaling.id)
    return try changed(features)
  }

  package var sources: [Int] { Array(names.indices) }

  package func change(
    _ values: UnsafeMutableBufferPointer<Double>, ofColumn column: Int
  ) throws(LearningError) {
    if let unfit = UnfitValue(in: UnsafeBufferPointer(values)) {
      throw unfit.error(names[column], for: Scaling.id)
    }
    let (centre, width) = (centres[column], widths[column])
    if width == 0 { return values.update(repeating: 0) }
    var i = 0
    while i < values.count {
      values[i] = (values[i] - centre) / width
      i &+= 1
    }
    if clip { for i in values.indices { values[i] = min(max(values[i], 0), 1) } }
  }

  package var state: FittedState {
    FittedState(
      kind: Scaling.id.name, texts: names,
      numbers: [Double(names.count), clip ? 1 : 0] + centres + widths)
  }

  package init(_ state: FittedState) throws(LearningError) {
    var reader = try FittedStateReader(state, kind: Scaling.id.name)
    let count = try reader.integer()
    clip = try reader.integers(1, in: 0..<2)[0] == 1
    names = try reader.texts(count)
    centres = try reader.numbers(count)
    widths = try reader.numbers(count)
    try reader.finish()
  }
}
