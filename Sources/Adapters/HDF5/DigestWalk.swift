internal import CHDF5
internal import HashingAdapter
internal import Study

/// Feeds the content of a result file into a hash, in an order that the content alone decides.
final class DigestWalk {
  let hasher = SHA256Hasher()
  private let h5: H5

  /// Facts of one run, not of the result.
  private static let leftOut: Set<String> = ["/uns/provenance/run", "/uns/timings"]
  private static let slabBytes = 64 << 20

  init(h5: H5) { self.h5 = h5 }

  func group(_ id: hid_t, path: String) throws(StorageError) {
    try attributes(id, path: path)
    for name in try names(id) {
      let child = path + "/" + name
      if Self.leftOut.contains(child) { continue }
      let object = try h5.handle("H5Oopen \(child)", H5Oclose) { H5Oopen(id, name, ch5_default()) }
      switch H5Iget_type(object.id) {
      case H5I_GROUP:
        add("group \(child)")
        try group(object.id, path: child)
      case H5I_DATASET: try dataset(object.id, path: child)
      default: throw StorageError(path: h5.path, message: "\(child) is neither group nor dataset")
      }
    }
  }

  /// The members of a group in one go and in the order of their bytes: asking for them one by one
  /// by number takes the library quadratic time.
  private func names(_ id: hid_t) throws(StorageError) -> [String] {
    final class Names { var list: [String] = [] }
    let names = Names()
    try h5.call("H5Literate") {
      H5Literate(
        id, H5_INDEX_NAME, H5_ITER_INC, nil,
        { _, name, _, context in
          guard let name, let context else { return -1 }
          Unmanaged<Names>.fromOpaque(context).takeUnretainedValue().list
            .append(String(cString: name))
          return 0
        }, Unmanaged.passUnretained(names).toOpaque())
    }
    return names.list
  }

  private func add(_ text: String) {
    var line = text + "\n"
    line.withUTF8 { hasher.update(UnsafeRawBufferPointer($0)) }
  }

  /// Attributes that hold texts, by name: encodings and the order of columns.
  private func attributes(_ id: hid_t, path: String) throws(StorageError) {
    var info = H5O_info_t()
    try h5.call("H5Oget_info2") { H5Oget_info2(id, &info, UInt32(H5O_INFO_NUM_ATTRS)) }
    for index in 0..<info.num_attrs {
      let attribute = try h5.handle("H5Aopen_by_idx", H5Aclose) {
        H5Aopen_by_idx(
          id, ".", H5_INDEX_NAME, H5_ITER_INC, index, ch5_default(), ch5_default())
      }
      var bytes = [CChar](repeating: 0, count: 256)
      try h5.call("H5Aget_name") { H5Aget_name(attribute.id, bytes.count, &bytes) < 0 ? -1 : 0 }
      let name = String(
        decoding: bytes.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
      let type = try h5.handle("H5Aget_type", H5Tclose) { H5Aget_type(attribute.id) }
      guard H5Tget_class(type.id) == H5T_STRING else { continue }
      add("attribute \(path) \(name) \(try h5.texts(ofAttribute: name, on: id))")
    }
  }

  private func dataset(_ id: hid_t, path: String) throws(StorageError) {
    let type = try h5.handle("H5Dget_type", H5Tclose) { H5Dget_type(id) }
    let space = try h5.handle("H5Dget_space", H5Sclose) { H5Dget_space(id) }
    var sizes = [hsize_t](repeating: 0, count: max(1, Int(H5Sget_simple_extent_ndims(space.id))))
    let rank = Int(H5Sget_simple_extent_dims(space.id, &sizes, nil))
    sizes = Array(sizes.prefix(rank))
    let kind = H5Tget_class(type.id)
    let width = H5Tget_size(type.id)
    add("dataset \(path) \(kind.rawValue) \(width) \(sizes)")
    try attributes(id, path: path)
    let count = Int(H5Sget_simple_extent_npoints(space.id))
    if count == 0 { return }
    // Tables of any length are read in slabs of rows; everything else is small.
    let rows = rank == 0 ? 1 : Int(sizes[0])
    let rowBytes = count / rows * width
    let step = max(1, Self.slabBytes / max(1, rowBytes))
    for start in stride(from: 0, to: rows, by: step) {
      let slab = min(step, rows - start)
      var bytes = [UInt8](repeating: 0, count: slab * rowBytes)
      let memory: H5Handle
      if rank == 0 {
        memory = try h5.space([])
      } else {
        let part = [hsize_t(slab)] + sizes.dropFirst()
        memory = try h5.space(part.map { Int($0) })
        let origin = [hsize_t(start)] + [hsize_t](repeating: 0, count: rank - 1)
        try h5.call("H5Sselect_hyperslab") {
          H5Sselect_hyperslab(space.id, H5S_SELECT_SET, origin, nil, part, nil)
        }
      }
      try h5.call("H5Dread \(path)") {
        H5Dread(id, type.id, memory.id, space.id, ch5_default(), &bytes)
      }
      if kind == H5T_FLOAT, width == 8 { canonicaliseNaN(&bytes) }
      bytes.withUnsafeBytes { hasher.update($0) }
    }
  }

  /// All NaNs become one: which one arithmetic makes is the processor's business.
  private func canonicaliseNaN(_ bytes: inout [UInt8]) {
    bytes.withUnsafeMutableBytes { raw in
      for value in raw.bindMemory(to: UInt64.self).indices {
        let bits = raw.load(fromByteOffset: 8 * value, as: UInt64.self)
        if Double(bitPattern: bits).isNaN {
          raw.storeBytes(of: Double.nan.bitPattern, toByteOffset: 8 * value, as: UInt64.self)
        }
      }
    }
  }
}
