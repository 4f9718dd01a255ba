/// Computes a checked expression for all rows of a table.
struct ExpressionEvaluator {
  let table: ModelTable

  func values(of node: ExpressionNode) -> ExpressionValues {
    switch node.form {
    case .number(let number): .numbers([Double](repeating: number, count: table.rowCount))
    case .text(let text): .texts([String](repeating: text, count: table.rowCount))
    case .column(let name): values(ofColumn: name)
    case .negative(let inner): .numbers(numbers(of: inner).map { -$0 })
    case .not(let inner): .truths(truths(of: inner).map { $0.map { !$0 } })
    case .known(let inner): .truths(known(values(of: inner)))
    case .arithmetic(let sign, let left, let right):
      .numbers(zip(numbers(of: left), numbers(of: right)).map { compute(sign, $0, $1) })
    case .comparison(let comparison, let left, let right):
      .truths(compare(comparison, values(of: left), values(of: right)))
    case .member(let inner, let items): .truths(membership(of: values(of: inner), in: items))
    case .both(let left, let right):
      .truths(
        zip(truths(of: left), truths(of: right)).map { left, right in
          left == false || right == false ? false : left == nil || right == nil ? nil : true
        })
    case .either(let left, let right):
      .truths(
        zip(truths(of: left), truths(of: right)).map { left, right in
          left == true || right == true ? true : left == nil || right == nil ? nil : false
        })
    }
  }

  private func values(ofColumn name: String) -> ExpressionValues {
    switch table[name]?.values {
    case .numbers(let numbers)?: .numbers(numbers)
    case .texts(let texts)?: .texts(texts)
    case nil: preconditionFailure("an expression is checked before it is computed")
    }
  }

  private func known(_ values: ExpressionValues) -> [Bool?] {
    switch values {
    case .truths(let truths): truths.map { $0 != nil }
    case .numbers(let numbers): numbers.map { !$0.isNaN }
    case .texts(let texts): texts.map { !$0.isEmpty }
    }
  }

  private func numbers(of node: ExpressionNode) -> [Double] {
    guard case .numbers(let numbers) = values(of: node) else {
      preconditionFailure("an expression is checked before it is computed")
    }
    return numbers
  }

  private func truths(of node: ExpressionNode) -> [Bool?] {
    guard case .truths(let truths) = values(of: node) else {
      preconditionFailure("an expression is checked before it is computed")
    }
    return truths
  }

  private func compute(
    _ sign: ExpressionNode.Arithmetic, _ left: Double, _ right: Double
  ) -> Double {
    let result =
      switch sign {
      case .add: left + right
      case .subtract: left - right
      case .multiply: left * right
      case .divide: left / right
      }
    return result.isFinite ? result : .nan
  }

  private func compare(
    _ comparison: ExpressionNode.Comparison, _ left: ExpressionValues, _ right: ExpressionValues
  ) -> [Bool?] {
    switch (left, right) {
    case (.numbers(let left), .numbers(let right)):
      return zip(left, right).map { left, right in
        if left.isNaN || right.isNaN { return nil }
        return switch comparison {
        case .equal: left == right
        case .notEqual: left != right
        case .less: left < right
        case .lessOrEqual: left <= right
        case .greater: left > right
        case .greaterOrEqual: left >= right
        }
      }
    case (.texts(let left), .texts(let right)):
      return zip(left, right).map { left, right in
        if left.isEmpty || right.isEmpty { return nil }
        return (left == right) == (comparison == .equal)
      }
    default: preconditionFailure("an expression is checked before it is computed")
    }
  }

  private func membership(
    of values: ExpressionValues, in items: [ExpressionNode]
  ) -> [Bool?] {
    switch values {
    case .numbers(let numbers):
      let list: [Double] = items.compactMap {
        if case .number(let number) = $0.form { number } else { nil }
      }
      return numbers.map { $0.isNaN ? nil : list.contains($0) }
    case .texts(let texts):
      let list: [String] = items.compactMap {
        if case .text(let text) = $0.form { text } else { nil }
      }
      return texts.map { $0.isEmpty ? nil : list.contains($0) }
    case .truths: preconditionFailure("an expression is checked before it is computed")
    }
  }
}
