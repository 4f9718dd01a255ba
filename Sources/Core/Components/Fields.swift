/// The kinds of field. Each says how a value is read, checked, written and described.
extension Field {
  package static func flag(
    _ name: String, _ path: WritableKeyPath<Parameters, Bool> & Sendable, _ summary: String
  ) -> Field {
    Field(name: name, shape: .flag, summary: summary) { parameters, value in
      guard case .flag(let flag) = value else {
        return "expected true or false, found \(value.kindDescription)"
      }
      parameters[keyPath: path] = flag
      return nil
    } write: {
      .flag($0[keyPath: path])
    }
  }

  package static func integer(
    _ name: String, _ path: WritableKeyPath<Parameters, Int> & Sendable,
    in range: ClosedRange<Int>, _ summary: String
  ) -> Field {
    Field(name: name, shape: .integer(range), summary: summary) { parameters, value in
      guard case .integer(let integer) = value else {
        return "expected a whole number \(describe(range)), found \(value.kindDescription)"
      }
      guard range.contains(integer) else { return "\(integer) is not \(describe(range))" }
      parameters[keyPath: path] = integer
      return nil
    } write: {
      .integer($0[keyPath: path])
    }
  }

  /// - Parameter exclusiveLower: the lower bound itself is refused (a width > 0).
  package static func number(
    _ name: String, _ path: WritableKeyPath<Parameters, Double> & Sendable,
    in range: ClosedRange<Double>, exclusiveLower: Bool = false, _ summary: String
  ) -> Field {
    let shape = FieldShape.number(range, exclusiveLower: exclusiveLower)
    return Field(name: name, shape: shape, summary: summary) { parameters, value in
      guard let number = value.asNumber else {
        return "expected \(shape.description), found \(value.kindDescription)"
      }
      guard range.contains(number), !(exclusiveLower && number == range.lowerBound) else {
        return "\(number) is out of range; expected \(shape.description)"
      }
      parameters[keyPath: path] = number
      return nil
    } write: {
      .number($0[keyPath: path])
    }
  }

  package static func choice<Choice: RawRepresentable & CaseIterable & SendableMetatype>(
    _ name: String, _ path: WritableKeyPath<Parameters, Choice> & Sendable, _ summary: String
  ) -> Field where Choice.RawValue == String {
    let choices = Choice.allCases.map(\.rawValue)
    return Field(name: name, shape: .choice(choices), summary: summary) { parameters, value in
      guard case .text(let text) = value, let choice = Choice(rawValue: text) else {
        return "expected one of \(choices.joined(separator: ", ")), found \(value.kindDescription)"
      }
      parameters[keyPath: path] = choice
      return nil
    } write: {
      .text($0[keyPath: path].rawValue)
    }
  }

  package static func text(
    _ name: String, _ path: WritableKeyPath<Parameters, String> & Sendable, _ summary: String
  ) -> Field {
    Field(name: name, shape: .text, summary: summary) { parameters, value in
      guard case .text(let text) = value else {
        return "expected a text, found \(value.kindDescription)"
      }
      parameters[keyPath: path] = text
      return nil
    } write: {
      .text($0[keyPath: path])
    }
  }

  package static func integers(
    _ name: String, _ path: WritableKeyPath<Parameters, [Int]> & Sendable,
    in range: ClosedRange<Int>, count: ClosedRange<Int>, _ summary: String
  ) -> Field {
    let shape = FieldShape.integers(range, count: count)
    return Field(name: name, shape: shape, summary: summary) { parameters, value in
      guard case .list(let list) = value else {
        return "expected \(shape.description), found \(value.kindDescription)"
      }
      guard count.contains(list.count) else {
        return "expected \(shape.description), found \(list.count) values"
      }
      var integers: [Int] = []
      for element in list {
        guard case .integer(let integer) = element, range.contains(integer) else {
          return "expected \(shape.description), found \(element.kindDescription) in the list"
        }
        integers.append(integer)
      }
      parameters[keyPath: path] = integers
      return nil
    } write: {
      .list($0[keyPath: path].map { .integer($0) })
    }
  }

  package static func numbers(
    _ name: String, _ path: WritableKeyPath<Parameters, [Double]> & Sendable,
    in range: ClosedRange<Double>, count: ClosedRange<Int>, _ summary: String
  ) -> Field {
    let shape = FieldShape.numbers(range, count: count)
    return Field(name: name, shape: shape, summary: summary) { parameters, value in
      guard case .list(let list) = value else {
        return "expected \(shape.description), found \(value.kindDescription)"
      }
      guard count.contains(list.count) else {
        return "expected \(shape.description), found \(list.count) values"
      }
      var numbers: [Double] = []
      for element in list {
        guard let number = element.asNumber, range.contains(number) else {
          return "expected \(shape.description), found \(element.kindDescription) in the list"
        }
        numbers.append(number)
      }
      parameters[keyPath: path] = numbers
      return nil
    } write: {
      .list($0[keyPath: path].map { .number($0) })
    }
  }

  package static func texts(
    _ name: String, _ path: WritableKeyPath<Parameters, [String]> & Sendable, _ summary: String
  ) -> Field {
    Field(name: name, shape: .texts, summary: summary) { parameters, value in
      guard case .list(let list) = value else {
        return "expected a list of texts, found \(value.kindDescription)"
      }
      var texts: [String] = []
      for element in list {
        guard case .text(let text) = element else {
          return "expected a list of texts, found \(element.kindDescription) in the list"
        }
        texts.append(text)
      }
      parameters[keyPath: path] = texts
      return nil
    } write: {
      .list($0[keyPath: path].map { .text($0) })
    }
  }
}

extension SettingValue {
  /// The value as a finite number; whole numbers count.
  package var asNumber: Double? {
    switch self {
    case .integer(let integer): Double(integer)
    case .number(let number) where number.isFinite: number
    default: nil
    }
  }
}

extension FieldShape: CustomStringConvertible {
  /// "a number > 0", "a list of 1 to 3 whole numbers >= 1": for messages and `describe`.
  package var description: String {
    switch self {
    case .flag: "true or false"
    case .integer(let range): "a whole number \(describe(range))"
    case .number(let range, let exclusive): "a number \(describe(range, exclusive))"
    case .choice(let choices): "one of \(choices.joined(separator: ", "))"
    case .text: "a text"
    case .integers(let range, let count):
      "a list of \(counted(count)) whole numbers \(describe(range))"
    case .numbers(let range, let count):
      "a list of \(counted(count)) numbers \(describe(range, false))"
    case .texts: "a list of texts"
    }
  }
}

private func describe(_ range: ClosedRange<Int>) -> String {
  range.upperBound == .max
    ? ">= \(range.lowerBound)" : "in \(range.lowerBound)...\(range.upperBound)"
}

private func describe(_ range: ClosedRange<Double>, _ exclusiveLower: Bool) -> String {
  let unbounded = Double.greatestFiniteMagnitude
  return switch (range.lowerBound == -unbounded, range.upperBound == unbounded) {
  case (true, true): "(finite)"
  case (false, true): "\(exclusiveLower ? ">" : ">=") \(range.lowerBound)"
  case (true, false): "<= \(range.upperBound)"
  case (false, false):
    exclusiveLower
      ? "> \(range.lowerBound) and <= \(range.upperBound)"
      : "in \(range.lowerBound)...\(range.upperBound)"
  }
}

private func counted(_ range: ClosedRange<Int>) -> String {
  range.lowerBound == range.upperBound
    ? "\(range.lowerBound)"
    : range.upperBound == .max
      ? "\(range.lowerBound) or more" : "\(range.lowerBound) to \(range.upperBound)"
}
