internal import Components
internal import Glibc
internal import HashingAdapter
internal import Learning
internal import ModelStudy
internal import Study

/// The table of a model study as a file in the run's work folder, which all ranks of a node map.
///
/// Its name carries the hash of its bytes: a later start with another table does not change it
/// under a run.
struct TableFile {
  let path: String
  /// SHA-256 of its bytes, hexadecimal.
  let hash: String

  /// Makes the file, or finds it there already.
  /// - Parameter folder: exists.
  init(
    _ header: ModelDataHeader, _ features: FeatureMatrix, in folder: String
  ) throws(InvalidInput) {
    let head = ModelData.head(header)
    hash = Self.hash(head, features)
    path = "\(folder)/\(Self.prefix)\(hash.prefix(16))\(Self.suffix)"
    var status = stat()
    let size = head.count + 8 * features.rowCount * features.columnCount
    if stat(path, &status) == 0, Int(status.st_size) == size { return }
    // Aside and then renamed: a run that has mapped the file never sees it change.
    let aside = "\(path).\(getpid()).partial"
    try Self.write(head, features, to: aside)
    guard rename(aside, path) == 0 else {
      throw InvalidInput(path, "the table cannot be written: \(systemError())")
    }
  }

  /// SHA-256 of the bytes that the file of a head and its values has, hexadecimal.
  static func hash(_ head: [UInt8], _ features: FeatureMatrix) -> String {
    let hasher = SHA256Hasher()
    head.withUnsafeBytes { hasher.update($0) }
    for column in 0..<features.columnCount {
      features.withColumn(column) { hasher.update(UnsafeRawBufferPointer($0)) }
    }
    return hexadecimal(hasher.finish())
  }

  private static let prefix = "table-"
  private static let suffix = ".bin"

  /// Removes the tables of a work folder that other studies, or other states of this one, have left
  /// there. The caller holds the lock of the run, so nobody uses them.
  static func removeOthers(than path: String, in folder: String) {
    for name in fileNames(in: folder) where name.hasPrefix(prefix) && name.hasSuffix(suffix) {
      if "\(folder)/\(name)" != path { unlink("\(folder)/\(name)") }
    }
  }

  /// Writes the head, then column by column.
  static func write(
    _ head: [UInt8], _ features: FeatureMatrix, to path: String
  ) throws(InvalidInput) {
    let descriptor = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o666)
    guard descriptor >= 0 else {
      throw InvalidInput(path, "the table cannot be written: \(systemError())")
    }
    let isWritten =
      head.withUnsafeBytes { writeAll($0, to: descriptor) }
      && (0..<features.columnCount).allSatisfy { column in
        features.withColumn(column) { writeAll(UnsafeRawBufferPointer($0), to: descriptor) }
      }
    let reason = systemError()
    guard close(descriptor) == 0, isWritten else {
      unlink(path)
      throw InvalidInput(path, "the table cannot be written whole: \(reason)")
    }
  }

  /// - Returns: false, with `errno` set, where not all bytes could be written.
  private static func writeAll(_ bytes: UnsafeRawBufferPointer, to descriptor: Int32) -> Bool {
    var rest = bytes[...]
    while !rest.isEmpty {
      let start = UnsafeRawBufferPointer(rebasing: rest).baseAddress
      let count = Glibc.write(descriptor, start, rest.count)
      if count < 0, errno == EINTR { continue }
      guard count > 0 else { return false }
      rest = rest.dropFirst(count)
    }
    return true
  }
}
