internal import CHDF5
internal import Glibc
internal import Study

/// An HDF5 identifier and what closes it.
final class H5Handle {
  let id: hid_t
  private let close: (hid_t) -> herr_t
  private var isClosed = false

  init(_ id: hid_t, _ close: @escaping (hid_t) -> herr_t) {
    self.id = id
    self.close = close
  }

  deinit { if !isClosed { _ = close(id) } }

  /// Closes before the end of the handle's life, for whoever needs to know how it went.
  fileprivate func closeNow() -> herr_t {
    if isClosed { return 0 }
    let status = close(id)
    isClosed = status >= 0
    return status
  }
}

/// Calls of the HDF5 library on one file: every returned code is looked at, and an error carries
/// the library's innermost message.
struct H5 {
  /// The file, for messages.
  let path: String

  init(path: String) {
    self.path = path
    // The library prints its error stack otherwise.
    H5Eset_auto2(ch5_default_stack(), nil, nil)
  }

  func call(_ name: String, _ body: () -> herr_t) throws(StorageError) {
    if body() < 0 { throw failure(name) }
  }

  func handle(
    _ name: String, _ close: @escaping (hid_t) -> herr_t, _ body: () -> hid_t
  ) throws(StorageError) -> H5Handle {
    let id = body()
    if id < 0 { throw failure(name) }
    return H5Handle(id, close)
  }

  /// Closes a handle; what a file still has to write can fail here.
  func close(_ handle: H5Handle, _ name: String) throws(StorageError) {
    try call(name) { handle.closeNow() }
  }

  /// Opens the file for reading.
  /// - Throws: a file that is not there, may not be read, is none, is empty or cut off, or is no HDF5
  ///   file.
  func openFile() throws(StorageError) -> H5Handle {
    func fail(_ message: String) -> StorageError { StorageError(path: path, message: message) }
    var status = stat()
    guard access(path, R_OK) == 0, stat(path, &status) == 0 else {
      throw fail(String(cString: strerror(errno)))
    }
    guard status.st_mode & S_IFMT == S_IFREG else {
      let isFolder = status.st_mode & S_IFMT == S_IFDIR
      throw fail(isFolder ? "a folder; a file is needed" : "not a regular file")
    }
    if status.st_size == 0 { throw fail("the file is empty") }
    guard H5Fis_hdf5(path) > 0 else { throw fail("not an HDF5 file, or cut off in the middle") }
    let id = H5Fopen(path, ch5_read_only(), ch5_default())
    if id >= 0 { return H5Handle(id, H5Fclose) }
    let failure = failure("H5Fopen")
    guard failure.message.contains("truncated file") else { throw failure }
    throw fail("cut off in the middle: \(status.st_size) bytes are there (\(failure.message))")
  }

  func failure(_ name: String) -> StorageError {
    final class Message { var text = "" }
    let message = Message()
    // Upward from the innermost error; the first has the system's reason.
    H5Ewalk2(
      ch5_default_stack(), H5E_WALK_UPWARD,
      { position, error, context in
        guard position == 0, let text = error?.pointee.desc, let context else { return 0 }
        Unmanaged<Message>.fromOpaque(context).takeUnretainedValue().text = String(cString: text)
        return 0
      }, Unmanaged.passUnretained(message).toOpaque())
    let reason = message.text.isEmpty ? "the HDF5 library gave no reason" : message.text
    return StorageError(path: path, message: "\(name): \(reason)")
  }

  /// The texts of an attribute of variable-length texts, scalar or list.
  func texts(ofAttribute name: String, on object: hid_t) throws(StorageError) -> [String] {
    let attribute = try handle("H5Aopen \(name)", H5Aclose) {
      H5Aopen(object, name, ch5_default())
    }
    let space = try handle("H5Aget_space", H5Sclose) { H5Aget_space(attribute.id) }
    let stored = try handle("H5Aget_type", H5Tclose) { H5Aget_type(attribute.id) }
    let count = Int(H5Sget_simple_extent_npoints(space.id))
    if count <= 0 { return [] }
    guard H5Tis_variable_str(stored.id) > 0 else {
      throw StorageError(path: path, message: "attribute \(name) does not hold texts")
    }
    let type = try variableTextType()
    var pointers = [UnsafeMutablePointer<CChar>?](repeating: nil, count: count)
    try call("H5Aread \(name)") { H5Aread(attribute.id, type.id, &pointers) }
    defer { _ = H5Dvlen_reclaim(type.id, space.id, ch5_default(), &pointers) }
    return pointers.map { $0.map { String(cString: $0) } ?? "" }
  }

  // MARK: Types and spaces

  /// Fixed-length UTF-8, padded with zeros.
  func textType(bytes: Int) throws(StorageError) -> H5Handle {
    let type = try handle("H5Tcopy", H5Tclose) { H5Tcopy(ch5_c_s1()) }
    try call("H5Tset_size") { H5Tset_size(type.id, max(1, bytes)) }
    try call("H5Tset_cset") { H5Tset_cset(type.id, H5T_CSET_UTF8) }
    try call("H5Tset_strpad") { H5Tset_strpad(type.id, H5T_STR_NULLPAD) }
    return type
  }

  /// Variable-length UTF-8, as h5py writes attributes.
  func variableTextType() throws(StorageError) -> H5Handle {
    let type = try handle("H5Tcopy", H5Tclose) { H5Tcopy(ch5_c_s1()) }
    try call("H5Tset_size") { H5Tset_size(type.id, ch5_variable()) }
    try call("H5Tset_cset") { H5Tset_cset(type.id, H5T_CSET_UTF8) }
    return type
  }

  func space(_ sizes: [Int]) throws(StorageError) -> H5Handle {
    try handle("H5Screate", H5Sclose) {
      sizes.isEmpty
        ? H5Screate(H5S_SCALAR)
        : H5Screate_simple(Int32(sizes.count), sizes.map { hsize_t($0) }, nil)
    }
  }
}
