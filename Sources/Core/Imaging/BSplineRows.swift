/// The fast way of `BSplineSampler` for output rows that run along the image's rows: all points of
/// a row share their weights along y and z, all rows share those along x. The 64 products and sums
/// are the same, in the same order.
struct BSplineRows {
  typealias Lanes = SIMD8<Double>

  private let coefficients: BSplineCoefficients
  private let values: UnsafePointer<Double>
  /// For each column of the box: weights along x and the offset of the first support point in a
  /// row of coefficients; -1 where the column is outside the image, -2 near its border.
  private var weights: [SIMD4<Double>]
  private var offsets: [Int]
  private var ends = SIMD2<Double>(.nan, .nan)

  init(_ coefficients: BSplineCoefficients, columns: Int) {
    self.coefficients = coefficients
    values = UnsafePointer(coefficients.values)
    weights = [SIMD4<Double>](repeating: .zero, count: columns)
    offsets = [Int](repeating: -1, count: columns)
  }

  /// Weights and first support point at one coordinate; ITK takes the floor in single precision.
  private static func support(_ x: Double) -> (first: Int, weights: SIMD4<Double>) {
    let first = Int(Float(x).rounded(.down)) - 1
    let w = x - Double(first + 1)
    let sixth = 1.0 / 6.0
    let w3 = sixth * w * w * w
    let w0 = sixth + 0.5 * w * (w - 1) - w3
    let w2 = w + w0 - 2 * w3
    let w1 = 1 - w0 - w2 - w3
    return (first, SIMD4(w0, w1, w2, w3))
  }

  /// Brings the columns up to date for rows from `start` to `end`.
  mutating func prepare(
    _ start: SIMD3<Double>, _ end: SIMD3<Double>, _ box: IndexBox, _ map: ScanlineMap
  ) {
    guard ends != SIMD2(start.x, end.x) else { return }
    ends = SIMD2(start.x, end.x)
    let size = coefficients.imageSize
    for column in offsets.indices {
      let x = ScanlineMap.index(start, end, map.fraction(box.lower.x + column)).x
      guard ScanlineMap.isInside(SIMD3(x, 0, 0), size) else {
        offsets[column] = -1
        continue
      }
      let (first, w) = Self.support(x)
      let isInner = first >= 0 && first + 3 < size.x
      offsets[column] = isInner ? first - coefficients.box.lower.x : -2
      weights[column] = w
    }
  }

  /// Evaluates the points of one row where `mask` is not 0.
  ///
  /// - Parameters:
  ///   - y, z: position of the row; both inside the image.
  ///   - scratch: room for 16 `Lanes`.
  /// - Returns: false where the row is so near the border that nothing was done.
  func evaluate(
    y: Double, z: Double, mask: UnsafePointer<UInt8>, into target: UnsafeMutablePointer<Double>,
    scratch: UnsafeMutablePointer<Lanes>, border: (Int) -> Void
  ) -> Bool {
    let size = coefficients.imageSize
    let (firstY, wy) = Self.support(y)
    let (firstZ, wz) = Self.support(z)
    guard firstY >= 0, firstY + 3 < size.y, firstZ >= 0, firstZ + 3 < size.z else { return false }
    let box = coefficients.box
    let row = box.size.x
    let plane = row * box.size.y
    let start = values + (firstZ - box.lower.z) * plane + (firstY - box.lower.y) * row
    offsets.withUnsafeBufferPointer { offsets in
      weights.withUnsafeBufferPointer { weights in
        var columns = SIMD8<Int>()
        var filled = 0
        var column = 0
        while column < offsets.count {
          if mask[column] != 0 && offsets[column] != -1 {
            if offsets[column] == -2 {
              border(column)
            } else {
              columns[filled] = column
              filled &+= 1
              if filled == 8 {
                let sums = sum(columns, start, offsets, weights, wy, wz, row, plane, scratch)
                for lane in 0..<8 { target[columns[lane]] = sums[lane] }
                filled = 0
              }
            }
          }
          column &+= 1
        }
        guard filled > 0 else { return }
        for lane in filled..<8 { columns[lane] = columns[0] }
        let sums = sum(columns, start, offsets, weights, wy, wz, row, plane, scratch)
        for lane in 0..<filled { target[columns[lane]] = sums[lane] }
      }
    }
    return true
  }

  @inline(__always)
  private func sum(
    _ columns: SIMD8<Int>, _ start: UnsafePointer<Double>,
    _ offsets: UnsafeBufferPointer<Int>, _ weights: UnsafeBufferPointer<SIMD4<Double>>,
    _ wy: SIMD4<Double>, _ wz: SIMD4<Double>, _ row: Int, _ plane: Int,
    _ wxy: UnsafeMutablePointer<Lanes>
  ) -> Lanes {
    var kx = 0
    while kx < 4 {
      let w = Lanes(
        weights[columns[0]][kx], weights[columns[1]][kx], weights[columns[2]][kx],
        weights[columns[3]][kx], weights[columns[4]][kx], weights[columns[5]][kx],
        weights[columns[6]][kx], weights[columns[7]][kx])
      wxy[kx] = w * wy[0]
      wxy[4 &+ kx] = w * wy[1]
      wxy[8 &+ kx] = w * wy[2]
      wxy[12 &+ kx] = w * wy[3]
      kx &+= 1
    }
    let (p0, p1) = (start + offsets[columns[0]], start + offsets[columns[1]])
    let (p2, p3) = (start + offsets[columns[2]], start + offsets[columns[3]])
    let (p4, p5) = (start + offsets[columns[4]], start + offsets[columns[5]])
    let (p6, p7) = (start + offsets[columns[6]], start + offsets[columns[7]])
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
}
