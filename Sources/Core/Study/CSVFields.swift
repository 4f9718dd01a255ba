internal import Components

/// Takes the fields of a CSV file (RFC 4180) one by one out of a piece of the file that moves on.
struct CSVFields {
  /// Line of the file on which the record of the field starts, 1-based.
  private(set) var recordLine = 1
  /// Whether the field is the last of its record.
  private(set) var isLast = false

  private let source: ByteSource
  private let separator: UInt8
  private let name: String
  /// A piece of the file: the bytes before `filled`, of which those before `next` are done with.
  private var piece: [UInt8]
  private var filled = 0
  private var next = 0
  private var offset = 0
  private var isComplete = false
  private var line = 1
  private var isRecordStart = true
  /// The field as it stands in `piece`, or, where quoted, without its quotes.
  private var plain = 0..<0
  private var unquoted: [UInt8] = []
  private var isQuoted = false

  private static let quote = UInt8(ascii: "\"")
  private static let newline = UInt8(ascii: "\n")
  private static let byteOrderMark: [UInt8] = [0xEF, 0xBB, 0xBF]

  init(_ source: ByteSource, name: String, pieceLength: Int) throws(InvalidInput) {
    self.source = source
    self.name = name
    separator = UInt8(ascii: name.hasSuffix(".tsv") ? "\t" : ",")
    piece = [UInt8](repeating: 0, count: max(pieceLength, Self.byteOrderMark.count))
    try refill()
    if piece[..<filled].starts(with: Self.byteOrderMark) { next = Self.byteOrderMark.count }
  }

  /// Goes to the next field; records of one empty field, which are empty lines, are passed over.
  /// - Returns: false after the last field of the file.
  /// - Throws: a quoted field that is never closed, what reading throws.
  mutating func advance() throws(InvalidInput) -> Bool {
    while true {
      let isFirst = isRecordStart
      if isFirst {
        recordLine = line
        if next == filled && isComplete { return false }
      }
      while !(try take()) { try refill() }
      isRecordStart = isLast
      if !(isFirst && isLast && isEmpty) { return true }
    }
  }

  private var isEmpty: Bool { isQuoted ? unquoted.isEmpty : plain.isEmpty }

  /// The bytes of the field: blanks around it and its quotes are gone.
  func withField<Result>(_ body: (UnsafeBufferPointer<UInt8>) -> Result) -> Result {
    if isQuoted { return unquoted.withUnsafeBufferPointer(body) }
    return piece.withUnsafeBufferPointer { body(UnsafeBufferPointer(rebasing: $0[plain])) }
  }

  /// Reads on behind the bytes that are not done with.
  private mutating func refill() throws(InvalidInput) {
    let rest = next..<filled
    if rest.count == piece.count { piece += [UInt8](repeating: 0, count: piece.count) }
    let (source, offset) = (source, offset)
    let count = try piece.withUnsafeMutableBufferPointer { bytes throws(InvalidInput) in
      let bytes = UnsafeMutableRawBufferPointer(bytes)
      bytes.copyMemory(from: UnsafeRawBufferPointer(rebasing: bytes[rest]))
      return try source.fill(
        UnsafeMutableRawBufferPointer(rebasing: bytes[rest.count...]), from: offset)
    }
    next = 0
    filled = rest.count + count
    self.offset += count
    isComplete = filled < piece.count
  }

  private static func isBlank(_ byte: UInt8) -> Bool {
    byte == 0x20 || byte == 0x09 || byte == 0x0D
  }

  /// Takes the field that starts at `next`; false, with nothing changed, where its end is not read
  /// yet.
  private mutating func take() throws(InvalidInput) -> Bool {
    let separator = separator
    let filled = filled
    let (start, end, isQuote) = piece.withUnsafeBufferPointer { bytes in
      var start = next
      while start < filled, bytes[start] != separator, Self.isBlank(bytes[start]) { start &+= 1 }
      if start < filled, bytes[start] == Self.quote { return (start, start, true) }
      var end = start
      while end < filled, bytes[end] != separator, bytes[end] != Self.newline { end &+= 1 }
      return (start, end, false)
    }
    if isQuote { return try takeQuoted(from: start + 1) }
    if end == filled && !isComplete { return false }
    isQuoted = false
    plain = start..<end
    while let last = plain.last, Self.isBlank(piece[last]) { plain = start..<last }
    finish(at: end)
    return true
  }

  /// - Parameter end: of the separator or newline, or of the file.
  private mutating func finish(at end: Int) {
    isLast = end == filled || piece[end] == Self.newline
    if end < filled, isLast { line += 1 }
    next = min(end + 1, filled)
  }

  /// - Parameter start: behind the opening quote.
  private mutating func takeQuoted(from start: Int) throws(InvalidInput) -> Bool {
    unquoted.removeAll(keepingCapacity: true)
    var index = start
    var newlines = 0
    var openLine: Int? = line
    // Whether bytes of the file have been left out just before this one.
    var isBroken = false
    while index < filled {
      let byte = piece[index]
      let isDoubled = byte == Self.quote && index + 1 < filled && piece[index + 1] == byte
      if openLine != nil {
        if byte != Self.quote || isDoubled {
          if byte == Self.newline { newlines += 1 }
          unquoted.append(byte)
          if isDoubled { index += 1 }
        } else if index + 1 == filled && !isComplete {
          return false
        } else {
          openLine = nil
          isBroken = true
        }
      } else if byte == Self.quote && unquoted.allSatisfy(Self.isBlank) {
        unquoted.removeAll(keepingCapacity: true)
        openLine = line + newlines
      } else if byte == separator || byte == Self.newline {
        break
      } else if byte == 0x20 || byte == 0x0D {
        isBroken = true
      } else if isBroken && byte & 0xC0 == 0x80 {
        // The rest of a UTF-8 character makes none with what stood before the quote.
        unquoted += "\u{FFFD}".utf8
      } else {
        unquoted.append(byte)
        isBroken = false
      }
      index += 1
    }
    if index == filled && !isComplete { return false }
    if let openLine {
      throw InvalidInput("\(name), line \(openLine)", "a quoted field is never closed")
    }
    isQuoted = true
    line += newlines
    finish(at: index)
    return true
  }
}
