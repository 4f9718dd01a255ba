internal import Glibc

/// Reads all journals of a work folder.
package enum JournalReader {
  /// Indexes every journal file in `folder`.
  ///
  /// Called while no other process writes there: the output lock sees to that. A torn end of a file
  /// (a process or machine died while writing) is left out. Where several records speak of a unit,
  /// one that finished it counts before one that failed it, and a later file's before an earlier's
  /// if their input fingerprints differ.
  /// - Throws: when a file belongs to another plan or cannot be read.
  package static func readAll(folder: String, fingerprint: [UInt8]) throws(JournalError)
    -> JournalIndex
  {
    var index = JournalIndex()
    for path in files(in: folder) {
      guard let file = MappedFile(path) else {
        throw JournalError(path: path, message: "cannot be read: \(errorText())")
      }
      // A process that died while making the file left no header.
      guard file.bytes.count >= JournalLayout.headerBytes else { continue }
      guard header(of: file.bytes, is: fingerprint) else {
        throw JournalError(path: path, message: "belongs to another study or another version")
      }
      index.add(file.bytes, path: path)
    }
    return index
  }

  /// Whether any journal in `folder` belongs to another plan.
  package static func holdsOtherStudy(folder: String, fingerprint: [UInt8]) -> Bool {
    files(in: folder).contains { path in
      guard let file = MappedFile(path), file.bytes.count >= JournalLayout.headerBytes else {
        return false
      }
      return !header(of: file.bytes, is: fingerprint)
    }
  }

  private static func header(of bytes: UnsafeRawBufferPointer, is fingerprint: [UInt8]) -> Bool {
    bytes[..<8].elementsEqual(JournalLayout.magic)
      && bytes.loadUnaligned(fromByteOffset: 8, as: UInt64.self).littleEndian
        == JournalLayout.version
      && bytes[16..<48].elementsEqual(fingerprint)
  }

  /// Journal files, oldest first (by time of change, then by name).
  private static func files(in folder: String) -> [String] {
    guard let directory = opendir(folder) else { return [] }
    defer { closedir(directory) }
    var found: [(time: Int, path: String)] = []
    while let entry = readdir(directory) {
      let name = withUnsafePointer(to: &entry.pointee.d_name) { pointer in
        pointer.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
      }
      guard name.hasSuffix(".journal") else { continue }
      var status = stat()
      let path = folder + "/" + name
      guard stat(path, &status) == 0 else { continue }
      found.append((status.st_mtim.tv_sec * 1_000_000_000 + status.st_mtim.tv_nsec, path))
    }
    return found.sorted { ($0.time, $0.path) < ($1.time, $1.path) }.map(\.path)
  }
}

/// Where the last word on each unit stands; payloads stay in their files.
package struct JournalIndex {
  private var paths: [String] = []
  private var records: [Int: JournalRecord] = [:]
  private var deathCounts: [Int: Int] = [:]
  /// Number of times that any unit was begun, repeats included.
  package private(set) var startCount = 0
  /// Bytes at torn ends of files.
  package private(set) var ignoredBytes = 0

  package init() {}

  package var recordCount: Int { records.count }

  /// The last word on a unit: finished or failed; nil where there is none.
  package func record(of unit: Int) -> JournalRecord? { records[unit] }

  /// Number of processes that died while they computed the unit.
  package func deaths(of unit: Int) -> Int { deathCounts[unit] ?? 0 }

  /// The payload of a record, or its first `limit` bytes.
  package func payload(
    of record: JournalRecord, limit: Int = .max
  ) throws(JournalError) -> [UInt8] {
    let path = paths[record.file]
    let descriptor = open(path, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else {
      throw JournalError(path: path, message: "cannot be read: \(errorText())")
    }
    defer { close(descriptor) }
    var bytes = [UInt8](repeating: 0, count: min(limit, record.byteCount))
    var done = 0
    while done < bytes.count {
      let count = bytes.withUnsafeMutableBytes { buffer in
        pread(
          descriptor, buffer.baseAddress.map { $0 + done }, buffer.count - done,
          off_t(record.offset + done))
      }
      if count < 0, errno == EINTR { continue }
      guard count > 0 else {
        throw JournalError(path: path, message: "cannot be read whole: \(errorText())")
      }
      done += count
    }
    return bytes
  }

  fileprivate mutating func add(_ bytes: UnsafeRawBufferPointer, path: String) {
    let file = paths.count
    paths.append(path)
    var open: Set<Int> = []
    var offset = JournalLayout.headerBytes
    while let record = Self.record(in: bytes, at: offset, file: file) {
      offset = record.offset + record.byteCount
      switch record.kind {
      case .started:
        startCount += 1
        open.insert(record.unit)
      case .finished, .failed:
        open.remove(record.unit)
        take(record)
      }
    }
    for unit in open { deathCounts[unit, default: 0] += 1 }
    ignoredBytes += bytes.count - offset
  }

  private mutating func take(_ record: JournalRecord) {
    if let known = records[record.unit], known.fingerprint == record.fingerprint,
      known.kind == .finished, record.kind == .failed
    {
      return
    }
    records[record.unit] = record
  }

  /// The record at `offset`, or nil where there is no whole and undamaged one.
  private static func record(in bytes: UnsafeRawBufferPointer, at offset: Int, file: Int)
    -> JournalRecord?
  {
    func load<Value: FixedWidthInteger>(_ at: Int, _: Value.Type) -> Value {
      Value(littleEndian: bytes.loadUnaligned(fromByteOffset: offset + at, as: Value.self))
    }
    guard bytes.count - offset >= JournalLayout.frameBytes else { return nil }
    let length = load(0, UInt64.self)
    guard length <= UInt64(bytes.count - offset - JournalLayout.frameBytes) else { return nil }
    let end = offset + JournalLayout.frameBytes + Int(length)
    let checked = UnsafeRawBufferPointer(
      rebasing: bytes[(offset + JournalLayout.checkedFrom)..<end])
    guard CRC32C.checksum(checked) == load(8, UInt32.self),
      let kind = JournalRecordKind(rawValue: bytes[offset + 12])
    else { return nil }
    return JournalRecord(
      unit: Int(load(16, Int64.self)), kind: kind, fingerprint: load(24, UInt64.self), file: file,
      offset: offset + JournalLayout.frameBytes, byteCount: Int(length))
  }
}

/// A file mapped read-only for as long as this lives.
private final class MappedFile {
  let bytes: UnsafeRawBufferPointer

  init?(_ path: String) {
    let descriptor = open(path, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else { return nil }
    defer { close(descriptor) }
    var status = stat()
    guard fstat(descriptor, &status) == 0 else { return nil }
    guard status.st_size > 0 else {
      bytes = UnsafeRawBufferPointer(start: nil, count: 0)
      return
    }
    guard let start = mmap(nil, status.st_size, PROT_READ, MAP_PRIVATE, descriptor, 0),
      start != MAP_FAILED
    else { return nil }
    bytes = UnsafeRawBufferPointer(start: start, count: status.st_size)
  }

  deinit {
    if let start = bytes.baseAddress {
      munmap(UnsafeMutableRawPointer(mutating: start), bytes.count)
    }
  }
}
