internal import Glibc
internal import Imaging

/// What becomes of the samples on the spheres: their kurtosis, and one rotation-invariant value per
/// degree of the spherical harmonics of the pattern "sample >= centre" (Banerjee et al. 2013).
final class LBP3DMoments {
  /// Harmonics of one degree n: order m at `m * pointCount + point`, m = 0 ... n.
  private struct Degree {
    var real: [Double]
    var imaginary: [Double]
  }

  private let pointCount: Int
  /// Degrees 1 ... levels - 1.
  private let degrees: [Degree]
  /// Value of degree 0 for each number of samples that are at least the centre.
  private let levelOfCount: [Double]
  private let wide: UnsafeMutablePointer<SIMD4<Double>>
  private let narrow: UnsafeMutablePointer<SIMD4<Float>>
  /// Sums over the points: real and imaginary part of each order.
  private let sums: UnsafeMutablePointer<SIMD4<Double>>

  /// - Parameters:
  ///   - vertices: points on the sphere as (x, y, z).
  ///   - levels: number of degrees, >= 1.
  init(vertices: [SIMD3<Double>], radius: Double, levels: Int) {
    pointCount = vertices.count
    degrees = (1..<max(1, levels)).map { n in
      var degree = Degree(real: [], imaginary: [])
      for m in 0...n {
        for vertex in vertices {
          // PyRadiomics gives SciPy the polar angle as the azimuth and the other way round.
          let y = SphericalHarmonics.value(
            degree: n, order: m, azimuth: acos(max(-1, min(1, vertex.z / radius))),
            polar: atan2(vertex.y, vertex.x))
          degree.real.append(y.real)
          degree.imaginary.append(y.imaginary)
        }
      }
      return degree
    }
    let constant = SphericalHarmonics.value(degree: 0, order: 0, azimuth: 0, polar: 0).real
    var sum = 0.0
    var levelOfCount: [Double] = []
    for _ in 0...vertices.count {
      let component = sum * constant
      var squares = 0.0
      for _ in vertices { squares += component * component }
      levelOfCount.append(squares.squareRoot())
      sum += constant
    }
    self.levelOfCount = levelOfCount
    wide = .allocate(capacity: vertices.count)
    narrow = .allocate(capacity: vertices.count)
    sums = .allocate(capacity: 2 * (levels + 1))
  }

  deinit {
    wide.deallocate()
    narrow.deallocate()
    sums.deallocate()
  }

  /// Excess kurtosis of each voxel's samples, as `scipy.stats.kurtosis` of an array of `type`: in
  /// float32 for float32 images; NaN where the samples are equal to rounding.
  /// - Parameters:
  ///   - samples: point p of voxel i at `p * stride + i`; readable to the next multiple of four
  ///     voxels.
  ///   - target: room for the same multiple.
  func kurtosis(
    _ samples: UnsafePointer<Double>, stride: Int, count: Int, type: PixelType,
    to target: UnsafeMutablePointer<Double>
  ) {
    let isSingle = type == .float32
    for first in Swift.stride(from: 0, to: count, by: 4) {
      let column = UnsafeRawPointer(samples + first)
      var p = 0
      while p < pointCount {
        let x = column.loadUnaligned(
          fromByteOffset: p &* stride &* 8, as: SIMD4<Double>.self)
        if isSingle {
          narrow[p] = SIMD4<Float>(Float(x[0]), Float(x[1]), Float(x[2]), Float(x[3]))
        } else {
          wide[p] = x
        }
        p &+= 1
      }
      if isSingle {
        let k = Self.kurtosis(narrow, pointCount, resolution: 1e-6)
        for i in 0..<4 { target[first + i] = Double(k[i]) }
      } else {
        let k = Self.kurtosis(wide, pointCount, resolution: 1e-15)
        for i in 0..<4 { target[first + i] = k[i] }
      }
    }
  }

  /// Overwrites `values`.
  @inline(__always)
  private static func kurtosis<Scalar: SIMDScalar & BinaryFloatingPoint>(
    _ values: UnsafeMutablePointer<SIMD4<Scalar>>, _ count: Int, resolution: Scalar
  ) -> SIMD4<Scalar> {
    let n = Scalar(count)
    let mean = sum(values, count) / n
    var p = 0
    while p < count {
      let d = values[p] - mean
      values[p] = d * d
      p &+= 1
    }
    let m2 = sum(values, count) / n
    p = 0
    while p < count {
      values[p] = values[p] * values[p]
      p &+= 1
    }
    let m4 = sum(values, count) / n
    var k = m4 / (m2 * m2) - 3
    for i in 0..<4 {
      let threshold = resolution * mean[i]
      if m2[i] <= threshold * threshold { k[i] = .nan }
    }
    return k
  }

  /// NumPy's pairwise order: eight running sums up to 128 values, halves beyond.
  private static func sum<Scalar: SIMDScalar & BinaryFloatingPoint>(
    _ v: UnsafeMutablePointer<SIMD4<Scalar>>, _ count: Int
  ) -> SIMD4<Scalar> {
    if count > 128 {
      var half = count / 2
      half -= half % 8
      return sum(v, half) + sum(v + half, count - half)
    }
    var (a, b, c, d) = (v[0], v[1], v[2], v[3])
    var (e, f, g, h) = (v[4], v[5], v[6], v[7])
    var i = 8
    while i &+ 8 <= count {
      a += v[i]
      b += v[i &+ 1]
      c += v[i &+ 2]
      d += v[i &+ 3]
      e += v[i &+ 4]
      f += v[i &+ 5]
      g += v[i &+ 6]
      h += v[i &+ 7]
      i &+= 8
    }
    var total = ((a + b) + (c + d)) + ((e + f) + (g + h))
    while i < count {
      total += v[i]
      i &+= 1
    }
    return total
  }

  /// The value of each degree for each voxel.
  /// - Parameters:
  ///   - samples: as for `kurtosis`; overwritten by 1 where a sample is at least its centre, else
  ///     0.
  ///   - centres: the voxels' own values, readable like the samples.
  ///   - target: degree n of voxel i goes to `n * stride + i`.
  func levels(
    _ samples: UnsafeMutablePointer<Double>, stride: Int, count: Int,
    centres: UnsafePointer<Double>, to target: UnsafeMutablePointer<Double>
  ) {
    for p in 0..<pointCount {
      let row = samples + p * stride
      var i = 0
      while i < count {
        row[i] = row[i] >= centres[i] ? 1 : 0
        i &+= 1
      }
    }
    var i = 0
    while i < count {
      var number = 0.0
      var p = i
      while p < pointCount &* stride {
        number += samples[p]
        p &+= stride
      }
      target[i] = levelOfCount[Int(number)]
      i &+= 1
    }
    for (index, degree) in degrees.enumerated() {
      for first in Swift.stride(from: 0, to: count, by: 4) {
        let value = level(degree, index + 1, samples + first, stride)
        UnsafeMutableRawPointer(target + ((index + 1) * stride + first)).storeBytes(
          of: value, as: SIMD4<Double>.self)
      }
    }
  }

  /// sqrt(sum over the points of f^2), f = sum over the orders of c Y, c = sum over the points of
  /// s Y, s the 0/1 pattern. The orders m and -m are conjugate, so f is real.
  @inline(__always)
  private func level(
    _ degree: Degree, _ n: Int, _ pattern: UnsafePointer<Double>, _ stride: Int
  ) -> SIMD4<Double> {
    let count = pointCount
    let pattern = UnsafeRawPointer(pattern)
    return degree.real.withUnsafeBufferPointer { real in
      degree.imaginary.withUnsafeBufferPointer { imaginary in
        guard let real = real.baseAddress, let imaginary = imaginary.baseAddress else {
          return .zero
        }
        for m in 0...n {
          var (a, b) = (SIMD4<Double>.zero, SIMD4<Double>.zero)
          let (yReal, yImaginary) = (real + m * count, imaginary + m * count)
          var p = 0
          while p < count {
            let s = pattern.loadUnaligned(
              fromByteOffset: p &* stride &* 8, as: SIMD4<Double>.self)
            a += s * yReal[p]
            b += s * yImaginary[p]
            p &+= 1
          }
          sums[2 * m] = a
          sums[2 * m + 1] = b
        }
        return norm(n, real, imaginary)
      }
    }
  }

  @inline(__always)
  private func norm(
    _ n: Int, _ real: UnsafePointer<Double>, _ imaginary: UnsafePointer<Double>
  ) -> SIMD4<Double> {
    let (count, sums) = (pointCount, sums)
    var squares = SIMD4<Double>.zero
    var p = 0
    while p < count {
      @inline(__always) func term(_ m: Int) -> SIMD4<Double> {
        // One rounding less, as NumPy's complex product has it on processors with FMA3. Order 0 has
        // no imaginary part.
        let product = sums[2 &* m &+ 1] * -imaginary[m &* count &+ p]
        return m == 0
          ? sums[0] * real[p] : product.addingProduct(sums[2 &* m], real[m &* count &+ p])
      }
      var f = term(n)
      var m = n &- 1
      while m >= 0 {
        f += term(m)
        m &-= 1
      }
      m = 1
      while m <= n {
        f += term(m)
        m &+= 1
      }
      squares += f * f
      p &+= 1
    }
    return squares.squareRoot()
  }
}
