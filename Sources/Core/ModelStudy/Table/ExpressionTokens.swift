internal import Components

/// A word or sign of an expression.
struct ExpressionToken: Hashable {
  enum Kind: Hashable {
    case number(Double)
    case text(String)
    /// A name without backticks can be a keyword.
    case name(String, isQuoted: Bool)
    case sign(String)
    case end
  }

  let kind: Kind
  /// Character of the expression at which it starts, from 1.
  let position: Int

  /// The token in the words of an error message.
  var description: String {
    switch kind {
    case .number(let number): cellText(number)
    case .text(let text): "\"\(text)\""
    case .name(let name, _): "\"\(name)\""
    case .sign(let sign): "\"\(sign)\""
    case .end: "the end"
    }
  }
}

/// What is wrong at a character of an expression.
struct ExpressionFault: Error, Hashable {
  let position: Int
  let message: String
}

/// Cuts an expression into tokens.
struct ExpressionScanner {
  private let characters: [Character]
  private var index = 0

  init(_ text: String) { characters = Array(text) }

  /// All tokens, the last of kind `end`.
  static func tokens(of text: String) throws(ExpressionFault) -> [ExpressionToken] {
    var scanner = ExpressionScanner(text)
    var tokens: [ExpressionToken] = []
    repeat { tokens.append(try scanner.next()) } while tokens.last?.kind != .end
    return tokens
  }

  private mutating func next() throws(ExpressionFault) -> ExpressionToken {
    while index < characters.count, characters[index].isWhitespace { index += 1 }
    let position = index + 1
    guard index < characters.count else { return ExpressionToken(kind: .end, position: position) }
    let kind: ExpressionToken.Kind
    switch characters[index] {
    case "\"", "'": kind = .text(try quoted(at: position, what: "a text"))
    case "`": kind = .name(try quoted(at: position, what: "a name"), isQuoted: true)
    case let character where Self.isDigit(character) || startsDecimals(index):
      kind = try number(at: position)
    case let character where character.isLetter || character == "_":
      kind = .name(name(), isQuoted: false)
    default: kind = try sign(at: position)
    }
    return ExpressionToken(kind: kind, position: position)
  }

  private static func isDigit(_ character: Character) -> Bool { ("0"..."9").contains(character) }

  private func startsDecimals(_ place: Int) -> Bool {
    characters[place] == "." && place + 1 < characters.count
      && Self.isDigit(characters[place + 1])
  }

  private mutating func quoted(
    at position: Int, what: String
  ) throws(ExpressionFault) -> String {
    let quote = characters[index]
    index += 1
    let start = index
    while index < characters.count, characters[index] != quote { index += 1 }
    guard index < characters.count else {
      throw ExpressionFault(position: position, message: "\(what) that starts here never ends")
    }
    let text = String(characters[start..<index])
    index += 1
    if quote == "`" && text.isEmpty {
      throw ExpressionFault(position: position, message: "there is no name between the backticks")
    }
    return text
  }

  private mutating func number(at position: Int) throws(ExpressionFault) -> ExpressionToken.Kind {
    let start = index
    func isExponent(_ place: Int) -> Bool {
      guard characters[place] == "e" || characters[place] == "E" else { return false }
      var next = place + 1
      if next < characters.count, characters[next] == "+" || characters[next] == "-" { next += 1 }
      return next < characters.count && Self.isDigit(characters[next])
    }
    while index < characters.count {
      if isExponent(index) {
        index += 2
      } else if Self.isDigit(characters[index]) || characters[index] == "." {
        index += 1
      } else {
        break
      }
    }
    let isName =
      index < characters.count && (characters[index].isLetter || characters[index] == "_")
    let text = String(characters[start..<index])
    guard !isName, let number = Double(text), number.isFinite else {
      throw ExpressionFault(
        position: position,
        message: "not a number; put a column whose name starts with a digit in backticks (`)")
    }
    return .number(number)
  }

  /// Letters, digits, `_`, `.` and `-`; the last two only inside.
  private mutating func name() -> String {
    let start = index
    func isPart(_ place: Int) -> Bool {
      place < characters.count
        && (characters[place].isLetter || characters[place].isNumber || characters[place] == "_")
    }
    while true {
      if isPart(index) {
        index += 1
      } else if index < characters.count, characters[index] == "-" || characters[index] == ".",
        isPart(index + 1)
      {
        index += 1
      } else {
        return String(characters[start..<index])
      }
    }
  }

  private mutating func sign(at position: Int) throws(ExpressionFault) -> ExpressionToken.Kind {
    let two = String(characters[index..<min(index + 2, characters.count)])
    if ["==", "!=", "<=", ">=", "&&", "||"].contains(two) {
      index += 2
      return .sign(two)
    }
    let one = characters[index]
    let advice: String
    switch one {
    case "<", ">", "+", "-", "*", "/", "!", "(", ")", "[", "]", ",":
      index += 1
      return .sign(String(one))
    case "=": advice = "; write == to compare"
    case "&": advice = "; write && for and"
    case "|": advice = "; write || for or"
    default:
      advice =
        "; put a column with other characters than letters, digits, _, . and - in backticks (`)"
    }
    throw ExpressionFault(position: position, message: "unexpected \"\(one)\"\(advice)")
  }
}
