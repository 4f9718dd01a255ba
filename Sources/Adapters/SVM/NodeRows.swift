internal import CSVM

/// Rows of numbers as libsvm wants them: the values that are not 0 with their column, counted from
/// 1, and an end mark of index -1. Lists given to libsvm's Python interface lose their zeros alike.
///
/// A class, since libsvm's models point into its rows: keep it alive as long as they are in use.
final class NodeRows {
  let rowCount: Int
  private let nodes: UnsafeMutablePointer<svm_node>
  private let starts: [Int]

  /// - Parameter values: row by row.
  init(_ values: [Double], rowCount: Int, columnCount: Int) {
    precondition(values.count == rowCount * columnCount && columnCount < Int(Int32.max))
    self.rowCount = rowCount
    nodes = .allocate(capacity: values.count + rowCount)
    var starts: [Int] = []
    starts.reserveCapacity(rowCount)
    var end = 0
    for row in 0..<rowCount {
      starts.append(end)
      for column in 0..<columnCount {
        let value = values[row &* columnCount &+ column]
        if value != 0 {
          nodes[end] = svm_node(index: Int32(truncatingIfNeeded: column &+ 1), value: value)
          end &+= 1
        }
      }
      nodes[end] = svm_node(index: -1, value: 0)
      end &+= 1
    }
    self.starts = starts
  }

  deinit { nodes.deallocate() }

  func pointer(_ row: Int) -> UnsafeMutablePointer<svm_node> { nodes + starts[row] }
}
