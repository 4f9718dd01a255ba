internal import Imaging

/// Reads the voxels that a checked header announces, straight into an array of their type.
struct VoxelReader {
  let header: ImageHeader

  func voxels() throws(ImageFileError) -> VoxelStorage {
    let isBareRaw = header.format == .nrrd && !header.isCompressed
    let source = try ByteSource(
      header.dataPath, offset: header.streamOffset, mayBeCompressed: !isBareRaw)
    if header.format == .nrrd && header.isCompressed && !source.isCompressed {
      throw ImageFileError(header.dataPath, "the voxels are not gzip data, as the header says")
    }
    try Self.checkSize(header, source)
    try source.skip(header.dataOffset, name: "the header")
    let voxels: VoxelStorage
    switch header.storedType {
    case .uint8: voxels = .uint8(try array(source, 0))
    case .int8: voxels = .int8(try array(source, 0))
    case .uint16: voxels = .uint16(try integers(source, 0))
    case .int16: voxels = .int16(try integers(source, 0))
    case .uint32: voxels = .uint32(try integers(source, 0))
    case .int32: voxels = .int32(try integers(source, 0))
    case .uint64: voxels = .uint64(try integers(source, 0))
    case .int64: voxels = .int64(try integers(source, 0))
    case .float32:
      let values: [Float] = try array(source, 0)
      voxels = .float32(
        header.isBigEndian ? values.map { Float(bitPattern: $0.bitPattern.byteSwapped) } : values)
    case .float64:
      let values: [Double] = try array(source, 0)
      voxels = .float64(
        header.isBigEndian ? values.map { Double(bitPattern: $0.bitPattern.byteSwapped) } : values)
    }
    try source.finish()
    return header.isScaled ? scaled(voxels) : voxels
  }

  /// Compares what the header needs with what the file can hold, before anything is allocated.
  static func checkSize(_ header: ImageHeader, _ source: ByteSource) throws(ImageFileError) {
    let needed = header.dataOffset + header.dataByteCount
    let size = header.grid.size
    let claim =
      "the header needs \(needed) bytes (\(header.dataOffset) + \(size.x) x \(size.y) x \(size.z) "
      + "voxels of \(header.storedType.byteCount))"
    guard source.isCompressed else {
      let found = source.fileSize - header.streamOffset
      guard found == needed else {
        throw ImageFileError(header.dataPath, "\(claim), the file has \(found)")
      }
      return
    }
    let compressed = source.fileSize - header.streamOffset
    // Deflate makes at most 1032 bytes of one.
    guard needed / 1032 <= compressed else {
      throw ImageFileError(
        header.dataPath, "\(claim), which \(compressed) compressed bytes cannot hold")
    }
    guard let trailer = source.trailerSize() else {
      throw ImageFileError(
        header.dataPath, "the gzip stream of \(compressed) bytes is too short for its trailer")
    }
    guard trailer == UInt32(truncatingIfNeeded: needed) else {
      throw ImageFileError(
        header.dataPath,
        "\(claim), the gzip trailer says \(trailer): the file is truncated, or its dimensions are "
          + "wrong")
    }
  }

  private func array<Value>(_ source: ByteSource, _ zero: Value) throws(ImageFileError) -> [Value] {
    let count = header.grid.voxelCount
    var failure: ImageFileError?
    let values = [Value](unsafeUninitializedCapacity: count) { buffer, initialized in
      do throws(ImageFileError) {
        if let base = buffer.baseAddress {
          try source.read(
            UnsafeMutableRawPointer(base), count: header.dataByteCount, name: "the image")
        }
        initialized = count
      } catch {
        failure = error
        initialized = 0
      }
    }
    if let failure { throw failure }
    return values
  }

  private func integers<Value: FixedWidthInteger>(
    _ source: ByteSource, _ zero: Value
  ) throws(ImageFileError) -> [Value] {
    var values = try array(source, zero)
    if header.isBigEndian {
      values.withUnsafeMutableBufferPointer { buffer in
        var i = 0
        while i < buffer.count {
          buffer[i] = buffer[i].byteSwapped
          i &+= 1
        }
      }
    }
    return values
  }

  /// ITK's rescaling: integers become float32 first; slope and intercept are applied in double
  /// and the result is rounded to the type of the image.
  private func scaled(_ voxels: VoxelStorage) -> VoxelStorage {
    let slope = header.slope
    let intercept = header.intercept
    switch voxels {
    case .float64(let values): return .float64(values.map { $0 * slope + intercept })
    case .float32(let values):
      return .float32(values.map { Float(Double($0) * slope + intercept) })
    case .uint8(let values): return .float32(values.map { scale(Float($0), slope, intercept) })
    case .int8(let values): return .float32(values.map { scale(Float($0), slope, intercept) })
    case .uint16(let values): return .float32(values.map { scale(Float($0), slope, intercept) })
    case .int16(let values): return .float32(values.map { scale(Float($0), slope, intercept) })
    case .uint32(let values): return .float32(values.map { scale(Float($0), slope, intercept) })
    case .int32(let values): return .float32(values.map { scale(Float($0), slope, intercept) })
    case .uint64(let values): return .float32(values.map { scale(Float($0), slope, intercept) })
    case .int64(let values): return .float32(values.map { scale(Float($0), slope, intercept) })
    }
  }
}

@inline(__always)
private func scale(_ value: Float, _ slope: Double, _ intercept: Double) -> Float {
  Float(Double(value) * slope + intercept)
}
