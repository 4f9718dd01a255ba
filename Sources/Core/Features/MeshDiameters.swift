internal import Imaging

/// Largest distances between vertices of the mesh, mm: overall and within planes of equal z
/// ("Slice"), y ("Column") and x ("Row").
///
/// Vertices are counted in half voxels, which keeps convex hulls exact; scaling the axes does not
/// change which points are on a hull. Per plane only the extremes of each line can be on the hull.
/// The overall maximum joins two points that are on the hull of their z plane and of their y plane;
/// pairs are pruned by their distances from the centre.
package struct MeshDiameters {
  package private(set) var slice = 0.0
  package private(set) var column = 0.0
  package private(set) var row = 0.0
  package private(set) var overall = 0.0

  package init(_ voxels: PaddedMask, spacing: SIMD3<Double>) {
    let half = spacing / 2
    let extremes = RowExtremes(voxels)
    // Which extremes (lowest, highest x of a row) are on the hull of their z and y planes.
    var marks = [UInt8](repeating: 0, count: extremes.rows.count)
    (slice, column) = Self.planeMaxima(extremes, half, &marks)
    row = Self.rowMaximum(voxels, half)
    overall = Self.pairMaximum(extremes, marks, half)
  }

  private static func planeMaxima(
    _ extremes: RowExtremes, _ half: SIMD3<Double>, _ marks: inout [UInt8]
  ) -> (Double, Double) {
    var (slice, column) = (0.0, 0.0)
    var hull = PlaneHull()
    for z in 0..<extremes.depth {
      hull.clear()
      for y in 0..<extremes.height {
        let (low, high) = extremes.rows[z * extremes.height + y]
        if low <= high { hull.add(line: y, low: Int(low), high: Int(high)) }
      }
      hull.close()
      slice = max(slice, hull.diameter(half.y, half.x))
      hull.marks { line, upper in marks[z * extremes.height + line] |= upper ? 2 : 1 }
    }
    for y in 0..<extremes.height {
      hull.clear()
      for z in 0..<extremes.depth {
        let (low, high) = extremes.rows[z * extremes.height + y]
        if low <= high { hull.add(line: z, low: Int(low), high: Int(high)) }
      }
      hull.close()
      column = max(column, hull.diameter(half.z, half.x))
      hull.marks { line, upper in marks[line * extremes.height + y] |= upper ? 8 : 4 }
    }
    return (slice.squareRoot(), column.squareRoot())
  }

  private static func rowMaximum(_ voxels: PaddedMask, _ half: SIMD3<Double>) -> Double {
    let columns = ColumnExtremes(voxels)
    var (best, hull) = (0.0, PlaneHull())
    for x in 0..<columns.width {
      hull.clear()
      for z in 0..<columns.depth {
        let (low, high) = columns.columns[z * columns.width + x]
        if low <= high { hull.add(line: z, low: Int(low), high: Int(high)) }
      }
      hull.close()
      best = max(best, hull.diameter(half.z, half.y))
    }
    return best.squareRoot()
  }

  private static func pairMaximum(
    _ extremes: RowExtremes, _ marks: [UInt8], _ half: SIMD3<Double>
  ) -> Double {
    var points: [SIMD3<Double>] = []
    for z in 0..<extremes.depth {
      for y in 0..<extremes.height {
        let mark = marks[z * extremes.height + y]
        let (low, high) = extremes.rows[z * extremes.height + y]
        if mark & 5 == 5 {
          points.append(SIMD3(Double(low), Double(y), Double(z)) * half)
        }
        if mark & 10 == 10 {
          points.append(SIMD3(Double(high), Double(y), Double(z)) * half)
        }
      }
    }
    guard let first = points.first else { return 0 }
    var (lower, upper) = (first, first)
    for point in points {
      lower = pointwiseMin(lower, point)
      upper = pointwiseMax(upper, point)
    }
    let center = (lower + upper) / 2
    var sorted = points.map { (radius: length($0 - center), point: $0) }
    sorted.sort { $0.radius > $1.radius }
    return longest(sorted)
  }

  /// - Parameter points: by falling distance from a common centre.
  private static func longest(_ points: [(radius: Double, point: SIMD3<Double>)]) -> Double {
    var (best, square) = (0.0, 0.0)
    points.withUnsafeBufferPointer { points in
      var i = 0
      while i < points.count {
        let (radius, p) = points[i]
        // No pair from here on is longer; the factor is above any rounding.
        if 2 * radius < best * 0.999_999_999 { break }
        var j = i &+ 1
        while j < points.count && radius + points[j].radius >= best * 0.999_999_999 {
          let d = p - points[j].point
          let distance = d.x * d.x + d.y * d.y + d.z * d.z
          if distance > square {
            square = distance
            best = distance.squareRoot()
          }
          j &+= 1
        }
        i &+= 1
      }
    }
    return best
  }

  private static func length(_ v: SIMD3<Double>) -> Double {
    (v.x * v.x + v.y * v.y + v.z * v.z).squareRoot()
  }
}

/// For each line of vertices along x (half-voxel z, y): its lowest and highest x; low > high where
/// the line has no vertex.
private struct RowExtremes {
  let height: Int
  let depth: Int
  private(set) var rows: [(Int32, Int32)]

  init(_ voxels: PaddedMask) {
    let size = voxels.size
    height = 2 * size.y
    depth = 2 * size.z
    rows = [(Int32, Int32)](repeating: (1, 0), count: height * depth)
    for z in 1..<size.z {
      for y in 1..<size.y {
        let here = voxels.row(z, y)
        if let (first, last) = Self.differing(here, here, size.x, shift: 1) {
          rows[2 * z * height + 2 * y] = (2 * first + 1, 2 * last + 1)
        }
        if let (first, last) = Self.differing(here, voxels.row(z, y - 1), size.x, shift: 0) {
          rows[2 * z * height + 2 * y - 1] = (2 * first, 2 * last)
        }
        if let (first, last) = Self.differing(here, voxels.row(z - 1, y), size.x, shift: 0) {
          rows[(2 * z - 1) * height + 2 * y] = (2 * first, 2 * last)
        }
      }
    }
  }

  /// First and last x where a[x] and b[x + shift] differ.
  private static func differing(
    _ a: UnsafeMutablePointer<UInt8>, _ b: UnsafeMutablePointer<UInt8>, _ count: Int, shift: Int
  ) -> (Int32, Int32)? {
    let end = count &- shift
    var first = 0
    while first < end && a[first] == b[first &+ shift] { first &+= 1 }
    if first == end { return nil }
    var last = end &- 1
    while a[last] == b[last &+ shift] { last &-= 1 }
    return (Int32(truncatingIfNeeded: first), Int32(truncatingIfNeeded: last))
  }
}

/// For each line of vertices along y (half-voxel z, x): its lowest and highest y; low > high where
/// the line has no vertex.
private struct ColumnExtremes {
  let width: Int
  let depth: Int
  private(set) var columns: [(Int16, Int16)]

  init(_ voxels: PaddedMask) {
    let size = voxels.size
    width = 2 * size.x
    depth = 2 * size.z
    columns = [(Int16, Int16)](repeating: (1, 0), count: width * depth)
    let n = size.x
    // Lowest and highest y of vertices on edges along x, y and z, in this order.
    let lines = UnsafeMutablePointer<Int16>.allocate(capacity: 6 * n)
    defer { lines.deallocate() }
    for z in 1..<size.z {
      lines.initialize(repeating: -1, count: 6 * n)
      for y in 1..<size.y {
        let here = voxels.row(z, y)
        let middle = Int16(2 * y)
        Self.update(lines, here, here + 1, n - 1, n, middle)
        Self.update(lines + 2 * n, here, voxels.row(z, y - 1), n, n, middle - 1)
        Self.update(lines + 4 * n, here, voxels.row(z - 1, y), n, n, middle)
      }
      for x in 0..<n {
        store(lines, x, n, at: 2 * z * width + 2 * x + 1)
        store(lines + 2 * n, x, n, at: 2 * z * width + 2 * x)
        store(lines + 4 * n, x, n, at: (2 * z - 1) * width + 2 * x)
      }
    }
  }

  private static func update(
    _ line: UnsafeMutablePointer<Int16>, _ a: UnsafeMutablePointer<UInt8>,
    _ b: UnsafeMutablePointer<UInt8>, _ count: Int, _ stride: Int, _ y: Int16
  ) {
    let (low, high) = (line, line + stride)
    var x = 0
    while x < count {
      let differs = a[x] != b[x]
      low[x] = differs && low[x] < 0 ? y : low[x]
      high[x] = differs ? y : high[x]
      x &+= 1
    }
  }

  private mutating func store(
    _ line: UnsafeMutablePointer<Int16>, _ x: Int, _ n: Int, at index: Int
  ) {
    if line[x] >= 0 { columns[index] = (line[x], line[n + x]) }
  }
}

/// The convex hull of points on parallel lines, given line by line in rising order.
private struct PlaneHull {
  private var lower: [(line: Int, at: Int)] = []
  private var upper: [(line: Int, at: Int)] = []
  private var corners: [(line: Int, at: Int)] = []

  mutating func clear() {
    lower.removeAll(keepingCapacity: true)
    upper.removeAll(keepingCapacity: true)
    corners.removeAll(keepingCapacity: true)
  }

  mutating func add(line: Int, low: Int, high: Int) {
    Self.extend(&lower, (line, low), sign: 1)
    Self.extend(&upper, (line, high), sign: -1)
  }

  /// Andrew's monotone chain; points on an edge are dropped.
  private static func extend(
    _ chain: inout [(line: Int, at: Int)], _ p: (line: Int, at: Int), sign: Int
  ) {
    while chain.count >= 2 {
      let (a, b) = (chain[chain.count - 2], chain[chain.count - 1])
      let cross = (b.line - a.line) * (p.at - a.at) - (b.at - a.at) * (p.line - a.line)
      if cross * sign > 0 { break }
      chain.removeLast()
    }
    chain.append(p)
  }

  mutating func close() {
    corners.append(contentsOf: lower)
    corners.append(contentsOf: upper)
  }

  /// Largest squared distance, with the sizes of a half voxel across and along the lines.
  func diameter(_ across: Double, _ along: Double) -> Double {
    var best = 0.0
    for i in corners.indices {
      for j in 0..<i {
        let u = Double(corners[i].line - corners[j].line) * across
        let v = Double(corners[i].at - corners[j].at) * along
        best = max(best, u * u + v * v)
      }
    }
    return best
  }

  func marks(_ mark: (_ line: Int, _ upper: Bool) -> Void) {
    for corner in lower { mark(corner.line, false) }
    for corner in upper { mark(corner.line, true) }
  }
}
