package import Components
package import Numerics

package enum LogBase: String, CaseIterable, Hashable, Sendable {
  case e
  case two = "2"
  case ten = "10"
}

package enum BelowMinimum: String, CaseIterable, Hashable, Sendable {
  /// A new value below the training minimum counts as the minimum.
  case clamp
  /// It is an error.
  case refuse
}

/// `log-shift:` of a study file.
///
/// | Setting | Default | Range | Meaning |
/// |---|---|---|---|
/// | `start` | 1 | > 0 | argument of the logarithm at the training minimum |
/// | `base` | e | e, 2, 10 | base of the logarithm |
/// | `below` | clamp | clamp, refuse | new values below the training minimum |
package struct LogShiftParameters: ParameterSet {
  package var start: Double = 1
  package var base: LogBase = .e
  package var below: BelowMinimum = .clamp

  package init() {}

  package static let fields: [Field<LogShiftParameters>] = [
    .number(
      "start", \.start, in: 0...1e12, exclusiveLower: true,
      "argument of the logarithm at the training minimum"),
    .choice("base", \.base, "base of the logarithm"),
    .choice("below", \.below, "what happens to new values below the training minimum"),
  ]
}

/// log(x - minimum + start), with the minimum of each column in the training rows.
///
/// The training minimum maps to log(start): 0 with the default. The logarithm is
/// `PortableLogarithm`, so that the bits do not depend on the C library.
package struct LogShift: Preparation {
  package static let id: ComponentID = "log-shift"
  package static let summary = "Logarithm after a shift that makes the training minimum positive."

  package let parameters: LogShiftParameters

  package init(_ parameters: LogShiftParameters) throws(InvalidInput) {
    if !parameters.start.isNormal {
      throw InvalidInput("start", "\(parameters.start) is too small; expected a number >= 1e-300")
    }
    self.parameters = parameters
  }

  package func fit(_ data: Dataset, using stream: inout RandomStream) throws(LearningError)
    -> FittedLogShift
  {
    try data.requireRows(1, for: Self.id)
    try data.requireFinite(for: Self.id)
    var minima: [Double] = []
    for column in 0..<data.columnCount {
      minima.append(data.features.range(of: column).lowerBound)
    }
    return FittedLogShift(parameters: parameters, names: data.names, minima: minima)
  }
}

package struct FittedLogShift: FittedTransform, Hashable {
  fileprivate var parameters: LogShiftParameters
  package let names: [String]
  /// Of the training rows, one per column.
  package let minima: [Double]

  fileprivate init(parameters: LogShiftParameters, names: [String], minima: [Double]) {
    self.parameters = parameters
    self.names = names
    self.minima = minima
  }

  package func apply(_ features: FeatureMatrix, sites: [String]) throws(LearningError)
    -> FeatureMatrix
  {
    try features.requireColumns(names.count, for: LogShift.id)
    try features.requireFinite(names, for: LogShift.id)
    let divisor: Double =
      switch parameters.base {
      case .e: 1
      case .two: PortableLogarithm.value(of: 2)
      case .ten: PortableLogarithm.value(of: 10)
      }
    var values: [Double] = []
    values.reserveCapacity(features.values.count)
    for column in 0..<features.columnCount {
      for (row, value) in features.column(column).enumerated() {
        if value < minima[column] && parameters.below == .refuse {
          throw LearningError(
            "\(LogShift.id): column \"\(names[column])\", row \(row + 1): \(value) is below the "
              + "training minimum \(minima[column]) and the rule is \"refuse\"")
        }
        let argument = max(value - minima[column], 0) + parameters.start
        if !argument.isFinite {
          throw LearningError("\(LogShift.id): column \"\(names[column])\" overflows")
        }
        values.append(PortableLogarithm.value(of: argument) / divisor)
      }
    }
    return FeatureMatrix(
      rowCount: features.rowCount, columnCount: features.columnCount, values: values)
  }

  package var state: FittedState {
    FittedState(
      kind: LogShift.id.name,
      texts: [parameters.base.rawValue, parameters.below.rawValue] + names,
      numbers: [Double(names.count), parameters.start] + minima)
  }

  package init(_ state: FittedState) throws(LearningError) {
    var reader = try FittedStateReader(state, kind: LogShift.id.name)
    parameters = LogShiftParameters()
    parameters.base = try reader.choice(LogBase.self)
    parameters.below = try reader.choice(BelowMinimum.self)
    let count = try reader.integer()
    parameters.start = try reader.numbers(1)[0]
    names = try reader.texts(count)
    minima = try reader.numbers(count)
    try reader.finish()
  }
}
