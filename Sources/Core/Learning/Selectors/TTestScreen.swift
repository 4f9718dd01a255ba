internal import Components
internal import Glibc
internal import Statistics

/// Bounds of z² per column, z being the normal deviate with the p of the column's t-test.
///
/// For t with f degrees of freedom and w² = f ln(1 + t² / f): (1 - 1 / (2 f)) w² <= z² <= w²
/// (Wallace 1959, "Bounds on normal approximations to Student's and the chi-square distributions",
/// Ann Math Stat 30). Sums are taken once around the first row's value; where that loses more than
/// four digits, or a value is not finite, the column has no bounds.
struct TTestScreen {
  /// Above this, p is so near to the smallest number that columns may tie.
  static let largest = 1000.0
  /// What rounding may do to a bound, relative.
  static let tolerance = 1e-5

  private(set) var lower: [Double] = []
  /// Infinite where nothing is known, -1 for a constant column.
  private(set) var upper: [Double] = []

  /// - Parameters:
  ///   - features: rows of the negative class first.
  ///   - negatives: how many these are; 2 or more of each class.
  init(_ features: FeatureMatrix, negatives: Int, _ variant: TTestVariant) {
    lower.reserveCapacity(features.columnCount)
    upper.reserveCapacity(features.columnCount)
    for column in 0..<features.columnCount {
      let bounds = features.withColumn(column) { Self.bounds($0, negatives, variant) }
      lower.append(bounds.lower)
      upper.append(bounds.upper)
    }
  }

  private static func bounds(
    _ values: UnsafeBufferPointer<Double>, _ negatives: Int, _ variant: TTestVariant
  ) -> (lower: Double, upper: Double) {
    let centre = values[0]
    let (s0, q0) = sums(values, 0, negatives, centre)
    let (s1, q1) = sums(values, negatives, values.count, centre)
    if q0 + q1 == 0, values.allSatisfy({ $0 == centre }) { return (-1, -1) }
    let (n0, n1) = (Double(negatives), Double(values.count - negatives))
    let (rest0, rest1) = (q0 - s0 * s0 / n0, q1 - s1 * s1 / n1)
    guard rest0 > 1e-4 * q0, rest1 > 1e-4 * q1, q0 + q1 < 1e200, min(q0, q1) > 1e-200 else {
      return (0, .infinity)
    }
    let difference = s1 / n1 - s0 / n0
    let (e0, e1) = (rest0 / (n0 - 1) / n0, rest1 / (n1 - 1) / n1)
    let (square, degrees): (Double, Double) =
      switch variant {
      case .student: ((rest0 + rest1) / (n0 + n1 - 2) * (1 / n0 + 1 / n1), n0 + n1 - 2)
      case .welch:
        (e0 + e1, (e0 + e1) * (e0 + e1) / (e0 * e0 / (n0 - 1) + e1 * e1 / (n1 - 1)))
      }
    let w = degrees * log1p(difference * difference / square / degrees)
    return (max(0, 1 - 0.5 / degrees) * w, w)
  }

  /// Sum and sum of squares of the distances from `centre`, in four lanes.
  private static func sums(
    _ values: UnsafeBufferPointer<Double>, _ start: Int, _ end: Int, _ centre: Double
  ) -> (Double, Double) {
    guard let base = values.baseAddress.map({ UnsafeRawPointer($0) }) else { return (0, 0) }
    var (sum, squares) = (SIMD4<Double>(), SIMD4<Double>())
    let shift = SIMD4(repeating: centre)
    var i = start
    while i &+ 4 <= end {
      let distance = base.loadUnaligned(fromByteOffset: i &* 8, as: SIMD4<Double>.self) - shift
      sum += distance
      squares += distance * distance
      i &+= 4
    }
    var (total, totalOfSquares) = (sum.sum(), squares.sum())
    while i < end {
      let distance = values[i] - centre
      total += distance
      totalOfSquares += distance * distance
      i &+= 1
    }
    return (total, totalOfSquares)
  }

  /// Columns that can be among the `top` smallest p, 0 being no limit, and below `p`.
  /// - Returns: nil where that is most of them or cannot be said.
  func candidates(top: Int, p: Double) -> [Int]? {
    var limit = p < 1 ? Normal.quantile(p / 2, .upper) : 0
    limit *= limit
    if top > 0, top <= lower.count { limit = max(limit, Self.largest(top, of: lower)) }
    guard limit > 0, limit < Self.largest else { return nil }
    limit *= 1 - Self.tolerance
    let candidates = upper.indices.filter { upper[$0] >= limit }
    return candidates.isEmpty || 2 * candidates.count > upper.count ? nil : candidates
  }

  /// The `rank`-th largest value (quickselect, Hoare 1961).
  private static func largest(_ rank: Int, of values: [Double]) -> Double {
    var rest = values
    var (low, high) = (0, rest.count - 1)
    while low < high {
      let pivot = rest[(low + high) / 2]
      var (i, j) = (low, high)
      while i <= j {
        while rest[i] > pivot { i += 1 }
        while rest[j] < pivot { j -= 1 }
        if i <= j {
          rest.swapAt(i, j)
          i += 1
          j -= 1
        }
      }
      if rank - 1 <= j { high = j } else if rank - 1 >= i { low = i } else { break }
    }
    return rest[rank - 1]
  }
}

extension TTestSelector: ScreeningSelector {
  package func candidates(in data: Dataset) -> [Int]? {
    let rule = parameters.rule
    guard rule.adjust == .none, case .binary(let classes) = data.outcome else { return nil }
    let negatives = classes.indices.filter { classes[$0] != 1 }
    let positives = classes.indices.filter { classes[$0] == 1 }
    guard negatives.count >= 2, positives.count >= 2 else { return nil }
    return TTestScreen(
      data.features.rows(negatives + positives), negatives: negatives.count, parameters.variant
    ).candidates(top: rule.top, p: rule.p)
  }
}
