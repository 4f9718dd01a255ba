internal import CHDF5
internal import Glibc
internal import Study

/// Writes the parts of a result file that one process writes alone: everything but the rows of
/// `/X`, in AnnData's encoding.
struct DocumentWriter {
  /// Raised when a reader of today could not read the file.
  static let formatVersion = 1

  private let h5: H5
  private let path: String

  init(path: String) {
    self.path = path
    h5 = H5(path: path)
  }

  /// Fills the file, which exists and has its space on the disk already, with all of `document`,
  /// and `/X` allocated and not written. The file is as long as it needs to be afterwards.
  func write(_ document: ResultDocument, rowCount: Int, columnCount: Int) throws(StorageError) {
    let file = try makeFile()
    try fill(file, document, rowCount: rowCount, columnCount: columnCount)
    try h5.call("H5Fflush") { H5Fflush(file.id, H5F_SCOPE_GLOBAL) }
    try h5.close(file, "H5Fclose")
  }

  /// An open file without content, in the format of HDF5 1.8, whose attributes may be longer than
  /// 64 KiB (`column-order`).
  ///
  /// The library crashes at the end of a process that met a full disk in a file's small parts, so
  /// the file must keep the space that was reserved for it. Creating it would give that back: an
  /// empty file is made in memory and its bytes are put in place.
  private func makeFile() throws(StorageError) -> H5Handle {
    let access = try h5.handle("H5Pcreate", H5Pclose) { H5Pcreate(ch5_file_access()) }
    try h5.call("H5Pset_libver_bounds") {
      H5Pset_libver_bounds(access.id, H5F_LIBVER_V18, H5F_LIBVER_V18)
    }
    let image = try emptyFile()
    let descriptor = open(path, O_WRONLY | O_CLOEXEC)
    let written = descriptor < 0 ? -1 : pwrite(descriptor, image, image.count, 0)
    let reason = String(cString: strerror(errno))
    if descriptor >= 0 { Glibc.close(descriptor) }
    guard written == image.count else { throw StorageError(path: path, message: reason) }
    return try h5.handle("H5Fopen", H5Fclose) { H5Fopen(path, ch5_read_write(), access.id) }
  }

  /// The bytes of a file without content, in the oldest format: the library leaves a wrong checksum
  /// in the image of a later one. What is added afterwards is in the later format all the same.
  private func emptyFile() throws(StorageError) -> [UInt8] {
    let inMemory = try h5.handle("H5Pcreate", H5Pclose) { H5Pcreate(ch5_file_access()) }
    try h5.call("H5Pset_fapl_core") { H5Pset_fapl_core(inMemory.id, 1 << 16, false) }
    let creation = try h5.handle("H5Pcreate", H5Pclose) { H5Pcreate(ch5_file_create()) }
    try h5.call("H5Pset_obj_track_times") { H5Pset_obj_track_times(creation.id, false) }
    let file = try h5.handle("H5Fcreate", H5Fclose) {
      H5Fcreate(path + ".memory", ch5_truncate(), creation.id, inMemory.id)
    }
    try h5.call("H5Fflush") { H5Fflush(file.id, H5F_SCOPE_GLOBAL) }
    var image = [UInt8](repeating: 0, count: max(0, H5Fget_file_image(file.id, nil, 0)))
    if H5Fget_file_image(file.id, &image, image.count) <= 0 {
      throw h5.failure("H5Fget_file_image")
    }
    return image
  }

  private func fill(
    _ file: H5Handle, _ document: ResultDocument, rowCount: Int, columnCount: Int
  ) throws(StorageError) {
    try encode(file, "anndata", "0.1.0")
    try integerAttribute(file, "radcohort-format", Self.formatVersion)
    try makeMatrix(file, rowCount: rowCount, columnCount: columnCount)
    try write(table: document.observations, named: "obs", in: file)
    try write(table: document.variables, named: "var", in: file)
    for entry in document.groups { try write(entry.node, named: entry.name, in: file) }
  }

  private func makeMatrix(
    _ file: H5Handle, rowCount: Int, columnCount: Int
  ) throws(StorageError) {
    let space = try h5.space([rowCount, columnCount])
    let list = try datasetList()
    try h5.call("H5Pset_alloc_time") { H5Pset_alloc_time(list.id, H5D_ALLOC_TIME_EARLY) }
    try h5.call("H5Pset_fill_time") { H5Pset_fill_time(list.id, H5D_FILL_TIME_NEVER) }
    let matrix = try h5.handle("H5Dcreate2", H5Dclose) {
      H5Dcreate2(
        file.id, "X", ch5_ieee_f64le(), space.id, ch5_default(), list.id, ch5_default())
    }
    try encode(matrix, "array", "0.2.0")
  }

  /// Object times are left out, so that equal results are equal bytes.
  private func datasetList() throws(StorageError) -> H5Handle {
    let list = try h5.handle("H5Pcreate", H5Pclose) { H5Pcreate(ch5_dataset_create()) }
    try h5.call("H5Pset_obj_track_times") { H5Pset_obj_track_times(list.id, false) }
    return list
  }

  /// A slash would make a path of a name.
  private func check(_ name: String) throws(StorageError) {
    guard name.isEmpty || name == "." || name.contains("/") else { return }
    throw StorageError(path: path, message: "\"\(name)\" cannot be a name in an HDF5 file")
  }

  private func makeGroup(_ name: String, in parent: H5Handle) throws(StorageError) -> H5Handle {
    try check(name)
    let list = try h5.handle("H5Pcreate", H5Pclose) { H5Pcreate(ch5_group_create()) }
    try h5.call("H5Pset_obj_track_times") { H5Pset_obj_track_times(list.id, false) }
    return try h5.handle("H5Gcreate2", H5Gclose) {
      H5Gcreate2(parent.id, name, ch5_default(), list.id, ch5_default())
    }
  }

  // MARK: Nodes

  private func write(
    _ node: ResultNode, named name: String, in parent: H5Handle
  ) throws(StorageError) {
    switch node {
    case .group(let entries):
      let group = try makeGroup(name, in: parent)
      try encode(group, "dict", "0.1.0")
      for entry in entries { try write(entry.node, named: entry.name, in: group) }
    case .text(let text): try write(texts: [text], named: name, in: parent, isScalar: true)
    case .number(let number): try write(numbers: [number], named: name, in: parent, isScalar: true)
    case .integer(let integer):
      try write(integers: [integer], named: name, in: parent, isScalar: true)
    case .texts(let texts): try write(texts: texts, named: name, in: parent)
    case .numbers(let numbers): try write(numbers: numbers, named: name, in: parent)
    case .integers(let integers): try write(integers: integers, named: name, in: parent)
    case .matrix(let values, let columnCount):
      precondition(columnCount > 0 ? values.count % columnCount == 0 : values.isEmpty)
      let rowCount = columnCount > 0 ? values.count / columnCount : 0
      try write(numbers: values, named: name, in: parent, sizes: [rowCount, columnCount])
    case .table(let table): try write(table: table, named: name, in: parent)
    }
  }

  private func write(
    table: ResultTable, named name: String, in parent: H5Handle
  ) throws(StorageError) {
    let group = try makeGroup(name, in: parent)
    let names = Set(table.columns.map(\.name))
    var index = "_index"
    while names.contains(index) { index = "_" + index }
    try encode(group, "dataframe", "0.2.0")
    try textAttribute(group, "_index", [index], isScalar: true)
    try textAttribute(group, "column-order", table.columns.map(\.name), isScalar: false)
    try write(texts: table.index, named: index, in: group)
    for column in table.columns {
      switch column.values {
      case .texts(let texts): try write(texts: texts, named: column.name, in: group)
      case .numbers(let numbers): try write(numbers: numbers, named: column.name, in: group)
      case .integers(let integers): try write(integers: integers, named: column.name, in: group)
      }
    }
  }

  private func write(
    texts: [String], named name: String, in parent: H5Handle, isScalar: Bool = false
  ) throws(StorageError) {
    // A longest text decides the width; zero bytes inside a text would end it.
    let encoded = texts.map { Array($0.utf8.filter { $0 != 0 }) }
    let width = max(1, encoded.map(\.count).max() ?? 1)
    var bytes = [UInt8](repeating: 0, count: width * max(1, encoded.count))
    for (index, text) in encoded.enumerated() {
      bytes.replaceSubrange((index * width)..<(index * width + text.count), with: text)
    }
    let type = try h5.textType(bytes: width)
    let set = try makeDataset(
      name, type.id, isScalar ? [] : [texts.count], in: parent)
    try h5.call("H5Dwrite") {
      H5Dwrite(set.id, type.id, ch5_all(), ch5_all(), ch5_default(), bytes)
    }
    try encode(set, isScalar ? "string" : "string-array", "0.2.0")
  }

  private func write(
    numbers: [Double], named name: String, in parent: H5Handle, isScalar: Bool = false,
    sizes: [Int]? = nil
  ) throws(StorageError) {
    let set = try makeDataset(
      name, ch5_ieee_f64le(), isScalar ? [] : sizes ?? [numbers.count], in: parent)
    try h5.call("H5Dwrite") {
      H5Dwrite(set.id, ch5_native_double(), ch5_all(), ch5_all(), ch5_default(), numbers)
    }
    try encode(set, isScalar ? "numeric-scalar" : "array", "0.2.0")
  }

  private func write(
    integers: [Int], named name: String, in parent: H5Handle, isScalar: Bool = false
  ) throws(StorageError) {
    let set = try makeDataset(
      name, ch5_std_i64le(), isScalar ? [] : [integers.count], in: parent)
    let values = integers.map { Int64($0) }
    try h5.call("H5Dwrite") {
      H5Dwrite(set.id, ch5_native_int64(), ch5_all(), ch5_all(), ch5_default(), values)
    }
    try encode(set, isScalar ? "numeric-scalar" : "array", "0.2.0")
  }

  private func makeDataset(
    _ name: String, _ type: hid_t, _ sizes: [Int], in parent: H5Handle
  ) throws(StorageError) -> H5Handle {
    try check(name)
    let space = try h5.space(sizes)
    let list = try datasetList()
    return try h5.handle("H5Dcreate2 \(name)", H5Dclose) {
      H5Dcreate2(parent.id, name, type, space.id, ch5_default(), list.id, ch5_default())
    }
  }

  // MARK: Attributes

  private func encode(
    _ object: H5Handle, _ type: String, _ version: String
  ) throws(StorageError) {
    try textAttribute(object, "encoding-type", [type], isScalar: true)
    try textAttribute(object, "encoding-version", [version], isScalar: true)
  }

  private func textAttribute(
    _ object: H5Handle, _ name: String, _ texts: [String], isScalar: Bool
  ) throws(StorageError) {
    let type = try h5.variableTextType()
    let space = try h5.space(isScalar ? [] : [texts.count])
    let attribute = try h5.handle("H5Acreate2", H5Aclose) {
      H5Acreate2(object.id, name, type.id, space.id, ch5_default(), ch5_default())
    }
    if texts.isEmpty { return }
    let copies = texts.map { text in
      let bytes = Array(text.utf8.filter { $0 != 0 }) + [0]
      let copy = UnsafeMutablePointer<UInt8>.allocate(capacity: bytes.count)
      copy.initialize(from: bytes, count: bytes.count)
      return copy
    }
    defer { for copy in copies { copy.deallocate() } }
    try h5.call("H5Awrite") { H5Awrite(attribute.id, type.id, copies) }
  }

  private func integerAttribute(
    _ object: H5Handle, _ name: String, _ value: Int
  ) throws(StorageError) {
    let space = try h5.space([])
    let attribute = try h5.handle("H5Acreate2", H5Aclose) {
      H5Acreate2(object.id, name, ch5_std_i64le(), space.id, ch5_default(), ch5_default())
    }
    var number = Int64(value)
    try h5.call("H5Awrite") { H5Awrite(attribute.id, ch5_native_int64(), &number) }
  }
}
