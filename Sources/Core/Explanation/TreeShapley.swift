package import Learning

/// Shapley values of the columns for scores that are sums of trees, conditional on paths: exactly
/// those of TreeSHAP (Lundberg et al. 2020, Nature Machine Intelligence 2:56, Algorithm 2).
///
/// The value of a set S of columns is the mean of the score over the training rows as the tree knows
/// them (its Algorithm 1): a decision on a column of S takes the row's branch, another takes both, by
/// their shares of the cover. For one leaf of value v and the columns j on its path that value is
/// v * product of o_j over S * product of z_j over the others, where o_j is 1 if the row passes all
/// decisions on j and else 0, and z_j is the product of their shares. Its Shapley value (Owen 1972,
/// Management Science 18:64, eq. 8: the gradient of the multilinear extension along the diagonal) is
///
///     (o_i - z_i) * v * ∫ product over j ≠ i of (z_j (1 - t) + o_j t) dt over 0...1,
///
/// a polynomial of degree below the number of columns on the path, which Gauss-Legendre quadrature
/// integrates exactly. All factors are >= 0, so nothing cancels; Algorithm 2 counts subsets by size
/// instead and subtracts to undo, which loses seven digits on paths of 60 columns. The walk carries
/// the product at all nodes t down and the sums over leaves up, so a row costs
/// nodes of all trees * (longest path / 2).
///
/// Children without any cover count as halves: where no training row was, no share is defined.
package final class TreeShapley {
  private let ensemble: TreeEnsemble
  private let rule: GaussLegendre
  /// Of each node in its parent's cover; 1 for roots.
  private let shares: [Double]
  /// Mean of the score by cover: what the contributions of a row are counted from.
  package let expectation: Double

  private let zero: UnsafeMutableBufferPointer<Double>
  private let one: UnsafeMutableBufferPointer<Double>
  private let row: UnsafeMutableBufferPointer<Double>
  private let result: UnsafeMutableBufferPointer<Double>
  /// `rule.nodes.count` numbers for each level of the tree.
  private let products: UnsafeMutableBufferPointer<Double>
  private let sums: UnsafeMutableBufferPointer<Double>

  package init(_ ensemble: TreeEnsemble) {
    let nodes = ensemble.nodes
    var shares = [Double](repeating: 1, count: nodes.count)
    var levels = [Int](repeating: 0, count: nodes.count)
    for (index, node) in nodes.enumerated() where !node.isLeaf {
      let (left, right) = (nodes[node.left].cover, nodes[node.right].cover)
      let total = left + right
      shares[node.left] = total > 0 ? left / total : 0.5
      shares[node.right] = total > 0 ? right / total : 0.5
      levels[node.left] = levels[index] + 1
      levels[node.right] = levels[index] + 1
    }
    var means = nodes.map(\.value)
    for (index, node) in nodes.enumerated().reversed() where !node.isLeaf {
      means[index] = shares[node.left] * means[node.left] + shares[node.right] * means[node.right]
    }
    let depth = levels.max() ?? 0
    self.ensemble = ensemble
    self.shares = shares
    expectation = ensemble.roots.reduce(ensemble.base) { $0 + means[$1] }
    rule = GaussLegendre(max(1, (min(depth, ensemble.columnCount) + 1) / 2))
    func numbers(_ count: Int, _ value: Double) -> UnsafeMutableBufferPointer<Double> {
      let buffer = UnsafeMutableBufferPointer<Double>.allocate(capacity: count)
      buffer.initialize(repeating: value)
      return buffer
    }
    zero = numbers(ensemble.columnCount, 1)
    one = numbers(ensemble.columnCount, 1)
    row = numbers(ensemble.columnCount, 0)
    result = numbers(ensemble.columnCount, 0)
    products = numbers((depth + 1) * rule.nodes.count, 1)
    sums = numbers((depth + 1) * rule.nodes.count, 0)
  }

  deinit { for buffer in [zero, one, row, result, products, sums] { buffer.deallocate() } }

  /// Contributions of the columns to the scores, on their scale; a row's sum is its score less
  /// `expectation`.
  /// - Parameter features: with the columns of the trees; NaN is missing.
  package func contributions(_ features: FeatureMatrix) -> FeatureMatrix {
    precondition(features.columnCount == ensemble.columnCount)
    let (rows, columns) = (features.rowCount, features.columnCount)
    let given = features.values
    var values = [Double](repeating: 0, count: rows * columns)
    for index in 0..<rows {
      for column in 0..<columns {
        let value = given[column * rows + index]
        row[column] = ensemble.roundsToSingle ? Double(Float(value)) : value
        result[column] = 0
      }
      ensemble.nodes.withUnsafeBufferPointer { nodes in
        for root in ensemble.roots { descend(root, level: 0, nodes) }
      }
      for column in 0..<columns { values[column * rows + index] = result[column] }
    }
    return FeatureMatrix(rowCount: rows, columnCount: columns, values: values)
  }

  /// Leaves in `sums` of this level what the leaves below say at each node of the quadrature.
  private func descend(_ index: Int, level: Int, _ nodes: UnsafeBufferPointer<TreeEnsemble.Node>) {
    let node = nodes[index]
    let count = rule.nodes.count
    let own = level &* count
    var q = 0
    if node.isLeaf {
      while q < count {
        sums[own &+ q] = products[own &+ q] * node.value
        q &+= 1
      }
      return
    }
    while q < count {
      sums[own &+ q] = 0
      q &+= 1
    }
    let value = row[node.column]
    let goesLeft = value.isNaN ? node.missingGoesLeft : value <= node.threshold
    follow(node.left, column: node.column, isTaken: goesLeft, level: level, nodes)
    follow(node.right, column: node.column, isTaken: !goesLeft, level: level, nodes)
  }

  /// Goes down to a child and adds what its leaves give to the column that decided. Where the column
  /// had decided further up, that decision's part for these leaves is taken back.
  private func follow(
    _ child: Int, column: Int, isTaken: Bool, level: Int,
    _ nodes: UnsafeBufferPointer<TreeEnsemble.Node>
  ) {
    let (z, o) = (zero[column], one[column])
    let (newZ, newO) = (z * shares[child], isTaken ? o : 0)
    // No set of columns leads here, or none with a share that a number can hold.
    if newO == 0 && newZ < .leastNormalMagnitude / .ulpOfOne { return }
    let count = rule.nodes.count
    let own = level &* count
    let next = own &+ count
    rule.nodes.withUnsafeBufferPointer { t in
      rule.complements.withUnsafeBufferPointer { u in
        rule.weights.withUnsafeBufferPointer { weights in
          var q = 0
          while q < count {
            let (before, after) = (z * u[q] + o * t[q], newZ * u[q] + newO * t[q])
            products[next &+ q] = products[own &+ q] / before * after
            q &+= 1
          }
          (zero[column], one[column]) = (newZ, newO)
          descend(child, level: level &+ 1, nodes)
          (zero[column], one[column]) = (z, o)
          var gain = 0.0
          q = 0
          while q < count {
            let (before, after) = (z * u[q] + o * t[q], newZ * u[q] + newO * t[q])
            let sum = sums[next &+ q]
            gain += weights[q] * sum * ((newO - newZ) / after - (o - z) / before)
            sums[own &+ q] += sum
            q &+= 1
          }
          result[column] += gain
        }
      }
    }
  }
}
