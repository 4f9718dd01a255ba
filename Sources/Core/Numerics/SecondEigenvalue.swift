/// The second largest eigenvalue of a product of two matrices that is nearly symmetric, without
/// forming the product.
///
/// Band Arnoldi with two starting vectors (Ruhe 1979, Math. Comp. 33, 680), so that an eigenvalue
/// that occurs twice is found twice. The projection is a band but for the asymmetry; the band's
/// symmetric part gives the Ritz values, inverse iteration on the projection itself the exact one.
/// The error of a Ritz value is about residual^2 / gap to the next (Parlett, The symmetric
/// eigenvalue problem, 11.7), which is what `tolerance` bounds.
package struct SecondEigenvalue {
  private let order: Int
  private let left: [Double]
  private let right: [Double]

  /// The matrix is L * R, both `order` x `order`, given column by column (`left[k * order + i]` is
  /// row i of column k).
  package init(leftColumns: [Double], rightColumns: [Double], order: Int) {
    precondition(order > 3 && leftColumns.count == order * order)
    precondition(rightColumns.count == order * order)
    self.order = order
    left = leftColumns
    right = rightColumns
  }

  /// - Parameter start: the expected first eigenvector, any length > 0.
  /// - Returns: nil where the iteration did not converge in `limit` steps.
  package func value(start: [Double], tolerance: Double = 1e-13, limit: Int = 200) -> Double? {
    let limit = min(limit, order)
    let workspace = Workspace(order: order, capacity: limit + 2)
    guard workspace.append(start), workspace.append(deterministicVector()) else { return nil }
    var nextCheck = min(12, limit)
    var previous = Double.infinity
    var step = 0
    while step < limit && step < workspace.count {
      let image = workspace.image
      left.withUnsafeBufferPointer { left in
        right.withUnsafeBufferPointer { right in
          multiply(right.baseAddress!, workspace.vector(step), into: workspace.scratch)
          multiply(left.baseAddress!, workspace.scratch, into: image)
        }
      }
      workspace.project(column: step)
      step += 1
      let last = step == limit || step == workspace.count
      if step == nextCheck || last {
        nextCheck = min(limit, step + max(5, step / 4))
        guard step > 3, let ritz = workspace.ritzValues(step) else { continue }
        let settled = abs(ritz[1] - previous) < 1e-6
        previous = ritz[1]
        if !settled && !last { continue }
        let gap = ritz[1] - ritz[0]
        if let (value, residual) = workspace.refined(ritz[1], step),
          residual * residual <= tolerance * max(gap, residual)
        {
          return value
        }
      }
    }
    return nil
  }

  /// Fixed numbers in -1...1 without pattern (the finaliser of SplitMix64 on 1, 2, ...).
  private func deterministicVector() -> [Double] {
    (0..<order).map { index in
      var z = UInt64(index + 1) &* 0x9E37_79B9_7F4A_7C15
      z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
      z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
      return Double((z ^ (z >> 31)) >> 11) * 0x1p-52 - 1
    }
  }

  /// result = sum over k of x[k] * column k, four columns at a time.
  private func multiply(
    _ columns: UnsafePointer<Double>, _ x: UnsafePointer<Double>,
    into y: UnsafeMutablePointer<Double>
  ) {
    let n = order
    y.update(repeating: 0, count: n)
    var k = 0
    while k &+ 4 <= n {
      let a = columns + k &* n
      let b = a + n
      let c = b + n
      let d = c + n
      let (xa, xb, xc, xd) = (x[k], x[k &+ 1], x[k &+ 2], x[k &+ 3])
      var i = 0
      while i < n {
        y[i] += (xa * a[i] + xb * b[i]) + (xc * c[i] + xd * d[i])
        i &+= 1
      }
      k &+= 4
    }
    while k < n {
      let a = columns + k &* n
      let xa = x[k]
      var i = 0
      while i < n {
        y[i] += xa * a[i]
        i &+= 1
      }
      k &+= 1
    }
  }
}

/// Orthonormal basis and projection of the iteration.
private final class Workspace {
  private let order: Int
  private let capacity: Int
  private let basis: UnsafeMutablePointer<Double>
  /// Column j of the projection is at `j * capacity`.
  private let projection: UnsafeMutablePointer<Double>
  let scratch: UnsafeMutablePointer<Double>
  let image: UnsafeMutablePointer<Double>
  private(set) var count = 0

  init(order: Int, capacity: Int) {
    self.order = order
    self.capacity = capacity
    basis = .allocate(capacity: order * capacity)
    basis.initialize(repeating: 0, count: order * capacity)
    projection = .allocate(capacity: capacity * capacity)
    projection.initialize(repeating: 0, count: capacity * capacity)
    scratch = .allocate(capacity: order)
    scratch.initialize(repeating: 0, count: order)
    image = .allocate(capacity: order)
    image.initialize(repeating: 0, count: order)
  }

  deinit {
    basis.deallocate()
    projection.deallocate()
    scratch.deallocate()
    image.deallocate()
  }

  func vector(_ k: Int) -> UnsafeMutablePointer<Double> { basis + k * order }

  /// Orthonormalises a starting vector; false where nothing is left of it.
  func append(_ values: [Double]) -> Bool {
    for i in 0..<order { image[i] = values[i] }
    let before = norm(image)
    for _ in 0..<2 {
      for k in 0..<count { subtract(dot(vector(k), image), vector(k)) }
    }
    return keep(norm(image), if: 1e-8 * before)
  }

  /// Orthogonalises the image of basis vector `column` and keeps what is left as the next vector.
  ///
  /// Nearly all of the image lies along the last four vectors; the second pass over all of them
  /// removes what rounding and asymmetry leave.
  func project(column: Int) {
    let h = projection + column * capacity
    let before = norm(image)
    var k = max(0, count - 4)
    while k < count {
      let component = dot(vector(k), image)
      h[k] += component
      subtract(component, vector(k))
      k += 1
    }
    k = 0
    while k < count {
      let component = dot(vector(k), image)
      h[k] += component
      subtract(component, vector(k))
      k += 1
    }
    let rest = norm(image)
    let row = count
    if count < min(capacity, order) && keep(rest, if: 1e-13 * before) { h[row] = rest }
  }

  private func keep(_ length: Double, if threshold: Double) -> Bool {
    guard length > threshold, length > 0, length.isFinite else { return false }
    let target = vector(count)
    for i in 0..<order { target[i] = image[i] / length }
    count += 1
    return true
  }

  /// The third, second and first largest Ritz values of the first `m` columns, from the symmetric
  /// part of the band.
  func ritzValues(_ m: Int) -> [Double]? {
    let width = 2
    var band = [Double](repeating: 0, count: m * (width + 1))
    for j in 0..<m {
      for i in max(0, j - width)...j {
        let mean = (projection[j * capacity + i] + projection[i * capacity + j]) / 2
        band[j * (width + 1) + width + i - j] = mean
      }
    }
    return Eigenvalues.largestOfBand(band, order: m, bandwidth: width, count: 3)
  }

  /// The eigenvalue of the projection nearest to `guess`, by inverse iteration with Rayleigh
  /// quotients, and the norm of its residual in the whole space.
  func refined(_ guess: Double, _ m: Int) -> (Double, Double)? {
    var square = [Double](repeating: 0, count: m * m)
    for j in 0..<m {
      for i in 0..<min(m, count) { square[i * m + j] = projection[j * capacity + i] }
    }
    var vector = [Double](repeating: 1 / Double(m).squareRoot(), count: m)
    var value = guess
    for iteration in 0..<6 {
      var shifted = square
      for i in 0..<m { shifted[i * m + i] -= value }
      // A singular shift is an eigenvalue to rounding.
      guard let next = Eigenvalues.solve(shifted, vector) else { break }
      let length = next.reduce(0) { $0 + $1 * $1 }.squareRoot()
      guard length.isFinite && length > 0 else { return nil }
      vector = next.map { $0 / length }
      // The first step only turns the vector; the guess is better than its quotient.
      if iteration == 0 { continue }
      var quotient = 0.0
      for i in 0..<m {
        var sum = 0.0
        for j in 0..<m { sum += square[i * m + j] * vector[j] }
        quotient += vector[i] * sum
      }
      let change = abs(quotient - value)
      value = quotient
      if change < 1e-15 { break }
    }
    return (value, residual(value, vector, m))
  }

  private func residual(_ value: Double, _ vector: [Double], _ m: Int) -> Double {
    var sum = 0.0
    for i in 0..<count {
      var row = i < m ? -value * vector[i] : 0
      for j in 0..<m { row += projection[j * capacity + i] * vector[j] }
      sum += row * row
    }
    return sum.squareRoot()
  }

  private func norm(_ a: UnsafePointer<Double>) -> Double { dot(a, a).squareRoot() }

  /// In four lanes.
  private func dot(_ a: UnsafePointer<Double>, _ b: UnsafePointer<Double>) -> Double {
    var (s0, s1, s2, s3) = (0.0, 0.0, 0.0, 0.0)
    let n = order
    var i = 0
    while i &+ 4 <= n {
      s0 += a[i] * b[i]
      s1 += a[i &+ 1] * b[i &+ 1]
      s2 += a[i &+ 2] * b[i &+ 2]
      s3 += a[i &+ 3] * b[i &+ 3]
      i &+= 4
    }
    while i < n {
      s0 += a[i] * b[i]
      i &+= 1
    }
    return (s0 + s1) + (s2 + s3)
  }

  private func subtract(_ factor: Double, _ v: UnsafePointer<Double>) {
    let p = image
    let n = order
    var i = 0
    while i < n {
      p[i] -= factor * v[i]
      i &+= 1
    }
  }
}
