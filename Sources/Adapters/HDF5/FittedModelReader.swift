internal import CHDF5
package import Learning
package import Study

/// Reads the fitted pipelines of a result file of a model study.
package struct FittedModelReader {
  private let reader: H5ArrayReader

  /// - Throws: a file that cannot be read, or is no result of a model study.
  package init(path: String) throws(StorageError) {
    let result = try HDF5ResultFile(path: path)
    reader = H5ArrayReader(h5: result.h5, file: result.file)
    guard reader.exists("uns/models") else {
      throw reader.failure(
        "no models are in it; `apply` takes the result of a study that names a table")
    }
  }

  /// Names of the pipelines that were fitted, in the order of the file.
  package func pipelines() throws(StorageError) -> [String] {
    try reader.members("uns/models").filter { reader.exists("uns/models/\($0)/fitted") }
  }

  package func fitted(_ pipeline: String) throws(StorageError) -> FittedState {
    try state("uns/models/\(pipeline)/fitted", depth: 0)
  }

  /// The condition that the rows of a pipeline satisfy; "" for all rows.
  package func condition(_ pipeline: String) throws(StorageError) -> String {
    let path = "uns/models/\(pipeline)/rows"
    return reader.exists(path) ? try texts(path).first ?? "" : ""
  }

  /// How the columns of the pipelines are made from a table.
  package func layout() throws(StorageError) -> FittedState {
    try state("uns/radcohort/layout", depth: 0)
  }

  private func state(_ path: String, depth: Int) throws(StorageError) -> FittedState {
    guard depth < 16, reader.exists("\(path)/kind") else {
      throw reader.failure("/\(path) is not a fitted model")
    }
    guard let kind = try texts("\(path)/kind").first else {
      throw reader.failure("/\(path)/kind is empty")
    }
    var state = FittedState(
      kind: kind, texts: try texts("\(path)/texts"), numbers: try reader.numbers("\(path)/numbers"))
    if reader.exists("\(path)/parts") {
      let count = try reader.members("\(path)/parts").count
      for index in 0..<count {
        state.parts.append(try self.state("\(path)/parts/\(index)", depth: depth + 1))
      }
    }
    return state
  }

  private func texts(_ path: String) throws(StorageError) -> [String] {
    switch try reader.values(path) {
    case .texts(let texts): return texts
    case .numbers(let numbers) where numbers.isEmpty: return []
    case .numbers: throw reader.failure("/\(path) holds numbers where texts are expected")
    }
  }
}
