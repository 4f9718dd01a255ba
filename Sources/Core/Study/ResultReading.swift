extension ResultNode {
  /// What a group holds under a name, or under names with slashes between them; nil elsewhere.
  package subscript(path path: String) -> ResultNode? {
    path.split(separator: "/").reduce(self) { node, name in
      guard case .group(let entries)? = node else { return nil }
      return entries.first { $0.name == name }?.node
    }
  }

  package var entries: [Entry] {
    if case .group(let entries) = self { entries } else { [] }
  }

  package var text: String? {
    if case .text(let text) = self { text } else { nil }
  }

  package var texts: [String]? {
    switch self {
    case .texts(let texts): texts
    case .numbers([]), .integers([]): []
    default: nil
    }
  }

  /// A number, whole or not.
  package var number: Double? {
    switch self {
    case .number(let number): number
    case .integer(let integer): Double(integer)
    default: nil
    }
  }

  package var integer: Int? {
    if case .integer(let integer) = self { integer } else { nil }
  }

  package var numbers: [Double]? {
    switch self {
    case .numbers(let numbers): numbers
    case .integers(let integers): integers.map { Double($0) }
    case .matrix(let values, _): values
    case .texts([]): []
    default: nil
    }
  }

  package var table: ResultTable? {
    if case .table(let table) = self { table } else { nil }
  }
}

extension ResultTable {
  package subscript(_ name: String) -> Values? { columns.first { $0.name == name }?.values }

  /// The texts of a column; nil where there is no such column, or it holds numbers.
  package func texts(_ name: String) -> [String]? {
    switch self[name] {
    case .texts(let texts)?: texts
    case .numbers([])?, .integers([])?: []
    default: nil
    }
  }

  /// The numbers of a column, whole or not; nil where there is no such column, or it holds texts.
  package func numbers(_ name: String) -> [Double]? {
    switch self[name] {
    case .numbers(let numbers)?: numbers
    case .integers(let integers)?: integers.map { Double($0) }
    case .texts([])?: []
    default: nil
    }
  }

  package func integers(_ name: String) -> [Int]? {
    if case .integers(let integers)? = self[name] { integers } else { nil }
  }
}

extension ResultDocument {
  /// A node of the groups at the top, such as `uns/metrics`.
  package subscript(path path: String) -> ResultNode? { ResultNode.group(groups)[path: path] }
}
