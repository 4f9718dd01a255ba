internal import Study

/// How many bytes a document takes in a file, a little more rather than less.
extension ResultDocument {
  var storedBytes: Int {
    let fixed = 64 << 10
    return fixed + observations.storedBytes + variables.storedBytes
      + groups.map(\.node.storedBytes).reduce(0, +)
  }
}

/// Header, attributes and alignment of one object.
private let objectBytes = 1 << 10

/// All texts of a list are as long as the longest.
private func storedBytes(_ texts: [String]) -> Int {
  objectBytes + texts.count * max(1, texts.map(\.utf8.count).max() ?? 1)
}

extension ResultTable {
  fileprivate var storedBytes: Int {
    columns.reduce(objectBytes + HDF5Adapter.storedBytes(index)) { sum, column in
      // The name stands in the table's column order too.
      sum + 2 * column.name.utf8.count + 32 + column.values.storedBytes
    }
  }
}

extension ResultTable.Values {
  fileprivate var storedBytes: Int {
    switch self {
    case .texts(let texts): HDF5Adapter.storedBytes(texts)
    case .numbers(let numbers): objectBytes + 8 * numbers.count
    case .integers(let integers): objectBytes + 8 * integers.count
    }
  }
}

extension ResultNode {
  fileprivate var storedBytes: Int {
    switch self {
    case .group(let entries): entries.reduce(objectBytes) { $0 + $1.node.storedBytes }
    case .text(let text): HDF5Adapter.storedBytes([text])
    case .number, .integer: objectBytes + 8
    case .texts(let texts): HDF5Adapter.storedBytes(texts)
    case .numbers(let numbers): objectBytes + 8 * numbers.count
    case .integers(let integers): objectBytes + 8 * integers.count
    case .matrix(let values, _): objectBytes + 8 * values.count
    case .table(let table): table.storedBytes
    }
  }
}
