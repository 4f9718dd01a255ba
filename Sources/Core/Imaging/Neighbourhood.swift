package import Components

/// Which neighbours texture matrices look at.
///
/// | setting | default | range | meaning |
/// |---|---|---|---|
/// | `force2D` | false | | no neighbours along one dimension |
/// | `force2Ddimension` | 0 | 0...2 | that dimension as an array axis: 0 is z, 1 is y, 2 is x |
package struct NeighbourhoodParameters: ParameterSet {
  package var force2D = false
  package var force2Ddimension = 0

  package init() {}

  package init(force2D: Bool, force2Ddimension: Int = 0) {
    self.force2D = force2D
    self.force2Ddimension = force2Ddimension
  }

  package static let fields: [Field<Self>] = [
    .flag("force2D", \.force2D, "Use only neighbours within planes."),
    .integer(
      "force2Ddimension", \.force2Ddimension, in: 0...2,
      "Dimension without neighbours when force2D is on: 0 is z, 1 is y, 2 is x."),
  ]
}

/// A step between two voxels, in voxels, (z, y, x).
package struct Offset: Hashable, Sendable {
  package var z: Int
  package var y: Int
  package var x: Int

  package init(z: Int, y: Int, x: Int) {
    self.z = z
    self.y = y
    self.x = x
  }
}

extension NeighbourhoodParameters {
  /// One of each pair of opposite steps whose largest component is one of `distances`, in
  /// PyRadiomics' order: z slowest, from the largest to the smallest component.
  ///
  /// Steps that leave a box of `size` voxels from everywhere are not listed; with `force2D` those
  /// along the excluded dimension neither. The opposite direction of each is its negative.
  package func directions(distances: [Int], size: SIMD3<Int>) -> [Offset] {
    let reach = distances.max() ?? 0
    var offsets: [Offset] = []
    func range(_ axis: Int, _ length: Int) -> [Int] {
      if force2D && axis == force2Ddimension { return [0] }
      let limit = min(reach, length - 1)
      return Array(stride(from: limit, through: -limit, by: -1))
    }
    for z in range(0, size.z) {
      for y in range(1, size.y) {
        for x in range(2, size.x) where distances.contains(max(abs(z), abs(y), abs(x))) {
          offsets.append(Offset(z: z, y: y, x: x))
        }
      }
    }
    return Array(offsets.prefix(offsets.count / 2))
  }
}
