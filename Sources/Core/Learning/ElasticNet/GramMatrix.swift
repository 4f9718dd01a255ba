internal import Numerics

/// Second derivatives of a loss by intercept and coefficients: X' H X of the columns at work.
struct GramMatrix {
  /// Columns in order of entry; the intercept, where there is one, stands before them.
  private(set) var order: [Int] = []
  /// Square, row by row, of the intercept and `order`.
  private(set) var values: [Double] = []
  private var isIn: [Int: Int] = [:]

  /// Adds the columns that are not yet in.
  mutating func extend<Loss: ElasticNetLoss>(
    to working: [Int], _ columns: StandardisedColumns, _ loss: Loss
  ) {
    let first = loss.hasIntercept ? 1 : 0
    let old = values.isEmpty ? 0 : order.count + first
    for j in working where isIn[j] == nil {
      isIn[j] = order.count
      order.append(j)
    }
    let size = order.count + first
    guard size > old else { return }
    var new = [Double](repeating: 0, count: size * size)
    for row in 0..<old {
      for column in 0..<old { new[row * size + column] = values[row * old + column] }
    }
    fill(&new, from: old, first: first, columns, loss)
    for row in 0..<size {
      for column in max(old, row + 1)..<max(size, row + 1) {
        new[row * size + column] = new[column * size + row]
      }
    }
    values = new
  }

  /// Lower triangle of the rows from `old` on.
  private func fill<Loss: ElasticNetLoss>(
    _ new: inout [Double], from old: Int, first: Int, _ columns: StandardisedColumns, _ loss: Loss
  ) {
    let n = columns.rowCount
    let size = order.count + first
    let rank = loss.correctionRank
    let ones = [Double](repeating: 1, count: first == 1 ? n : 0)
    var weighted = [Double](repeating: 0, count: n)
    var projections = [Double](repeating: 0, count: rank * size)
    columns.values.withUnsafeBufferPointer { x in
      ones.withUnsafeBufferPointer { ones in
        loss.curvature.withUnsafeBufferPointer { curvature in
          weighted.withUnsafeMutableBufferPointer { weighted in
            projections.withUnsafeMutableBufferPointer { projections in
              guard let v = curvature.baseAddress, let t = weighted.baseAddress else { return }
              func place(_ row: Int) -> UnsafePointer<Double>? {
                row < first ? ones.baseAddress : x.baseAddress.map { $0 + order[row &- first] &* n }
              }
              for row in 0..<size {
                guard let column = place(row) else { continue }
                if rank > 0, let q = projections.baseAddress {
                  loss.project(column, into: q + row &* rank)
                }
                guard row >= old else { continue }
                DenseKernels.multiply(column, v, into: t, n)
                new.withUnsafeMutableBufferPointer {
                  guard let out = $0.baseAddress.map({ $0 + row &* size }) else { return }
                  var other = 0
                  while other &+ 3 <= row, let a = place(other), let b = place(other &+ 1),
                    let c = place(other &+ 2), let d = place(other &+ 3)
                  {
                    DenseKernels.dots(t, (a, b, c, d), n, into: out + other)
                    other &+= 4
                  }
                  while other <= row, let a = place(other) {
                    out[other] = DenseKernels.dot(t, a, n)
                    other &+= 1
                  }
                  guard rank > 0, let q = projections.baseAddress else { return }
                  for other in 0...row {
                    out[other] -= DenseKernels.dot(q + row &* rank, q + other &* rank, rank)
                  }
                }
              }
            }
          }
        }
      }
    }
  }
}
