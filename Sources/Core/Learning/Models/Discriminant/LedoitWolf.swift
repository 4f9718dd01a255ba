internal import Numerics

/// The amount of shrinkage of a covariance matrix towards a multiple of the identity that has the
/// smallest expected squared error (Ledoit & Wolf 2004, A well-conditioned estimator for
/// large-dimensional covariance matrices, J. Multivar. Anal. 88, 365), as scikit-learn's
/// `ledoit_wolf_shrinkage`.
enum LedoitWolf {
  /// - Parameters:
  ///   - centred: differences from the column means, column by column.
  ///   - rowCount: > 0.
  /// - Returns: in 0...1; 0 for one column.
  static func shrinkage(_ centred: [Double], rowCount: Int) -> Double {
    let columnCount = centred.count / rowCount
    if columnCount == 1 { return 0 }
    let (n, p) = (Double(rowCount), Double(columnCount))
    // Row by row, so that the scalar products of rows are products of columns.
    var rows = [Double](repeating: 0, count: centred.count)
    for j in 0..<columnCount {
      for i in 0..<rowCount { rows[i * columnCount + j] = centred[j * rowCount + i] }
    }
    var products = [Double](repeating: 0, count: rowCount * rowCount)
    MatrixProduct.transposed(
      rows, rowCount, times: rows, rowCount, depth: columnCount, stride: columnCount,
      into: &products)
    let lengths = (0..<rowCount).map { products[$0 * rowCount + $0] }
    let mean = PairwiseSum.sum(lengths) / n / p
    // The squared norm of X'X is that of XX'.
    let squares = PairwiseSum.sum(products.map { $0 * $0 }) / (n * n)
    let fourth = PairwiseSum.sum(lengths.map { $0 * $0 }) / n
    let distance = (squares - p * mean * mean) / p
    let error = min(max(0, (fourth - squares) / (p * n)), distance)
    return error > 0 ? error / distance : 0
  }
}
