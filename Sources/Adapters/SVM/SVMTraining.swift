internal import Components
internal import Learning

/// Training rows, checked, scaled and ready for libsvm.
struct SVMTraining {
  let names: [String]
  let scaling: SVMScaling
  let function: KernelFunction
  let rows: NodeRows
  /// Row by row, scaled.
  private let values: [Double]

  /// - Parameter outcome: of a regression; nil for classes.
  init(
    _ data: Dataset, _ settings: SVMSettings, outcome: [Double]?, for step: ComponentID
  ) throws(LearningError) {
    guard data.columnCount > 0 else { throw LearningError("\(step) needs a column") }
    try data.requireRows(2, for: step)
    try data.requireFinite(for: step)
    names = data.names
    do {
      scaling =
        settings.scaling == .none ? .none : try SVMScaling(fittedTo: data, outcome: outcome)
    } catch { throw LearningError("\(step): \(error.message)") }
    values = scaling.rows(of: data.features)
    function = KernelFunction(settings, values: values, columnCount: data.columnCount)
    var longest = 0.0
    for row in 0..<data.rowCount {
      var sum = 0.0
      for value in values[row * names.count..<(row + 1) * names.count] { sum += value * value }
      longest = max(longest, sum)
    }
    guard function.isFinite(upTo: longest) else {
      throw LearningError(
        "\(step): the values are too large for the \(settings.kernel.rawValue) kernel; scale the "
          + "columns first")
    }
    rows = NodeRows(values, rowCount: data.rowCount, columnCount: data.columnCount)
  }

  /// The values of some rows, one after the other.
  func values(ofRows rows: [Int]) -> [Double] {
    var taken: [Double] = []
    taken.reserveCapacity(rows.count * names.count)
    for row in rows { taken += values[row * names.count..<(row + 1) * names.count] }
    return taken
  }
}
