internal import Numerics

/// The gradients of all columns, formed only where a bound on them does not tell enough.
///
/// A column x with scalar product g = x'r at a residual r has |x's| <= |c g| + ||x|| ||s - c r|| at
/// a residual s, for every c (Cauchy-Schwarz); the c of least squares makes the bound small, and
/// along a path one residual is nearly a multiple of the one before. What the bound keeps within its
/// limit holds for certain: unlike a strong rule it leaves nothing to be checked afterwards.
struct GradientBounds {
  /// How many residuals are kept before every column is formed anew.
  private static let capacity = 64

  /// |x's| of each column at the last look, or |c g| where the bound was enough.
  private(set) var pulls: [Double]
  private let norms: [Double]
  private var gradients: [Double]
  /// Index of the residual of each column's gradient.
  private var sources: [Int]
  private var residuals: [[Double]] = []

  init(_ columns: StandardisedColumns) {
    pulls = [Double](repeating: 0, count: columns.columnCount)
    gradients = pulls
    sources = [Int](repeating: 0, count: columns.columnCount)
    norms = columns.norms
  }

  /// Looks at some columns at a residual.
  /// - Parameters:
  ///   - limit: of |x's|, for each column the more by its factor.
  ///   - all: every column that will ever be asked for.
  /// - Returns: the columns beyond their limit, in their order.
  mutating func exceeding(
    _ limit: Double, times factors: [Double], among: [Int], of all: [Int],
    _ columns: StandardisedColumns, residual: [Double]
  ) -> [Int] {
    if residuals.isEmpty || residuals.count == Self.capacity {
      residuals = []
      form(all, columns, residual)
      return among.filter { pulls[$0] > limit * factors[$0] }
    }
    let size = Self.dot(residual, residual).squareRoot()
    var near = [Neighbour?](repeating: nil, count: residuals.count)
    let open = among.filter { j in
      let source = sources[j]
      let known = near[source] ?? Neighbour(of: residual, residuals[source])
      near[source] = known
      pulls[j] = (known.factor * gradients[j]).magnitude
      // 1e-13: rounding of the scalar products themselves.
      return pulls[j] + norms[j] * (known.distance + 1e-13 * size) > limit * factors[j]
    }
    form(open, columns, residual)
    return open.filter { pulls[$0] > limit * factors[$0] }
  }

  private mutating func form(
    _ among: [Int], _ columns: StandardisedColumns, _ residual: [Double]
  ) {
    guard !among.isEmpty else { return }
    if residuals.last != residual { residuals.append(residual) }
    columns.dots(among, residual, into: &gradients)
    for j in among {
      pulls[j] = gradients[j].magnitude
      sources[j] = residuals.count - 1
    }
  }

  private static func dot(_ a: [Double], _ b: [Double]) -> Double {
    DenseKernels.dot(a, b, a.count)
  }

  /// A residual as a multiple of an earlier one, and how far it is from that.
  private struct Neighbour {
    let factor: Double
    let distance: Double

    init(of residual: [Double], _ earlier: [Double]) {
      let square = dot(earlier, earlier)
      factor = square > 0 ? dot(residual, earlier) / square : 0
      let c = factor
      distance = zip(residual, earlier).reduce(0) { sum, pair in
        let rest = pair.0 - c * pair.1
        return sum + rest * rest
      }.squareRoot()
    }
  }
}
