internal import Foundation
internal import Numerics

/// Moran's I (IBSI N365) and Geary's C (IBSI NPT7) of the intensities of a VOI.
///
/// Both sum over all pairs of different voxels with weight 1 / distance in mm. NaN for a single
/// voxel and for equal intensities: both divide by the sum of squares about the mean.
struct MorphologyAutocorrelation {
  let moran: Double
  let geary: Double

  /// - Parameter mean: mean intensity.
  init(_ region: Region, mean: Double) {
    if region.minimum == region.maximum {
      (moran, geary) = (.nan, .nan)
      return
    }
    let deviations = region.intensities.map { $0 - mean }
    let sums = PairSums(region.mask, deviations, spacing: region.spacing)
    let squares = deviations.map { $0 * $0 }.withUnsafeBufferPointer {
      PairwiseSum.sum($0.baseAddress!, $0.count)
    }
    let count = Double(deviations.count)
    moran = count / sums.weight * (sums.product / squares)
    geary = (count - 1) / (2 * sums.weight) * (sums.difference / squares)
  }
}

/// Sums over the ordered pairs (k, l) of different voxels of a VOI, w = 1 / distance.
package struct PairSums {
  /// Sum of w, 1/mm.
  package private(set) var weight = 0.0
  /// Sum of w x_k x_l.
  package private(set) var product = 0.0
  /// Sum of w (x_k - x_l)^2.
  package private(set) var difference = 0.0

  /// By the way that is cheaper for this VOI.
  /// - Parameters:
  ///   - values: one per voxel, in memory order; mean 0 for the best accuracy.
  ///   - spacing: (x, y, z), mm.
  package init(_ mask: MaskSpans, _ values: [Double], spacing: SIMD3<Double>) {
    let pairs = Double(values.count) * Double(values.count - 1) / 2
    let grid = Self.paddedSize(mask.size)
    let cells = Double(grid.x) * Double(grid.y) * Double(grid.z)
    self =
      pairs < cells * log2(cells)
      ? PairSums(pairwise: mask, values, spacing: spacing)
      : PairSums(transformed: mask, values, spacing: spacing)
  }

  /// Pair by pair: time grows with the square of the number of voxels.
  package init(pairwise mask: MaskSpans, _ values: [Double], spacing: SIMD3<Double>) {
    precondition(values.count == mask.voxelCount)
    var points: [SIMD3<Double>] = []
    points.reserveCapacity(values.count)
    for span in mask.spans {
      for x in span.x..<span.x + span.count {
        points.append(SIMD3(Double(x), Double(span.y), Double(span.z)) * spacing)
      }
    }
    points.withUnsafeBufferPointer { points in
      values.withUnsafeBufferPointer { values in
        var k = 1
        while k < points.count {
          let (p, value) = (points[k], values[k])
          var (w, wx, wd) = (0.0, 0.0, 0.0)
          var l = 0
          while l < k {
            let (x, y, z) = (p.x - points[l].x, p.y - points[l].y, p.z - points[l].z)
            let near = 1 / (x * x + y * y + z * z).squareRoot()
            let step = value - values[l]
            w += near
            wx += near * values[l]
            wd += near * (step * step)
            l &+= 1
          }
          weight += 2 * w
          product += 2 * (wx * value)
          difference += 2 * wd
          k &+= 1
        }
      }
    }
  }

  /// By Fourier transforms of the zero-padded box, which give the same sums but for rounding: with
  /// the potential W_k = sum over l of w, they are sum W_k, sum over frequencies of w^ |x^|^2 and
  /// 2 (sum x_k^2 W_k - sum w x_k x_l).
  ///
  /// Three arrays of the padded box, in all 20 bytes per padded voxel (about 8 times the box).
  package init(transformed mask: MaskSpans, _ values: [Double], spacing: SIMD3<Double>) {
    precondition(values.count == mask.voxelCount)
    let field = MorphologyPaddedField(mask, paddedSize: Self.paddedSize(mask.size))
    let kernel = field.weights(spacing: spacing)
    field.fill { _ in 1 }
    field.convolve(with: kernel)
    var next = 0
    var squares = 0.0
    field.forEachSpan { potential, count in
      var (w, wxx) = (0.0, 0.0)
      for i in 0..<count {
        let (value, here) = (values[next + i], potential[i])
        w += here
        wxx += value * value * here
      }
      weight += w
      squares += wxx
      next += count
    }
    field.fill { values[$0] }
    product = field.energy(kernel)
    difference = 2 * (squares - product)
  }

  /// At least 2 n - 1 along each axis, a product of 2, 3, 5 and 7.
  package static func paddedSize(_ size: SIMD3<Int>) -> SIMD3<Int> {
    func padded(_ n: Int) -> Int {
      var length = 2 * n - 1
      while true {
        var rest = length
        for prime in [2, 3, 5, 7] {
          while rest % prime == 0 { rest /= prime }
        }
        if rest == 1 { return length }
        length += 1
      }
    }
    return SIMD3(padded(size.x), padded(size.y), padded(size.z))
  }
}
