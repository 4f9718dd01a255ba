internal import Components

/// Reads an expression by recursive descent; from loose to tight: `||`, `&&`, comparisons and `in`,
/// `+ -`, `* /`, then `!` and the sign.
struct ExpressionParser {
  /// Levels of parentheses, `!` and signs.
  private static let greatestDepth = 100

  private let tokens: [ExpressionToken]
  private var index = 0
  private var depth = 0

  static func parse(_ text: String) throws(ExpressionFault) -> ExpressionNode {
    var parser = ExpressionParser(tokens: try ExpressionScanner.tokens(of: text))
    if parser.token.kind == .end {
      throw ExpressionFault(position: 1, message: "the expression is empty")
    }
    let node = try parser.either()
    if parser.token.kind != .end { throw parser.unexpected("an operator or the end") }
    return node
  }

  private init(tokens: [ExpressionToken]) { self.tokens = tokens }

  private var token: ExpressionToken { tokens[index] }

  private func unexpected(_ wanted: String) -> ExpressionFault {
    var message = "expected \(wanted), found \(token.description)"
    // "not (" is read as a column and what cannot follow one.
    for place in [index, index - 1] where place >= 0 {
      guard case .name(let name, isQuoted: false) = tokens[place].kind else { continue }
      switch name.lowercased() {
      case "and": message += "; write && for and"
      case "or": message += "; write || for or"
      case "not": message += "; write ! for not, as in !(grade in [\"I\", \"II\"])"
      default: break
      }
    }
    return ExpressionFault(position: token.position, message: message)
  }

  /// The sign that comes next if it is one of these, taken; nil otherwise.
  private mutating func take(_ signs: String...) -> (sign: String, position: Int)? {
    guard case .sign(let sign) = token.kind, signs.contains(sign) else { return nil }
    let position = token.position
    index += 1
    return (sign, position)
  }

  private mutating func either() throws(ExpressionFault) -> ExpressionNode {
    var left = try both()
    while let (_, position) = take("||") {
      left = ExpressionNode(form: .either(left, try both()), position: position)
    }
    return left
  }

  private mutating func both() throws(ExpressionFault) -> ExpressionNode {
    var left = try comparison()
    while let (_, position) = take("&&") {
      left = ExpressionNode(form: .both(left, try comparison()), position: position)
    }
    return left
  }

  private mutating func comparison() throws(ExpressionFault) -> ExpressionNode {
    let left = try sum()
    if token.kind == .name("in", isQuoted: false) {
      let position = token.position
      index += 1
      return ExpressionNode(form: .member(left, of: try list()), position: position)
    }
    guard let (sign, position) = take("==", "!=", "<", "<=", ">", ">="),
      let comparison = ExpressionNode.Comparison(rawValue: sign)
    else { return left }
    let node = ExpressionNode(
      form: .comparison(comparison, left, try sum()), position: position)
    if let (_, next) = take("==", "!=", "<", "<=", ">", ">=") {
      throw ExpressionFault(
        position: next, message: "comparisons cannot be chained; write a < b && b < c")
    }
    return node
  }

  private mutating func list() throws(ExpressionFault) -> [ExpressionNode] {
    guard take("[") != nil else { throw unexpected("a list such as [\"I\", \"II\"]") }
    var items: [ExpressionNode] = []
    repeat {
      let sign = take("-")
      let position = sign?.position ?? token.position
      switch token.kind {
      case .number(let number):
        items.append(.init(form: .number(sign == nil ? number : -number), position: position))
      case .text(let text) where sign == nil:
        items.append(.init(form: .text(text), position: position))
      default: throw unexpected("a number or a text in quotes")
      }
      index += 1
    } while take(",") != nil
    guard take("]") != nil else { throw unexpected("\",\" or \"]\"") }
    return items
  }

  private mutating func sum() throws(ExpressionFault) -> ExpressionNode {
    var left = try product()
    while let (sign, position) = take("+", "-"),
      let arithmetic = ExpressionNode.Arithmetic(rawValue: sign)
    {
      left = ExpressionNode(
        form: .arithmetic(arithmetic, left, try product()), position: position)
    }
    return left
  }

  private mutating func product() throws(ExpressionFault) -> ExpressionNode {
    var left = try signed()
    while let (sign, position) = take("*", "/"),
      let arithmetic = ExpressionNode.Arithmetic(rawValue: sign)
    {
      left = ExpressionNode(form: .arithmetic(arithmetic, left, try signed()), position: position)
    }
    return left
  }

  private mutating func signed() throws(ExpressionFault) -> ExpressionNode {
    depth += 1
    defer { depth -= 1 }
    if depth > Self.greatestDepth {
      throw ExpressionFault(
        position: token.position, message: "more than \(Self.greatestDepth) levels of nesting")
    }
    if let (sign, position) = take("-", "!") {
      let inner = try signed()
      return ExpressionNode(form: sign == "-" ? .negative(inner) : .not(inner), position: position)
    }
    let position = token.position
    switch token.kind {
    case .number(let number):
      index += 1
      return ExpressionNode(form: .number(number), position: position)
    case .text(let text):
      index += 1
      return ExpressionNode(form: .text(text), position: position)
    case .name("known", isQuoted: false) where tokens[index + 1].kind == .sign("("):
      index += 2
      let inner = try either()
      guard take(")") != nil else { throw unexpected("an operator or \")\"") }
      return ExpressionNode(form: .known(inner), position: position)
    case .name(let name, let isQuoted) where isQuoted || name != "in":
      index += 1
      return ExpressionNode(form: .column(name), position: position)
    default: break
    }
    guard take("(") != nil else {
      throw unexpected("a column, a number, a text in quotes or \"(\"")
    }
    let inner = try either()
    guard take(")") != nil else { throw unexpected("an operator or \")\"") }
    return inner
  }
}
