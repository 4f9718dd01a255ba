internal import CXGBoost
internal import Glibc
internal import Learning

/// Calls XGBoost and turns its code into an error: no code is dropped.
@inline(__always)
func check(_ call: String, _ body: () -> Int32) throws(LearningError) {
  if body() == 0 { return }
  throw LearningError("xgboost, \(call): \(XGBoostLibrary.reason(XGBGetLastError()))")
}

/// The XGBoost library as this process uses it: silent and on one thread.
///
/// With `nthread` 1 the library starts no thread. Its sort of survival times alone asks OpenMP how
/// many threads there may be; that number is set to 1 for the calling thread.
package enum XGBoostLibrary {
  /// "1.7.4".
  package static var version: String {
    var parts: (Int32, Int32, Int32) = (0, 0, 0)
    XGBoostVersion(&parts.0, &parts.1, &parts.2)
    return "\(parts.0).\(parts.1).\(parts.2)"
  }

  /// Nothing is printed from now on by calls on this thread, and no thread is started by them.
  static func settle() throws(LearningError) {
    try check("XGBRegisterLogCallback") { XGBRegisterLogCallback { _ in } }
    try check("XGBSetGlobalConfig") { XGBSetGlobalConfig("{\"verbosity\": 0}") }
    setThreadCount?(1)
  }

  /// The first line of the library's message without time and stack.
  package static func reason(_ message: UnsafePointer<CChar>?) -> String {
    guard let message else { return "no reason given" }
    let line = String(cString: message).split(separator: "\n").first.map(String.init) ?? ""
    guard line.hasPrefix("["), let end = line.firstIndex(of: "]") else { return line }
    return String(line[line.index(after: end)...].drop { $0 == " " })
  }

  private static let setThreadCount = dlsym(nil, "omp_set_num_threads").map {
    unsafeBitCast($0, to: (@convention(c) @Sendable (Int32) -> Void).self)
  }
}
