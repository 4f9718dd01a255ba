/// Values of a cubic B-spline at continuous indices, in the order of operations of ITK's
/// `BSplineInterpolateImageFunction`: 64 terms, x fastest, each ((wx wy) wz) c, added one by one.
///
/// Eight points are computed side by side; each lane is one point, so the sums keep their order.
struct BSplineSampler {
  private let coefficients: BSplineCoefficients
  private let values: UnsafePointer<Double>
  private let row: Int
  private let plane: Int

  typealias Lanes = SIMD8<Double>

  init(_ coefficients: BSplineCoefficients) {
    self.coefficients = coefficients
    values = UnsafePointer(coefficients.values)
    row = coefficients.box.size.x
    plane = row * coefficients.box.size.y
  }

  /// First of the four support points along one axis: ITK takes the floor in single precision.
  @inline(__always)
  private static func support(_ x: Double) -> Int { Int(Float(x).rounded(.down)) &- 1 }

  /// The four weights at `w` behind the second support point.
  @inline(__always)
  private static func weights(_ w: Lanes) -> (Lanes, Lanes, Lanes, Lanes) {
    let sixth = 1.0 / 6.0
    let w3 = sixth * w * w * w
    let w0 = sixth + 0.5 * w * (w - 1) - w3
    let w2 = w + w0 - 2 * w3
    let w1 = 1 - w0 - w2 - w3
    return (w0, w1, w2, w3)
  }

  /// Evaluates eight points; all of them must lie in the image.
  /// - Parameter scratch: room for 24 `Lanes`.
  func evaluate(
    _ x: Lanes, _ y: Lanes, _ z: Lanes, scratch: UnsafeMutablePointer<Lanes>
  ) -> Lanes {
    var first = (SIMD8<Int>(), SIMD8<Int>(), SIMD8<Int>())
    for lane in 0..<8 {
      first.0[lane] = Self.support(x[lane])
      first.1[lane] = Self.support(y[lane])
      first.2[lane] = Self.support(z[lane])
    }
    let one = SIMD8<Int>(repeating: 1)
    let (wx0, wx1, wx2, wx3) = Self.weights(x - Lanes(first.0 &+ one))
    let (wy0, wy1, wy2, wy3) = Self.weights(y - Lanes(first.1 &+ one))
    let (wz0, wz1, wz2, wz3) = Self.weights(z - Lanes(first.2 &+ one))
    let wxy = scratch
    let wz = scratch + 16
    wxy[0] = wx0 * wy0
    wxy[1] = wx1 * wy0
    wxy[2] = wx2 * wy0
    wxy[3] = wx3 * wy0
    wxy[4] = wx0 * wy1
    wxy[5] = wx1 * wy1
    wxy[6] = wx2 * wy1
    wxy[7] = wx3 * wy1
    wxy[8] = wx0 * wy2
    wxy[9] = wx1 * wy2
    wxy[10] = wx2 * wy2
    wxy[11] = wx3 * wy2
    wxy[12] = wx0 * wy3
    wxy[13] = wx1 * wy3
    wxy[14] = wx2 * wy3
    wxy[15] = wx3 * wy3
    wz[0] = wz0
    wz[1] = wz1
    wz[2] = wz2
    wz[3] = wz3
    let size = coefficients.imageSize
    let inside =
      first.0.min() >= 0 && first.0.max() &+ 3 < size.x
      && first.1.min() >= 0 && first.1.max() &+ 3 < size.y
      && first.2.min() >= 0 && first.2.max() &+ 3 < size.z
    return inside ? sumInside(first, wxy, wz) : sumMirrored(first, wxy, wz)
  }

  @inline(__always)
  private func sumInside(
    _ first: (SIMD8<Int>, SIMD8<Int>, SIMD8<Int>), _ wxy: UnsafeMutablePointer<Lanes>,
    _ wz: UnsafeMutablePointer<Lanes>
  ) -> Lanes {
    let lower = coefficients.box.lower
    @inline(__always) func base(_ lane: Int) -> UnsafePointer<Double> {
      values
        + ((first.2[lane] &- lower.z) &* plane &+ (first.1[lane] &- lower.y) &* row
          &+ (first.0[lane] &- lower.x))
    }
    let (p0, p1, p2, p3) = (base(0), base(1), base(2), base(3))
    let (p4, p5, p6, p7) = (base(4), base(5), base(6), base(7))
    var sum = Lanes()
    var kz = 0
    while kz < 4 {
      let w = wz[kz]
      var ky = 0
      while ky < 4 {
        let o = kz &* plane &+ ky &* row
        let factors = wxy + ky &* 4
        sum += (factors[0] * w) * Lanes(p0[o], p1[o], p2[o], p3[o], p4[o], p5[o], p6[o], p7[o])
        let a = o &+ 1
        sum += (factors[1] * w) * Lanes(p0[a], p1[a], p2[a], p3[a], p4[a], p5[a], p6[a], p7[a])
        let b = o &+ 2
        sum += (factors[2] * w) * Lanes(p0[b], p1[b], p2[b], p3[b], p4[b], p5[b], p6[b], p7[b])
        let c = o &+ 3
        sum += (factors[3] * w) * Lanes(p0[c], p1[c], p2[c], p3[c], p4[c], p5[c], p6[c], p7[c])
        ky &+= 1
      }
      kz &+= 1
    }
    return sum
  }

  /// Near the border: support points outside the image are mirrored at its outer voxels.
  private func sumMirrored(
    _ first: (SIMD8<Int>, SIMD8<Int>, SIMD8<Int>), _ wxy: UnsafeMutablePointer<Lanes>,
    _ wz: UnsafeMutablePointer<Lanes>
  ) -> Lanes {
    let lower = coefficients.box.lower
    let size = coefficients.imageSize
    var sum = Lanes()
    for lane in 0..<8 {
      var total = 0.0
      for kz in 0..<4 {
        let z = (Self.mirrored(first.2[lane] &+ kz, size.z) &- lower.z) &* plane
        for ky in 0..<4 {
          let y = z &+ (Self.mirrored(first.1[lane] &+ ky, size.y) &- lower.y) &* row
          for kx in 0..<4 {
            let x = Self.mirrored(first.0[lane] &+ kx, size.x) &- lower.x
            total += wxy[ky &* 4 &+ kx][lane] * wz[kz][lane] * values[y &+ x]
          }
        }
      }
      sum[lane] = total
    }
    return sum
  }

  @inline(__always)
  private static func mirrored(_ index: Int, _ size: Int) -> Int {
    if size == 1 { return 0 }
    var index = index
    if index < 0 { index = -index }
    if index >= size &- 1 { index = 2 &* (size &- 1) &- index }
    // ITK reads before the image here (two voxels along the axis); the mirror goes on instead.
    return index < 0 ? -index : index
  }
}
