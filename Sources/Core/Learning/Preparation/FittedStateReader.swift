/// Reads a `FittedState` from front to back and refuses one that does not fit.
package struct FittedStateReader {
  private let state: FittedState
  private var number = 0
  private var text = 0

  /// - Throws: where the state belongs to another component.
  package init(_ state: FittedState, kind: String) throws(LearningError) {
    guard state.kind == kind else {
      throw LearningError("a fitted \"\(kind)\" was expected, \"\(state.kind)\" was found")
    }
    self.state = state
  }

  package mutating func numbers(_ count: Int) throws(LearningError) -> [Double] {
    guard count >= 0, state.numbers.count - number >= count else { throw damaged }
    defer { number += count }
    return Array(state.numbers[number..<number + count])
  }

  /// A whole number >= 0.
  package mutating func integer() throws(LearningError) -> Int {
    let value = try numbers(1)[0]
    guard let integer = Int(exactly: value), integer >= 0 else { throw damaged }
    return integer
  }

  /// Whole numbers in `range`.
  package mutating func integers(_ count: Int, in range: Range<Int>) throws(LearningError) -> [Int]
  {
    var integers: [Int] = []
    for value in try numbers(count) {
      guard let integer = Int(exactly: value), range.contains(integer) else { throw damaged }
      integers.append(integer)
    }
    return integers
  }

  package mutating func texts(_ count: Int) throws(LearningError) -> [String] {
    guard count >= 0, state.texts.count - text >= count else { throw damaged }
    defer { text += count }
    return Array(state.texts[text..<text + count])
  }

  /// One text that names a case of `Choice`.
  package mutating func choice<Choice: RawRepresentable>(_: Choice.Type) throws(LearningError)
    -> Choice
  where Choice.RawValue == String {
    guard let choice = Choice(rawValue: try texts(1)[0]) else { throw damaged }
    return choice
  }

  /// - Throws: where something is left over.
  package func finish() throws(LearningError) {
    guard number == state.numbers.count, text == state.texts.count, state.parts.isEmpty else {
      throw damaged
    }
  }

  private var damaged: LearningError {
    LearningError("the stored \"\(state.kind)\" is damaged: its counts do not fit")
  }
}
