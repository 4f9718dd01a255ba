/// Sums in 32-bit numbers for directions that need no more digits; orders of addition are fixed.
enum SingleKernels {
  /// - Parameter count: a multiple of 16.
  static func dot(_ a: UnsafePointer<Float>, _ b: UnsafePointer<Float>, _ count: Int) -> Float {
    let (left, right) = (UnsafeRawPointer(a), UnsafeRawPointer(b))
    var lanes = SIMD16<Float>()
    var offset = 0
    while offset < 4 &* count {
      lanes +=
        left.loadUnaligned(fromByteOffset: offset, as: SIMD16<Float>.self)
        * right.loadUnaligned(fromByteOffset: offset, as: SIMD16<Float>.self)
      offset &+= 64
    }
    return folded(lanes)
  }

  static func sum(_ a: UnsafePointer<Float>, _ count: Int) -> Float {
    var lanes = SIMD16<Float>()
    var offset = 0
    while offset < 4 &* count {
      lanes += UnsafeRawPointer(a).loadUnaligned(
        fromByteOffset: offset, as: SIMD16<Float>.self)
      offset &+= 64
    }
    return folded(lanes)
  }

  static func dot(_ a: [Float], _ b: [Float]) -> Float {
    var total = SIMD4<Float>()
    var i = 0
    while i &+ 4 <= a.count {
      total +=
        SIMD4(a[i], a[i &+ 1], a[i &+ 2], a[i &+ 3])
        * SIMD4(b[i], b[i &+ 1], b[i &+ 2], b[i &+ 3])
      i &+= 4
    }
    while i < a.count {
      total[0] += a[i] * b[i]
      i &+= 1
    }
    return total.sum()
  }

  /// rows += sum of v[first + 1 + k] times column k, for up to 4 columns.
  static func add(
    _ v: [Float], _ first: Int, _ columns: Int, _ x: UnsafePointer<Float>, _ depth: Int,
    to rows: UnsafeMutablePointer<Float>
  ) {
    let target = UnsafeMutableRawPointer(rows)
    let base = UnsafeRawPointer(x)
    let stride = 4 &* depth
    guard columns == 4 else {
      for k in 0..<columns {
        let factor = v[first &+ 1 &+ k]
        for i in 0..<depth { rows[i] += factor * x[k &* depth &+ i] }
      }
      return
    }
    let (a, b) = (v[first &+ 1], v[first &+ 2])
    let (c, d) = (v[first &+ 3], v[first &+ 4])
    var offset = 0
    while offset < stride {
      var sum = target.loadUnaligned(fromByteOffset: offset, as: SIMD8<Float>.self)
      sum += a * base.loadUnaligned(fromByteOffset: offset, as: SIMD8<Float>.self)
      sum += b * base.loadUnaligned(fromByteOffset: offset &+ stride, as: SIMD8<Float>.self)
      sum += c * base.loadUnaligned(fromByteOffset: offset &+ 2 &* stride, as: SIMD8<Float>.self)
      sum += d * base.loadUnaligned(fromByteOffset: offset &+ 3 &* stride, as: SIMD8<Float>.self)
      target.storeBytes(of: sum, toByteOffset: offset, as: SIMD8<Float>.self)
      offset &+= 32
    }
  }

  private static func folded(_ lanes: SIMD16<Float>) -> Float {
    let eight = lanes.lowHalf + lanes.highHalf
    let four = eight.lowHalf + eight.highHalf
    return (four[0] + four[1]) + (four[2] + four[3])
  }
}

/// Cholesky factor of x'x + ridge in 32-bit numbers.
struct SingleCholesky {
  private let order: Int
  /// Rows of the lower triangle, `stride` apart, zeros behind the diagonal.
  private let factor: [Float]
  private let stride: Int
  private let inverse: [Float]

  /// - Parameter depth: rows of a column, a multiple of 16.
  /// - Returns: nil where the matrix is not positive definite in 32 bits.
  init?(_ x: [Float], _ order: Int, depth: Int, ridge: Float) {
    self.order = order
    let stride = (order + 15) & ~15
    self.stride = stride
    var l = [Float](repeating: 0, count: order * stride)
    var inverse = [Float](repeating: 0, count: order)
    x.withUnsafeBufferPointer { x in
      l.withUnsafeMutableBufferPointer { l in
        guard let x = x.baseAddress, let l = l.baseAddress else { return }
        for row in 0..<order {
          Self.products(x + row &* depth, x, row &+ 1, depth, into: l + row &* stride)
        }
      }
    }
    var isDefinite = true
    l.withUnsafeMutableBufferPointer { buffer in
      guard let l = buffer.baseAddress else { return }
      for row in 0..<order {
        let current = l + row &* stride
        for column in 0..<row {
          // Entries from the column on are products still, those of the other row zeros.
          let other = l + column &* stride
          let count = column & ~15
          var taken = SingleKernels.dot(current, other, count)
          for k in count..<max(column, count) { taken += current[k] * other[k] }
          current[column] = (current[column] - taken) * inverse[column]
        }
        var taken = SingleKernels.dot(current, current, row & ~15)
        for k in (row & ~15)..<max(row, row & ~15) { taken += current[k] * current[k] }
        let pivot = current[row] + ridge - taken
        guard pivot > 1e-6 * (current[row] + ridge) else {
          isDefinite = false
          return
        }
        current[row] = pivot.squareRoot()
        inverse[row] = 1 / current[row]
      }
    }
    guard isDefinite else { return nil }
    factor = l
    self.inverse = inverse
  }

  /// Scalar products of a column with the first `count` columns.
  private static func products(
    _ a: UnsafePointer<Float>, _ x: UnsafePointer<Float>, _ count: Int, _ depth: Int,
    into out: UnsafeMutablePointer<Float>
  ) {
    let left = UnsafeRawPointer(a)
    let base = UnsafeRawPointer(x)
    let stride = 4 &* depth
    var j = 0
    while j &+ 4 <= count {
      var (s0, s1, s2, s3) = (SIMD8<Float>(), SIMD8<Float>(), SIMD8<Float>(), SIMD8<Float>())
      let start = j &* stride
      var offset = 0
      while offset < stride {
        let value = left.loadUnaligned(fromByteOffset: offset, as: SIMD8<Float>.self)
        let place = start &+ offset
        let (a, b) = (base + place, base + (place &+ stride))
        let (c, d) = (b + stride, b + 2 &* stride)
        s0 += value * a.loadUnaligned(as: SIMD8<Float>.self)
        s1 += value * b.loadUnaligned(as: SIMD8<Float>.self)
        s2 += value * c.loadUnaligned(as: SIMD8<Float>.self)
        s3 += value * d.loadUnaligned(as: SIMD8<Float>.self)
        offset &+= 32
      }
      out[j] = s0.sum()
      out[j &+ 1] = s1.sum()
      out[j &+ 2] = s2.sum()
      out[j &+ 3] = s3.sum()
      j &+= 4
    }
    while j < count {
      out[j] = SingleKernels.dot(a, x + j &* depth, depth)
      j &+= 1
    }
  }

  /// Solution for `right` without its first number, which is divided by `first`.
  func solve(_ right: [Float], first: Float) -> [Float] {
    var x = [Float](repeating: 0, count: stride + 1)
    for j in 0...order { x[j] = right[j] }
    x.withUnsafeMutableBufferPointer { buffer in
      factor.withUnsafeBufferPointer { factor in
        guard let all = buffer.baseAddress, let l = factor.baseAddress else { return }
        all[0] /= first
        let y = all + 1
        for row in 0..<order {
          let current = l + row &* stride
          let count = row & ~15
          var taken = SingleKernels.dot(current, y, count)
          for k in count..<max(row, count) { taken += current[k] * y[k] }
          y[row] = (y[row] - taken) * inverse[row]
        }
        for row in (0..<order).reversed() {
          let current = l + row &* stride
          y[row] *= inverse[row]
          let value = y[row]
          for k in 0..<row { y[k] -= value * current[k] }
        }
      }
    }
    return Array(x.prefix(order + 1))
  }
}
