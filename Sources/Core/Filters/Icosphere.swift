/// Points on a sphere: the vertices of an icosahedron whose faces are divided again and again.
///
/// Vertices, their order and their last bits are those of trimesh's `icosphere` with the same
/// settings: the twelve of the icosahedron, then after each division the midpoints of all edges,
/// ordered by the edge's larger vertex number, then by its smaller one, moved to the sphere.
struct Icosphere {
  /// (x, y, z), at `radius` from the origin; `10 * 4^subdivisions + 2` of them.
  let vertices: [SIMD3<Double>]

  /// - Parameters:
  ///   - subdivisions: how many times each face is cut into four, >= 0.
  ///   - radius: > 0.
  init(subdivisions: Int, radius: Double) {
    var vertices = Self.icosahedronVertices
    var faces = Self.icosahedronFaces
    for _ in 0..<subdivisions {
      Self.subdivide(&vertices, &faces)
      Self.project(&vertices, radius)
    }
    if subdivisions == 0 { Self.project(&vertices, radius) }
    self.vertices = vertices
  }

  private struct Edge: Hashable {
    var low: Int
    var high: Int

    init(_ a: Int, _ b: Int) {
      low = min(a, b)
      high = max(a, b)
    }
  }

  private static func subdivide(_ vertices: inout [SIMD3<Double>], _ faces: inout [SIMD3<Int>]) {
    var edges: [Edge] = []
    for face in faces {
      edges += [Edge(face.x, face.y), Edge(face.y, face.z), Edge(face.z, face.x)]
    }
    edges.sort { ($0.high, $0.low) < ($1.high, $1.low) }
    var midpoints: [Edge: Int] = [:]
    for edge in edges where midpoints[edge] == nil {
      midpoints[edge] = vertices.count
      vertices.append((vertices[edge.low] + vertices[edge.high]) / 2)
    }
    var parts: [SIMD3<Int>] = []
    for face in faces {
      guard let xy = midpoints[Edge(face.x, face.y)], let yz = midpoints[Edge(face.y, face.z)],
        let zx = midpoints[Edge(face.z, face.x)]
      else { preconditionFailure("every edge has a midpoint") }
      parts += [
        SIMD3(face.x, xy, zx), SIMD3(xy, face.y, yz), SIMD3(zx, yz, face.z), SIMD3(xy, yz, zx),
      ]
    }
    faces = parts
  }

  private static func project(_ vertices: inout [SIMD3<Double>], _ radius: Double) {
    for i in vertices.indices {
      let v = vertices[i]
      let length = ((v.x * v.x + v.y * v.y) + v.z * v.z).squareRoot()
      vertices[i] = v + (v / length) * (radius - length)
    }
  }

  private static let a = 0.5257311121191336
  private static let b = 0.85065080835204
  private static let icosahedronVertices: [SIMD3<Double>] = [
    SIMD3(-a, b, 0), SIMD3(a, b, 0), SIMD3(-a, -b, 0), SIMD3(a, -b, 0),
    SIMD3(0, -a, b), SIMD3(0, a, b), SIMD3(0, -a, -b), SIMD3(0, a, -b),
    SIMD3(b, 0, -a), SIMD3(b, 0, a), SIMD3(-b, 0, -a), SIMD3(-b, 0, a),
  ]
  private static let icosahedronFaces: [SIMD3<Int>] = [
    SIMD3(0, 11, 5), SIMD3(0, 5, 1), SIMD3(0, 1, 7), SIMD3(0, 7, 10), SIMD3(0, 10, 11),
    SIMD3(1, 5, 9), SIMD3(5, 11, 4), SIMD3(11, 10, 2), SIMD3(10, 7, 6), SIMD3(7, 1, 8),
    SIMD3(3, 9, 4), SIMD3(3, 4, 2), SIMD3(3, 2, 6), SIMD3(3, 6, 8), SIMD3(3, 8, 9),
    SIMD3(4, 9, 5), SIMD3(2, 4, 11), SIMD3(6, 2, 10), SIMD3(8, 6, 7), SIMD3(9, 8, 1),
  ]
}
