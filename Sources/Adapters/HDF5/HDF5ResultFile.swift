internal import CHDF5
internal import HashingAdapter
package import Study

/// A result file, open for reading.
package final class HDF5ResultFile {
  let h5: H5
  let file: H5Handle
  package let rowCount: Int
  package let columnCount: Int

  /// "1.10.8".
  package static var libraryVersion: String {
    var parts: (UInt32, UInt32, UInt32) = (0, 0, 0)
    H5get_libversion(&parts.0, &parts.1, &parts.2)
    return "\(parts.0).\(parts.1).\(parts.2)"
  }

  /// - Throws: when the file is missing, damaged, not a result, or of a newer version.
  package init(path: String) throws(StorageError) {
    h5 = H5(path: path)
    file = try h5.openFile()
    let file = file
    guard H5Aexists(file.id, "radcohort-format") > 0 else {
      throw StorageError(path: path, message: "an HDF5 file, but not a RadCohort result")
    }
    let h5 = h5
    let attribute = try h5.handle("H5Aopen", H5Aclose) {
      H5Aopen(file.id, "radcohort-format", ch5_default())
    }
    var version: Int64 = 0
    try h5.call("H5Aread") { H5Aread(attribute.id, ch5_native_int64(), &version) }
    guard version <= DocumentWriter.formatVersion else {
      throw StorageError(
        path: path,
        message: "written in format \(version) by a newer RadCohort; this one reads up to"
          + " \(DocumentWriter.formatVersion)")
    }
    let matrix = try h5.handle("H5Dopen2", H5Dclose) { H5Dopen2(file.id, "X", ch5_default()) }
    let space = try h5.handle("H5Dget_space", H5Sclose) { H5Dget_space(matrix.id) }
    var sizes: [hsize_t] = [0, 0]
    guard H5Sget_simple_extent_ndims(space.id) == 2,
      H5Sget_simple_extent_dims(space.id, &sizes, nil) == 2
    else { throw StorageError(path: path, message: "/X is not a table") }
    rowCount = Int(sizes[0])
    columnCount = Int(sizes[1])
  }

  /// Rows of `/X`, row-major.
  package func rows(_ range: Range<Int>) throws(StorageError) -> [Double] {
    precondition(range.lowerBound >= 0 && range.upperBound <= rowCount)
    var values = [Double](repeating: 0, count: range.count * columnCount)
    if values.isEmpty { return [] }
    let matrix = try h5.handle("H5Dopen2", H5Dclose) { H5Dopen2(file.id, "X", ch5_default()) }
    let space = try h5.handle("H5Dget_space", H5Sclose) { H5Dget_space(matrix.id) }
    let memory = try h5.space([range.count, columnCount])
    try h5.call("H5Sselect_hyperslab") {
      H5Sselect_hyperslab(
        space.id, H5S_SELECT_SET, [hsize_t(range.lowerBound), 0], nil,
        [hsize_t(range.count), hsize_t(columnCount)], nil)
    }
    try h5.call("H5Dread") {
      H5Dread(
        matrix.id, ch5_native_double(), memory.id, space.id, ch5_default(), &values)
    }
    return values
  }

  package func observations() throws(StorageError) -> ResultTable {
    try table("obs", count: rowCount)
  }

  package func variables() throws(StorageError) -> ResultTable {
    try table("var", count: columnCount)
  }

  /// SHA-256 of the plan that the result belongs to, hexadecimal.
  package func fingerprint() throws(StorageError) -> String {
    try texts("uns/radcohort/fingerprint").first ?? ""
  }

  /// A table in AnnData's dataframe encoding.
  /// - Parameter expected: its rows, as `/X` says.
  private func table(_ name: String, count expected: Int) throws(StorageError) -> ResultTable {
    let group = try h5.handle("H5Gopen2 \(name)", H5Gclose) {
      H5Gopen2(file.id, name, ch5_default())
    }
    let order = try h5.texts(ofAttribute: "column-order", on: group.id)
    let index = try h5.texts(ofAttribute: "_index", on: group.id).first ?? "_index"
    var columns: [ResultTable.Column] = []
    for column in order {
      let path = "\(name)/\(column)"
      let set = try dataset(path)
      let type = try h5.handle("H5Dget_type", H5Tclose) { H5Dget_type(set.id) }
      switch H5Tget_class(type.id) {
      case H5T_STRING: columns.append(.init(column, .texts(try texts(path))))
      case H5T_INTEGER:
        var values = [Int64](repeating: 0, count: try count(set))
        try read(set, ch5_native_int64(), &values)
        columns.append(.init(column, .integers(values.map { Int($0) })))
      default:
        var values = [Double](repeating: 0, count: try count(set))
        try read(set, ch5_native_double(), &values)
        columns.append(.init(column, .numbers(values)))
      }
    }
    let table = ResultTable(index: try texts("\(name)/\(index)"), columns: columns)
    let length = table.index.count
    let fault =
      length == expected ? table.fault : "it has \(length) rows, but /X has \(expected)"
    if let fault { throw StorageError(path: h5.path, message: "/\(name): \(fault)") }
    return table
  }

  private func dataset(_ path: String) throws(StorageError) -> H5Handle {
    try h5.handle("H5Dopen2 \(path)", H5Dclose) { H5Dopen2(file.id, path, ch5_default()) }
  }

  private func count(_ set: H5Handle) throws(StorageError) -> Int {
    let space = try h5.handle("H5Dget_space", H5Sclose) { H5Dget_space(set.id) }
    return Int(H5Sget_simple_extent_npoints(space.id))
  }

  private func read<Value>(
    _ set: H5Handle, _ type: hid_t, _ values: inout [Value]
  ) throws(StorageError) {
    if values.isEmpty { return }
    try h5.call("H5Dread") {
      values.withUnsafeMutableBytes {
        H5Dread(set.id, type, ch5_all(), ch5_all(), ch5_default(), $0.baseAddress)
      }
    }
  }

  /// Fixed-length texts.
  private func texts(_ path: String) throws(StorageError) -> [String] {
    let set = try dataset(path)
    let type = try h5.handle("H5Dget_type", H5Tclose) { H5Dget_type(set.id) }
    guard H5Tget_class(type.id) == H5T_STRING, H5Tis_variable_str(type.id) == 0 else {
      throw StorageError(path: h5.path, message: "/\(path) does not hold fixed-length texts")
    }
    let width = H5Tget_size(type.id)
    let count = try count(set)
    var bytes = [UInt8](repeating: 0, count: width * count)
    try read(set, type.id, &bytes)
    return (0..<count).map { index in
      let field = bytes[(index * width)..<((index + 1) * width)]
      return String(decoding: field.prefix { $0 != 0 }, as: UTF8.self)
    }
  }

  /// SHA-256, hexadecimal, over names, types, sizes and bytes of every dataset and the texts of
  /// every attribute, in the order of their paths, but for `/uns/provenance/run` and `/uns/timings`. NaN counts as one value.
  package func digest() throws(StorageError) -> String {
    let walk = DigestWalk(h5: h5)
    try walk.group(file.id, path: "")
    let digits = Array("0123456789abcdef")
    return String(
      walk.hasher.finish().flatMap { [digits[Int($0 >> 4)], digits[Int($0 & 15)]] })
  }
}
