internal import CHDF5
internal import Study

/// Reads whole datasets and attributes of an open file that other programs may have written: any
/// width of numbers, texts of fixed and of variable length, h5py's booleans.
struct H5ArrayReader {
  /// Whole numbers beyond are not all `Double`s.
  private static let greatestExact: Int64 = 1 << 53

  enum Values {
    case numbers([Double])
    case texts([String])
  }

  let h5: H5
  let file: H5Handle

  /// Whether every part of a path is there.
  func exists(_ path: String) -> Bool {
    var partial = ""
    for name in path.split(separator: "/") {
      partial += (partial.isEmpty ? "" : "/") + name
      if H5Lexists(file.id, partial, ch5_default()) <= 0 { return false }
    }
    return true
  }

  func object(_ path: String) throws(StorageError) -> H5Handle {
    guard exists(path) else { throw failure("/\(path) is missing") }
    return try h5.handle("H5Oopen /\(path)", H5Oclose) {
      H5Oopen(file.id, path, ch5_default())
    }
  }

  func isGroup(_ path: String) throws(StorageError) -> Bool {
    // A handle without a name would be closed before it is looked at.
    let object = try object(path)
    return H5Iget_type(object.id) == H5I_GROUP
  }

  func failure(_ message: String) -> StorageError { StorageError(path: h5.path, message: message) }

  /// Names of what a group holds, in the order of their bytes.
  func members(_ path: String) throws(StorageError) -> [String] {
    final class Names { var list: [String] = [] }
    let names = Names()
    let group = path.isEmpty ? file : try object(path)
    try h5.call("H5Literate /\(path)") {
      H5Literate(
        group.id, H5_INDEX_NAME, H5_ITER_INC, nil,
        { _, name, _, context in
          guard let name, let context else { return -1 }
          Unmanaged<Names>.fromOpaque(context).takeUnretainedValue().list
            .append(String(cString: name))
          return 0
        }, Unmanaged.passUnretained(names).toOpaque())
    }
    return names.list
  }

  // MARK: Attributes

  /// The texts of an attribute; nil where it is not there or holds none.
  func attribute(_ name: String, of path: String) throws(StorageError) -> [String]? {
    let object = path.isEmpty ? file : try object(path)
    guard H5Aexists(object.id, name) > 0 else { return nil }
    let attribute = try h5.handle("H5Aopen \(name)", H5Aclose) {
      H5Aopen(object.id, name, ch5_default())
    }
    let space = try h5.handle("H5Aget_space", H5Sclose) { H5Aget_space(attribute.id) }
    let type = try h5.handle("H5Aget_type", H5Tclose) { H5Aget_type(attribute.id) }
    guard H5Tget_class(type.id) == H5T_STRING else { return nil }
    return try texts(type: type, space: space) { memory, buffer in
      H5Aread(attribute.id, memory, buffer)
    }
  }

  /// A whole number that an attribute holds; nil where it is not there.
  func integerAttribute(_ name: String, of path: String) throws(StorageError) -> Int? {
    let object = path.isEmpty ? file : try object(path)
    guard H5Aexists(object.id, name) > 0 else { return nil }
    let attribute = try h5.handle("H5Aopen \(name)", H5Aclose) {
      H5Aopen(object.id, name, ch5_default())
    }
    let space = try h5.handle("H5Aget_space", H5Sclose) { H5Aget_space(attribute.id) }
    let type = try h5.handle("H5Aget_type", H5Tclose) { H5Aget_type(attribute.id) }
    guard H5Tget_class(type.id) == H5T_INTEGER, H5Sget_simple_extent_npoints(space.id) == 1
    else { return nil }
    var value: Int64 = 0
    try h5.call("H5Aread \(name)") { H5Aread(attribute.id, ch5_native_int64(), &value) }
    return Int(value)
  }

  // MARK: Datasets

  /// Sizes along the dimensions of a dataset.
  func shape(_ path: String) throws(StorageError) -> [Int] {
    let set = try object(path)
    guard H5Iget_type(set.id) == H5I_DATASET else { throw failure("/\(path) is not a dataset") }
    let space = try h5.handle("H5Dget_space", H5Sclose) { H5Dget_space(set.id) }
    let rank = max(0, Int(H5Sget_simple_extent_ndims(space.id)))
    var sizes = [hsize_t](repeating: 0, count: max(1, rank))
    try h5.call("H5Sget_simple_extent_dims") {
      H5Sget_simple_extent_dims(space.id, &sizes, nil) < 0 ? -1 : 0
    }
    return sizes.prefix(rank).map { Int($0) }
  }

  /// All values of a dataset, row-major; whole numbers that no `Double` is become texts.
  func values(_ path: String) throws(StorageError) -> Values {
    let set = try object(path)
    guard H5Iget_type(set.id) == H5I_DATASET else { throw failure("/\(path) is not a dataset") }
    let type = try h5.handle("H5Dget_type", H5Tclose) { H5Dget_type(set.id) }
    let space = try h5.handle("H5Dget_space", H5Sclose) { H5Dget_space(set.id) }
    let count = max(0, Int(H5Sget_simple_extent_npoints(space.id)))
    func read(_ memory: hid_t, _ buffer: UnsafeMutableRawPointer?) -> herr_t {
      H5Dread(set.id, memory, ch5_all(), ch5_all(), ch5_default(), buffer)
    }
    switch H5Tget_class(type.id) {
    case H5T_STRING:
      return .texts(try texts(type: type, space: space, read))
    case H5T_INTEGER:
      var integers = [Int64](repeating: 0, count: count)
      try h5.call("H5Dread /\(path)") {
        count == 0
          ? 0 : integers.withUnsafeMutableBytes { read(ch5_native_int64(), $0.baseAddress) }
      }
      let isExact = integers.allSatisfy { $0.magnitude <= Self.greatestExact.magnitude }
      return isExact ? .numbers(integers.map { Double($0) }) : .texts(integers.map { "\($0)" })
    case H5T_FLOAT:
      var numbers = [Double](repeating: 0, count: count)
      try h5.call("H5Dread /\(path)") {
        count == 0
          ? 0 : numbers.withUnsafeMutableBytes { read(ch5_native_double(), $0.baseAddress) }
      }
      return .numbers(numbers)
    case H5T_ENUM where H5Tget_size(type.id) == 1:
      // h5py writes booleans as one byte, 0 or 1.
      var bytes = [UInt8](repeating: 0, count: count)
      try h5.call("H5Dread /\(path)") {
        count == 0 ? 0 : bytes.withUnsafeMutableBytes { read(type.id, $0.baseAddress) }
      }
      return .numbers(bytes.map { Double($0) })
    default: throw failure("/\(path) holds neither numbers nor texts")
    }
  }

  func numbers(_ path: String) throws(StorageError) -> [Double] {
    guard case .numbers(let numbers) = try values(path) else {
      throw failure("/\(path) does not hold numbers")
    }
    return numbers
  }

  /// - Parameter read: into memory of a type.
  private func texts(
    type: H5Handle, space: H5Handle, _ read: (hid_t, UnsafeMutableRawPointer?) -> herr_t
  ) throws(StorageError) -> [String] {
    let count = max(0, Int(H5Sget_simple_extent_npoints(space.id)))
    if count == 0 { return [] }
    if H5Tis_variable_str(type.id) > 0 {
      let memory = try h5.variableTextType()
      // The library does not turn one character set into another.
      try h5.call("H5Tset_cset") { H5Tset_cset(memory.id, H5Tget_cset(type.id)) }
      var pointers = [UnsafeMutablePointer<CChar>?](repeating: nil, count: count)
      try h5.call("reading texts") {
        pointers.withUnsafeMutableBytes { read(memory.id, $0.baseAddress) }
      }
      defer { _ = H5Dvlen_reclaim(memory.id, space.id, ch5_default(), &pointers) }
      return pointers.map { $0.map { String(cString: $0) } ?? "" }
    }
    let width = H5Tget_size(type.id)
    let isPadded = H5Tget_strpad(type.id) == H5T_STR_SPACEPAD
    var bytes = [UInt8](repeating: 0, count: width * count)
    try h5.call("reading texts") {
      bytes.withUnsafeMutableBytes { read(type.id, $0.baseAddress) }
    }
    return (0..<count).map { index in
      var field = bytes[(index * width)..<((index + 1) * width)].prefix { $0 != 0 }
      while isPadded, field.last == 0x20 { field.removeLast() }
      return String(decoding: field, as: UTF8.self)
    }
  }
}
