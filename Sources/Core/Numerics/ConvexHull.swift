/// The convex hull of points in space with whole-number coordinates, in exact arithmetic.
///
/// Points are added one after the other: the faces that a new point sees strictly from outside
/// make way for a fan from their rim to the point (the incremental method of Clarkson & Shor 1989,
/// Discrete Comput Geom 4, 387, without its conflict lists). Points in the plane of a face do not
/// see it, so no triangle is ever degenerate, but triangles may be coplanar and a point on a flat
/// face may stay a corner. Scaling the axes does not change which triangles form the hull.
package struct ConvexHull: Sendable {
  /// A triangle: corners as positions in `points`, counter-clockwise from outside, and its outward
  /// normal (b - a) x (c - a).
  package struct Face: Hashable, Sendable {
    package let corners: SIMD3<Int>
    package let normal: SIMD3<Int>
    /// Product of the normal with any point of the plane.
    package let offset: Int
  }

  /// The given points that are corners of faces, in the given order.
  package let points: [SIMD3<Int>]
  package let faces: [Face]

  /// - Parameter points: coordinates from -2^18 to 2^18, in any order, repeated or not.
  /// - Returns: nil where all points lie in one plane.
  package init?(_ points: [SIMD3<Int>]) {
    let limit = 1 << 18
    precondition(points.allSatisfy { $0.max() <= limit && $0.min() >= -limit })
    guard let simplex = Self.simplex(points) else { return nil }
    var builder = HullBuilder(points, simplex: simplex)
    for index in points.indices { builder.add(index) }
    var isCorner = [Bool](repeating: false, count: points.count)
    for face in builder.faces {
      for k in 0..<3 { isCorner[face.corners[k]] = true }
    }
    var position = [Int](repeating: -1, count: points.count)
    var kept: [SIMD3<Int>] = []
    for index in points.indices where isCorner[index] {
      position[index] = kept.count
      kept.append(points[index])
    }
    self.points = kept
    faces = builder.faces.map { face in
      let c = face.corners
      return Face(
        corners: SIMD3(position[c.x], position[c.y], position[c.z]), normal: face.normal,
        offset: face.offset)
    }
  }

  /// Four points that do not lie in one plane, far from each other.
  private static func simplex(_ points: [SIMD3<Int>]) -> [Int]? {
    guard let first = points.first else { return nil }
    func farthest(_ measure: (SIMD3<Int>) -> Double) -> Int? {
      var (best, index) = (0.0, -1)
      for (i, point) in points.enumerated() {
        let size = measure(point)
        if size > best { (best, index) = (size, i) }
      }
      return index < 0 ? nil : index
    }
    func square(_ v: SIMD3<Int>) -> Double {
      let (x, y, z) = (Double(v.x), Double(v.y), Double(v.z))
      return x * x + y * y + z * z
    }
    guard let b = farthest({ square($0 &- first) }) else { return nil }
    let ab = points[b] &- first
    guard let c = farthest({ square(cross(ab, $0 &- first)) }) else { return nil }
    let normal = cross(ab, points[c] &- first)
    guard let d = farthest({ Double(abs(dot(normal, $0 &- first))) }) else { return nil }
    let isBelow = dot(normal, points[d] &- first) < 0
    return isBelow ? [0, b, c, d] : [0, c, b, d]
  }

  /// Six times the volume, in units of the coordinates.
  package var sixfoldVolume: Int {
    guard let origin = points.first else { return 0 }
    return faces.reduce(0) { $0 + $1.offset - Self.dot($1.normal, origin) }
  }

  /// Surface after the axes have been multiplied by `scale`.
  package func area(scale: SIMD3<Double>) -> Double {
    let sides = SIMD3(scale.y * scale.z, scale.z * scale.x, scale.x * scale.y)
    var total = 0.0
    for face in faces {
      let n = SIMD3<Double>(face.normal) * sides
      total += (n * n).sum().squareRoot()
    }
    return total / 2
  }

  fileprivate static func cross(_ a: SIMD3<Int>, _ b: SIMD3<Int>) -> SIMD3<Int> {
    SIMD3(
      a.y &* b.z &- a.z &* b.y, a.z &* b.x &- a.x &* b.z, a.x &* b.y &- a.y &* b.x)
  }

  fileprivate static func dot(_ a: SIMD3<Int>, _ b: SIMD3<Int>) -> Int {
    a.x &* b.x &+ a.y &* b.y &+ a.z &* b.z
  }
}

/// The hull of the points added so far.
private struct HullBuilder {
  let points: [SIMD3<Int>]
  private(set) var faces: [ConvexHull.Face] = []
  private var seen: [ConvexHull.Face] = []

  /// - Parameter simplex: the last point is below the triangle of the first three.
  init(_ points: [SIMD3<Int>], simplex s: [Int]) {
    self.points = points
    faces = [
      face(s[0], s[1], s[2]), face(s[0], s[3], s[1]), face(s[1], s[3], s[2]),
      face(s[2], s[3], s[0]),
    ]
  }

  private func face(_ a: Int, _ b: Int, _ c: Int) -> ConvexHull.Face {
    let normal = ConvexHull.cross(points[b] &- points[a], points[c] &- points[a])
    return ConvexHull.Face(
      corners: SIMD3(a, b, c), normal: normal, offset: ConvexHull.dot(normal, points[a]))
  }

  mutating func add(_ index: Int) {
    seen.removeAll(keepingCapacity: true)
    let kept = removeFaces(seenFrom: points[index])
    if seen.isEmpty { return }
    faces.removeLast(faces.count - kept)
    // The rim: edges of seen faces whose other side is not seen.
    var edges: Set<SIMD2<Int>> = []
    for face in seen {
      let c = face.corners
      edges.insert(SIMD2(c.x, c.y))
      edges.insert(SIMD2(c.y, c.z))
      edges.insert(SIMD2(c.z, c.x))
    }
    for face in seen {
      let c = face.corners
      for (a, b) in [(c.x, c.y), (c.y, c.z), (c.z, c.x)] where !edges.contains(SIMD2(b, a)) {
        faces.append(self.face(a, b, index))
      }
    }
  }

  /// Moves the faces that see `p` to `seen` and the others, in order, to the front.
  /// - Returns: how many do not see it.
  private mutating func removeFaces(seenFrom p: SIMD3<Int>) -> Int {
    let (x, y, z) = (p.x, p.y, p.z)
    var kept = 0
    var visible: [ConvexHull.Face] = []
    swap(&visible, &seen)
    faces.withUnsafeMutableBufferPointer { faces in
      var i = 0
      while i < faces.count {
        let n = faces[i].normal
        if n.x &* x &+ n.y &* y &+ n.z &* z > faces[i].offset {
          visible.append(faces[i])
        } else {
          if kept != i { faces[kept] = faces[i] }
          kept &+= 1
        }
        i &+= 1
      }
    }
    swap(&visible, &seen)
    return kept
  }
}
