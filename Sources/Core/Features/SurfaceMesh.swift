internal import Imaging

/// Area, volume and diameters of the mesh around a VOI.
///
/// All vertices lie at the middle of edges between voxels, so area and volume follow from how often
/// each of the 256 corner patterns occurs and from the sums of the positions of its cubes:
/// det(p + a, p + b, p + c) = det(a, b, c) + p . (a x b + b x c + c x a). The tables leave holes at
/// ambiguous faces, therefore the volume depends on the origin, which is one voxel before the tight
/// box, as in PyRadiomics.
package struct SurfaceMesh {
  /// mm3
  package let volume: Double
  /// mm2
  package let area: Double
  package let diameters: MeshDiameters

  /// - Parameter spacing: (x, y, z), mm.
  package init(_ mask: MaskSpans, spacing: SIMD3<Double>) {
    let voxels = PaddedMask(mask)
    let table = MeshTable(spacing: SIMD3(spacing.z, spacing.y, spacing.x))
    let counts = CubeCounts(voxels)
    var (area, determinant) = (0.0, 0.0)
    for pattern in 1..<255 where counts.count[pattern] > 0 {
      area += Double(counts.count[pattern]) * table.area[pattern]
      determinant += Double(counts.count[pattern]) * table.determinant[pattern]
      for axis in 0..<3 {
        determinant += Double(counts.position[axis][pattern]) * table.normal[pattern][axis]
      }
    }
    self.area = area
    volume = determinant * (spacing.x * spacing.y * spacing.z) / 6
    diameters = MeshDiameters(voxels, spacing: spacing)
  }
}

/// The VOI as bytes with one voxel of zeros on every side.
package final class PaddedMask {
  /// (x, y, z), with the margins.
  package let size: SIMD3<Int>
  package let base: UnsafeMutablePointer<UInt8>

  package init(_ mask: MaskSpans) {
    size = mask.size &+ 2
    base = .allocate(capacity: size.x * size.y * size.z)
    base.initialize(repeating: 0, count: size.x * size.y * size.z)
    for span in mask.spans {
      let row = (Int(span.z) + 1) * size.y + Int(span.y) + 1
      (base + row * size.x + Int(span.x) + 1).update(repeating: 1, count: Int(span.count))
    }
  }

  deinit { base.deallocate() }

  package func row(_ z: Int, _ y: Int) -> UnsafeMutablePointer<UInt8> {
    base + (z &* size.y &+ y) &* size.x
  }
}

/// How often each corner pattern occurs, and the sums of the positions (z, y, x) of its cubes.
private struct CubeCounts {
  var count = [Int](repeating: 0, count: 256)
  var position = [[Int]](repeating: [Int](repeating: 0, count: 256), count: 3)

  init(_ voxels: PaddedMask) {
    let size = voxels.size
    var patterns = [UInt8](repeating: 0, count: size.x)
    // count, z, y, x of each pattern
    var sums = [Int](repeating: 0, count: 1024)
    patterns.withUnsafeMutableBufferPointer { patterns in
      sums.withUnsafeMutableBufferPointer { sums in
        for z in 0..<size.z - 1 {
          for y in 0..<size.y - 1 {
            Self.row(voxels, z, y, patterns.baseAddress!)
            Self.add(patterns.baseAddress!, size.x &- 1, z, y, to: sums.baseAddress!)
          }
        }
      }
    }
    for pattern in 0..<256 {
      count[pattern] = sums[pattern * 4]
      for axis in 0..<3 { position[axis][pattern] = sums[pattern * 4 + 1 + axis] }
    }
  }

  private static func row(
    _ voxels: PaddedMask, _ z: Int, _ y: Int, _ patterns: UnsafeMutablePointer<UInt8>
  ) {
    let (a, b) = (voxels.row(z, y), voxels.row(z, y &+ 1))
    let (c, d) = (voxels.row(z &+ 1, y), voxels.row(z &+ 1, y &+ 1))
    let length = voxels.size.x &- 1
    var x = 0
    while x < length {
      let near = a[x] | (b[x] << 3) | (c[x] << 4) | (d[x] << 7)
      let n = x &+ 1
      let far = (a[n] << 1) | (b[n] << 2) | (c[n] << 5) | (d[n] << 6)
      patterns[x] = near | far
      x &+= 1
    }
  }

  private static func add(
    _ patterns: UnsafeMutablePointer<UInt8>, _ length: Int, _ z: Int, _ y: Int,
    to sums: UnsafeMutablePointer<Int>
  ) {
    var x = 0
    while x < length {
      let pattern = patterns[x]
      if pattern &+ 1 > 1 {
        let cell = sums + Int(pattern) &* 4
        cell[0] &+= 1
        cell[1] &+= z
        cell[2] &+= y
        cell[3] &+= x
      }
      x &+= 1
    }
  }
}
