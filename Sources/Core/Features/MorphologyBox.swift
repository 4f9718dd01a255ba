internal import Numerics

/// The smallest box, by volume, among those around a convex hull that lie along the axes or have one
/// side flush with a face of the hull.
///
/// For every face the hull is projected along the normal of the face, and the rectangle of least
/// area around the outline has a side flush with an edge of the outline (Freeman & Shapira 1975,
/// Commun ACM 18, 409), so the box is exact for each face. The smallest box of all may touch the
/// hull with edges only (O'Rourke 1985, Int J Comput Inf Sci 14, 183). Such boxes are not searched
/// for; IBSI leaves the algorithm open. Of boxes whose volumes are equal to 1e-9 the one with the
/// smallest surface counts.
package struct MorphologyBox {
  /// mm3
  package private(set) var volume = Double.infinity
  /// mm2
  package private(set) var area = Double.infinity

  package init(_ mesh: MorphologyHull) {
    let points = mesh.hull.points
    let lower = points.reduce(points[0]) { pointwiseMin($0, $1) }
    let upper = points.reduce(points[0]) { pointwiseMax($0, $1) }
    let sides = SIMD3<Double>(upper &- lower) * mesh.half
    offer(sides.x, sides.y, sides.z)
    let outlines = HullOutlines(mesh)
    for face in outlines.directions {
      let (outline, height) = outlines.outline(along: face)
      for (a, b) in Self.rectangles(outline) { offer(a, b, height) }
    }
  }

  private mutating func offer(_ a: Double, _ b: Double, _ c: Double) {
    let (newVolume, newArea) = (a * b * c, 2 * (a * b + b * c + c * a))
    let isSmaller = newVolume < volume * (1 - 1e-9)
    if isSmaller || (newVolume <= volume * (1 + 1e-9) && newArea < area) {
      (volume, area) = (newVolume, newArea)
    }
  }

  /// Sides of the rectangle around a convex polygon that is flush with each of its edges.
  private static func rectangles(_ polygon: [SIMD2<Double>]) -> [(Double, Double)] {
    polygon.withUnsafeBufferPointer { polygon in
      var sides: [(Double, Double)] = []
      var i = 0
      while i < polygon.count {
        let edge = polygon[i &+ 1 == polygon.count ? 0 : i &+ 1] - polygon[i]
        let length = (edge.x * edge.x + edge.y * edge.y).squareRoot()
        let (ux, uy) = (edge.x / length, edge.y / length)
        var (low, high, far) = (Double.infinity, -Double.infinity, 0.0)
        var j = 0
        while j < polygon.count {
          let (x, y) = (polygon[j].x - polygon[i].x, polygon[j].y - polygon[i].y)
          let (along, across) = (ux * x + uy * y, ux * y - uy * x)
          low = along < low ? along : low
          high = along > high ? along : high
          far = across > far ? across : far
          j &+= 1
        }
        sides.append((high - low, far))
        i &+= 1
      }
      return sides
    }
  }
}

/// Projections of a hull along the normals of its faces.
private struct HullOutlines {
  private let points: [SIMD3<Double>]
  /// Unit normals of the faces.
  private let normals: [SIMD3<Double>]
  /// Positions of the ends of each edge and of the faces at its sides.
  private let edges: [SIMD4<Int>]
  private let faces: [ConvexHull.Face]
  /// One face of each direction; faces with parallel planes count once.
  let directions: [Int]

  init(_ mesh: MorphologyHull) {
    let half = mesh.half
    faces = mesh.hull.faces
    points = mesh.hull.points.map { SIMD3<Double>($0) * half }
    let sides = SIMD3(half.y * half.z, half.z * half.x, half.x * half.y)
    normals = faces.map { Self.unit(SIMD3<Double>($0.normal) * sides) }
    edges = Self.edges(faces)
    var known: Set<SIMD3<Int>> = []
    directions = faces.indices.filter { [faces] in
      known.insert(Self.primitive(faces[$0].normal)).inserted
    }
  }

  private static func unit(_ v: SIMD3<Double>) -> SIMD3<Double> {
    v / (v * v).sum().squareRoot()
  }

  /// The normal without common divisors; its first component that is not 0 is positive.
  private static func primitive(_ normal: SIMD3<Int>) -> SIMD3<Int> {
    func divisor(_ a: Int, _ b: Int) -> Int { b == 0 ? abs(a) : divisor(b, a % b) }
    let reduced = normal / divisor(divisor(normal.x, normal.y), normal.z)
    let lead = reduced.x != 0 ? reduced.x : reduced.y != 0 ? reduced.y : reduced.z
    return lead < 0 ? SIMD3.zero &- reduced : reduced
  }

  private static func edges(_ faces: [ConvexHull.Face]) -> [SIMD4<Int>] {
    var owner: [SIMD2<Int>: Int] = [:]
    for (index, face) in faces.enumerated() {
      let c = face.corners
      owner[SIMD2(c.x, c.y)] = index
      owner[SIMD2(c.y, c.z)] = index
      owner[SIMD2(c.z, c.x)] = index
    }
    var edges: [SIMD4<Int>] = []
    for (index, face) in faces.enumerated() {
      let c = face.corners
      for (a, b) in [(c.x, c.y), (c.y, c.z), (c.z, c.x)] where a < b {
        guard let other = owner[SIMD2(b, a)] else { preconditionFailure("the hull is closed") }
        edges.append(SIMD4(a, b, index, other))
      }
    }
    return edges
  }

  /// The projection of the hull along the normal of a face, a convex polygon that turns left, and
  /// the extent along the normal; mm.
  func outline(along face: Int) -> ([SIMD2<Double>], height: Double) {
    let u = normals[face]
    let corners = faces[face].corners
    let v = Self.unit(points[corners.y] - points[corners.x])
    let w = SIMD3(u.y * v.z - u.z * v.y, u.z * v.x - u.x * v.z, u.x * v.y - u.y * v.x)
    let isFacing = normals.map { ($0 * u).sum() > 0 }
    var border: [SIMD2<Double>] = []
    func append(_ p: SIMD3<Double>) { border.append(SIMD2((p * v).sum(), (p * w).sum())) }
    for edge in edges where isFacing[edge.z] != isFacing[edge.w] {
      append(points[edge.x])
      append(points[edge.y])
    }
    let top = (points[corners.x] * u).sum()
    let bottom = points.reduce(top) { min($0, ($1 * u).sum()) }
    return (Self.convexPolygon(border), top - bottom)
  }

  /// Andrew's monotone chain.
  private static func convexPolygon(_ points: [SIMD2<Double>]) -> [SIMD2<Double>] {
    let sorted = points.sorted { $0.x < $1.x || ($0.x == $1.x && $0.y < $1.y) }
    func chain(_ points: some Sequence<SIMD2<Double>>) -> [SIMD2<Double>] {
      var chain: [SIMD2<Double>] = []
      for p in points {
        while chain.count >= 2 {
          let (a, b) = (chain[chain.count - 2], chain[chain.count - 1])
          if (b.x - a.x) * (p.y - a.y) - (b.y - a.y) * (p.x - a.x) > 0 { break }
          chain.removeLast()
        }
        if chain.last != p { chain.append(p) }
      }
      return chain.dropLast()
    }
    return chain(sorted) + chain(sorted.reversed())
  }
}
