internal import CZlib
internal import Glibc
package import Imaging

/// Writes NIfTI-1 files; the same image gives the same bytes (no time, no name in the gzip header).
extension ImageFile {
  /// Writes an image as .nii or, where the name ends so, .nii.gz.
  package static func writeVolume(
    _ volume: Volume, to path: String
  ) throws(ImageFileError) {
    let (code, bits) = niftiType(volume.pixelType)
    let start = try header(volume.grid, code: code, bits: bits, path: path)
    switch volume.voxels {
    case .uint8(let values): try write(start, values, path)
    case .int8(let values): try write(start, values, path)
    case .uint16(let values): try write(start, values, path)
    case .int16(let values): try write(start, values, path)
    case .uint32(let values): try write(start, values, path)
    case .int32(let values): try write(start, values, path)
    case .uint64(let values): try write(start, values, path)
    case .int64(let values): try write(start, values, path)
    case .float32(let values): try write(start, values, path)
    case .float64(let values): try write(start, values, path)
    }
  }

  package static func writeLabels(
    _ labels: LabelVolume, to path: String
  ) throws(ImageFileError) {
    switch labels.storage {
    case .narrow(let values):
      try writeVolume(Volume(grid: labels.grid, voxels: .uint8(values)), to: path)
    case .wide(let values):
      try writeVolume(Volume(grid: labels.grid, voxels: .uint32(values)), to: path)
    }
  }

  private static func niftiType(_ type: PixelType) -> (code: Int16, bits: Int16) {
    let code: Int16 =
      switch type {
      case .uint8: 2
      case .int16: 4
      case .int32: 8
      case .float32: 16
      case .float64: 64
      case .int8: 256
      case .uint16: 512
      case .uint32: 768
      case .int64: 1024
      case .uint64: 1280
      }
    return (code, Int16(type.byteCount * 8))
  }

  /// 352 bytes: header and the empty extension flag. The sform holds the grid, the qform repeats it.
  private static func header(
    _ grid: Grid, code: Int16, bits: Int16, path: String
  ) throws(ImageFileError) -> [UInt8] {
    guard all(grid.size .<= SIMD3(repeating: 32767)), all(grid.size .>= SIMD3(repeating: 1)) else {
      throw ImageFileError(
        path, "a NIfTI-1 image has 1 to 32767 voxels along an axis, this one \(grid.size)")
    }
    var bytes = [UInt8](repeating: 0, count: 352)
    func put<Value>(_ value: Value, at offset: Int) {
      withUnsafeBytes(of: value) { source in
        for (i, byte) in source.enumerated() { bytes[offset + i] = byte }
      }
    }
    put(Int32(348), at: 0)
    put(Int16(3), at: 40)
    for axis in 0..<3 { put(Int16(grid.size[axis]), at: 42 + 2 * axis) }
    for i in 4..<8 { put(Int16(1), at: 40 + 2 * i) }
    put(code, at: 70)
    put(bits, at: 72)
    // LPS to RAS.
    let sign = [-1.0, -1.0, 1.0]
    var rotation = [Double](repeating: 0, count: 9)
    for i in 0..<9 { rotation[i] = sign[i / 3] * grid.direction[i] }
    let (quaternion, factor) = quaternion(rotation)
    put(Float(factor), at: 76)
    for axis in 0..<3 { put(Float(grid.spacing[axis]), at: 80 + 4 * axis) }
    put(Float(352), at: 108)
    put(Float(1), at: 112)
    bytes[123] = 2
    put(Int16(1), at: 252)
    put(Int16(1), at: 254)
    for i in 0..<3 { put(Float(quaternion[i + 1]), at: 256 + 4 * i) }
    for row in 0..<3 {
      put(Float(sign[row] * grid.origin[row]), at: 268 + 4 * row)
      for column in 0..<3 {
        put(
          Float(rotation[row * 3 + column] * grid.spacing[column]),
          at: 280 + 16 * row + 4 * column)
      }
      put(Float(sign[row] * grid.origin[row]), at: 280 + 16 * row + 12)
    }
    for (i, byte) in [0x6e, 0x2b, 0x31, 0].enumerated() { bytes[344 + i] = UInt8(byte) }
    return bytes
  }

  /// Unit quaternion (a, b, c, d) of a rotation, and -1 where its z axis had to be reversed.
  private static func quaternion(_ matrix: [Double]) -> ([Double], Double) {
    var m = matrix
    var factor = 1.0
    if determinant(m) < 0 {
      factor = -1
      for row in 0..<3 { m[row * 3 + 2] = -m[row * 3 + 2] }
    }
    let trace = m[0] + m[4] + m[8] + 1
    var q: [Double]
    if trace > 0.5 {
      let a = 0.5 * trace.squareRoot()
      q = [a, 0.25 * (m[7] - m[5]) / a, 0.25 * (m[2] - m[6]) / a, 0.25 * (m[3] - m[1]) / a]
    } else {
      let x = 1 + m[0] - (m[4] + m[8])
      let y = 1 + m[4] - (m[0] + m[8])
      let z = 1 + m[8] - (m[0] + m[4])
      if x > 1 {
        let b = 0.5 * x.squareRoot()
        q = [0.25 * (m[7] - m[5]) / b, b, 0.25 * (m[1] + m[3]) / b, 0.25 * (m[2] + m[6]) / b]
      } else if y > 1 {
        let c = 0.5 * y.squareRoot()
        q = [0.25 * (m[2] - m[6]) / c, 0.25 * (m[1] + m[3]) / c, c, 0.25 * (m[5] + m[7]) / c]
      } else {
        let d = 0.5 * z.squareRoot()
        q = [0.25 * (m[3] - m[1]) / d, 0.25 * (m[2] + m[6]) / d, 0.25 * (m[5] + m[7]) / d, d]
      }
      if q[0] < 0 { q = q.map { -$0 } }
    }
    return (q, factor)
  }

  private static func write<Value>(
    _ header: [UInt8], _ values: [Value], _ path: String
  ) throws(ImageFileError) {
    guard let file = path.hasSuffix(".gz") ? gzopen(path, "wb6") : gzopen(path, "wbT") else {
      throw ImageFileError(path, "cannot be written: \(String(cString: strerror(errno)))")
    }
    var isWritten = header.withUnsafeBytes { put($0, file) }
    isWritten = isWritten && values.withUnsafeBytes { put($0, file) }
    let code = gzclose(file)
    guard isWritten, code == Z_OK else {
      throw ImageFileError(path, "writing failed: \(String(cString: strerror(errno)))")
    }
  }

  private static func put(_ bytes: UnsafeRawBufferPointer, _ file: gzFile) -> Bool {
    var done = 0
    while done < bytes.count {
      let step = min(bytes.count - done, 1 << 30)
      guard let base = bytes.baseAddress, gzwrite(file, base + done, UInt32(step)) == step else {
        return false
      }
      done += step
    }
    return true
  }
}
