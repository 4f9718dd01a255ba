internal import Imaging

/// Interpolates an image at the points of a sphere around each voxel of a VOI, with the bits of
/// `scipy.ndimage.map_coordinates` (order 3, mode `constant`: 0 outside the image).
///
/// The points lie at the same offsets from every voxel, so the sum over 64 coefficients is taken
/// one axis after the other: along z once per slice and distinct z offset, along y once per row
/// and distinct (z, y) offset, along x once per point. SciPy sums all 64 products in one order
/// instead; the two differ by less than `tolerance`. Where that could change the stored value
/// (after rounding to the image's type) or the comparison with the centre, the sum is repeated in
/// SciPy's order.
final class LBP3DSampler {
  /// Most voxels of one call of `sample`.
  static let capacity = 128
  /// Lanes of the kernels: buffers reach to a multiple of it.
  static let lanes = 4

  let pointCount: Int
  private let coefficients: LBP3DCoefficients
  private let axes: [AxisTable]
  private let pixelType: PixelType
  private let tolerance: Double
  /// Bound of the values of an integer type.
  private let bounds: ClosedRange<Double>

  /// Offsets of point p in the tables of (x, y, z).
  private let offsets: [SIMD3<Int>]
  /// Distinct (z, y) offsets, and for each point its number.
  private let pairs: [SIMD2<Int>]
  private let pairOfPoint: [Int]

  /// Coefficients collapsed along z: one plane per z offset, for one slice.
  private let planes: UnsafeMutablePointer<Double>
  private let planeSize: Int
  /// Collapsed along z and y: one row per pair.
  private let rows: UnsafeMutablePointer<Double>
  private let rowLength: Int
  private let raw: UnsafeMutablePointer<Double>
  /// Samples of the last call, in the image's type: point p of voxel i at `p * capacity + i`.
  let samples: UnsafeMutablePointer<Double>

  /// - Parameters:
  ///   - points: offsets from a voxel's centre in voxels: along (z, y, x) in the elements (x, y,
  ///     z), which is how PyRadiomics adds the sphere's vertices to NumPy indices.
  ///   - box: box of the VOI.
  init(_ image: Volume, box: IndexBox, points: [SIMD3<Double>]) {
    var reach = 0.0
    for point in points { reach = max(reach, max(abs(point.x), max(abs(point.y), abs(point.z)))) }
    let border = Int(reach.rounded(.up)) + 2
    coefficients = LBP3DCoefficients(image, box: box, border: border, slack: Self.lanes)
    let components = [points.map(\.z), points.map(\.y), points.map(\.x)]
    let axes = (0..<3).map { axis in
      AxisTable(
        components[axis], lower: box.lower[axis], count: box.size[axis],
        length: image.grid.size[axis], slack: Self.lanes)
    }
    self.axes = axes
    pixelType = image.pixelType
    bounds = Self.bounds(of: image.pixelType)
    tolerance = 2e-14 * coefficients.largest
    pointCount = points.count
    offsets = points.indices.map {
      SIMD3(axes[0].offsetOfPoint[$0], axes[1].offsetOfPoint[$0], axes[2].offsetOfPoint[$0])
    }
    var pairs: [SIMD2<Int>] = []
    var pairOfPoint: [Int] = []
    for offset in offsets {
      let pair = SIMD2(offset.z, offset.y)
      if let index = pairs.firstIndex(of: pair) {
        pairOfPoint.append(index)
      } else {
        pairOfPoint.append(pairs.count)
        pairs.append(pair)
      }
    }
    self.pairs = pairs
    self.pairOfPoint = pairOfPoint
    planeSize = coefficients.size.x * coefficients.size.y
    rowLength = Self.capacity + 2 * border + Self.lanes
    planes = .allocate(capacity: axes[2].offsets.count * planeSize)
    rows = .allocate(capacity: pairs.count * rowLength)
    rows.initialize(repeating: 0, count: pairs.count * rowLength)
    raw = .allocate(capacity: Self.capacity)
    samples = .allocate(capacity: pointCount * Self.capacity)
    samples.initialize(repeating: 0, count: pointCount * Self.capacity)
  }

  deinit {
    planes.deallocate()
    rows.deallocate()
    raw.deallocate()
    samples.deallocate()
  }

  /// Prepares slice `z` of the box for rows `y` of the box.
  func enterSlice(_ z: Int, rows y: Range<Int>) {
    let table = axes[2]
    let width = coefficients.size.x
    let first = y.lowerBound * width
    let end = (y.upperBound + 2 * coefficients.border) * width
    for offset in table.offsets.indices {
      let w = table.weights(of: offset, at: z)
      let source = coefficients.values + (z + coefficients.border + table.start[offset]) * planeSize
      collapse(
        source, stride: planeSize, w, to: planes + offset * planeSize, from: first, until: end)
    }
  }

  /// Samples around voxels `x ..< x + count` of row (y, z) of the box, slice z having been entered.
  /// - Parameter count: at most `capacity`.
  func sample(x: Int, count: Int, y: Int, z: Int, centres: UnsafePointer<Double>) {
    let border = coefficients.border
    let width = coefficients.size.x
    let padded = (count + Self.lanes - 1) / Self.lanes * Self.lanes
    for (index, pair) in pairs.enumerated() {
      let table = axes[1]
      let source =
        planes + pair.x * planeSize + (y + border + table.start[pair.y]) * width + x
      collapse(
        source, stride: width, table.weights(of: pair.y, at: y), to: rows + index * rowLength,
        from: 0, until: min(padded + 2 * border, width - x))
    }
    for point in 0..<pointCount {
      let table = axes[0]
      let offset = offsets[point].x
      interpolateRow(
        rows + pairOfPoint[point] * rowLength + border + table.start[offset],
        table.rowWeights(of: offset, from: x), table.stride, padded)
      let isInside =
        axes[1].allInside && axes[2].allInside && table.allInside
      finish(
        point, SIMD3(x, y, z), count, mayBeOutside: !isInside, centres,
        samples + point * Self.capacity)
    }
  }

  /// target[i] = sum of four elements `stride` apart.
  @inline(__always)
  private func collapse(
    _ source: UnsafePointer<Double>, stride: Int, _ w: SIMD4<Double>,
    to target: UnsafeMutablePointer<Double>, from first: Int, until end: Int
  ) {
    let (s1, s2, s3) = (source + stride, source + 2 * stride, source + 3 * stride)
    let (w0, w1, w2, w3) = (w.x, w.y, w.z, w.w)
    var i = first
    while i < end {
      target[i] = (w0 * source[i] + w1 * s1[i]) + (w2 * s2[i] + w3 * s3[i])
      i &+= 1
    }
  }

  @inline(__always)
  private func interpolateRow(
    _ source: UnsafePointer<Double>, _ w: UnsafePointer<Double>, _ stride: Int, _ count: Int
  ) {
    let (w1, w2, w3) = (w + stride, w + 2 * stride, w + 3 * stride)
    let raw = raw
    var i = 0
    while i < count {
      raw[i] =
        (w[i] * source[i] + w1[i] * source[i &+ 1])
        + (w2[i] * source[i &+ 2] + w3[i] * source[i &+ 3])
      i &+= 1
    }
  }
}

/// From the fast sums to the stored values.
extension LBP3DSampler {
  /// Rounds the fast sums of one point to the image's type and repeats the doubtful ones.
  private func finish(
    _ point: Int, _ voxel: SIMD3<Int>, _ count: Int, mayBeOutside: Bool,
    _ centres: UnsafePointer<Double>, _ target: UnsafeMutablePointer<Double>
  ) {
    let (raw, tolerance) = (raw, tolerance)
    var doubtful: UInt64 = mayBeOutside ? 1 : 0
    var i = 0
    switch pixelType {
    case .float32:
      while i < count {
        let low = Double(Float(raw[i] - tolerance))
        let high = Double(Float(raw[i] + tolerance))
        target[i] = low
        doubtful |= low.bitPattern ^ high.bitPattern
        i &+= 1
      }
    case .float64:
      while i < count {
        target[i] = raw[i]
        doubtful |= abs(raw[i] - centres[i]) <= tolerance ? 1 : 0
        i &+= 1
      }
    default:
      // Adding and taking away 1.5 * 2^52 rounds to the nearest integer; halves are doubtful
      // anyway.
      let (magic, least, most) = (0x1.8p52, bounds.lowerBound, bounds.upperBound)
      doubtful |= coefficients.largest < 0x1p50 ? 0 : 1
      while i < count {
        let low = (raw[i] - tolerance + magic) - magic
        let high = (raw[i] + tolerance + magic) - magic
        let raised = low < least ? least : low
        target[i] = raised > most ? most : raised
        doubtful |= (low - high).bitPattern
        i &+= 1
      }
    }
    guard doubtful != 0 else { return }
    for i in 0..<count {
      let at = voxel &+ SIMD3(i, 0, 0)
      if mayBeOutside, !isInside(point, at) {
        target[i] = 0
      } else {
        target[i] =
          isDoubtful(raw[i], centres[i]) ? stored(exactSample(point, at)) : stored(raw[i])
      }
    }
  }

  private func isDoubtful(_ value: Double, _ centre: Double) -> Bool {
    if pixelType == .float64 { return abs(value - centre) <= tolerance }
    return stored(value - tolerance) != stored(value + tolerance)
  }

  private func stored(_ value: Double) -> Double {
    switch pixelType {
    case .float32: Double(Float(value))
    case .float64: value
    default: rounded(value)
    }
  }

  /// As SciPy stores in integers: to the nearest, halves away from 0, within the type's range.
  @inline(__always)
  private func rounded(_ value: Double) -> Double {
    let moved = value > 0 ? value + 0.5 : value - 0.5
    let bounded = max(bounds.lowerBound, min(bounds.upperBound, moved))
    return abs(bounded) < 0x1p62 ? Double(Int(bounded)) : bounded
  }

  private static func bounds(of type: PixelType) -> ClosedRange<Double> {
    switch type {
    case .uint8: 0...255
    case .int8: -128...127
    case .uint16: 0...65535
    case .int16: -32768...32767
    case .uint32: 0...4_294_967_295
    case .int32: -2_147_483_648...2_147_483_647
    case .uint64: 0...0x1p64
    case .int64: -0x1p63...0x1p63
    case .float32, .float64: -Double.infinity...Double.infinity
    }
  }

  private func isInside(_ point: Int, _ voxel: SIMD3<Int>) -> Bool {
    let offset = offsets[point]
    return axes[0].isInside(offset.x, voxel.x) && axes[1].isInside(offset.y, voxel.y)
      && axes[2].isInside(offset.z, voxel.z)
  }

  /// The 64 products in SciPy's order.
  private func exactSample(_ point: Int, _ voxel: SIMD3<Int>) -> Double {
    let offset = offsets[point]
    let x = axes[0].exact(offset.x, voxel.x)
    let y = axes[1].exact(offset.y, voxel.y)
    let z = axes[2].exact(offset.z, voxel.z)
    let start = voxel &+ SIMD3(repeating: coefficients.border) &+ SIMD3(x.start, y.start, z.start)
    var sum = 0.0
    for k in 0..<4 {
      for j in 0..<4 {
        let row =
          coefficients.values
          + ((start.z + k) * coefficients.size.y + start.y + j) * coefficients.size.x + start.x
        for i in 0..<4 { sum += row[i] * z.weights[k] * y.weights[j] * x.weights[i] }
      }
    }
    return sum
  }
}
