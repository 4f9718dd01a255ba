internal import Numerics

/// Standardised columns in memory, and their correlations in square tiles of a fixed size, so that
/// no more than a tile or a strip of the matrix exists at a time.
package final class CorrelationTiles {
  static let side = 256

  let rowCount: Int
  /// Columns that were appended.
  private(set) var count = 0
  /// Multiple of 8.
  private let stride: Int
  private let capacity: Int
  private let values: UnsafeMutablePointer<Double>

  /// - Parameter capacity: columns, rounded up to whole tiles; those not appended are 0.
  package init(rowCount: Int, capacity: Int) {
    precondition(rowCount > 0)
    self.rowCount = rowCount
    stride = (rowCount + 7) / 8 * 8
    self.capacity = max(1, (capacity + Self.side - 1) / Self.side) * Self.side
    let bytes = stride * self.capacity * MemoryLayout<Double>.size
    let memory = UnsafeMutableRawPointer.allocate(byteCount: bytes, alignment: 64)
    values = memory.initializeMemory(as: Double.self, repeating: 0, count: stride * self.capacity)
  }

  deinit { values.deallocate() }

  var blockCount: Int { (count + Self.side - 1) / Self.side }

  package func append(_ column: StandardisedColumn) {
    column.values.withUnsafeBufferPointer { append($0.baseAddress!) }
  }

  func append(_ column: UnsafePointer<Double>) {
    precondition(count < capacity)
    (values + count * stride).update(from: column, count: rowCount)
    count += 1
  }

  func column(_ index: Int) -> UnsafePointer<Double> { UnsafePointer(values + index * stride) }

  /// Forgets all columns.
  func removeAll() {
    values.update(repeating: 0, count: count * stride)
    count = 0
  }

  /// Correlations of a block of 256 columns with a block of another: element (i, j), i in this, j
  /// in the other, at i + 256 j; 0 for columns that were not appended.
  func tile(
    _ block: Int, with other: CorrelationTiles, _ otherBlock: Int,
    into out: UnsafeMutablePointer<Double>
  ) {
    let side = Self.side
    precondition((block + 1) * side <= capacity && (otherBlock + 1) * side <= other.capacity)
    MatrixProduct.transposed(
      values + block * side * stride, side, times: other.values + otherBlock * side * stride, side,
      depth: rowCount, stride: stride, into: out)
  }

  package func correlation(_ a: Int, _ b: Int) -> Double {
    StandardisedColumn.dot(column(a), column(b), rowCount)
  }
}
