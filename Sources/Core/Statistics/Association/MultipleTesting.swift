/// Adjusts p-values for the number of hypotheses.
package enum PValueAdjustment: String, Sendable, CaseIterable {
  /// Benjamini & Hochberg 1995: false discovery rate.
  case benjaminiHochberg
  /// Benjamini & Yekutieli 2001: false discovery rate under any dependence.
  case benjaminiYekutieli
  /// Holm 1979: family-wise error rate.
  case holm

  /// - Parameter p: in 0...1; nil for hypotheses that could not be tested, which stay nil and do not
  ///   count.
  package func adjusted(_ p: [Double?]) throws(StatisticsError) -> [Double?] {
    var order: [(p: Double, row: Int)] = []
    for (row, value) in p.enumerated() {
      guard let value else { continue }
      if !(value >= 0 && value <= 1) {
        throw StatisticsError("p-values must be in 0...1; row \(row + 1) is \(value)")
      }
      order.append((value, row))
    }
    order.sort { ($0.p, $0.row) < ($1.p, $1.row) }
    let m = order.count
    var result = p
    switch self {
    case .holm:
      var largest = 0.0
      for (k, item) in order.enumerated() {
        largest = max(largest, Double(m - k) * item.p)
        result[item.row] = min(1, largest)
      }
    case .benjaminiHochberg, .benjaminiYekutieli:
      var factor = 1.0
      if self == .benjaminiYekutieli {
        factor = stride(from: m, to: 0, by: -1).reduce(0.0) { $0 + 1 / Double($1) }
      }
      var least = 1.0
      for (k, item) in order.enumerated().reversed() {
        least = min(least, factor * Double(m) / Double(k + 1) * item.p)
        result[item.row] = least
      }
    }
    return result
  }
}
