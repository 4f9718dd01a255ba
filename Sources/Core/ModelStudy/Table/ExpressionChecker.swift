internal import Components

/// Finds everything that is wrong with an expression for a table before a row is looked at.
struct ExpressionChecker {
  enum Kind: String, Hashable {
    case number = "a number"
    case text = "a text"
    case truth = "a condition"
  }

  let table: ModelTable
  var faults: [ExpressionFault] = []
  var strayTexts: [String] = []

  init(table: ModelTable) { self.table = table }

  /// What a part gives; nil where it is wrong in itself.
  mutating func kind(of node: ExpressionNode) -> Kind? {
    switch node.form {
    case .number: return .number
    case .text(let text):
      if isMissingText(text) {
        fault(node, "\"\(text)\" is a missing value; nothing can be compared with it")
      }
      return .text
    case .column(let name): return kind(ofColumn: name, node)
    case .negative(let inner):
      demand(.number, of: inner, for: "-")
      return .number
    case .not(let inner):
      demand(.truth, of: inner, for: "!")
      return .truth
    case .known(let inner):
      _ = kind(of: inner)
      return .truth
    case .arithmetic(let sign, let left, let right):
      demand(.number, of: left, for: sign.rawValue)
      demand(.number, of: right, for: sign.rawValue)
      return .number
    case .both(let left, let right):
      demand(.truth, of: left, for: "&&")
      demand(.truth, of: right, for: "&&")
      return .truth
    case .either(let left, let right):
      demand(.truth, of: left, for: "||")
      demand(.truth, of: right, for: "||")
      return .truth
    case .comparison(let comparison, let left, let right):
      check(comparison, left, right, node)
      return .truth
    case .member(let inner, let items):
      let kind = kind(of: inner)
      if kind == .truth { fault(node, "\"in\" needs a number or a text before it") }
      for item in items { compare(inner, kind, item, self.kind(of: item), item) }
      return .truth
    }
  }

  private mutating func fault(_ node: ExpressionNode, _ message: String) {
    faults.append(ExpressionFault(position: node.position, message: message))
  }

  private mutating func kind(ofColumn name: String, _ node: ExpressionNode) -> Kind? {
    guard let column = table[name] else {
      var message = table.missingColumnMessage(name)
      if let dash = name.firstIndex(of: "-"), table[String(name[..<dash])] != nil {
        message += "; to subtract, write blanks around -"
      }
      fault(node, message)
      return nil
    }
    if case .texts = column.values { return .text }
    return .number
  }

  private mutating func demand(
    _ wanted: Kind, of inner: ExpressionNode, for sign: String
  ) {
    guard let found = kind(of: inner), found != wanted else { return }
    var message =
      "\"\(sign)\" needs \(wanted.rawValue), but \(describe(inner)) is \(found.rawValue)"
    if wanted == .truth, case .column(let name) = inner.form, found == .number {
      message += "; write \(name) == 1"
    }
    fault(inner, message + example(inner))
  }

  private mutating func check(
    _ comparison: ExpressionNode.Comparison, _ left: ExpressionNode, _ right: ExpressionNode,
    _ node: ExpressionNode
  ) {
    let kinds = (kind(of: left), kind(of: right))
    compare(left, kinds.0, right, kinds.1, node)
    if kinds == (.text, .text), !comparison.isEquality {
      fault(
        node,
        "\"\(comparison.rawValue)\" needs numbers; texts can be compared with == and !="
          + example(left))
    }
    if kinds.0 == .truth || kinds.1 == .truth {
      fault(node, "a condition cannot be compared; combine conditions with &&, || and !")
    }
  }

  /// Both sides of a comparison have to be of one kind.
  private mutating func compare(
    _ left: ExpressionNode, _ leftKind: Kind?, _ right: ExpressionNode, _ rightKind: Kind?,
    _ node: ExpressionNode
  ) {
    guard let leftKind, let rightKind, leftKind != .truth, rightKind != .truth else { return }
    if leftKind != rightKind {
      fault(
        node,
        "\(describe(left)) is \(leftKind.rawValue), \(describe(right)) is \(rightKind.rawValue)"
          + example(left) + example(right))
    } else {
      noteStray(left, right)
      noteStray(right, left)
    }
  }

  private mutating func noteStray(_ left: ExpressionNode, _ right: ExpressionNode) {
    guard case .column(let name) = left.form, case .text(let text) = right.form,
      let column = table[name], case .texts(let texts) = column.values, !texts.contains(text)
    else { return }
    let levels = Set(texts).subtracting([""]).sorted()
    let listed = levels.prefix(10).map { "\"\($0)\"" }.joined(separator: ", ")
    strayTexts.append(
      "no row has the text \"\(text)\" in column \"\(name)\" (texts: \(listed)"
        + "\(levels.count > 10 ? ", ..." : ""))")
  }

  private func describe(_ node: ExpressionNode) -> String {
    switch node.form {
    case .number(let number): cellText(number)
    case .text(let text): "\"\(text)\""
    case .column(let name): "column \"\(name)\""
    default: "the part at character \(node.position)"
    }
  }

  /// Where a column of texts stops being one of numbers.
  private func example(_ node: ExpressionNode) -> String {
    guard case .column(let name) = node.form, let column = table[name],
      case .texts(let texts) = column.values,
      let row = texts.firstIndex(where: { !$0.isEmpty && cellNumber($0) == nil })
    else { return "" }
    return " (\(table.place(row, column: column)): \"\(texts[row])\")"
  }
}
