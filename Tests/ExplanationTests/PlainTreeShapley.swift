import Learning

/// The plain versions of `TreeShapley`, for one row.
struct PlainTreeShapley {
  let ensemble: TreeEnsemble
  let row: [Double]

  init(_ ensemble: TreeEnsemble, _ row: [Double]) {
    self.ensemble = ensemble
    self.row = ensemble.roundsToSingle ? row.map { Double(Float($0)) } : row
  }

  private func goesLeft(_ node: TreeEnsemble.Node) -> Bool {
    let value = row[node.column]
    return value.isNaN ? node.missingGoesLeft : value <= node.threshold
  }

  private func share(_ child: Int, of node: TreeEnsemble.Node) -> Double {
    let total = ensemble.nodes[node.left].cover + ensemble.nodes[node.right].cover
    return total > 0 ? ensemble.nodes[child].cover / total : 0.5
  }

  // MARK: By definition

  /// Algorithm 1 of Lundberg et al. 2020: the mean score if the columns of a set are known.
  func value(_ known: (Int) -> Bool) -> Double {
    ensemble.roots.reduce(ensemble.base) { $0 + value(at: $1, known) }
  }

  private func value(at index: Int, _ known: (Int) -> Bool) -> Double {
    let node = ensemble.nodes[index]
    if node.isLeaf { return node.value }
    if known(node.column) { return value(at: goesLeft(node) ? node.left : node.right, known) }
    return share(node.left, of: node) * value(at: node.left, known)
      + share(node.right, of: node) * value(at: node.right, known)
  }

  /// Shapley 1953: the sum over all subsets of the other columns.
  func byDefinition() -> [Double] {
    let count = ensemble.columnCount
    var factorials = [1.0]
    for k in 1...count { factorials.append(factorials[k - 1] * Double(k)) }
    let values = (0..<(1 << count)).map { set in value { set >> $0 & 1 == 1 } }
    return (0..<count).map { column in
      (0..<(1 << count)).filter { $0 >> column & 1 == 0 }.reduce(0) { sum, set in
        let size = set.nonzeroBitCount
        let weight = factorials[size] * factorials[count - size - 1] / factorials[count]
        return sum + weight * (values[set | 1 << column] - values[set])
      }
    }
  }

  // MARK: By subset sizes

  private struct Element {
    var column: Int
    var zero: Double
    var one: Double
    var weight: Double
  }

  /// Algorithm 2 of Lundberg et al. 2020, with EXTEND and UNWIND.
  func bySubsetSizes() -> [Double] {
    var result = [Double](repeating: 0, count: ensemble.columnCount)
    for root in ensemble.roots { recurse(root, [], 1, 1, -1, &result) }
    return result
  }

  private func extended(
    _ path: [Element], _ zero: Double, _ one: Double, _ column: Int
  ) -> [Element] {
    let length = path.count
    var longer =
      path + [Element(column: column, zero: zero, one: one, weight: length == 0 ? 1 : 0)]
    for i in stride(from: length - 1, through: 0, by: -1) {
      longer[i + 1].weight += one * longer[i].weight * Double(i + 1) / Double(length + 1)
      longer[i].weight = zero * longer[i].weight * Double(length - i) / Double(length + 1)
    }
    return longer
  }

  private func unwound(_ path: [Element], _ index: Int) -> [Element] {
    var shorter = path
    let last = path.count - 1
    let (one, zero) = (path[index].one, path[index].zero)
    var next = path[last].weight
    for j in stride(from: last - 1, through: 0, by: -1) {
      if one != 0 {
        let old = shorter[j].weight
        shorter[j].weight = next * Double(last + 1) / (Double(j + 1) * one)
        next = old - shorter[j].weight * zero * Double(last - j) / Double(last + 1)
      } else {
        shorter[j].weight = shorter[j].weight * Double(last + 1) / (zero * Double(last - j))
      }
    }
    for j in index..<last {
      shorter[j] = Element(
        column: path[j + 1].column, zero: path[j + 1].zero, one: path[j + 1].one,
        weight: shorter[j].weight)
    }
    return Array(shorter.dropLast())
  }

  private func recurse(
    _ index: Int, _ above: [Element], _ zero: Double, _ one: Double, _ column: Int,
    _ result: inout [Double]
  ) {
    let node = ensemble.nodes[index]
    var path = extended(above, zero, one, column)
    if node.isLeaf {
      for i in path.indices.dropFirst() {
        let weight = unwound(path, i).reduce(0) { $0 + $1.weight }
        result[path[i].column] += weight * (path[i].one - path[i].zero) * node.value
      }
      return
    }
    var (oldZero, oldOne) = (1.0, 1.0)
    if let known = path.firstIndex(where: { $0.column == node.column }) {
      (oldZero, oldOne) = (path[known].zero, path[known].one)
      path = unwound(path, known)
    }
    let left = goesLeft(node)
    for (child, isTaken) in [(node.left, left), (node.right, !left)] {
      let share = share(child, of: node)
      let (zero, one) = (oldZero * share, isTaken ? oldOne : 0)
      if zero == 0 && one == 0 { continue }
      recurse(child, path, zero, one, node.column, &result)
    }
  }
}
