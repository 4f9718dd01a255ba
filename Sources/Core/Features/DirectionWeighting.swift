internal import Foundation
package import Imaging

/// How matrices of several directions become features.
package enum WeightingNorm: String, Hashable, Sendable, CaseIterable {
  /// Features per direction, then their mean.
  case none
  /// One matrix: the sum over directions.
  case noWeighting = "no_weighting"
  /// One matrix, weighted by the length of the step in mm: sum of components,
  case manhattan
  /// root of the sum of squares,
  case euclidean
  /// or largest component.
  case infinity

  /// Length of a step, mm; 1 for `noWeighting`.
  package func length(_ offset: Offset, spacing: SIMD3<Double>) -> Double {
    let d = [
      Double(abs(offset.z)) * spacing.z, Double(abs(offset.y)) * spacing.y,
      Double(abs(offset.x)) * spacing.x,
    ]
    return switch self {
    case .none, .noWeighting: 1
    case .manhattan: d[0] + d[1] + d[2]
    case .euclidean: (d[0] * d[0] + d[1] * d[1] + d[2] * d[2]).squareRoot()
    case .infinity: max(d[0], d[1], d[2])
    }
  }
}

/// Mean of the values that are not NaN, column by column; NaN where there are none.
func meanOfDirections(_ rows: [[Double]], columns: Int) -> [Double] {
  (0..<columns).map { column in
    var (sum, count) = (0.0, 0)
    for row in rows where !row[column].isNaN {
      sum += row[column]
      count += 1
    }
    return count > 0 ? sum / Double(count) : .nan
  }
}

func exponential(_ x: Double) -> Double { exp(x) }
