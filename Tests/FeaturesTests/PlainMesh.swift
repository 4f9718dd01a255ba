import Features

extension PlainKernels {
  /// Area and volume of the mesh, triangle by triangle, from the patterns' triangles.
  func mesh(spacing: SIMD3<Double>) -> (area: Double, volume: Double) {
    let scale = [spacing.z, spacing.y, spacing.x]
    var (area, volume) = (0.0, 0.0)
    for z in -1..<size.z {
      for y in -1..<size.y {
        for x in -1..<size.x {
          var pattern = 0
          for (bit, corner) in MeshTable.corners.enumerated()
          where level(x + corner[2], y + corner[1], z + corner[0]) > 0 {
            pattern |= 1 << bit
          }
          // Patterns with corner 7 are complements, turned around.
          let turned = pattern > 127
          // The box with its margin begins at voxel -1.
          let origin = [Double(z + 1), Double(y + 1), Double(x + 1)]
          for triangle in MeshTable.triangles[turned ? 255 - pattern : pattern] {
            let p = triangle.map { vertex in (0..<3).map { (origin[$0] + vertex[$0]) * scale[$0] } }
            let normal = product(p[0], p[1])
            let signed = normal[0] * p[2][0] + normal[1] * p[2][1] + normal[2] * p[2][2]
            volume += turned ? -signed : signed
            let w = product(difference(p[0], p[2]), difference(p[1], p[2]))
            area += 0.5 * (w[0] * w[0] + w[1] * w[1] + w[2] * w[2]).squareRoot()
          }
        }
      }
    }
    return (area, volume / 6)
  }
}

private func product(_ a: [Double], _ b: [Double]) -> [Double] {
  [a[1] * b[2] - b[1] * a[2], a[2] * b[0] - b[2] * a[0], a[0] * b[1] - b[0] * a[1]]
}

private func difference(_ a: [Double], _ b: [Double]) -> [Double] {
  [a[0] - b[0], a[1] - b[1], a[2] - b[2]]
}
