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
    for (_, path) in try JournalLayout.files(in: folder) {
      guard let file = MappedFile(path) else {
        throw JournalError(path: path, message: "cannot be read: \(errorText())")
      }
      try withExtendedLifetime(file) { () throws(JournalError) in
        switch header(of: file.bytes) {
        case .torn: index.ignoredBytes += file.bytes.count
        case .foreign: throw JournalError(path: path, message: "is not a journal")
        case .newer(let version):
          throw JournalError(
            path: path,
            message: "is of version \(version), written by a newer RadCohort; this one reads"
              + " version \(JournalLayout.version)")
        case .plan(let found):
          guard found == fingerprint else {
            throw JournalError(
              path: path, message: "belongs to another study, or to other settings of this one")
          }
          index.add(file.bytes, path: path)
        }
      }
    }
    return index
  }

  /// Whether any journal in `folder` belongs to another plan.
  package static func holdsOtherStudy(
    folder: String, fingerprint: [UInt8]
  ) throws(JournalError) -> Bool {
    try JournalLayout.files(in: folder).contains { file in
      guard let file = MappedFile(file.path) else { return false }
      return withExtendedLifetime(file) {
        switch header(of: file.bytes) {
        case .torn: false
        case .foreign, .newer: true
        case .plan(let found): found != fingerprint
        }
      }
    }
  }

  private enum Header {
    /// Cut off or full of zeros: the process or the machine died while it was made.
    case torn
    case foreign
    case newer(version: UInt64)
    /// The plan's fingerprint.
    case plan([UInt8])
  }

  private static func header(of bytes: UnsafeRawBufferPointer) -> Header {
    guard bytes.count >= JournalLayout.headerBytes else { return .torn }
    if bytes[..<JournalLayout.headerBytes].allSatisfy({ $0 == 0 }) { return .torn }
    guard bytes[..<8].elementsEqual(JournalLayout.magic) else { return .foreign }
    let version = UInt64(littleEndian: bytes.loadUnaligned(fromByteOffset: 8, as: UInt64.self))
    guard version == JournalLayout.version else { return .newer(version: version) }
    return .plan(Array(bytes[16..<48]))
  }
}

/// Where the last word on each unit stands; payloads stay in their files.
package struct JournalIndex {
  private var paths: [String] = []
  private var records: [Int: JournalRecord] = [:]
  private var deathCounts: [Int: Int] = [:]
  /// What each file says of the process that wrote it.
  private var processes: [Int: String] = [:]
  /// Number of times that any unit was begun, repeats included.
  package private(set) var startCount = 0
  /// Bytes at torn ends of files.
  package fileprivate(set) var ignoredBytes = 0
  private let open = OpenFiles()

  package init() {}

  package var recordCount: Int { records.count }

  /// The last word on a unit: finished or failed; nil where there is none.
  package func record(of unit: Int) -> JournalRecord? { records[unit] }

  /// The rank whose process wrote a record; nil where the file's name does not say.
  package func rank(of record: JournalRecord) -> Int? {
    JournalLayout.rank(ofFile: paths[record.file])
  }

  /// Number of processes that died while they computed the unit.
  package func deaths(of unit: Int) -> Int { deathCounts[unit] ?? 0 }

  /// The processes whose results count, each once, in the order of their files.
  package var contributors: [String] {
    let files = Set(records.values.map(\.file)).sorted()
    var seen: Set<String> = []
    return files.compactMap { processes[$0] }.filter { seen.insert($0).inserted }
  }

  /// Where the records stand, for the other ranks: they read payloads without reading all journals
  /// first, and every rank has the same view.
  package var bytes: [UInt8] {
    var writer = ByteWriter()
    writer.write(paths)
    writer.write(records.count)
    for unit in records.keys.sorted() {
      guard let record = records[unit] else { continue }
      writer.write(unit)
      writer.write(record.kind.rawValue)
      writer.write(record.fingerprint)
      writer.write(record.file)
      writer.write(record.offset)
      writer.write(record.byteCount)
    }
    return writer.bytes
  }

  package init(bytes: [UInt8]) throws(MalformedBytes) {
    var reader = ByteReader(bytes)
    paths = try reader.readTexts()
    for _ in 0..<(try reader.readInt()) {
      let unit = try reader.readInt()
      guard let kind = JournalRecordKind(rawValue: try reader.readByte()) else {
        throw MalformedBytes(offset: reader.offset)
      }
      let record = JournalRecord(
        unit: unit, kind: kind, fingerprint: try reader.readUInt64(), file: try reader.readInt(),
        offset: try reader.readInt(), byteCount: try reader.readInt())
      guard paths.indices.contains(record.file), record.offset >= 0, record.byteCount >= 0 else {
        throw MalformedBytes(offset: reader.offset)
      }
      records[unit] = record
    }
  }

  /// The payload of a record, or its first `limit` bytes.
  package func payload(
    of record: JournalRecord, limit: Int = .max
  ) throws(JournalError) -> [UInt8] {
    let path = paths[record.file]
    guard let descriptor = open.descriptor(of: path) else {
      throw JournalError(path: path, message: "cannot be read: \(errorText())")
    }
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
    var open: [Int: Double?] = [:]
    var offset = JournalLayout.headerBytes
    while var record = Self.record(in: bytes, at: offset, file: file) {
      offset = record.offset + record.byteCount
      switch record.kind {
      case .process:
        processes[file] = String(
          decoding: bytes[record.offset..<(record.offset + record.byteCount)], as: UTF8.self)
      case .started:
        startCount += 1
        open[record.unit] = .some(Self.time(in: bytes, of: record))
      case .finished, .failed:
        record.begun = open.removeValue(forKey: record.unit) ?? nil
        take(record)
      }
    }
    for unit in open.keys { deathCounts[unit, default: 0] += 1 }
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

  /// What a start record says; nil where it says nothing.
  private static func time(
    in bytes: UnsafeRawBufferPointer, of record: JournalRecord
  ) -> Double? {
    guard record.byteCount == 8 else { return nil }
    let bits = bytes.loadUnaligned(fromByteOffset: record.offset, as: UInt64.self)
    return Double(bitPattern: UInt64(littleEndian: bits))
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

/// The files that payloads were read from last; a rank reads from all ranks' journals in turn.
private final class OpenFiles {
  /// The last used at the end.
  private var entries: [(path: String, descriptor: Int32)] = []

  private static let limit = 64

  deinit { for entry in entries { close(entry.descriptor) } }

  /// nil, with `errno` set, where the file cannot be opened.
  func descriptor(of path: String) -> Int32? {
    if let place = entries.lastIndex(where: { $0.path == path }) {
      let entry = entries.remove(at: place)
      entries.append(entry)
      return entry.descriptor
    }
    if entries.count >= Self.limit { close(entries.removeFirst().descriptor) }
    let descriptor = Glibc.open(path, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else { return nil }
    entries.append((path, descriptor))
    return descriptor
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
