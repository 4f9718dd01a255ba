internal import Learning

/// A value of a Universal Binary JSON document (ubjson.org, draft 12) of the kinds that XGBoost
/// writes: typed arrays have their count, all lengths are 64-bit.
enum UniversalBinaryJSON {
  case null
  case flag(Bool)
  case integer(Int)
  case number(Float)
  case text(String)
  case integers([Int])
  case numbers([Float])
  case list([UniversalBinaryJSON])
  case map([(key: String, value: UniversalBinaryJSON)])

  init(_ bytes: [UInt8]) throws(LearningError) {
    var reader = UniversalBinaryJSONReader(bytes)
    self = try reader.value()
  }

  /// The value of a key of a mapping.
  /// - Throws: there is none.
  func value(_ key: String) throws(LearningError) -> UniversalBinaryJSON {
    if case .map(let entries) = self, let entry = entries.first(where: { $0.key == key }) {
      return entry.value
    }
    throw Self.unexpected("without \(key)")
  }

  func text(_ key: String) throws(LearningError) -> String {
    guard case .text(let text) = try value(key) else { throw Self.unexpected("\(key) is no text") }
    return text
  }

  /// An array of whole numbers; an empty untyped one counts.
  func integers(_ key: String) throws(LearningError) -> [Int] {
    switch try value(key) {
    case .integers(let integers): return integers
    case .list(let list) where list.isEmpty: return []
    default: throw Self.unexpected("\(key) holds no whole numbers")
    }
  }

  func numbers(_ key: String) throws(LearningError) -> [Float] {
    guard case .numbers(let numbers) = try value(key) else {
      throw Self.unexpected("\(key) holds no 32-bit numbers")
    }
    return numbers
  }

  func list(_ key: String) throws(LearningError) -> [UniversalBinaryJSON] {
    guard case .list(let list) = try value(key) else { throw Self.unexpected("\(key) is no list") }
    return list
  }

  static func unexpected(_ what: String) -> LearningError {
    LearningError("xgboost gave a model that cannot be read: \(what)")
  }
}

private struct UniversalBinaryJSONReader {
  private let bytes: [UInt8]
  private var position = 0

  init(_ bytes: [UInt8]) { self.bytes = bytes }

  mutating func value() throws(LearningError) -> UniversalBinaryJSON {
    let marker = try byte()
    switch marker {
    case UInt8(ascii: "{"): return .map(try entries())
    case UInt8(ascii: "["): return try array()
    case UInt8(ascii: "Z"): return .null
    case UInt8(ascii: "T"): return .flag(true)
    case UInt8(ascii: "F"): return .flag(false)
    case UInt8(ascii: "S"): return .text(try text())
    case UInt8(ascii: "d"): return .number(Float(bitPattern: try word(UInt32.self)))
    default: return .integer(try integer(marker))
    }
  }

  private mutating func entries() throws(LearningError)
    -> [(key: String, value: UniversalBinaryJSON)]
  {
    var entries: [(key: String, value: UniversalBinaryJSON)] = []
    while try next() != UInt8(ascii: "}") {
      let key = try text()
      entries.append((key, try value()))
    }
    position += 1
    return entries
  }

  private mutating func array() throws(LearningError) -> UniversalBinaryJSON {
    switch try next() {
    case UInt8(ascii: "$"):
      position += 1
      let type = try byte()
      return try typed(type, count: counted())
    case UInt8(ascii: "#"):
      let count = try counted()
      var list: [UniversalBinaryJSON] = []
      for _ in 0..<count { list.append(try value()) }
      return .list(list)
    default:
      var list: [UniversalBinaryJSON] = []
      while try next() != UInt8(ascii: "]") { list.append(try value()) }
      position += 1
      return .list(list)
    }
  }

  private mutating func typed(_ type: UInt8, count: Int) throws(LearningError)
    -> UniversalBinaryJSON
  {
    switch type {
    case UInt8(ascii: "d"): .numbers(try words(count) { (word: UInt32) in Float(bitPattern: word) })
    case UInt8(ascii: "i"): .integers(try words(count) { (word: Int8) in Int(word) })
    case UInt8(ascii: "U"): .integers(try words(count) { (word: UInt8) in Int(word) })
    case UInt8(ascii: "l"): .integers(try words(count) { (word: Int32) in Int(word) })
    case UInt8(ascii: "L"): .integers(try words(count) { (word: Int64) in Int(word) })
    default: throw damaged
    }
  }

  /// "#" and a length; no length can be larger than what is left.
  private mutating func counted() throws(LearningError) -> Int {
    guard try byte() == UInt8(ascii: "#") else { throw damaged }
    return try length()
  }

  private mutating func length() throws(LearningError) -> Int {
    let length = try integer(try byte())
    guard (0...bytes.count - position).contains(length) else { throw damaged }
    return length
  }

  private mutating func text() throws(LearningError) -> String {
    let count = try length()
    defer { position += count }
    return String(decoding: bytes[position..<position + count], as: UTF8.self)
  }

  private mutating func integer(_ type: UInt8) throws(LearningError) -> Int {
    switch type {
    case UInt8(ascii: "i"): Int(try word(Int8.self))
    case UInt8(ascii: "U"): Int(try word(UInt8.self))
    case UInt8(ascii: "I"): Int(try word(Int16.self))
    case UInt8(ascii: "l"): Int(try word(Int32.self))
    case UInt8(ascii: "L"): Int(try word(Int64.self))
    default: throw damaged
    }
  }

  /// A big-endian number.
  private mutating func word<Word: FixedWidthInteger>(_: Word.Type) throws(LearningError) -> Word {
    let size = MemoryLayout<Word>.size
    guard size <= bytes.count - position else { throw damaged }
    defer { position += size }
    return bytes.withUnsafeBytes {
      Word(bigEndian: $0.loadUnaligned(fromByteOffset: position, as: Word.self))
    }
  }

  /// Big-endian numbers one after another.
  private mutating func words<Word: FixedWidthInteger, Value>(
    _ count: Int, _ value: (Word) -> Value
  ) throws(LearningError) -> [Value] {
    let size = MemoryLayout<Word>.size
    guard count <= (bytes.count - position) / size else { throw damaged }
    defer { position += count * size }
    return bytes.withUnsafeBytes { raw in
      (0..<count).map {
        value(
          Word(bigEndian: raw.loadUnaligned(fromByteOffset: position + $0 * size, as: Word.self)))
      }
    }
  }

  private mutating func byte() throws(LearningError) -> UInt8 {
    defer { position += 1 }
    return try next()
  }

  private func next() throws(LearningError) -> UInt8 {
    guard position < bytes.count else { throw damaged }
    return bytes[position]
  }

  private var damaged: LearningError {
    UniversalBinaryJSON.unexpected("byte \(position) of \(bytes.count)")
  }
}
