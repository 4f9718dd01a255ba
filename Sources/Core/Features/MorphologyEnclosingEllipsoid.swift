internal import Numerics

/// The ellipsoid of least volume that holds a convex hull.
///
/// Khachiyan's algorithm (1996, Math Oper Res 21, 307) with the start of Kumar & Yildirim (2005, J
/// Optim Theory Appl 126, 1) and the away steps of Todd & Yildirim (2007, Discrete Appl Math 155,
/// 1731), in the coordinates in which the bounding box of the hull is the cube from -1 to 1. The
/// steps end when no point is farther out than (1 + tolerance) times 4 in the lifted metric; then
/// the ellipsoid grows until it holds all points, and its volume exceeds the least one by at most
/// a factor of (1 + 4/3 tolerance)^1.5.
package struct MorphologyEnclosingEllipsoid {
  /// 1e-7: the volume is right to 2e-7. Semi-axes and area, which are not at an extreme, are right
  /// to about 1e-5. (IBSI's default is 1e-3.)
  package static let tolerance = 1e-7
  /// A bound for hulls on which many different weights are almost as good, such as eight corners of
  /// a box on the ellipsoid, and steps are small. Such a result also holds all points; its excess
  /// has been seen up to 2e-6.
  private static let stepLimit = 100_000

  package let ellipsoid: MorphologyEllipsoid
  /// How many steps were needed.
  package let stepCount: Int
  /// How far out the farthest point was at the end, as `tolerance`; above it only where the steps
  /// reached their limit.
  package let excess: Double

  package init(_ mesh: MorphologyHull) {
    let points = mesh.hull.points.map { SIMD3<Double>($0) }
    let lower = points.reduce(points[0]) { pointwiseMin($0, $1) }
    let upper = points.reduce(points[0]) { pointwiseMax($0, $1) }
    let (center, extent) = ((lower + upper) / 2, (upper - lower) / 2)
    let unit = points.map { ($0 - center) / extent }
    var weights = Self.start(unit)
    var steps = 0
    var excess = Self.step(unit, &weights)
    while excess > Self.tolerance && steps < Self.stepLimit {
      excess = Self.step(unit, &weights)
      steps += 1
    }
    (stepCount, self.excess) = (steps, excess)
    ellipsoid = Self.ellipsoid(unit, weights, scale: extent * mesh.half)
  }

  /// Equal weights on at most six points: the extremes along three directions, each at right
  /// angles to the differences found before.
  private static func start(_ points: [SIMD3<Double>]) -> [Double] {
    var weights = [Double](repeating: 0, count: points.count)
    var basis: [SIMD3<Double>] = []
    for axis in 0..<3 {
      var direction = SIMD3<Double>.zero
      for candidate in 0..<3 {
        var v = SIMD3<Double>.zero
        v[(axis + candidate) % 3] = 1
        for b in basis { v -= (v * b).sum() * b }
        if (v * v).sum() > (direction * direction).sum() { direction = v }
      }
      var (low, high) = (0, 0)
      for i in points.indices {
        let along = (points[i] * direction).sum()
        if along < (points[low] * direction).sum() { low = i }
        if along > (points[high] * direction).sum() { high = i }
      }
      weights[low] = 1
      weights[high] = 1
      var difference = points[high] - points[low]
      for b in basis { difference -= (difference * b).sum() * b }
      basis.append(difference / (difference * difference).sum().squareRoot())
    }
    let total = weights.reduce(0, +)
    return weights.map { $0 / total }
  }

  /// One step towards the farthest point, or away from the nearest point that has a weight.
  /// - Returns: how far out the farthest point was before; within `tolerance` no step is made.
  private static func step(_ points: [SIMD3<Double>], _ weights: inout [Double]) -> Double {
    let moments = WeightedMoments(points, weights)
    var (far, near) = ((value: -1.0, at: 0), (value: Double.infinity, at: 0))
    points.withUnsafeBufferPointer { points in
      weights.withUnsafeBufferPointer { weights in
        var i = 0
        while i < points.count {
          let distance = 1 + moments.distance(points[i])
          if distance > far.value { far = (distance, i) }
          if weights[i] > 0 && distance < near.value { near = (distance, i) }
          i &+= 1
        }
      }
    }
    let (excess, lack) = (far.value / 4 - 1, 1 - near.value / 4)
    if !(excess > tolerance) { return excess }
    if excess >= lack {
      let beta = (far.value - 4) / (4 * (far.value - 1))
      for i in weights.indices { weights[i] *= 1 - beta }
      weights[far.at] += beta
    } else {
      let whole = weights[near.at] / (1 - weights[near.at])
      let best = near.value > 1 ? (4 - near.value) / (4 * (near.value - 1)) : .infinity
      let beta = min(best, whole)
      for i in weights.indices { weights[i] *= 1 + beta }
      weights[near.at] = best < whole ? max(0, weights[near.at] - beta) : 0
    }
    return excess
  }

  private static func ellipsoid(
    _ points: [SIMD3<Double>], _ weights: [Double], scale: SIMD3<Double>
  ) -> MorphologyEllipsoid {
    let moments = WeightedMoments(points, weights)
    let reach = points.reduce(0) { max($0, moments.distance($1)) }
    let (s, k) = (moments.covariance, scale)
    let (xy, xz, yz) = (s.xy * k.x * k.y, s.xz * k.x * k.z, s.yz * k.y * k.z)
    let values = Eigenvalues.symmetric3([
      s.xx * k.x * k.x, xy, xz, xy, s.yy * k.y * k.y, yz, xz, yz, s.zz * k.z * k.z,
    ])
    let axes = values.map { max(0, $0 * reach).squareRoot() }
    return MorphologyEllipsoid(axes[0], axes[1], axes[2])
  }
}

/// Mean and covariance of weighted points; weights add up to 1.
private struct WeightedMoments {
  typealias Symmetric = (xx: Double, xy: Double, xz: Double, yy: Double, yz: Double, zz: Double)

  let mean: SIMD3<Double>
  let covariance: Symmetric
  private let inverse: Symmetric

  init(_ points: [SIMD3<Double>], _ weights: [Double]) {
    var (total, sum) = (0.0, SIMD3<Double>.zero)
    for i in points.indices where weights[i] > 0 {
      total += weights[i]
      sum += weights[i] * points[i]
    }
    let mean = sum / total
    var s: Symmetric = (0, 0, 0, 0, 0, 0)
    for i in points.indices where weights[i] > 0 {
      let (d, w) = (points[i] - mean, weights[i] / total)
      s.xx += w * d.x * d.x
      s.xy += w * d.x * d.y
      s.xz += w * d.x * d.z
      s.yy += w * d.y * d.y
      s.yz += w * d.y * d.z
      s.zz += w * d.z * d.z
    }
    let a = s.yy * s.zz - s.yz * s.yz
    let b = s.xz * s.yz - s.xy * s.zz
    let c = s.xy * s.yz - s.xz * s.yy
    let determinant = s.xx * a + s.xy * b + s.xz * c
    inverse = (
      a / determinant, b / determinant, c / determinant,
      (s.xx * s.zz - s.xz * s.xz) / determinant, (s.xy * s.xz - s.xx * s.yz) / determinant,
      (s.xx * s.yy - s.xy * s.xy) / determinant
    )
    self.mean = mean
    covariance = s
  }

  /// Square of the Mahalanobis distance from the mean.
  func distance(_ point: SIMD3<Double>) -> Double {
    let (x, y, z) = (point.x - mean.x, point.y - mean.y, point.z - mean.z)
    return inverse.xx * x * x + inverse.yy * y * y + inverse.zz * z * z
      + 2 * (inverse.xy * x * y + inverse.xz * x * z + inverse.yz * y * z)
  }
}
