package import Components
package import Numerics

package enum ImputationMethod: String, CaseIterable, Hashable, Sendable {
  /// The median of the training rows that have a value (even count: the mean of the two middle).
  case median
  /// Their arithmetic mean.
  case mean
  /// A missing value is an error.
  case refuse
  /// Columns with a missing value in the training rows are dropped; a missing value in new rows
  /// is an error.
  case completeColumns = "complete-columns"
}

/// `impute:` of a study file.
///
/// | Setting | Default | Range | Meaning |
/// |---|---|---|---|
/// | `method` | median | median, mean, refuse, complete-columns | what replaces a missing value |
/// | `maximumMissing` | 1 | 0...1 | columns with a larger missing share of rows are dropped |
package struct ImputationParameters: ParameterSet {
  package var method: ImputationMethod = .median
  package var maximumMissing: Double = 1

  package init() {}

  package static let fields: [Field<ImputationParameters>] = [
    .choice("method", \.method, "what replaces a missing value"),
    .number(
      "maximumMissing", \.maximumMissing, in: 0...1,
      "median and mean: columns with a larger share of missing training rows are dropped"),
  ]
}

/// Replaces missing values by what the training rows say; counts what was missing.
///
/// A column without any value in the training rows has no median: it is an error, unless
/// `maximumMissing` below 1 drops it. Infinite values are errors, never missing values.
package struct Imputation: Preparation, ColumnByColumn {
  package static let id: ComponentID = "impute"
  package static let summary = "Missing values replaced by the median or mean of the training rows."

  package let parameters: ImputationParameters

  package init(_ parameters: ImputationParameters) throws(InvalidInput) {
    self.parameters = parameters
  }

  package func fit(_ data: Dataset, using stream: inout RandomStream) throws(LearningError)
    -> FittedImputation
  {
    let table = data.features
    try data.requireRows(1, for: Self.id)
    var fitted = FittedImputation(method: parameters.method, inputNames: data.names)
    for column in 0..<table.columnCount {
      let (present, isInfinite) = table.withColumn(column) { values in
        (values.filter { !$0.isNaN }, values.contains { $0.isInfinite })
      }
      if isInfinite { try table.requireNoInfinity(data.names, for: Self.id) }
      let missing = table.rowCount - present.count
      fitted.missingCounts.append(missing)
      switch parameters.method {
      case .refuse:
        if missing > 0 {
          throw LearningError(
            "\(Self.id): column \"\(data.names[column])\" is missing in \(missing) of "
              + "\(table.rowCount) rows and the method is \"refuse\"")
        }
      case .completeColumns:
        if missing > 0 { continue }
      case .median, .mean:
        if Double(missing) > parameters.maximumMissing * Double(table.rowCount) { continue }
        if present.isEmpty {
          throw LearningError(
            "\(Self.id): column \"\(data.names[column])\" has no value in any training row; "
              + "maximumMissing below 1 drops such columns")
        }
      }
      fitted.kept.append(column)
      fitted.replacements.append(Self.replacement(parameters.method, present))
    }
    return fitted
  }

  private static func replacement(_ method: ImputationMethod, _ present: [Double]) -> Double {
    switch method {
    case .median: ColumnSummary.quantile(present.sorted(), 0.5)
    case .mean: ColumnSummary.mean(present)
    case .refuse, .completeColumns: .nan
    }
  }
}

package struct FittedImputation: ColumnwiseTransform, Hashable {
  package let method: ImputationMethod
  package let inputNames: [String]
  /// Missing training rows of each column that went in, dropped columns included.
  package fileprivate(set) var missingCounts: [Int] = []
  /// Columns that come out, ascending.
  package fileprivate(set) var kept: [Int] = []
  fileprivate var replacements: [Double] = []

  fileprivate init(method: ImputationMethod, inputNames: [String]) {
    self.method = method
    self.inputNames = inputNames
  }

  package var names: [String] { kept.map { inputNames[$0] } }

  package func apply(_ features: FeatureMatrix, sites: [String]) throws(LearningError)
    -> FeatureMatrix
  {
    try features.requireColumns(inputNames.count, for: Imputation.id)
    return try changed(features)
  }

  package var sources: [Int] { kept }

  package func change(
    _ values: UnsafeMutableBufferPointer<Double>, ofColumn column: Int
  ) throws(LearningError) {
    if UnfitValue(in: UnsafeBufferPointer(values)) == nil { return }
    let replacement = replacements[column]
    for row in values.indices where !values[row].isFinite {
      let isMissing = values[row].isNaN
      if !isMissing || replacement.isNaN {
        throw LearningError(
          "\(Imputation.id): column \"\(inputNames[kept[column]])\" is "
            + "\(isMissing ? "missing" : "infinite") in row \(row + 1); the method "
            + "\"\(method.rawValue)\" has no value for it")
      }
      values[row] = replacement
    }
  }

  package var state: FittedState {
    FittedState(
      kind: Imputation.id.name, texts: [method.rawValue] + inputNames,
      numbers: [Double(inputNames.count), Double(kept.count)] + missingCounts.map { Double($0) }
        + kept.map { Double($0) } + (replacements.contains { $0.isNaN } ? [] : replacements))
  }

  package init(_ state: FittedState) throws(LearningError) {
    var reader = try FittedStateReader(state, kind: Imputation.id.name)
    method = try reader.choice(ImputationMethod.self)
    let count = try reader.integer()
    let keptCount = try reader.integer()
    inputNames = try reader.texts(count)
    missingCounts = try reader.integers(count, in: 0..<Int.max)
    kept = try reader.integers(keptCount, in: 0..<count)
    switch method {
    case .median, .mean: replacements = try reader.numbers(keptCount)
    case .refuse, .completeColumns:
      replacements = [Double](repeating: .nan, count: keptCount)
    }
    try reader.finish()
  }
}
