internal import CHDF5
package import Components
package import ModelStudy
internal import Study

/// Reads RadCohort's result files and AnnData's `.h5ad` files as tables: `/X` are the features,
/// `/obs` the facts about the rows, `/var` says image and VOI of each feature.
///
/// `/X` may be dense of any width of numbers, or sparse (CSR, CSC). Columns of `/obs` may be
/// numbers, booleans (1 and 0), texts, nullable arrays and categories, in the layouts of anndata
/// 0.7 and later.
package struct AnnDataTable {
  private static let slabBytes = 64 << 20

  private let reader: H5ArrayReader

  /// - Parameters:
  ///   - path: of the file.
  ///   - name: of the file, for messages.
  ///   - keys: columns of `/obs`; without one for the patient, the names of the rows are taken.
  /// - Throws: what cannot be read, is no such file, or does not fit together; key columns that are
  ///   not there; rows and columns that are given twice.
  package static func read(
    _ path: String, name: String, keys: KeyColumns = KeyColumns()
  ) throws(InvalidInput) -> ModelTable {
    let parts: Parts
    do throws(StorageError) {
      parts = try AnnDataTable(path: path).parts()
    } catch {
      throw InvalidInput(name, error.message)
    }
    return try ModelTable.assembled(
      file: name, index: parts.index, facts: parts.facts, features: parts.features, keys: keys)
  }

  private struct Parts {
    let index: [String]
    let facts: [ModelTable.Column]
    let features: [ModelTable.Column]
  }

  private init(path: String) throws(StorageError) {
    let h5 = H5(path: path)
    reader = H5ArrayReader(h5: h5, file: try h5.openFile())
  }

  private func parts() throws(StorageError) -> Parts {
    try checkKind()
    let observations = try dataframe("obs")
    let variables = try dataframe("var")
    let matrix = try matrix(rows: observations.index.count, columns: variables.index.count)
    func texts(_ name: String) -> [String]? {
      guard let column = variables.columns.first(where: { $0.name == name }),
        case .texts(let texts) = column.values
      else { return nil }
      return texts
    }
    let images = texts("image")
    let vois = texts("voi")
    let rows = observations.index.count
    let features = variables.index.indices.map { index in
      ModelTable.Column(
        variables.index[index],
        .numbers(Array(matrix[(index * rows)..<((index + 1) * rows)])), kind: .feature,
        image: images?[index] ?? "", voi: vois?[index] ?? "")
    }
    return Parts(index: observations.index, facts: observations.columns, features: features)
  }

  /// Refuses files of other kinds in words that say what to do.
  private func checkKind() throws(StorageError) {
    if let version = try reader.integerAttribute("radcohort-format", of: ""),
      version > DocumentWriter.formatVersion
    {
      throw reader.failure(
        "written in format \(version) by a newer RadCohort; this one reads up to"
          + " \(DocumentWriter.formatVersion)")
    }
    let names = try reader.members("")
    for name in names where try reader.attribute("pandas_type", of: name) != nil {
      throw reader.failure(
        "written by pandas' to_hdf, whose layout is not read; write a table with to_csv, or an"
          + " AnnData file (.h5ad)")
    }
    for name in ["obs", "var", "X"] where !names.contains(name) {
      throw reader.failure(
        "an HDF5 file, but neither a RadCohort result nor an AnnData file: /\(name) is missing")
    }
    for name in ["obs", "var"] where try !reader.isGroup(name) {
      throw reader.failure(
        "/\(name) is in the layout of anndata before 0.7; read and write the file with a newer one")
    }
  }

  // MARK: Data frames

  private func dataframe(
    _ path: String
  ) throws(StorageError) -> (index: [String], columns: [ModelTable.Column]) {
    let indexName = try reader.attribute("_index", of: path)?.first ?? "_index"
    let index = try column("\(path)/\(indexName)").asTexts
    var names = try reader.attribute("column-order", of: path)
    if names == nil {
      names = try reader.members(path).filter { $0 != indexName && $0 != "__categories" }
    }
    var columns: [ModelTable.Column] = []
    for name in names ?? [] {
      let values = try column("\(path)/\(name)")
      guard values.count == index.count else {
        throw reader.failure(
          "/\(path)/\(name) has \(values.count) values, but there are \(index.count) rows")
      }
      columns.append(ModelTable.Column(name, values, kind: .information))
    }
    return (index, columns)
  }

  private func column(_ path: String) throws(StorageError) -> ModelTable.Values {
    if try reader.isGroup(path) {
      if reader.exists("\(path)/codes") {
        return try decoded("\(path)/codes", categories: "\(path)/categories")
      }
      if reader.exists("\(path)/mask") { return try masked(path) }
      let encoding = try reader.attribute("encoding-type", of: path)?.first ?? "unknown"
      throw reader.failure("/\(path) has the encoding \"\(encoding)\", which is not read")
    }
    // anndata 0.7: codes stand in the column, categories aside.
    if let slash = path.lastIndex(of: "/") {
      let categories = path[..<slash] + "/__categories" + path[slash...]
      if reader.exists(String(categories)) {
        return try decoded(path, categories: String(categories))
      }
    }
    return try modelValues(path)
  }

  private func modelValues(_ path: String) throws(StorageError) -> ModelTable.Values {
    switch try reader.values(path) {
    case .numbers(let numbers): .numbers(numbers)
    case .texts(let texts): .texts(texts)
    }
  }

  /// - Parameter codes: places in the categories; -1 is missing.
  private func decoded(
    _ codes: String, categories: String
  ) throws(StorageError) -> ModelTable.Values {
    let places = try reader.numbers(codes)
    let levels = try modelValues(categories)
    if let bad = places.first(where: { $0 < -1 || $0 >= Double(levels.count) }) {
      throw reader.failure(
        "/\(codes) has the code \(bad), but there are \(levels.count) categories")
    }
    switch levels {
    case .numbers(let numbers): return .numbers(places.map { $0 < 0 ? .nan : numbers[Int($0)] })
    case .texts(let texts): return .texts(places.map { $0 < 0 ? "" : texts[Int($0)] })
    }
  }

  /// A nullable array: true in the mask is missing.
  private func masked(_ path: String) throws(StorageError) -> ModelTable.Values {
    let mask = try reader.numbers("\(path)/mask")
    let values = try modelValues("\(path)/values")
    guard mask.count == values.count else {
      throw reader.failure("/\(path) has \(values.count) values and a mask of \(mask.count)")
    }
    switch values {
    case .numbers(let numbers): return .numbers(zip(numbers, mask).map { $1 == 0 ? $0 : .nan })
    case .texts(let texts): return .texts(zip(texts, mask).map { $1 == 0 ? $0 : "" })
    }
  }

  // MARK: The matrix

  /// `/X`, column by column.
  private func matrix(rows: Int, columns: Int) throws(StorageError) -> [Double] {
    if try reader.isGroup("X") { return try sparse(rows: rows, columns: columns) }
    let shape = try reader.shape("X")
    guard shape == [rows, columns] else {
      throw reader.failure(
        "/X has the shape \(shape), but there are \(rows) rows in /obs and \(columns) in /var")
    }
    var values = [Double](repeating: 0, count: rows * columns)
    if values.isEmpty { return values }
    let set = try reader.object("X")
    let type = try reader.h5.handle("H5Dget_type", H5Tclose) { H5Dget_type(set.id) }
    guard [H5T_FLOAT, H5T_INTEGER].contains(H5Tget_class(type.id)) else {
      throw reader.failure("/X does not hold numbers")
    }
    let space = try reader.h5.handle("H5Dget_space", H5Sclose) { H5Dget_space(set.id) }
    let step = max(1, Self.slabBytes / (8 * columns))
    for start in stride(from: 0, to: rows, by: step) {
      let count = min(step, rows - start)
      var slab = [Double](repeating: 0, count: count * columns)
      let memory = try reader.h5.space([count, columns])
      try reader.h5.call("H5Sselect_hyperslab") {
        H5Sselect_hyperslab(
          space.id, H5S_SELECT_SET, [hsize_t(start), 0], nil,
          [hsize_t(count), hsize_t(columns)], nil)
      }
      try reader.h5.call("H5Dread /X") {
        H5Dread(set.id, ch5_native_double(), memory.id, space.id, ch5_default(), &slab)
      }
      values.withUnsafeMutableBufferPointer { values in
        slab.withUnsafeBufferPointer { slab in
          for column in 0..<columns {
            for row in 0..<count {
              values[column &* rows &+ start &+ row] = slab[row &* columns &+ column]
            }
          }
        }
      }
    }
    return values
  }

  /// A compressed matrix; what is not stored is 0, what is stored twice is added up.
  private func sparse(rows: Int, columns: Int) throws(StorageError) -> [Double] {
    let today = try reader.attribute("encoding-type", of: "X")?.first
    let formerly = try reader.attribute("h5sparse_format", of: "X")?.first
    let encoding = today ?? formerly ?? "unknown"
    let isByRow = encoding.hasPrefix("csr")
    guard isByRow || encoding.hasPrefix("csc") else {
      throw reader.failure("/X has the encoding \"\(encoding)\", which is not read")
    }
    let data = try reader.numbers("X/data")
    let inner = try reader.numbers("X/indices")
    let starts = try reader.numbers("X/indptr")
    let (outerCount, innerCount) = isByRow ? (rows, columns) : (columns, rows)
    let isWhole =
      starts.count == outerCount + 1 && starts.first == 0 && starts.last == Double(data.count)
      && inner.count == data.count && zip(starts, starts.dropFirst()).allSatisfy { $0 <= $1 }
      && inner.allSatisfy { $0 >= 0 && $0 < Double(innerCount) }
    guard isWhole else {
      throw reader.failure(
        "/X is no sparse matrix of the \(rows) rows of /obs and the \(columns) of /var")
    }
    var values = [Double](repeating: 0, count: rows * columns)
    for outer in 0..<outerCount {
      for place in Int(starts[outer])..<Int(starts[outer + 1]) {
        let (row, column) = isByRow ? (outer, Int(inner[place])) : (Int(inner[place]), outer)
        values[column * rows + row] += data[place]
      }
    }
    return values
  }
}
