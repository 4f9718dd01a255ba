internal import Statistics

/// Spearman's correlations of columns with missing values.
package enum FeatureCorrelation {
  /// Below so many rows with both values a correlation says nothing.
  package static let leastRows = 4

  /// Of the rows that have both values; NaN where these are too few or a column does not vary.
  package static func spearman(_ a: [Double], _ b: [Double]) -> Double {
    let both = a.indices.filter { a[$0].isFinite && b[$0].isFinite }
    guard both.count >= leastRows else { return .nan }
    do throws(StatisticsError) {
      return try Correlation(both.map { a[$0] }, both.map { b[$0] }, kind: .spearman).coefficient
    } catch {
      return .nan
    }
  }

  /// All pairs, row-major; 1 on the diagonal.
  package static func matrix(_ columns: [[Double]]) -> [Double] {
    let n = columns.count
    var matrix = [Double](repeating: 1, count: n * n)
    for row in 0..<n {
      for column in 0..<row {
        let value = spearman(columns[row], columns[column])
        matrix[row * n + column] = value
        matrix[column * n + row] = value
      }
    }
    return matrix
  }

  /// An order in which correlated columns are neighbours: the leaves of a tree that joins, again and
  /// again, the two clusters with the least mean of 1 - |r| (average linkage; Sokal & Michener 1958).
  /// Of equals the first pair is joined; the cluster with the first column stands first.
  /// - Parameter matrix: row-major; NaN counts as 0.
  package static func clusteredOrder(_ matrix: [Double], count: Int) -> [Int] {
    precondition(matrix.count == count * count, "a correlation matrix is square")
    var distances = matrix.map { $0.isNaN ? 1 : 1 - $0.magnitude }
    var members = (0..<count).map { [$0] }
    var alive = Array(0..<count)
    while alive.count > 1 {
      var best = (first: alive[0], second: alive[1])
      for (place, second) in alive.enumerated() {
        for first in alive[..<place]
        where distances[first * count + second] < distances[best.first * count + best.second] {
          best = (first, second)
        }
      }
      let (a, b) = (Double(members[best.first].count), Double(members[best.second].count))
      for other in alive where other != best.first && other != best.second {
        let mean =
          (a * distances[best.first * count + other] + b * distances[best.second * count + other])
          / (a + b)
        distances[best.first * count + other] = mean
        distances[other * count + best.first] = mean
      }
      members[best.first] += members[best.second]
      alive.removeAll { $0 == best.second }
    }
    return alive.first.map { members[$0] } ?? []
  }
}
