/// What a journal record says of a unit.
package enum JournalRecordKind: UInt8, Hashable, Sendable {
  /// The unit is being computed: without a later record of the same process, that process died.
  case started = 1
  case finished = 2
  case failed = 3
}

/// Where the last word on a unit stands.
package struct JournalRecord: Hashable, Sendable {
  package var unit: Int
  package var kind: JournalRecordKind
  /// Of the unit's input files when it was computed.
  package var fingerprint: UInt64
  /// Index of the file in the journal folder, and place of the payload in it.
  var file: Int
  var offset: Int
  var byteCount: Int
}

/// A journal that cannot be written or read.
package struct JournalError: Error, CustomStringConvertible {
  package var path: String
  package var message: String

  package var description: String { "\(path): \(message)" }
}

/// The layout of journal files, all little-endian.
///
/// Header, 48 bytes: magic (8), version (8), SHA-256 of the plan (32). Records: payload length (8),
/// CRC-32C of everything behind this field (4), kind (1), padding (3), unit (8), fingerprint (8),
/// payload. A record counts only when it is whole and its checksum is right.
enum JournalLayout {
  static let magic: [UInt8] = Array("RADJRNL1".utf8)
  static let version: UInt64 = 1
  static let headerBytes = 48
  static let frameBytes = 32
  /// Bytes in front of what the checksum covers.
  static let checkedFrom = 12
  static let longestPayload = 1 << 40
}
