internal import CHDF5
package import Study

extension HDF5ResultFile {
  /// Everything of the file but `/X`: what `DocumentWriter` wrote, members of a group in the order
  /// of their names. An array of two dimensions is row-major.
  /// - Parameter leavesOut: groups that are not read, by the name of the group.
  package func document(leavingOut leavesOut: Set<String> = []) throws(StorageError)
    -> ResultDocument
  {
    let walk = ResultDocumentReader(
      reader: H5ArrayReader(h5: h5, file: file), leavesOut: leavesOut)
    let names = try walk.reader.members("").filter { !["X", "obs", "var"].contains($0) }
    var groups: [ResultNode.Entry] = []
    for name in names { groups.append(.init(name, try walk.node(name))) }
    return ResultDocument(
      observations: try observations(), variables: try variables(), groups: groups)
  }
}

private struct ResultDocumentReader {
  let reader: H5ArrayReader
  let leavesOut: Set<String>

  func node(_ path: String) throws(StorageError) -> ResultNode {
    guard try reader.isGroup(path) else { return try array(path) }
    if try reader.attribute("encoding-type", of: path)?.first == "dataframe" {
      return .table(try table(path))
    }
    var entries: [ResultNode.Entry] = []
    for name in try reader.members(path) where !leavesOut.contains(name) {
      entries.append(.init(name, try node("\(path)/\(name)")))
    }
    return .group(entries)
  }

  private func array(_ path: String) throws(StorageError) -> ResultNode {
    let isScalar = try reader.shape(path).isEmpty
    let isWhole = try reader.holdsIntegers(path)
    switch try reader.values(path) {
    case .texts(let texts): return isScalar ? .text(texts.first ?? "") : .texts(texts)
    case .numbers(let numbers) where isWhole:
      return isScalar ? .integer(Int(numbers[0])) : .integers(numbers.map { Int($0) })
    case .numbers(let numbers): return isScalar ? .number(numbers[0]) : .numbers(numbers)
    }
  }

  private func table(_ path: String) throws(StorageError) -> ResultTable {
    let index = try reader.attribute("_index", of: path)?.first ?? "_index"
    var columns: [ResultTable.Column] = []
    for name in try reader.attribute("column-order", of: path) ?? [] {
      let values: ResultTable.Values
      switch try array("\(path)/\(name)") {
      case .texts(let texts): values = .texts(texts)
      case .integers(let integers): values = .integers(integers)
      case .numbers(let numbers): values = .numbers(numbers)
      default: throw reader.failure("/\(path)/\(name) is not a column")
      }
      columns.append(.init(name, values))
    }
    let table = ResultTable(index: try array("\(path)/\(index)").texts ?? [], columns: columns)
    if let fault = table.fault { throw reader.failure("/\(path): \(fault)") }
    return table
  }
}

extension H5ArrayReader {
  fileprivate func holdsIntegers(_ path: String) throws(StorageError) -> Bool {
    let set = try object(path)
    let type = try h5.handle("H5Dget_type", H5Tclose) { H5Dget_type(set.id) }
    return H5Tget_class(type.id) == H5T_INTEGER
  }
}
