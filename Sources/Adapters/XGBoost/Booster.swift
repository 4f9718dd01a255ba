internal import CXGBoost
package import Learning

/// A model in training. The library's generator of random numbers belongs to the thread, and the
/// first update seeds it: one booster is trained to its end before the next is begun.
package final class Booster {
  private let handle: BoosterHandle

  /// - Parameters:
  ///   - settings: the library's names and values.
  ///   - tables: those that it will be trained on and measured on.
  package init(
    _ settings: [(name: String, value: String)], for tables: [XGBoostTable]
  ) throws(LearningError) {
    var handle: BoosterHandle?
    let matrices: [DMatrixHandle?] = tables.map(\.handle)
    try check("XGBoosterCreate") {
      XGBoosterCreate(matrices, bst_ulong(matrices.count), &handle)
    }
    guard let handle else { throw LearningError("xgboost made no booster") }
    self.handle = handle
    for (name, value) in settings {
      try check("XGBoosterSetParam \(name)") { XGBoosterSetParam(handle, name, value) }
    }
  }

  deinit { _ = XGBoosterFree(handle) }

  /// Adds a tree.
  /// - Parameter round: counted from 0.
  package func update(_ round: Int, on table: XGBoostTable) throws(LearningError) {
    try check("XGBoosterUpdateOneIter") {
      XGBoosterUpdateOneIter(handle, Int32(round), table.handle)
    }
  }

  /// The objective's default measure, smaller being better; may be NaN.
  package func measure(_ round: Int, on table: XGBoostTable) throws(LearningError) -> Double {
    var text: UnsafePointer<CChar>?
    var matrices: [DMatrixHandle?] = [table.handle]
    try check("XGBoosterEvalOneIter") {
      "rows".withCString { name in
        var names: [UnsafePointer<CChar>?] = [name]
        return XGBoosterEvalOneIter(handle, Int32(round), &matrices, &names, 1, &text)
      }
    }
    // "[3]\trows-logloss:0.5123"
    let report = text.map { String(cString: $0) } ?? ""
    guard let value = report.split(separator: ":").last, let measure = Double(value) else {
      throw LearningError("xgboost: no measure in \"\(report)\"")
    }
    return measure
  }

  /// The model as a Universal Binary JSON document, which holds numbers exactly.
  package func model() throws(LearningError) -> [UInt8] {
    var (count, bytes): (bst_ulong, UnsafePointer<CChar>?) = (0, nil)
    try check("XGBoosterSaveModelToBuffer") {
      XGBoosterSaveModelToBuffer(handle, "{\"format\": \"ubj\"}", &count, &bytes)
    }
    return Array(UnsafeRawBufferPointer(start: bytes, count: Int(count)))
  }
}
