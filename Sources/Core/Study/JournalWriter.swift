internal import Glibc

/// One process's journal: append-only, so what `append` returned from survives the process's death,
/// and a second later the machine's.
package final class JournalWriter {
  private let path: String
  private let descriptor: Int32
  private let durability: JournalDurability
  /// Bytes of the header and of whole records.
  private var size = 0
  private var isClosed = false
  /// A record was cut off and could not be taken back: nothing behind it would be read.
  private var isBroken = false

  /// Makes a new file in `folder`, named after rank, process and generation.
  /// - Parameters:
  ///   - fingerprint: 32 bytes that name the plan.
  ///   - process: says which process this is, for the provenance: host and processor.
  package init(
    folder: String, rank: Int, fingerprint: [UInt8], process: String = ""
  ) throws(JournalError) {
    precondition(fingerprint.count == 32)
    var generation = 1 + (try JournalLayout.files(in: folder).last?.generation ?? 0)
    var descriptor: Int32 = -1
    var path = ""
    repeat {
      path = "\(folder)/rank-\(rank)-\(getpid())-\(generation).journal"
      descriptor = open(path, O_WRONLY | O_CREAT | O_EXCL | O_APPEND | O_CLOEXEC, 0o666)
      generation += 1
    } while descriptor < 0 && errno == EEXIST
    guard descriptor >= 0 else {
      throw JournalError(path: path, message: "cannot be made: \(errorText())")
    }
    self.path = path
    self.descriptor = descriptor
    durability = JournalDurability(descriptor: descriptor)
    var header = JournalLayout.magic
    withUnsafeBytes(of: JournalLayout.version.littleEndian) { header.append(contentsOf: $0) }
    header += fingerprint
    do throws(JournalError) {
      try write(header)
      try append(.process, unit: -1, fingerprint: 0, payload: Array(process.utf8))
    } catch {
      unlink(path)
      throw error
    }
    Self.makeNameDurable(folder)
  }

  deinit {
    if !isClosed {
      durability.end()
      Glibc.close(descriptor)
    }
  }

  /// A file whose name is not on the disk is lost with the machine. Not every file system can.
  private static func makeNameDurable(_ folder: String) {
    let directory = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
    guard directory >= 0 else { return }
    fsync(directory)
    Glibc.close(directory)
  }

  /// Appends a record; when this returns, the record survives the death of the process.
  /// - Throws: when the disk is full or fails; the journal then ends behind the last whole record.
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
    // A start record needs no disk: it matters only if this process dies and the machine lives.
    if kind != .started { durability.wrote(record.count) }
  }

  /// Makes everything durable and closes the file.
  package func close() throws(JournalError) {
    guard !isClosed else { return }
    isClosed = true
    durability.end()
    _ = durability.sync()
    let isClosedWell = Glibc.close(descriptor) == 0
    try throwSyncFailure()
    guard isClosedWell else {
      throw JournalError(path: path, message: "cannot be closed: \(errorText())")
    }
  }

  private func throwSyncFailure() throws(JournalError) {
    let code = durability.failure
    if code != 0 {
      throw JournalError(
        path: path, message: "cannot be made durable: \(String(cString: strerror(code)))")
    }
  }

  private func write(_ bytes: [UInt8]) throws(JournalError) {
    try throwSyncFailure()
    guard !isBroken else {
      throw JournalError(path: path, message: "ends in a record that was cut off")
    }
    var offset = 0
    while offset < bytes.count {
      let count = bytes.withUnsafeBytes { buffer in
        Glibc.write(descriptor, buffer.baseAddress.map { $0 + offset }, bytes.count - offset)
      }
      if count < 0, errno == EINTR { continue }
      guard count > 0 else {
        let message = errorText()
        isBroken = ftruncate(descriptor, off_t(size)) != 0
        throw JournalError(path: path, message: "cannot be written: \(message)")
      }
      offset += count
    }
    size += bytes.count
  }
}

func errorText() -> String { String(cString: strerror(errno)) }
