/// Sums of products: 8 lanes, then the rest, then the lanes in a tree.
///
/// The order of addition is fixed by the count alone, so equal input gives equal bits.
package enum DenseKernels {
  /// Sum of `a[i] * b[i]`.
  package static func dot(
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
  package static func dots(
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
  package static func weightedSquare(
    _ w: UnsafePointer<Double>, _ a: UnsafePointer<Double>, _ count: Int
  ) -> Double {
    let (weights, values) = (UnsafeRawPointer(w), UnsafeRawPointer(a))
    var lanes = SIMD8<Double>(repeating: 0)
    let whole = count & ~7
    var i = 0
    while i < whole {
      let offset = i &* 8
      let x = values.loadUnaligned(fromByteOffset: offset, as: SIMD8<Double>.self)
      lanes += weights.loadUnaligned(fromByteOffset: offset, as: SIMD8<Double>.self) * x * x
      i &+= 8
    }
    var rest = 0.0
    while i < count {
      rest += w[i] * a[i] * a[i]
      i &+= 1
    }
    return folded(lanes) + rest
  }

  /// `y += factor * x`.
  package static func add(
    _ factor: Double, _ x: UnsafePointer<Double>, to y: UnsafeMutablePointer<Double>, _ count: Int
  ) {
    var i = 0
    while i < count {
      y[i] += factor * x[i]
      i &+= 1
    }
  }

  /// `z = x * y`, element by element.
  package static func multiply(
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
