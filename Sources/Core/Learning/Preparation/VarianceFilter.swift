package import Components
package import Numerics

package enum VarianceDenominator: String, CaseIterable, Hashable, Sendable {
  /// n rows.
  case population
  /// n - 1 rows.
  case sample
}

/// `variance:` of a study file.
///
/// | Setting | Default | Range | Meaning |
/// |---|---|---|---|
/// | `threshold` | 0 | >= 0 | columns with a variance at or below it are dropped |
/// | `denominator` | population | population, sample | n or n - 1 |
package struct VarianceFilterParameters: ParameterSet {
  package var threshold: Double = 0
  package var denominator: VarianceDenominator = .population

  package init() {}

  package static let fields: [Field<VarianceFilterParameters>] = [
    .number(
      "threshold", \.threshold, in: 0...Double.greatestFiniteMagnitude,
      "columns with a variance at or below it are dropped"),
    .choice("denominator", \.denominator, "n (population) or n - 1 (sample)"),
  ]
}

/// Drops columns that hardly vary in the training rows; constant ones always, whatever the
/// rounding of their variance.
package struct VarianceFilter: Preparation, ColumnByColumn {
  package static let id: ComponentID = "variance"
  package static let summary = "Drops columns whose variance is at or below a threshold."

  package let parameters: VarianceFilterParameters

  package init(_ parameters: VarianceFilterParameters) throws(InvalidInput) {
    self.parameters = parameters
  }

  /// - Throws: missing values, fewer than 2 rows, no column left.
  package func fit(_ data: Dataset, using stream: inout RandomStream) throws(LearningError)
    -> FittedVarianceFilter
  {
    try data.requireRows(2, for: Self.id)
    let divisor = Double(data.rowCount - (parameters.denominator == .sample ? 1 : 0))
    var kept: [Int] = []
    for column in 0..<data.columnCount {
      let (unfit, variance) = data.features.withColumn(column) { values in
        if let unfit = UnfitValue(in: values) { return (UnfitValue?.some(unfit), 0.0) }
        if ColumnSummary.isConstant(values) { return (nil, -1) }
        let mean = ColumnSummary.mean(values)
        return (nil, ColumnSummary.sumOfSquares(values, mean: mean) / divisor)
      }
      if let unfit { throw unfit.error(data.names[column], for: Self.id) }
      if variance > parameters.threshold { kept.append(column) }
    }
    if kept.isEmpty && data.columnCount > 0 {
      throw LearningError(
        "\(Self.id): none of \(data.columnCount) columns has a variance above "
          + "\(parameters.threshold)")
    }
    return FittedVarianceFilter(inputNames: data.names, kept: kept)
  }
}

package struct FittedVarianceFilter: ColumnwiseTransform, Hashable {
  package let inputNames: [String]
  /// Columns that come out, ascending.
  package let kept: [Int]

  fileprivate init(inputNames: [String], kept: [Int]) {
    self.inputNames = inputNames
    self.kept = kept
  }

  package var names: [String] { kept.map { inputNames[$0] } }

  package func apply(_ features: FeatureMatrix, sites: [String]) throws(LearningError)
    -> FeatureMatrix
  {
    try features.requireColumns(inputNames.count, for: VarianceFilter.id)
    return features.columns(kept)
  }

  package var sources: [Int] { kept }

  package func change(
    _ values: UnsafeMutableBufferPointer<Double>, ofColumn column: Int
  ) throws(LearningError) {}

  package var state: FittedState {
    FittedState(
      kind: VarianceFilter.id.name, texts: inputNames,
      numbers: [Double(inputNames.count), Double(kept.count)] + kept.map { Double($0) })
  }

  package init(_ state: FittedState) throws(LearningError) {
    var reader = try FittedStateReader(state, kind: VarianceFilter.id.name)
    let count = try reader.integer()
    let keptCount = try reader.integer()
    inputNames = try reader.texts(count)
    kept = try reader.integers(keptCount, in: 0..<count)
    try reader.finish()
  }
}
