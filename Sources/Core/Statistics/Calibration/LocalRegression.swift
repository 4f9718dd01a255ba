/// Weighted local polynomials: Cleveland 1979 (lowess) and Cleveland & Devlin 1988 (loess), without
/// robustness iterations, solved at every point (no interpolation between vertices).
///
/// At each distinct x, the ⌊span · n⌋ nearest rows have tricube weights (1 - (d / h)³)³, where h is
/// the distance of the farthest; up to h / 1000 the weight is 1, from 0.999 h on it is 0. Equal to
/// R's `lowess(x, y, span, iter = 0, delta = 0)` at degree 1 and to `loess(surface = "direct")` at
/// degree 2 where the rows determine the polynomials; where they do not, the degree falls.
package struct LocalRegression: Hashable, Sendable {
  package let degree: Int
  /// In (0, 1].
  package let span: Double

  /// The smoother of `rms::val.prob`.
  package static let lowess = LocalRegression(unchecked: 1, 2.0 / 3)
  /// That of Austin & Steyerberg 2019: R's `loess` by default.
  package static let loess = LocalRegression(unchecked: 2, 0.75)

  private init(unchecked degree: Int, _ span: Double) {
    (self.degree, self.span) = (degree, span)
  }

  /// - Parameter degree: 0, 1 or 2.
  package init(degree: Int, span: Double) throws(StatisticsError) {
    if !(0...2 ~= degree) {
      throw StatisticsError("the degree of a local regression is 0, 1 or 2; it is \(degree)")
    }
    if !(span > 0 && span <= 1) {
      throw StatisticsError("a span must be above 0 and at most 1; it is \(span)")
    }
    (self.degree, self.span) = (degree, span)
  }

  /// The fitted value per row.
  /// - Parameters:
  ///   - x: finite, ascending.
  ///   - y: finite, one per row.
  func fitted(_ x: [Double], _ y: [Double]) -> [Double] {
    precondition(x.count == y.count, "every row needs both")
    let n = x.count
    let size = max(min(n, degree + 1), min(n, Int(span * Double(n) + 1e-5)))
    var result = [Double](repeating: 0, count: n)
    var left = 0
    for i in 0..<n {
      if i > 0 && x[i] == x[i - 1] {
        result[i] = result[i - 1]
        continue
      }
      while left + size < n && x[i] - x[left] > x[left + size] - x[i] { left += 1 }
      let reach = max(x[i] - x[left], x[left + size - 1] - x[i])
      result[i] = value(at: x[i], reach: reach, x, y, from: left)
    }
    return result
  }

  /// By polynomials that are orthogonal for the weights; one that the rows do not determine is left
  /// out.
  private func value(
    at centre: Double, reach: Double, _ x: [Double], _ y: [Double], from first: Int
  ) -> Double {
    var rows: [(t: Double, y: Double, w: Double)] = []
    var k = first
    while k < x.count {
      let distance = (x[k] - centre).magnitude
      if distance <= 0.999 * reach || distance == 0 {
        let part = distance / reach
        let rest = 1 - part * part * part
        let isNear = distance <= 0.001 * reach
        rows.append((x[k] - centre, y[k], isNear ? 1 : rest * rest * rest))
      } else if x[k] > centre {
        break
      }
      k += 1
    }
    let total = rows.reduce(0) { $0 + $1.w }
    let mean = rows.reduce(0) { $0 + $1.w * $1.t } / total
    var fit = rows.reduce(0) { $0 + $1.w * $1.y } / total
    if degree == 0 { return fit }
    var (square, cubic, moment) = (0.0, 0.0, 0.0)
    for row in rows {
      let u = row.t - mean
      square += row.w * u * u
      cubic += row.w * u * u * u
      moment += row.w * u * row.y
    }
    if !(square > 1e-20 * total * reach * reach) { return fit }
    fit -= moment / square * mean
    if degree == 1 { return fit }
    let (tilt, level) = (cubic / square, square / total)
    var (fourth, product) = (0.0, 0.0)
    for row in rows {
      let u = row.t - mean
      let q = u * u - tilt * u - level
      fourth += row.w * q * q
      product += row.w * q * row.y
    }
    if !(fourth > 1e-20 * total * reach * reach * reach * reach) { return fit }
    return fit + product / fourth * (mean * mean + tilt * mean - level)
  }
}
