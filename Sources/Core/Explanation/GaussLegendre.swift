/// Nodes and weights of Gauss-Legendre quadrature on (0, 1): the sum of weight * f(node) is the
/// integral of f, exact for polynomials up to degree 2 * count - 1.
///
/// The nodes are the roots of the Legendre polynomials, found one degree after the other: the roots
/// of a degree lie between those of the degree before it (Szegő 1939, sections 3.3 and 3.4).
struct GaussLegendre: Hashable, Sendable {
  /// Ascending, symmetric about 1/2.
  let nodes: [Double]
  /// 1 - node, with its own rounding: the last nodes are near 1.
  let complements: [Double]
  /// Of sum 1.
  let weights: [Double]

  /// - Precondition: `count` >= 1.
  init(_ count: Int) {
    precondition(count >= 1, "quadrature needs a node, not \(count)")
    var roots: [Double] = [0]
    for degree in stride(from: 2, through: count, by: 1) {
      let edges = [-1] + roots + [1]
      roots = (0..<degree).map { Self.root(degree, edges[$0], edges[$0 + 1]) }
      for i in 0..<degree / 2 { roots[degree - 1 - i] = -roots[i] }
      if degree % 2 == 1 { roots[degree / 2] = 0 }
    }
    nodes = roots.map { (1 + $0) / 2 }
    complements = roots.map { (1 - $0) / 2 }
    // Half of 2 (1 - x²) / (n P_(n-1)(x))².
    let raw = roots.map { x in
      let before = Double(count) * Self.polynomials(count, x).before
      return (1 - x) * (1 + x) / (before * before)
    }
    let total = raw.reduce(0, +)
    weights = raw.map { $0 / total }
  }

  /// P_n(x) and P_(n-1)(x): (k + 1) P_(k+1) = (2k + 1) x P_k - k P_(k-1).
  private static func polynomials(_ degree: Int, _ x: Double) -> (last: Double, before: Double) {
    var (before, last) = (0.0, 1.0)
    for k in 0..<degree {
      let next = (Double(2 * k + 1) * x * last - Double(k) * before) / Double(k + 1)
      (before, last) = (last, next)
    }
    return (last, before)
  }

  /// The one root between two numbers, by Newton's method kept within the bracket.
  private static func root(_ degree: Int, _ lower: Double, _ upper: Double) -> Double {
    var (low, high) = (lower, upper)
    let isPositiveBelow = polynomials(degree, low).last > 0
    var x = (low + high) / 2
    for _ in 0..<200 {
      let (value, before) = polynomials(degree, x)
      if value == 0 { return x }
      if (value > 0) == isPositiveBelow { low = x } else { high = x }
      // P_n'(x) = n (P_(n-1)(x) - x P_n(x)) / (1 - x²).
      let slope = Double(degree) * (before - x * value) / ((1 - x) * (1 + x))
      var next = x - value / slope
      if !(next > low && next < high) { next = (low + high) / 2 }
      let change = (next - x).magnitude
      x = next
      if change <= 1e-16 { break }
    }
    return x
  }
}
