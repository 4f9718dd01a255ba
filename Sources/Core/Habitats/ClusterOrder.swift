/// The order of clusters: by the mean of the first feature, ties by the next; equal means keep
/// their order.
enum ClusterOrder {
  /// - Parameter means: row by row.
  /// - Returns: the clusters' present indices, lowest mean first.
  static func ascending(_ means: [Double], dimension: Int) -> [Int] {
    guard dimension > 0 else { return [0] }
    return (0..<means.count / dimension).sorted { a, b in
      for f in 0..<dimension {
        let (x, y) = (means[a * dimension + f], means[b * dimension + f])
        if x != y { return x < y }
      }
      return a < b
    }
  }

  /// Rows of `size` numbers in the given order.
  static func rows(_ values: [Double], size: Int, in order: [Int]) -> [Double] {
    order.flatMap { values[$0 * size..<($0 + 1) * size] }
  }
}

extension KMeans {
  /// The same clusters with labels in ascending order of the centres.
  package var ordered: KMeans {
    let size = centres.count / count
    let order = ClusterOrder.ascending(centres, dimension: size)
    var rank = [UInt8](repeating: 0, count: count)
    for (new, old) in order.enumerated() { rank[old] = UInt8(new) }
    var result = self
    result.centres = ClusterOrder.rows(centres, size: size, in: order)
    for i in result.labels.indices { result.labels[i] = rank[Int(labels[i])] }
    return result
  }
}
