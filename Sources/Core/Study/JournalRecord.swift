internal import Glibc

/// What a journal record says of a unit.
package enum JournalRecordKind: UInt8, Hashable, Sendable {
  /// The unit is being computed: without a later record of the same process, that process died.
  case started = 1
  case finished = 2
  case failed = 3
  /// Not of a unit: the first record of a file says which process writes it.
  case process = 4
}

/// Where the last word on a unit stands.
package struct JournalRecord: Hashable, Sendable {
  package var unit: Int
  package var kind: JournalRecordKind
  /// Of the unit's input files when it was computed.
  package var fingerprint: UInt64
  /// When the unit was begun, seconds since 1970; nil where its start record does not say.
  package var begun: Double?
  /// Index of the file in the journal folder, and place of the payload in it.
  var file: Int
  var offset: Int
  var byteCount: Int
}

/// A journal that cannot be written or read.
package struct JournalError: Error, CustomStringConvertible {
  package var path: String
  package var message: String

  package init(path: String, message: String) {
    self.path = path
    self.message = message
  }

  package var description: String { "\(path): \(message)" }
}

/// The layout of journal files, all little-endian.
///
/// Header, 48 bytes: magic (8), version (8), SHA-256 of the plan (32). Records: payload length (8),
/// CRC-32C of everything behind this field (4), kind (1), padding (3), unit (8), fingerprint (8),
/// payload: when the unit was begun (seconds since 1970, float64), what it left behind, or why it
/// failed. A record counts only when it is whole and its checksum is right.
///
/// Files are called `rank-<rank>-<process>-<generation>.journal`. A new file's generation is above
/// all that are there, so it says which file is the later one, whatever clocks and copies did.
enum JournalLayout {
  static let magic: [UInt8] = Array("RADJRNL1".utf8)
  static let version: UInt64 = 1
  static let headerBytes = 48
  static let frameBytes = 32
  /// Bytes in front of what the checksum covers.
  static let checkedFrom = 12

  /// The rank in a file's name.
  static func rank(ofFile path: String) -> Int? {
    let name = path.split(separator: "/").last ?? ""
    let parts = name.split(separator: "-")
    return parts.first == "rank" && parts.count > 1 ? Int(parts[1]) : nil
  }

  /// The journal files of a folder with their generations, oldest first; none where there is no
  /// folder.
  static func files(in folder: String) throws(JournalError) -> [(generation: Int, path: String)] {
    guard let directory = opendir(folder) else {
      if errno == ENOENT { return [] }
      throw JournalError(path: folder, message: "cannot be read: \(errorText())")
    }
    defer { closedir(directory) }
    var found: [(generation: Int, path: String)] = []
    while let entry = readdir(directory) {
      let name = withUnsafePointer(to: &entry.pointee.d_name) { pointer in
        pointer.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
      }
      guard name.hasSuffix(".journal") else { continue }
      let stem = name.dropLast(".journal".count)
      let generation = stem.split(separator: "-").last.flatMap { Int($0) } ?? 0
      found.append((generation, folder + "/" + name))
    }
    return found.sorted { ($0.generation, $0.path) < ($1.generation, $1.path) }
  }
}
