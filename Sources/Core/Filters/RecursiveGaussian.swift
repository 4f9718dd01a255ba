internal import Foundation

/// A recursive filter of order 4 that approximates the convolution of a line with a Gaussian or its
/// second derivative: Deriche, "Recursively implementing the Gaussian and its derivatives", INRIA
/// RR-1893, 1993, with the corrections of Farnebäck & Westin, "Improving Deriche-style recursive
/// Gaussian filters", J. Math. Imaging Vis. 26, 2006.
///
/// The coefficients are computed in ITK 5.4's order of operations (`RecursiveGaussianImageFilter`),
/// so that they agree bit for bit.
struct RecursiveGaussian: Hashable, Sendable {
  enum Order: Hashable, Sendable { case smoothing, secondDerivative }

  /// Of the input at i, i - 1, i - 2, i - 3 in the causal direction.
  private(set) var n: SIMD4<Double>
  /// Of the input at i + 1 ... i + 4 in the anticausal direction.
  private(set) var m: SIMD4<Double>
  /// Of the last four outputs in both directions; they are subtracted.
  let d: SIMD4<Double>
  /// What stands for `d` where an output lies beyond the end: factors of the outermost input.
  private(set) var bn: SIMD4<Double>
  private(set) var bm: SIMD4<Double>

  /// - Parameters:
  ///   - sigma: mm, > 0. The second derivative is multiplied by sigma squared (normalised across
  ///     scales) and taken per voxel: divide by the squared spacing.
  ///   - spacing: mm, > 0.
  init(sigma: Double, spacing: Double, order: Order) {
    let exponentials = Exponentials(sigma / spacing)
    d = exponentials.denominator
    let weights = SIMD4<Double>(1, 2, 3, 4)
    let sd = 1 + d[0] + d[1] + d[2] + d[3]
    let dd = d[0] + weights[1] * d[1] + weights[2] * d[2] + weights[3] * d[3]
    let ed = d[0] + 4 * d[1] + 9 * d[2] + 16 * d[3]
    let smooth = exponentials.numerator(a1: 1.3530, b1: 1.8151, a2: -0.3531, b2: 0.0902)
    let factor: Double
    switch order {
    case .smoothing:
      n = smooth.n
      let alpha = 2 * smooth.s / sd - n[0]
      factor = 1 / alpha
    case .secondDerivative:
      let second = exponentials.numerator(a1: -1.3563, b1: 5.2318, a2: 0.3446, b2: -2.2355)
      let beta = -(2 * second.s - sd * second.n[0]) / (2 * smooth.s - sd * smooth.n[0])
      n = second.n + beta * smooth.n
      let s = second.s + beta * smooth.s
      let first = second.d + beta * smooth.d
      let e = second.e + beta * smooth.e
      var alpha = e * sd * sd - ed * s * sd - 2 * first * dd * sd + 2 * dd * dd * s
      alpha /= sd * sd * sd
      factor = sigma * sigma / alpha
    }
    n *= factor
    m = SIMD4(n[1] - d[0] * n[0], n[2] - d[1] * n[0], n[3] - d[2] * n[0], -d[3] * n[0])
    let sn = n[0] + n[1] + n[2] + n[3]
    let sm = m[0] + m[1] + m[2] + m[3]
    bn = d * sn / sd
    bm = d * sm / sd
  }

  /// The damped cosines that the filter is made of.
  private struct Exponentials {
    let sin1, sin2, cos1, cos2, exp1, exp2: Double

    /// - Parameter sigma: in voxels.
    init(_ sigma: Double) {
      let w1 = 0.6681
      let l1 = -1.3932
      let w2 = 2.0787
      let l2 = -1.3732
      sin1 = sin(w1 / sigma)
      sin2 = sin(w2 / sigma)
      cos1 = cos(w1 / sigma)
      cos2 = cos(w2 / sigma)
      exp1 = exp(l1 / sigma)
      exp2 = exp(l2 / sigma)
    }

    var denominator: SIMD4<Double> {
      let d4 = exp1 * exp1 * exp2 * exp2
      var d3 = -2 * cos1 * exp1 * exp2 * exp2
      d3 += -2 * cos2 * exp2 * exp1 * exp1
      var d2 = 4 * cos2 * cos1 * exp1 * exp2
      d2 += exp1 * exp1 + exp2 * exp2
      let d1 = -2 * (exp2 * cos2 + exp1 * cos1)
      return SIMD4(d1, d2, d3, d4)
    }

    /// The numerator and the sums of n[k], k n[k] and k^2 n[k].
    func numerator(
      a1: Double, b1: Double, a2: Double, b2: Double
    ) -> (n: SIMD4<Double>, s: Double, d: Double, e: Double) {
      let n0 = a1 + a2
      var n1 = exp2 * (b2 * sin2 - (a2 + 2 * a1) * cos2)
      n1 += exp1 * (b1 * sin1 - (a1 + 2 * a2) * cos1)
      var n2 = (a1 + a2) * cos2 * cos1
      n2 -= b1 * cos2 * sin1 + b2 * cos1 * sin2
      n2 *= 2 * exp1 * exp2
      n2 += a2 * exp1 * exp1 + a1 * exp2 * exp2
      var n3 = exp2 * exp1 * exp1 * (b2 * sin2 - a2 * cos2)
      n3 += exp1 * exp2 * exp2 * (b1 * sin1 - a1 * cos1)
      return (
        SIMD4(n0, n1, n2, n3), n0 + n1 + n2 + n3, n1 + 2 * n2 + 3 * n3, n1 + 4 * n2 + 9 * n3
      )
    }
  }
}

extension RecursiveGaussian {
  /// Lines that are filtered side by side.
  static let laneCount = 32

  /// Filters `laneCount` lines of `count` values; value i of line k is at `i * laneCount + k`.
  /// Beyond both ends a line continues with its outermost value.
  ///
  /// The recursion makes one line wait for itself; side by side the lines fill the wait.
  ///
  /// - Parameters:
  ///   - count: at least 4.
  ///   - result: causal plus anticausal part; `scratch` has as much room. They do not overlap.
  func filter(
    _ lines: UnsafePointer<Double>, _ count: Int, _ result: UnsafeMutablePointer<Double>,
    _ scratch: UnsafeMutablePointer<Double>
  ) {
    let lanes = Self.laneCount
    var i = 0
    while i < count {
      // Outputs before the first are replaced by the first input with another factor.
      var factors = d
      var rows = (lines, lines, lines, lines)
      if i >= 1 { rows.0 = UnsafePointer(result) + (i &- 1) &* lanes } else { factors[0] = bn[0] }
      if i >= 2 { rows.1 = UnsafePointer(result) + (i &- 2) &* lanes } else { factors[1] = bn[1] }
      if i >= 3 { rows.2 = UnsafePointer(result) + (i &- 3) &* lanes } else { factors[2] = bn[2] }
      if i >= 4 { rows.3 = UnsafePointer(result) + (i &- 4) &* lanes } else { factors[3] = bn[3] }
      Self.step(
        (
          lines + i &* lanes, lines + max(i &- 1, 0) &* lanes, lines + max(i &- 2, 0) &* lanes,
          lines + max(i &- 3, 0) &* lanes
        ), n, rows, factors, result + i &* lanes)
      i &+= 1
    }
    let last = count &- 1
    let end = lines + last &* lanes
    i = last
    while i >= 0 {
      var factors = d
      var rows = (end, end, end, end)
      let next = UnsafePointer(scratch) + (i &+ 1) &* lanes
      if i &+ 1 <= last { rows.0 = next } else { factors[0] = bm[0] }
      if i &+ 2 <= last { rows.1 = next + lanes } else { factors[1] = bm[1] }
      if i &+ 3 <= last { rows.2 = next + 2 &* lanes } else { factors[2] = bm[2] }
      if i &+ 4 <= last { rows.3 = next + 3 &* lanes } else { factors[3] = bm[3] }
      Self.step(
        (
          lines + min(i &+ 1, last) &* lanes, lines + min(i &+ 2, last) &* lanes,
          lines + min(i &+ 3, last) &* lanes, lines + min(i &+ 4, last) &* lanes
        ), m, rows, factors, scratch + i &* lanes)
      i &-= 1
    }
    var k = 0
    while k < count &* lanes {
      result[k] += scratch[k]
      k &+= 1
    }
  }

  private typealias Rows = (
    UnsafePointer<Double>, UnsafePointer<Double>, UnsafePointer<Double>, UnsafePointer<Double>
  )

  /// target[k] = sum of a[j] x[j][k] - sum of b[j] y[j][k] for each lane k, both sums from the left.
  @inline(__always)
  private static func step(
    _ x: Rows, _ a: SIMD4<Double>, _ y: Rows, _ b: SIMD4<Double>,
    _ target: UnsafeMutablePointer<Double>
  ) {
    typealias Lanes = SIMD4<Double>
    @inline(__always)
    func load(_ row: UnsafePointer<Double>, _ k: Int) -> Lanes {
      UnsafeRawPointer(row + k).loadUnaligned(as: Lanes.self)
    }
    let (a0, a1, a2, a3) = (a[0], a[1], a[2], a[3])
    let (b0, b1, b2, b3) = (b[0], b[1], b[2], b[3])
    var k = 0
    while k < laneCount {
      var sum = load(x.0, k) * a0
      sum += load(x.1, k) * a1
      sum += load(x.2, k) * a2
      sum += load(x.3, k) * a3
      var back = load(y.0, k) * b0
      back += load(y.1, k) * b1
      back += load(y.2, k) * b2
      back += load(y.3, k) * b3
      UnsafeMutableRawPointer(target + k).storeBytes(of: sum - back, as: Lanes.self)
      k &+= 4
    }
  }
}
