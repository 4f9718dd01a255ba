/// A part of an expression and where it stands.
struct ExpressionNode: Hashable, Sendable {
  enum Arithmetic: String, Hashable, Sendable {
    case add = "+"
    case subtract = "-"
    case multiply = "*"
    case divide = "/"
  }

  enum Comparison: String, Hashable, Sendable {
    case equal = "=="
    case notEqual = "!="
    case less = "<"
    case lessOrEqual = "<="
    case greater = ">"
    case greaterOrEqual = ">="

    /// Whether texts can be compared so.
    var isEquality: Bool { self == .equal || self == .notEqual }
  }

  indirect enum Form: Hashable, Sendable {
    case number(Double)
    case text(String)
    case column(String)
    case negative(ExpressionNode)
    case not(ExpressionNode)
    case known(ExpressionNode)
    case arithmetic(Arithmetic, ExpressionNode, ExpressionNode)
    case comparison(Comparison, ExpressionNode, ExpressionNode)
    case member(ExpressionNode, of: [ExpressionNode])
    case both(ExpressionNode, ExpressionNode)
    case either(ExpressionNode, ExpressionNode)
  }

  let form: Form
  /// Character of the expression at which it, or its operator, starts, from 1.
  let position: Int

  /// Adds the columns that it reads, in the order of their first appearance.
  func collectColumns(into names: inout [String]) {
    switch form {
    case .number, .text: break
    case .column(let name): if !names.contains(name) { names.append(name) }
    case .negative(let inner), .not(let inner), .known(let inner), .member(let inner, _):
      inner.collectColumns(into: &names)
    case .arithmetic(_, let left, let right), .comparison(_, let left, let right),
      .both(let left, let right), .either(let left, let right):
      left.collectColumns(into: &names)
      right.collectColumns(into: &names)
    }
  }
}
