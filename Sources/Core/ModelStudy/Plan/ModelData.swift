internal import Components
internal import Glibc
package import Learning
package import Study

/// Everything about the rows and columns of a model study but the values of the columns.
package struct ModelDataHeader: Hashable, Sendable {
  /// Patient, lesion and session, one per row.
  package var rowNames: [String]
  package var patients: [String]
  /// One per row, or empty where no row names one.
  package var lesions: [String]
  /// One per row, or empty where no row names one.
  package var sessions: [String]
  package var roles: [SplitRole]
  package var outcome: Outcome
  /// One per row: rows of one patient have one number.
  package var groups: [Int]
  /// One per row, or empty.
  package var sites: [String]
  /// One per row, or empty.
  package var weights: [Double]
  /// Volumes of lesions, one per row, or empty.
  package var volumes: [Double]
  package var columns: [String]
  package var blocks: [String]
  /// Of every pipeline: the rows that are not its own, ascending. Empty where all rows are every
  /// pipeline's.
  package var leftOut: [[Int]]

  package init(
    rowNames: [String], patients: [String], lesions: [String] = [], sessions: [String] = [],
    roles: [SplitRole], outcome: Outcome, groups: [Int],
    sites: [String], weights: [Double], volumes: [Double] = [], columns: [String],
    blocks: [String], leftOut: [[Int]] = []
  ) {
    self.rowNames = rowNames
    self.patients = patients
    self.lesions = lesions.contains { !$0.isEmpty } ? lesions : []
    self.sessions = sessions.contains { !$0.isEmpty } ? sessions : []
    self.roles = roles
    self.outcome = outcome
    self.groups = groups
    self.sites = sites
    self.weights = weights
    self.volumes = volumes
    self.columns = columns
    self.blocks = blocks
    self.leftOut = leftOut
  }

  package var rowCount: Int { rowNames.count }
  package var columnCount: Int { columns.count }

  /// Rows that may be fitted to.
  package var trainingRows: [Int] { roles.indices.filter { roles[$0] == .train } }

  package var bytes: [UInt8] {
    var writer = ByteWriter()
    writer.write(rowNames)
    writer.write(patients)
    writer.write(lesions)
    writer.write(sessions)
    writer.write(roles.map(\.rawValue))
    writer.write(groups)
    writer.write(sites)
    writer.write(weights)
    writer.write(volumes)
    writer.write(columns)
    writer.write(blocks)
    writer.write(outcome.kind.rawValue)
    switch outcome {
    case .binary(let classes): writer.write(classes.map { Int($0) })
    case .continuous(let values): writer.write(values)
    case .survival(let time, let event, let entry):
      writer.write(time)
      writer.write(event.map { Int($0) })
      writer.write(entry)
    }
    for rows in leftOut { writer.write(rows) }
    return writer.bytes
  }

  package init(bytes: [UInt8]) throws(MalformedBytes) {
    var reader = ByteReader(bytes)
    rowNames = try reader.readTexts()
    patients = try reader.readTexts()
    lesions = try reader.readTexts()
    sessions = try reader.readTexts()
    roles = try reader.readTexts().map { SplitRole(rawValue: $0) ?? .external }
    groups = try reader.readInts()
    sites = try reader.readTexts()
    weights = try reader.readDoubles()
    volumes = try reader.readDoubles()
    columns = try reader.readTexts()
    blocks = try reader.readTexts()
    switch OutcomeKind(rawValue: try reader.readText()) {
    case .binary: outcome = .binary(try reader.readInts().map { UInt8(clamping: $0) })
    case .continuous: outcome = .continuous(try reader.readDoubles())
    case .survival:
      outcome = .survival(
        time: try reader.readDoubles(), event: try reader.readInts().map { UInt8(clamping: $0) },
        entry: try reader.readDoubles())
    case nil: throw MalformedBytes(offset: reader.offset)
    }
    leftOut = []
    while !reader.isAtEnd { leftOut.append(try reader.readInts()) }
    let rows = rowNames.count
    guard patients.count == rows, roles.count == rows, groups.count == rows,
      outcome.count == rows, lesions.isEmpty || lesions.count == rows,
      sessions.isEmpty || sessions.count == rows, sites.isEmpty || sites.count == rows,
      weights.isEmpty || weights.count == rows, volumes.isEmpty || volumes.count == rows,
      blocks.count == columns.count, leftOut.joined().allSatisfy((0..<rows).contains)
    else { throw MalformedBytes(offset: reader.offset) }
  }
}

/// The rows and columns of a model study in a file that all ranks of a node map: one copy in
/// memory, however many ranks there are.
///
/// Layout, little-endian: magic (8), bytes of the header (8), header, zeros up to a multiple of 64,
/// then the values column by column as float64.
package final class ModelData: ColumnStore {
  package let header: ModelDataHeader
  /// Written by nobody while it is mapped.
  nonisolated(unsafe) private let mapping: UnsafeMutableRawPointer
  private let byteCount: Int
  nonisolated(unsafe) private let values: UnsafePointer<Double>

  private static let magic: [UInt8] = Array("RADTABL2".utf8)

  /// What the file holds in front of the values, which follow as they lie in a `FeatureMatrix`.
  package static func head(_ header: ModelDataHeader) -> [UInt8] {
    var length = ByteWriter()
    let head = header.bytes
    length.write(head.count)
    let bytes = magic + length.bytes + head
    return bytes + [UInt8](repeating: 0, count: start(headerLength: head.count) - bytes.count)
  }

  private static func start(headerLength: Int) -> Int {
    (16 + headerLength + 63) / 64 * 64
  }

  /// Maps a file of a head and its values.
  /// - Throws: a file that cannot be read or is not such a file.
  package init(path: String) throws(StorageError) {
    func fail(_ message: String) -> StorageError { StorageError(path: path, message: message) }
    let descriptor = open(path, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else { throw fail(String(cString: strerror(errno))) }
    defer { close(descriptor) }
    var status = stat()
    guard fstat(descriptor, &status) == 0, status.st_size >= 16 else {
      throw fail("the file is cut off")
    }
    byteCount = Int(status.st_size)
    guard let mapping = mmap(nil, byteCount, PROT_READ, MAP_SHARED, descriptor, 0),
      mapping != MAP_FAILED
    else { throw fail(String(cString: strerror(errno))) }
    self.mapping = mapping
    let raw = UnsafeRawBufferPointer(start: mapping, count: byteCount)
    func unmapped(_ message: String, _ byteCount: Int) -> StorageError {
      munmap(mapping, byteCount)
      return fail(message)
    }
    let length = Int(raw.loadUnaligned(fromByteOffset: 8, as: Int64.self))
    guard raw.prefix(8).elementsEqual(Self.magic), length >= 0, length <= byteCount - 16 else {
      throw unmapped("this is no table of a model study", byteCount)
    }
    do throws(MalformedBytes) {
      header = try ModelDataHeader(bytes: Array(raw[16..<16 + length]))
    } catch {
      throw unmapped("the table's head is damaged: \(error)", byteCount)
    }
    let start = Self.start(headerLength: length)
    guard byteCount == start + 8 * header.rowCount * header.columnCount else {
      throw unmapped("the file is cut off", byteCount)
    }
    values = UnsafePointer((mapping + start).assumingMemoryBound(to: Double.self))
  }

  deinit { munmap(mapping, byteCount) }

  package var rowCount: Int { header.rowCount }

  package func column(_ index: Int) -> UnsafePointer<Double> { values + index * header.rowCount }

  /// A view of some rows and columns, repeats included.
  /// - Parameter outcome: of all rows of the table, where it is not the observed one.
  package func dataset(
    rows: [Int], columns: [Int], outcome: Outcome? = nil
  ) -> Dataset {
    let isAll = columns.counts(upTo: header.columnCount)
    return Dataset(
      features: features(rows: rows, columns: columns),
      names: isAll ? header.columns : columns.map { header.columns[$0] },
      outcome: (outcome ?? header.outcome).rows(rows), groups: rows.map { header.groups[$0] },
      blocks: isAll ? header.blocks : columns.map { header.blocks[$0] },
      sites: header.sites.isEmpty ? [] : rows.map { header.sites[$0] },
      weights: header.weights.isEmpty ? [] : rows.map { header.weights[$0] })
  }

  package func features(rows: [Int], columns: [Int]) -> FeatureMatrix {
    precondition(columns.allSatisfy { (0..<header.columnCount).contains($0) })
    return FeatureMatrix(TableView(self, rows: rows, columns: columns))
  }

  package func sites(rows: [Int]) -> [String] {
    header.sites.isEmpty ? [] : rows.map { header.sites[$0] }
  }
}
