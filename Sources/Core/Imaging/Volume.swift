/// The voxels of an image in the type they have: 16-bit images stay 16-bit in memory.
package enum VoxelStorage: Sendable, Equatable {
  case uint8([UInt8])
  case int8([Int8])
  case uint16([UInt16])
  case int16([Int16])
  case uint32([UInt32])
  case int32([Int32])
  case uint64([UInt64])
  case int64([Int64])
  case float32([Float])
  case float64([Double])

  package var pixelType: PixelType {
    switch self {
    case .uint8: .uint8
    case .int8: .int8
    case .uint16: .uint16
    case .int16: .int16
    case .uint32: .uint32
    case .int32: .int32
    case .uint64: .uint64
    case .int64: .int64
    case .float32: .float32
    case .float64: .float64
    }
  }

  package var count: Int {
    switch self {
    case .uint8(let values): values.count
    case .int8(let values): values.count
    case .uint16(let values): values.count
    case .int16(let values): values.count
    case .uint32(let values): values.count
    case .int32(let values): values.count
    case .uint64(let values): values.count
    case .int64(let values): values.count
    case .float32(let values): values.count
    case .float64(let values): values.count
    }
  }

  /// The bytes of the voxels in memory order.
  package func withUnsafeBytes<Result>(_ body: (UnsafeRawBufferPointer) -> Result) -> Result {
    switch self {
    case .uint8(let values): values.withUnsafeBytes(body)
    case .int8(let values): values.withUnsafeBytes(body)
    case .uint16(let values): values.withUnsafeBytes(body)
    case .int16(let values): values.withUnsafeBytes(body)
    case .uint32(let values): values.withUnsafeBytes(body)
    case .int32(let values): values.withUnsafeBytes(body)
    case .uint64(let values): values.withUnsafeBytes(body)
    case .int64(let values): values.withUnsafeBytes(body)
    case .float32(let values): values.withUnsafeBytes(body)
    case .float64(let values): values.withUnsafeBytes(body)
    }
  }

  /// Copies the values `start ..< start + count` to `target` as Double.
  ///
  /// 64-bit integers above 2^53 are rounded to the nearest Double, as ITK does.
  package func copy(
    from start: Int, count: Int, to target: UnsafeMutablePointer<Double>
  ) {
    precondition(start >= 0 && count >= 0 && start + count <= self.count)
    switch self {
    case .uint8(let values): convert(values, start, count, target)
    case .int8(let values): convert(values, start, count, target)
    case .uint16(let values): convert(values, start, count, target)
    case .int16(let values): convert(values, start, count, target)
    case .uint32(let values): convert(values, start, count, target)
    case .int32(let values): convert(values, start, count, target)
    case .uint64(let values): convert(values, start, count, target)
    case .int64(let values): convert(values, start, count, target)
    case .float32(let values):
      values.withUnsafeBufferPointer { source in
        var i = 0
        while i < count {
          target[i] = Double(source[start &+ i])
          i &+= 1
        }
      }
    case .float64(let values):
      values.withUnsafeBufferPointer { source in
        guard let base = source.baseAddress else { return }
        target.update(from: base + start, count: count)
      }
    }
  }

  /// Number of NaN and infinite values and the first of them; nil where all are finite.
  package var nonFinite: (count: Int, first: Int)? {
    switch self {
    case .float32(let values):
      values.withUnsafeBufferPointer { source in
        var count = 0
        for value in source where value.bitPattern & 0x7f80_0000 == 0x7f80_0000 { count &+= 1 }
        return count == 0 ? nil : (count, source.firstIndex { !$0.isFinite } ?? 0)
      }
    case .float64(let values):
      values.withUnsafeBufferPointer { source in
        var count = 0
        let exponent: UInt64 = 0x7ff0_0000_0000_0000
        for value in source where value.bitPattern & exponent == exponent { count &+= 1 }
        return count == 0 ? nil : (count, source.firstIndex { !$0.isFinite } ?? 0)
      }
    default: nil
    }
  }
}

@inline(__always)
private func convert<Value: BinaryInteger>(
  _ values: [Value], _ start: Int, _ count: Int, _ target: UnsafeMutablePointer<Double>
) {
  values.withUnsafeBufferPointer { source in
    var i = 0
    while i < count {
      target[i] = Double(source[start &+ i])
      i &+= 1
    }
  }
}

/// An image: a grid and one finite scalar value for each of its voxels, x fastest.
package struct Volume: Sendable {
  package let grid: Grid
  package let voxels: VoxelStorage

  package var pixelType: PixelType { voxels.pixelType }

  /// - Precondition: as many voxels as the grid has, and all of them finite.
  package init(grid: Grid, voxels: VoxelStorage) {
    precondition(voxels.count == grid.voxelCount, "one value for each voxel of the grid")
    self.grid = grid
    self.voxels = voxels
  }

  /// An image of type `type`; values are clamped to its range and truncated toward 0.
  package init(grid: Grid, values: [Double], as type: PixelType) {
    self.init(grid: grid, voxels: VoxelStorage(values, as: type))
  }
}

extension VoxelStorage {
  /// Converts as ITK's resampling does: clamped to the range of the type, then truncated toward 0.
  package init(_ values: [Double], as type: PixelType) {
    self =
      switch type {
      case .uint8: .uint8(values.map { clamped($0) })
      case .int8: .int8(values.map { clamped($0) })
      case .uint16: .uint16(values.map { clamped($0) })
      case .int16: .int16(values.map { clamped($0) })
      case .uint32: .uint32(values.map { clamped($0) })
      case .int32: .int32(values.map { clamped($0) })
      case .uint64: .uint64(values.map { clamped($0) })
      case .int64: .int64(values.map { clamped($0) })
      case .float32: .float32(values.map { Float($0) })
      case .float64: .float64(values)
      }
  }
}

/// `value` truncated toward 0 after clamping to the range of the type; NaN gives the minimum.
@inline(__always)
private func clamped<Value: FixedWidthInteger>(_ value: Double) -> Value {
  Value(exactly: value.rounded(.towardZero)) ?? (value > 0 ? .max : .min)
}

extension PixelType {
  package var byteCount: Int {
    switch self {
    case .uint8, .int8: 1
    case .uint16, .int16: 2
    case .uint32, .int32, .float32: 4
    case .uint64, .int64, .float64: 8
    }
  }

  /// Rounds `values` in place to what ITK's resampling stores in an image of this type: integers
  /// are clamped to the range of the type and truncated toward 0, float32 is rounded to nearest.
  func quantize(_ values: UnsafeMutablePointer<Double>, count: Int) {
    var i = 0
    switch self {
    case .float64: break
    case .float32:
      while i < count {
        values[i] = Double(Float(values[i]))
        i &+= 1
      }
    default:
      let (low, high) = doubleRange
      while i < count {
        let value = values[i]
        // Adding 0 turns -0 into 0; an integer has one zero.
        values[i] = (value < low ? low : value > high ? high : value).rounded(.towardZero) + 0
        i &+= 1
      }
    }
  }

  /// The smallest and the largest value of an integer type, as Double.
  var doubleRange: (low: Double, high: Double) {
    switch self {
    case .uint8: (0, 255)
    case .int8: (-128, 127)
    case .uint16: (0, 65535)
    case .int16: (-32768, 32767)
    case .uint32: (0, 4_294_967_295)
    case .int32: (-2_147_483_648, 2_147_483_647)
    case .uint64: (0, 0x1p64)
    case .int64: (-0x1p63, 0x1p63)
    case .float32: (-Double(Float.greatestFiniteMagnitude), Double(Float.greatestFiniteMagnitude))
    case .float64: (-Double.greatestFiniteMagnitude, Double.greatestFiniteMagnitude)
    }
  }
}
