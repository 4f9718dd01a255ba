internal import Numerics

/// Gaussian noise with unit variance and a chosen correlation length.
///
/// White noise smoothed by repeated (1, 2, 1) / 4 kernels along each axis, periodic at the borders
/// and divided by the exact standard deviation that is left.
enum CorrelatedNoise {
  /// - Parameters:
  ///   - size: voxels along (x, y, z), x fastest.
  ///   - passes: how often each axis is smoothed, >= 0; the correlation length is about
  ///     sqrt(passes) voxels.
  static func field(
    size: SIMD3<Int>, passes: SIMD3<Int>, stream: inout RandomStream
  ) -> [Double] {
    let count = size.x * size.y * size.z
    var field = [Double](repeating: 0, count: count)
    for i in 0..<count { field[i] = stream.normal() }
    var stride = 1
    for axis in 0..<3 {
      for _ in 0..<passes[axis] { smooth(&field, length: size[axis], stride: stride) }
      stride *= size[axis]
    }
    var variance = 1.0
    for axis in 0..<3 { variance *= remainingVariance(passes: passes[axis]) }
    let scale = 1 / variance.squareRoot()
    for i in 0..<count { field[i] *= scale }
    return field
  }

  /// Variance of white noise after `passes` kernels on a line: C(4n, 2n) / 16^n.
  private static func remainingVariance(passes: Int) -> Double {
    var ratio = 1.0
    var k = 1
    while k <= 2 * passes {
      ratio *= Double(2 * passes + k) / Double(4 * k)
      k += 1
    }
    return ratio
  }

  /// One (1, 2, 1) / 4 kernel along the axis with this length and stride.
  private static func smooth(_ field: inout [Double], length: Int, stride: Int) {
    let count = field.count
    let old = field
    field.withUnsafeMutableBufferPointer { new in
      old.withUnsafeBufferPointer { old in
        var i = 0
        while i < count {
          let place = (i / stride) % length
          let before = place == 0 ? i &+ (length &- 1) &* stride : i &- stride
          let after = place == length &- 1 ? i &- (length &- 1) &* stride : i &+ stride
          new[i] = 0.25 * old[before] + 0.5 * old[i] + 0.25 * old[after]
          i &+= 1
        }
      }
    }
  }
}
