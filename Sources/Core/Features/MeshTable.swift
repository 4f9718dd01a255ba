/// Marching cubes with vertices at edge midpoints: what each corner pattern adds to area and volume.
///
/// Lorensen & Cline 1987 (Computer Graphics 21, 163), corners, edges and triangles numbered as in
/// Bourke 1994 (Polygonising a scalar field). Patterns that hold corner 7 are the complements of
/// the others with the triangles turned around.
package struct MeshTable {
  /// mm2 of the triangles of each of the 256 patterns.
  private(set) var area = [Double](repeating: 0, count: 256)
  /// Sum of det(a, b, c) over the triangles, in voxels, from corner 0 of the cube.
  private(set) var determinant = [Double](repeating: 0, count: 256)
  /// Sum of a x b + b x c + c x a over the triangles, in voxels, (z, y, x).
  private(set) var normal = [SIMD3<Double>](repeating: .zero, count: 256)

  /// Corner k of a cube as (z, y, x).
  package static let corners = [
    [0, 0, 0], [0, 0, 1], [0, 1, 1], [0, 1, 0], [1, 0, 0], [1, 0, 1], [1, 1, 1], [1, 1, 0],
  ]

  /// Midpoints of the 12 edges as (z, y, x).
  private static let midpoints: [SIMD3<Double>] = [
    SIMD3(0, 0, 0.5), SIMD3(0, 0.5, 1), SIMD3(0, 1, 0.5), SIMD3(0, 0.5, 0), SIMD3(1, 0, 0.5),
    SIMD3(1, 0.5, 1), SIMD3(1, 1, 0.5), SIMD3(1, 0.5, 0), SIMD3(0.5, 0, 0), SIMD3(0.5, 0, 1),
    SIMD3(0.5, 1, 1), SIMD3(0.5, 1, 0),
  ]

  /// Triangles of patterns 0...127: three edges each, one hexadecimal digit per edge.
  private static let codes = """
    - 083 019 183198 12a 08312a 0292a9 2832a88a9 23b 08b0b2 01923b 19b1b28b9 13a3ba 08a0a18ba
    0393b99ba 8a98ba 478 043347 019478 147173194 12a478 04312a347 0292a9478 2732972a9479 23b478
    04224b47b 01923b478 19229b47b4b9 13a3ba478 04114b1ba47b 0393b94789ba 47b4b99ba 495 083495
    015054 153358485 12a495 08312a495 0242542a5 2532a5348354 23b495 08b0b2495 01505423b
    15225828b485 13a3ba495 08a0a14958ba 03b0540b55ba 48558a8ba 579789 093357395 017078157
    157173 12a579789 09312a357395 0282582a5578 2532a5357 23b579789 09227b297579 01815717823b
    15717b1b2 13a3ba579789 05707b0950a10ba 03b0570780a50ba 57b5ba 5a6 0835a6 0195a6 1831985a6
    126165 083126165 026069596 258265283598 23b5a6 08b0b25a6 01923b5a6 19b1b25a68b9 1353653b6
    05108b0b55b6 0360590653b6 59669b8b9 4785a6 0433475a6 0194785a6 1471731945a6 126165478
    043126165347 026069478596 269293397479596 23b4785a6 04224b47b5a6 01923b4785a6
    19229b47b4b95a6 1353653b6478 04b0b11b547b5b6 0360590653b6478 47959669b7b9 49a4a6 08349a4a6
    01a0640a6 1681831a6486 124149264 083124149264 024264 248264283 23b49a4a6 08b0b249a4a6
    01a0640a623b 14816418b1a61b2 1393693b6496 08114916418b1b6 0360643b6 48668b 67a78a89a
    07309a0a767a 0181781a767a 1731a767a 126168189678 093129269397679 026067078 267273
    23b67a78a89a 07209727b67a79a 0181781a723b67a 16717b1a61b2 1361693b6678689 09167b
    03b0670780b6 67b
    """

  /// Corners (z, y, x) of the triangles of patterns 0...127, in voxels from corner 0 of the cube.
  package static let triangles: [[[SIMD3<Double>]]] = codes.split(whereSeparator: \.isWhitespace)
    .map { code in
      let edges = code.compactMap(\.hexDigitValue)
      return stride(from: 0, to: edges.count, by: 3).map { first in
        edges[first..<first + 3].map { midpoints[$0] }
      }
    }

  /// - Parameter spacing: (z, y, x), mm.
  init(spacing: SIMD3<Double>) {
    for (pattern, triangles) in Self.triangles.enumerated() {
      let turned = 255 - pattern
      for triangle in triangles {
        let (a, b, c) = (triangle[0], triangle[1], triangle[2])
        let ab = cross(a, b)
        let normals = ab + cross(b, c) + cross(c, a)
        let det = (ab * c).sum()
        determinant[pattern] += det
        determinant[turned] -= det
        normal[pattern] += normals
        normal[turned] -= normals
        let w = cross((a - c) * spacing, (b - c) * spacing)
        let size = 0.5 * (w * w).sum().squareRoot()
        area[pattern] += size
        area[turned] += size
      }
    }
  }
}

/// Vector product of (z, y, x) vectors, component by component in that order.
private func cross(_ a: SIMD3<Double>, _ b: SIMD3<Double>) -> SIMD3<Double> {
  SIMD3(a.y * b.z - b.y * a.z, a.z * b.x - b.z * a.x, a.x * b.y - b.x * a.y)
}
