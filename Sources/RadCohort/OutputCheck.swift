internal import ArgumentParser
internal import Glibc

/// Refuses an output that is one of the files it is made from, which would be lost.
/// - Throws: wrong usage.
func checkOutput(_ output: String?, besides inputs: [String?]) throws {
  guard let output, let own = identity(of: output) else { return }
  for case let input? in inputs where identity(of: input).map({ $0 == own }) ?? false {
    throw ValidationError("--output \(output) is the input \(input) itself, which would be lost")
  }
}

/// Device and number of a file; nil where there is none.
private func identity(of path: String) -> [UInt64]? {
  var status = stat()
  guard stat(path, &status) == 0 else { return nil }
  return [UInt64(status.st_dev), UInt64(status.st_ino)]
}
