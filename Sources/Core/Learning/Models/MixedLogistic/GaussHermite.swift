internal import Glibc

/// Nodes and weights of Gauss-Hermite quadrature for the standard normal density: the sum of
/// weight * f(node) is the mean of f, exact for polynomials up to degree 2 * count - 1.
///
/// The nodes are the roots of the orthonormal probabilists' Hermite polynomials, found one degree
/// after the other: the roots of a degree lie between those of the degree before it. A weight is the
/// Christoffel number 1 / sum over k < count of p_k(node)^2 (Szegő 1939, section 3.4). Relative error
/// of nodes and weights about 1e-14.
package struct GaussHermite: Hashable, Sendable {
  /// Ascending, symmetric about 0.
  package let nodes: [Double]
  /// Of sum 1.
  package let weights: [Double]

  /// - Precondition: `count` in 1...100.
  package init(_ count: Int) {
    precondition((1...100).contains(count), "1 to 100 nodes, not \(count)")
    var roots: [Double] = [0]
    for degree in 2..<max(count + 1, 2) {
      let bound = (4 * Double(degree) + 2).squareRoot()
      let edges = [-bound] + roots + [bound]
      roots = (0..<degree).map { Self.root(degree, edges[$0], edges[$0 + 1]) }
      for i in 0..<degree / 2 {
        let size = (roots[degree - 1 - i] - roots[i]) / 2
        roots[i] = -size
        roots[degree - 1 - i] = size
      }
      if degree % 2 == 1 { roots[degree / 2] = 0 }
    }
    nodes = roots
    let raw = roots.map { 1 / Self.christoffelSum(count, $0) }
    let total = raw.reduce(0, +)
    weights = raw.map { $0 / total }
  }

  /// p_n(x) and p_(n-1)(x) of the orthonormal polynomials:
  /// sqrt(k + 1) p_(k+1) = x p_k - sqrt(k) p_(k-1).
  private static func polynomials(_ degree: Int, _ x: Double) -> (last: Double, before: Double) {
    var (before, last) = (0.0, 1.0)
    for k in 0..<degree {
      let next = (x * last - Double(k).squareRoot() * before) / Double(k + 1).squareRoot()
      (before, last) = (last, next)
    }
    return (last, before)
  }

  private static func christoffelSum(_ count: Int, _ x: Double) -> Double {
    var sum = 0.0
    var (before, last) = (0.0, 1.0)
    for k in 0..<count {
      sum += last * last
      let next = (x * last - Double(k).squareRoot() * before) / Double(k + 1).squareRoot()
      (before, last) = (last, next)
    }
    return sum
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
      // The derivative of p_n is sqrt(n) p_(n-1).
      var next = x - value / (Double(degree).squareRoot() * before)
      if !(next > low && next < high) { next = (low + high) / 2 }
      let change = (next - x).magnitude
      x = next
      if change <= 1e-16 * (1 + x.magnitude) { break }
    }
    return x
  }
}
