/// How values between voxel centres are found. Raw values are the words of the study file.
package enum Interpolator: String, Hashable, Sendable, CaseIterable {
  case bspline, linear, nearest
}

/// Resamples one image onto boxes of other grids with the bits of ITK 5.4; keeps the B-spline
/// coefficients, so that several VOIs share one decomposition.
package final class ImageSampler {
  package let image: Volume
  package let interpolator: Interpolator
  /// The type that results are rounded to.
  package let pixelType: PixelType
  private var coefficients: BSplineCoefficients?

  /// - Parameter pixelType: nil takes that of the image, as ITK does.
  package init(_ image: Volume, interpolator: Interpolator, pixelType: PixelType? = nil) {
    self.image = image
    self.pixelType = pixelType ?? image.pixelType
    self.interpolator = interpolator
  }

  /// Values at the voxels of `box`, which is a part of `grid`, rounded to `pixelType`.
  ///
  /// - Parameters:
  ///   - grid: the whole output grid; a voxel's position is interpolated along its whole row.
  ///   - mask: nil, or one value for each voxel of the box: only where it is not 0 the value is
  ///     computed, the others are 0.
  /// - Returns: `box.voxelCount` values, x fastest; 0 outside the image.
  package func values(onto grid: Grid, box: IndexBox, where mask: [UInt8]? = nil) -> [Double] {
    precondition(mask == nil || mask?.count == box.voxelCount)
    let map = ScanlineMap(output: grid, input: image.grid)
    guard let needed = map.inputBox(of: box, margin: 3) else {
      return [Double](repeating: 0, count: box.voxelCount)
    }
    let pixelType = self.pixelType
    return [Double](unsafeUninitializedCapacity: box.voxelCount) { buffer, count in
      count = box.voxelCount
      guard let values = buffer.baseAddress else { return }
      values.initialize(repeating: 0, count: count)
      switch interpolator {
      case .bspline:
        fillLanes(values, box, mask, map, spline(for: needed))
      case .linear:
        let source = SampledBox(image, box: needed)
        fill(values, box, mask, map) { source.linear($0) }
      case .nearest:
        let source = SampledBox(image, box: needed)
        fill(values, box, mask, map) { source.nearest($0) }
      }
      pixelType.quantize(values, count: count)
    }
  }

  /// The kept coefficients if they cover `box`, else new ones that cover what was kept as well.
  private func spline(for box: IndexBox) -> BSplineCoefficients {
    if let kept = coefficients, kept.box.contains(box) { return kept }
    let wanted = coefficients.map { $0.box.union(box) } ?? box
    coefficients = nil
    let made = BSplineCoefficients(image, box: wanted)
    coefficients = made
    return made
  }

  @inline(__always)
  private func fill(
    _ values: UnsafeMutablePointer<Double>, _ box: IndexBox, _ mask: [UInt8]?,
    _ map: ScanlineMap, _ value: (SIMD3<Double>) -> Double
  ) {
    let size = image.grid.size
    var offset = 0
    for z in box.lower.z..<box.upper.z {
      for y in box.lower.y..<box.upper.y {
        let (start, end) = map.ends(y: y, z: z)
        for x in 0..<box.size.x {
          if let mask, mask[offset + x] == 0 { continue }
          let index = ScanlineMap.index(start, end, map.fraction(box.lower.x + x))
          if ScanlineMap.isInside(index, size) { values[offset + x] = value(index) }
        }
        offset += box.size.x
      }
    }
  }

  /// Rows along the image's rows take the fast way; all other points are collected eight by eight.
  private func fillLanes(
    _ values: UnsafeMutablePointer<Double>, _ box: IndexBox, _ mask: [UInt8]?,
    _ map: ScanlineMap, _ spline: BSplineCoefficients
  ) {
    let size = image.grid.size
    var queue = PointQueue(BSplineSampler(spline), values)
    defer { queue.free() }
    var rows = BSplineRows(spline, columns: box.size.x)
    let whole = [UInt8](repeating: 1, count: mask == nil ? box.size.x : 0)
    (mask ?? whole).withUnsafeBufferPointer { inside in
      guard var row = inside.baseAddress else { return }
      var offset = 0
      for z in box.lower.z..<box.upper.z {
        for y in box.lower.y..<box.upper.y {
          defer {
            offset &+= box.size.x
            if mask != nil { row += box.size.x }
          }
          let (start, end) = map.ends(y: y, z: z)
          if start.y == end.y && start.z == end.z {
            guard ScanlineMap.isInside(SIMD3(0, start.y, start.z), size) else { continue }
            rows.prepare(start, end, box, map)
            let isDone = rows.evaluate(
              y: start.y, z: start.z, mask: row, into: values + offset, scratch: queue.scratch
            ) { x in
              let fraction = map.fraction(box.lower.x &+ x)
              queue.add(ScanlineMap.index(start, end, fraction), offset &+ x)
            }
            if isDone { continue }
          }
          var x = 0
          while x < box.size.x {
            if row[x] != 0 {
              let index = ScanlineMap.index(start, end, map.fraction(box.lower.x &+ x))
              if ScanlineMap.isInside(index, size) { queue.add(index, offset &+ x) }
            }
            x &+= 1
          }
        }
      }
    }
    queue.flush()
  }
}

/// Points that wait until eight of them can be evaluated side by side.
private struct PointQueue {
  let scratch: UnsafeMutablePointer<BSplineSampler.Lanes>
  private let sampler: BSplineSampler
  private let values: UnsafeMutablePointer<Double>
  private var x = SIMD8<Double>()
  private var y = SIMD8<Double>()
  private var z = SIMD8<Double>()
  private var targets = SIMD8<Int>()
  private var filled = 0

  init(_ sampler: BSplineSampler, _ values: UnsafeMutablePointer<Double>) {
    self.sampler = sampler
    self.values = values
    scratch = .allocate(capacity: 24)
  }

  func free() { scratch.deallocate() }

  @inline(__always)
  mutating func add(_ index: SIMD3<Double>, _ target: Int) {
    x[filled] = index.x
    y[filled] = index.y
    z[filled] = index.z
    targets[filled] = target
    filled &+= 1
    if filled == 8 { flush() }
  }

  /// Evaluates what waits; unused lanes repeat the first point.
  mutating func flush() {
    guard filled > 0 else { return }
    for lane in filled..<8 {
      x[lane] = x[0]
      y[lane] = y[0]
      z[lane] = z[0]
    }
    let result = sampler.evaluate(x, y, z, scratch: scratch)
    for lane in 0..<filled { values[targets[lane]] = result[lane] }
    filled = 0
  }
}
