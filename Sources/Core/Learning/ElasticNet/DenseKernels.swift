/// Sums over rows for the elastic net: 8 lanes, then the rest, then the lanes in a tree.
///
/// The order of addition is fixed by the count alone, so equal input gives equal bits.
enum DenseKernels {
  /// Sum of `a[i] * b[i]`.
  static func dot(
    _ a: UnsafePointer<Double>, _ b: UnsafePointer<Double>, _ count: Int
  ) -> Double {
    let left = UnsafeRawPointer(a)
    let right = UnsafeRawPointer(b)
    var lanes = SIMD8<Double>(repeating: 0)
    let whole = count & ~7
    var i = 0
    while i < whole {
      let offset = i &* 8
      lanes +=
        left.loadUnaligned(fromByteOffset: offset, as: SIMD8<Double>.self)
        * right.loadUnaligned(fromByteOffset: offset, as: SIMD8<Double>.self)
      i &+= 8
    }
    var rest = 0.0
    while i < count {
      rest += a[i] * b[i]
      i &+= 1
    }
    return folded(lanes) + rest
  }

  /// `dot` of `a` with four columns at once: the same bits, fewer loads.
  static func dots(
    _ a: UnsafePointer<Double>,
    _ b: (
      UnsafePointer<Double>, UnsafePointer<Double>, UnsafePointer<Double>, UnsafePointer<Double>
    ),
    _ count: Int, into out: UnsafeMutablePointer<Double>
  ) {
    let left = UnsafeRawPointer(a)
    let (b0, b1) = (UnsafeRawPointer(b.0), UnsafeRawPointer(b.1))
    let (b2, b3) = (UnsafeRawPointer(b.2), UnsafeRawPointer(b.3))
    var (s0, s1) = (SIMD8<Double>(repeating: 0), SIMD8<Double>(repeating: 0))
    var (s2, s3) = (s0, s1)
    let whole = count & ~7
    var i = 0
    while i < whole {
      let offset = i &* 8
      let x = left.loadUnaligned(fromByteOffset: offset, as: SIMD8<Double>.self)
      s0 += x * b0.loadUnaligned(fromByteOffset: offset, as: SIMD8<Double>.self)
      s1 += x * b1.loadUnaligned(fromByteOffset: offset, as: SIMD8<Double>.self)
      s2 += x * b2.loadUnaligned(fromByteOffset: offset, as: SIMD8<Double>.self)
      s3 += x * b3.loadUnaligned(fromByteOffset: offset, as: SIMD8<Double>.self)
      i &+= 8
    }
    var (r0, r1, r2, r3) = (0.0, 0.0, 0.0, 0.0)
    while i < count {
      r0 += a[i] * b.0[i]
      r1 += a[i] * b.1[i]
      r2 += a[i] * b.2[i]
      r3 += a[i] * b.3[i]
      i &+= 1
    }
    out[0] = folded(s0) + r0
    out[1] = folded(s1) + r1
    out[2] = folded(s2) + r2
    out[3] = folded(s3) + r3
  }

  /// Sum of `w[i] * a[i] * a[i]`.
  static func weightedSquare(
    _ w: UnsafePointer<Double>, _ a: UnsafePointer<Double>, _ count: Int
  ) -> Double {
    var total = 0.0
    var i = 0
    while i < count {
      total += w[i] * a[i] * a[i]
      i &+= 1
    }
    return total
  }

  /// `y += factor * x`.
  static func add(
    _ factor: Double, _ x: UnsafePointer<Double>, to y: UnsafeMutablePointer<Double>, _ count: Int
  ) {
    var i = 0
    while i < count {
      y[i] += factor * x[i]
      i &+= 1
    }
  }

  /// `z = x * y`, element by element.
  static func multiply(
    _ x: UnsafePointer<Double>, _ y: UnsafePointer<Double>, into z: UnsafeMutablePointer<Double>,
    _ count: Int
  ) {
    var i = 0
    while i < count {
      z[i] = x[i] * y[i]
      i &+= 1
    }
  }

  private static func folded(_ lanes: SIMD8<Double>) -> Double {
    ((lanes[0] + lanes[1]) + (lanes[2] + lanes[3]))
      + ((lanes[4] + lanes[5]) + (lanes[6] + lanes[7]))
  }
}

/// Cholesky factor of a symmetric positive definite matrix.
struct CholeskyFactor {
  let order: Int
  /// Lower triangle, row by row in an `order` x `order` square.
  private var factor: [Double]
  /// Unknowns that depend on earlier ones; they are held at 0.
  private(set) var isDependent: [Bool]

  /// - Parameters:
  ///   - tolerance: a pivot at or under this share of its diagonal element depends on the rows
  ///     before it.
  ///   - holdsDependent: whether such unknowns are held at 0; otherwise there is no factor.
  /// - Returns: nil where the matrix is not positive definite.
  init?(
    _ matrix: [Double], order: Int, tolerance: Double = 1e-13, holdsDependent: Bool = false
  ) {
    precondition(matrix.count == order * order)
    self.order = order
    factor = matrix
    isDependent = [Bool](repeating: false, count: order)
    for row in 0..<order {
      let pivot = eliminate(row)
      let diagonal = matrix[row * order + row]
      guard pivot.isFinite else { return nil }
      if pivot > tolerance * diagonal {
        factor[row * order + row] = pivot.squareRoot()
      } else if holdsDependent {
        isDependent[row] = true
        for column in 0..<row { factor[row * order + column] = 0 }
        factor[row * order + row] = 1
      } else {
        return nil
      }
    }
  }

  /// Fills a row up to its diagonal and gives the square of the diagonal element.
  private mutating func eliminate(_ row: Int) -> Double {
    let order = self.order
    return factor.withUnsafeMutableBufferPointer { buffer in
      isDependent.withUnsafeBufferPointer { isDependent in
        guard let l = buffer.baseAddress else { return .nan }
        let current = l + row &* order
        var column = 0
        while column < row {
          let other = l + column &* order
          current[column] =
            isDependent[column]
            ? 0 : (current[column] - DenseKernels.dot(current, other, column)) / other[column]
          column &+= 1
        }
        return current[row] - DenseKernels.dot(current, current, row)
      }
    }
  }

  /// Solution of `matrix * x = right`.
  func solve(_ right: [Double]) -> [Double] {
    precondition(right.count == order)
    var x = right
    for row in 0..<order where isDependent[row] { x[row] = 0 }
    factor.withUnsafeBufferPointer { buffer in
      guard let l = buffer.baseAddress else { return }
      for row in 0..<order {
        x[row] = (x[row] - DenseKernels.dot(l + row &* order, x, row)) / l[row &* order &+ row]
      }
      for row in stride(from: order - 1, through: 0, by: -1) {
        x[row] /= l[row &* order &+ row]
        let value = x[row]
        x.withUnsafeMutableBufferPointer {
          guard let target = $0.baseAddress else { return }
          DenseKernels.add(-value, l + row &* order, to: target, row)
        }
      }
    }
    return x
  }
}
