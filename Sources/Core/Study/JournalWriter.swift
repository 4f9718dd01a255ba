internal import Glibc

/// One process's journal: append-only, so what `append` returned from survives the process's death,
/// and a second later the machine's.
package final class JournalWriter {
  private let path: String
  private let descriptor: Int32
  private var unsyncedBytes = 0
  private var lastSync = 0.0
  private var isClosed = false

  /// Data reach the disk at least this often.
  private static let syncSeconds = 1.0
  private static let syncBytes = 64 << 20

  /// Makes a new file in `folder`, named after rank and process.
  /// - Parameter fingerprint: 32 bytes that name the plan.
  package init(folder: String, rank: Int, fingerprint: [UInt8]) throws(JournalError) {
    precondition(fingerprint.count == 32)
    var attempt = 0
    var descriptor: Int32 = -1
    var path = ""
    repeat {
      path = "\(folder)/rank-\(rank)-\(getpid())-\(attempt).journal"
      descriptor = open(path, O_WRONLY | O_CREAT | O_EXCL | O_APPEND | O_CLOEXEC, 0o666)
      attempt += 1
    } while descriptor < 0 && errno == EEXIST
    guard descriptor >= 0 else {
      throw JournalError(path: path, message: "cannot be made: \(errorText())")
    }
    self.path = path
    self.descriptor = descriptor
    var header = JournalLayout.magic
    withUnsafeBytes(of: JournalLayout.version.littleEndian) { header.append(contentsOf: $0) }
    header += fingerprint
    try write(header)
  }

  deinit { if !isClosed { Glibc.close(descriptor) } }

  /// Appends a record; when this returns, the record survives the death of the process.
  package func append(
    _ kind: JournalRecordKind, unit: Int, fingerprint: UInt64, payload: [UInt8]
  ) throws(JournalError) {
    var record: [UInt8] = []
    record.reserveCapacity(JournalLayout.frameBytes + payload.count)
    func put<Value: FixedWidthInteger>(_ value: Value) {
      withUnsafeBytes(of: value.littleEndian) { record.append(contentsOf: $0) }
    }
    put(UInt64(payload.count))
    put(UInt32(0))
    put(kind.rawValue)
    record += [0, 0, 0]
    put(Int64(unit))
    put(fingerprint)
    record += payload
    let checksum = record.withUnsafeBytes {
      CRC32C.checksum(UnsafeRawBufferPointer(rebasing: $0[JournalLayout.checkedFrom...]))
    }
    withUnsafeBytes(of: checksum.littleEndian) { bytes in
      for (index, byte) in bytes.enumerated() { record[8 + index] = byte }
    }
    try write(record)
    unsyncedBytes += record.count
    // A start record needs no disk: it matters only if this process dies and the machine lives.
    if kind != .started { try syncIfDue() }
  }

  private func syncIfDue() throws(JournalError) {
    let now = monotonicSeconds()
    guard now - lastSync >= Self.syncSeconds || unsyncedBytes >= Self.syncBytes else { return }
    try sync()
    lastSync = now
  }

  private func sync() throws(JournalError) {
    guard fdatasync(descriptor) == 0 || errno == EINVAL else {
      throw JournalError(path: path, message: "cannot be made durable: \(errorText())")
    }
    unsyncedBytes = 0
  }

  package func close() throws(JournalError) {
    guard !isClosed else { return }
    try sync()
    isClosed = true
    guard Glibc.close(descriptor) == 0 else {
      throw JournalError(path: path, message: "cannot be closed: \(errorText())")
    }
  }

  private func write(_ bytes: [UInt8]) throws(JournalError) {
    var offset = 0
    while offset < bytes.count {
      let count = bytes.withUnsafeBytes { buffer in
        Glibc.write(descriptor, buffer.baseAddress.map { $0 + offset }, bytes.count - offset)
      }
      if count < 0, errno == EINTR { continue }
      guard count > 0 else {
        throw JournalError(path: path, message: "cannot be written: \(errorText())")
      }
      offset += count
    }
  }
}

func errorText() -> String { String(cString: strerror(errno)) }

private func monotonicSeconds() -> Double {
  var time = timespec()
  clock_gettime(CLOCK_MONOTONIC, &time)
  return Double(time.tv_sec) + Double(time.tv_nsec) * 1e-9
}
