internal import Numerics

/// A smooth star-shaped blob: its radius is a low-order polynomial of the direction.
struct LesionShape: Sendable {
  /// mm, LPS.
  var centre: SIMD3<Double>
  /// Mean radius, mm.
  var radius: Double
  /// Weights of xy, yz, zx and z^2 - 1/3 of the unit direction; together at most 0.25.
  var bumps: SIMD4<Double>

  init(centre: SIMD3<Double>, radius: Double, stream: inout RandomStream) {
    self.centre = centre
    self.radius = radius
    bumps = SIMD4(
      stream.uniform(in: -0.16..<0.16), stream.uniform(in: -0.16..<0.16),
      stream.uniform(in: -0.16..<0.16), stream.uniform(in: -0.15..<0.1))
  }

  /// Distance from the centre in units of the radius in that direction: < 1 inside.
  func depth(x: Double, y: Double, z: Double) -> Double {
    let dx = x - centre.x
    let dy = y - centre.y
    let dz = z - centre.z
    let square = dx * dx + dy * dy + dz * dz
    if square == 0 { return 0 }
    let waves = bumps.x * dx * dy + bumps.y * dy * dz + bumps.z * dz * dx
    let reach = 1 + waves / square + bumps.w * (dz * dz / square - 1.0 / 3)
    return square.squareRoot() / (radius * reach)
  }
}
