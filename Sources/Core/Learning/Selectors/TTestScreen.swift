internal import Components
internal import Glibc
internal import Statistics

/// Bounds of z² per column, z being the normal deviate with the p of the column's t-test.
///
/// For t with f degrees of freedom and w² = f ln(1 + t² / f): (1 - 1 / (2 f)) w² <= z² <= w²
/// (Wallace 1959, "Bounds on normal approximations to Student's and the chi-square distributions",
/// Ann Math Stat 30). Where sums around one value lose too many digits, or a value is not finite, the
/// column has no bounds.
struct TTestScreen {
  /// Above this, p is so near to the smallest number that columns may tie.
  static let largest = 1000.0

  /// What rounding may do to a bound, relative.
  private let tolerance: Double
  /// t² / f per column: infinite where nothing is known, -1 for a constant column.
  private var ratios: [Double] = []
  /// f per column, or one for all columns.
  private var degrees: [Double] = []

  /// - Parameter sums: 2 or more rows of each class.
  init(_ sums: ClassSums, _ variant: TTestVariant) {
    tolerance = sums.precision.tolerance
    let least = sums.precision.leastRest
    let (n0, n1) = (Double(sums.counts[0]), Double(sums.counts[1]))
    let (share0, share1) = (1 / n0, 1 / n1)
    let (sums0, sums1, squares0, squares1) = (
      sums.sums[0], sums.sums[1], sums.squares[0], sums.squares[1]
    )
    let isConstant = sums.isConstant
    let columns = sums.columnCount
    ratios = [Double](repeating: .infinity, count: columns)
    degrees = [Double](repeating: n0 + n1 - 2, count: variant == .student ? 1 : columns)
    for j in 0..<columns {
      if isConstant[j] {
        ratios[j] = -1
        continue
      }
      let (s0, s1, q0, q1) = (sums0[j], sums1[j], squares0[j], squares1[j])
      let (rest0, rest1) = (q0 - s0 * s0 * share0, q1 - s1 * s1 * share1)
      guard rest0 > least * q0, rest1 > least * q1, q0 + q1 < 1e130, min(q0, q1) > 1e-130 else {
        continue
      }
      let difference = s1 * share1 - s0 * share0
      switch variant {
      case .student:
        ratios[j] = difference * difference / ((rest0 + rest1) * (share0 + share1))
      case .welch:
        let (e0, e1) = (rest0 / (n0 - 1) * share0, rest1 / (n1 - 1) * share1)
        let square = e0 + e1
        degrees[j] = square * square / (e0 * e0 / (n0 - 1) + e1 * e1 / (n1 - 1))
        ratios[j] = difference * difference / square / degrees[j]
      }
    }
  }

  /// Columns that can be among the `top` smallest p, 0 being no limit, and below `p`.
  /// - Returns: nil where that is most of them or cannot be said.
  func candidates(top: Int, p: Double) -> [Int]? {
    var limit = p < 1 ? Normal.quantile(p / 2, .upper) : 0
    limit *= limit
    if top > 0, top <= ratios.count { limit = max(limit, lowerBound(ofRank: top)) }
    guard limit > 0, limit < Self.largest else { return nil }
    limit *= 1 - tolerance
    let candidates: [Int]
    if degrees.count == 1 {
      let least = expm1(limit / degrees[0]) * (1 - tolerance)
      candidates = ratios.indices.filter { ratios[$0] >= least }
    } else {
      candidates = ratios.indices.filter { ratios[$0] >= 0 && upper($0) >= limit }
    }
    return candidates.isEmpty || 2 * candidates.count > ratios.count ? nil : candidates
  }

  /// The `rank`-th largest lower bound.
  private func lowerBound(ofRank rank: Int) -> Double {
    if degrees.count == 1 {
      // The bound grows with the ratio.
      let ratio = Self.largest(rank, of: ratios.map { $0.isFinite ? $0 : 0 })
      return max(0, degrees[0] - 0.5) * log1p(max(0, ratio))
    }
    let bounds = ratios.indices.map { j in
      ratios[j].isFinite && ratios[j] > 0 ? max(0, 1 - 0.5 / degrees[j]) * upper(j) : 0
    }
    return Self.largest(rank, of: bounds)
  }

  private func upper(_ column: Int) -> Double { degrees[column] * log1p(ratios[column]) }

  /// The `rank`-th largest value; what is below that of the values before it is passed over.
  private static func largest(_ rank: Int, of values: [Double]) -> Double {
    var (kept, floor) = ([Double](), -Double.infinity)
    for value in values where value > floor || kept.count < rank {
      kept.append(value)
      if kept.count == 4 * rank {
        floor = partition(&kept, rank)
        kept.removeLast(kept.count - rank)
      }
    }
    return partition(&kept, rank)
  }

  /// Brings the `rank` largest values to the front and gives the smallest of them (quickselect,
  /// Hoare 1961).
  private static func partition(_ values: inout [Double], _ rank: Int) -> Double {
    var (low, high) = (0, values.count - 1)
    while low < high {
      let pivot = values[(low + high) / 2]
      var (i, j) = (low, high)
      while i <= j {
        while values[i] > pivot { i += 1 }
        while values[j] < pivot { j -= 1 }
        if i <= j {
          values.swapAt(i, j)
          i += 1
          j -= 1
        }
      }
      if rank - 1 <= j { high = j } else if rank - 1 >= i { low = i } else { break }
    }
    return values[rank - 1]
  }
}

extension TTestSelector: ScreeningSelector {
  package var canScreen: Bool { parameters.rule.adjust == .none }

  package func candidates(in data: Dataset, sums: ClassSums?) -> [Int]? {
    let rule = parameters.rule
    guard canScreen, let sums = sums ?? ClassSums(data), sums.counts.allSatisfy({ $0 >= 2 })
    else { return nil }
    return TTestScreen(sums, parameters.variant).candidates(top: rule.top, p: rule.p)
  }
}
