/// Exact Euclidean distances from every voxel centre of a box to the nearest voxel centre of a set,
/// with a spacing of its own along each axis.
///
/// One axis after the other: along x by two scans, along y and z by the lower envelope of parabolas
/// (Felzenszwalb & Huttenlocher 2012, "Distance transforms of sampled functions", Theory of
/// Computing 8, 415-428). The time is proportional to the number of voxels.
///
/// A value is (dx sx)^2, plus (dy sy)^2, plus (dz sz)^2, rounded at each step; where voxels of the
/// set are equally near, the last bits may be those of any of them.
package struct DistanceTransform: Sendable {
  /// Squared distances, mm2, one for each voxel, x fastest: 0 in the set, infinity where the set is
  /// empty or farther than the limit.
  package let squared: [Double]

  /// - Parameters:
  ///   - wanted: the voxels of `mask` with this value are the set.
  ///   - size: voxels along (x, y, z); voxels outside this box belong to nothing.
  ///   - spacing: mm, (x, y, z); > 0.
  ///   - limit: mm; greater distances become infinity, which saves time.
  /// - Precondition: one value of `mask` for each voxel, x fastest.
  package init(
    to mask: [UInt8], equalTo wanted: UInt8 = 1, size: SIMD3<Int>, spacing: SIMD3<Double>,
    limit: Double = .infinity
  ) {
    precondition(mask.count == size.x * size.y * size.z && all(spacing .> 0) && limit >= 0)
    let limit = limit * limit
    var values = [Double](repeating: .infinity, count: mask.count)
    values.withUnsafeMutableBufferPointer { values in
      guard let values = values.baseAddress else { return }
      mask.withUnsafeBufferPointer { mask in
        for row in 0..<size.y * size.z {
          scan(
            mask.baseAddress! + row * size.x, wanted, size.x, spacing.x, limit,
            to: values + row * size.x)
        }
      }
      let envelope = LowerEnvelope(capacity: max(size.y, size.z))
      defer { envelope.free() }
      let plane = size.x * size.y
      var alongY = Slab(width: size.x, length: size.y, stride: size.x)
      for z in 0..<size.z { alongY.transform(values + z * plane, spacing.y, limit, envelope) }
      alongY.free()
      var alongZ = Slab(width: size.x, length: size.z, stride: plane)
      for y in 0..<size.y { alongZ.transform(values + y * size.x, spacing.z, limit, envelope) }
      alongZ.free()
    }
    squared = values
  }
}

/// Squared distances within one row, from the left and then from the right.
private func scan(
  _ mask: UnsafePointer<UInt8>, _ wanted: UInt8, _ count: Int, _ spacing: Double, _ limit: Double,
  to values: UnsafeMutablePointer<Double>
) {
  var last = -1
  var x = 0
  while x < count {
    if mask[x] == wanted { last = x }
    if last >= 0 {
      let distance = Double(x &- last) * spacing
      if distance * distance <= limit { values[x] = distance * distance }
    }
    x &+= 1
  }
  last = -1
  x = count &- 1
  while x >= 0 {
    if mask[x] == wanted { last = x }
    if last >= 0 {
      let distance = Double(last &- x) * spacing
      if distance * distance < values[x] && distance * distance <= limit {
        values[x] = distance * distance
      }
    }
    x &-= 1
  }
}

/// Columns side by side, copied to where each is contiguous.
private struct Slab {
  let width: Int
  let length: Int
  /// Between neighbours of a column.
  let stride: Int
  private let columns: UnsafeMutablePointer<Double>
  private let results: UnsafeMutablePointer<Double>

  init(width: Int, length: Int, stride: Int) {
    self.width = width
    self.length = length
    self.stride = stride
    columns = .allocate(capacity: width * length)
    results = .allocate(capacity: width * length)
  }

  mutating func free() {
    columns.deallocate()
    results.deallocate()
  }

  mutating func transform(
    _ values: UnsafeMutablePointer<Double>, _ spacing: Double, _ limit: Double,
    _ envelope: LowerEnvelope
  ) {
    var isEmpty = true
    for i in 0..<length {
      let row = values + i * stride
      var x = 0
      while x < width {
        columns[x &* length &+ i] = row[x]
        if row[x] < .infinity { isEmpty = false }
        x &+= 1
      }
    }
    if isEmpty { return }
    for x in 0..<width {
      envelope.transform(
        columns + x * length, length, spacing, limit, to: results + x * length)
    }
    for i in 0..<length {
      let row = values + i * stride
      var x = 0
      while x < width {
        row[x] = results[x &* length &+ i]
        x &+= 1
      }
    }
  }
}

/// The parabolas that are lowest somewhere, from left to right.
private struct LowerEnvelope {
  private let vertices: UnsafeMutablePointer<Int>
  /// Height of a parabola at position 0, in squared voxels.
  private let heights: UnsafeMutablePointer<Double>
  /// Where a parabola begins to be the lowest, in voxels.
  private let starts: UnsafeMutablePointer<Double>

  init(capacity: Int) {
    vertices = .allocate(capacity: capacity)
    heights = .allocate(capacity: capacity)
    starts = .allocate(capacity: capacity)
  }

  func free() {
    vertices.deallocate()
    heights.deallocate()
    starts.deallocate()
  }

  /// results[i] = min over q of ((i - q) spacing)^2 + f[q]; infinity where it exceeds `limit`.
  func transform(
    _ f: UnsafePointer<Double>, _ count: Int, _ spacing: Double, _ limit: Double,
    to results: UnsafeMutablePointer<Double>
  ) {
    let (v, h, s) = (vertices, heights, starts)
    let scale = 1 / (spacing * spacing)
    var k = -1
    var q = 0
    while q < count {
      if f[q] < .infinity {
        let height = f[q] * scale + Double(q &* q)
        var start = -Double.infinity
        while k >= 0 {
          start = (height - h[k]) / Double(2 &* (q &- v[k]))
          if start > s[k] { break }
          k &-= 1
          start = -.infinity
        }
        k &+= 1
        v[k] = q
        h[k] = height
        s[k] = start
      }
      q &+= 1
    }
    // Values are compared, not positions: a rounded intersection would choose the wrong side.
    @inline(__always) func value(_ j: Int, _ i: Int) -> Double {
      let distance = Double(i &- v[j]) * spacing
      return distance * distance + f[v[j]]
    }
    var j = 0
    var i = 0
    while i < count {
      var lowest = k < 0 ? .infinity : value(j, i)
      while j < k {
        let next = value(j &+ 1, i)
        if next > lowest { break }
        lowest = next
        j &+= 1
      }
      results[i] = lowest <= limit ? lowest : .infinity
      i &+= 1
    }
  }
}
