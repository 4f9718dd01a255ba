internal import Components
internal import Filters
internal import Foundation
internal import Imaging
internal import Testing

/// Plain, slow versions of wavelet and LBP-3D, written from their definitions, against the fast
/// ones on small float64 images.
@Suite struct PlainFilterTests {
  static let sizes = [SIMD3(6, 8, 4), SIMD3(7, 5, 6), SIMD3(5, 9, 7)]

  private func values(_ size: SIMD3<Int>) -> [Double] {
    (0..<size.x * size.y * size.z).map { index in
      let whole: Int = (index * 7919 + index / 3 * 31) % 997
      return Double(whole) * 0.1 - 40
    }
  }

  private func responses(
    of filter: some ImageFilter, _ size: SIMD3<Int>
  ) throws -> [String: [Double]] {
    let image = Volume(
      grid: Grid(size: size, spacing: SIMD3(0.9, 1.1, 3)), values: values(size), as: .float64)
    let input = FilterInput(
      image: image, box: IndexBox(lower: .zero, size: size),
      mask: [UInt8](repeating: 1, count: size.x * size.y * size.z))
    var found: [String: [Double]] = [:]
    try filter.forEachResponse(of: input) {
      (name: String, result: Result<FilterImage, FilterError>) throws in
      found[name] = try result.get().values
    }
    return found
  }

  /// One level: the filters of a sub-band's letters along x, then y, then z of the periodic image.
  /// Tolerance 1e-12 of the largest value: sums in another order.
  @Test(arguments: ["haar", "db2"], sizes)
  func waveletIsAPeriodicConvolution(_ name: String, _ size: SIMD3<Int>) throws {
    // Daubechies 1988, table 1, N = 1 and 2.
    let root = 3.0.squareRoot()
    let half = 0.5.squareRoot()
    let db2: [Double] = [1 - root, 3 - root, 3 + root, 1 + root].map { $0 * half / 4 }
    let low: [Double] = name == "haar" ? [half, half] : db2
    let high: [Double] = low.indices.map { index in
      let mirror = low[low.count - 1 - index]
      return index % 2 == 0 ? -mirror : mirror
    }
    var parameters = WaveletParameters()
    parameters.wavelet = name
    let bands = try responses(of: try WaveletFilter(parameters), size)
    #expect(bands.count == 8)
    for (band, fast) in bands {
      var image = PlainImage(size: size, values: values(size)).evened()
      for (axis, letter) in band.dropFirst("wavelet-".count).enumerated() {
        image = image.convolved(letter == "L" ? low : high, axis)
      }
      let plain = image.values(size)
      let largest = plain.map { abs($0) }.max() ?? 0
      for i in plain.indices { #expect(abs(fast[i] - plain[i]) <= 1e-12 * largest, "\(band) \(i)") }
    }
  }

  /// Twelve samples of a cubic spline through the voxels, which is found by solving its linear
  /// equations. Tolerance 1e-9: SciPy's recursive prefilter and its truncated start.
  @Test(arguments: sizes, [1.0, 1.7])
  func lbp3DSamplesASpline(_ size: SIMD3<Int>, _ radius: Double) throws {
    var parameters = LBP3DFilter.Parameters()
    parameters.levels = 1
    parameters.radius = radius
    parameters.subdivision = 0
    let fast = try responses(of: try LBP3DFilter(parameters), size)
    let image = PlainImage(size: size, values: values(size))
    let spline = (0..<3).reduce(image) { $0.splineCoefficients(along: $1) }
    let golden = (1 + 5.0.squareRoot()) / 2
    let scale = radius / (1 + golden * golden).squareRoot()
    var points: [SIMD3<Double>] = []
    for a: Double in [-scale, scale] {
      for b in [-golden * scale, golden * scale] {
        points += [SIMD3(a, b, 0), SIMD3(0, a, b), SIMD3(b, 0, a)]
      }
    }
    var compared = 0
    for index in image.values.indices {
      let voxel = image.position(index)
      // A vertex (x, y, z) is added to NumPy's (z, y, x).
      let samples: [Double] = points.map { point in
        spline.interpolated(SIMD3<Double>(voxel) + SIMD3<Double>(point.z, point.y, point.x))
      }
      let n = Double(samples.count)
      let mean = samples.reduce(0, +) / n
      let squares: [Double] = samples.map { ($0 - mean) * ($0 - mean) }
      let second = squares.reduce(0, +) / n
      let fourth = squares.map { $0 * $0 }.reduce(0, +) / n
      let kurtosis = try #require(fast["lbp-3D-k"])[index]
      #expect(abs(kurtosis - (fourth / (second * second) - 3)) <= 1e-9)
      if samples.contains(where: { abs($0 - image.values[index]) < 1e-9 }) { continue }
      compared += 1
      // The harmonic of degree 0 is the square root of 1 / (4 pi).
      let ones = Double(samples.count { $0 >= image.values[index] })
      let level = try #require(fast["lbp-3D-m1"])[index]
      #expect(abs(level - n.squareRoot() * ones / (4 * .pi)) <= 1e-12)
    }
    #expect(compared > image.values.count * 9 / 10)
  }
}

/// An image, a voxel at a time.
private struct PlainImage {
  let size: SIMD3<Int>
  var values: [Double]

  func position(_ i: Int) -> SIMD3<Int> {
    SIMD3(i % size.x, i / size.x % size.y, i / (size.x * size.y))
  }

  func value(_ v: SIMD3<Int>) -> Double { values[(v.z * size.y + v.y) * size.x + v.x] }

  /// The part of `part` voxels at the lower end.
  func values(_ part: SIMD3<Int>) -> [Double] {
    let small = PlainImage(size: part, values: [])
    return (0..<part.x * part.y * part.z).map { value(small.position($0)) }
  }

  /// Axes of odd size are followed by their first element.
  func evened() -> PlainImage {
    let even = PlainImage(size: size &+ (size & SIMD3(repeating: 1)), values: [])
    let count = even.size.x * even.size.y * even.size.z
    return PlainImage(size: even.size, values: (0..<count).map { value(even.position($0) % size) })
  }

  func convolved(_ filter: [Double], _ axis: Int) -> PlainImage {
    var result = self
    for i in values.indices {
      var sum = 0.0
      for (k, weight) in filter.enumerated() {
        var v = position(i)
        v[axis] = (v[axis] + filter.count / 2 - k + 2 * size[axis]) % size[axis]
        sum += weight * value(v)
      }
      result.values[i] = sum
    }
    return result
  }

  /// Mirrored at the outer voxel centres.
  static func mirrored(_ index: Int, _ count: Int) -> Int {
    if count == 1 { return 0 }
    let period = 2 * (count - 1)
    let folded = ((index % period) + period) % period
    return min(folded, period - folded)
  }

  /// c with (c[i - 1] + 4 c[i] + c[i + 1]) / 6 = value[i], by elimination.
  func splineCoefficients(along axis: Int) -> PlainImage {
    var result = self
    let n = size[axis]
    for i in values.indices where position(i)[axis] == 0 {
      var rows = (0..<n).map { row in
        var equation = [Double](repeating: 0, count: n + 1)
        for (step, weight) in [(-1, 1.0 / 6), (0, 4.0 / 6), (1, 1.0 / 6)] {
          equation[Self.mirrored(row + step, n)] += weight
        }
        var v = position(i)
        v[axis] = row
        equation[n] = value(v)
        return equation
      }
      for pivot in 0..<n {
        for row in 0..<n where row != pivot {
          let factor = rows[row][pivot] / rows[pivot][pivot]
          for column in 0...n { rows[row][column] -= factor * rows[pivot][column] }
        }
      }
      for row in 0..<n {
        var v = position(i)
        v[axis] = row
        result.values[(v.z * size.y + v.y) * size.x + v.x] = rows[row][n] / rows[row][row]
      }
    }
    return result
  }

  /// The spline of these coefficients; 0 beyond the outer voxel centres.
  func interpolated(_ p: SIMD3<Double>) -> Double {
    if any(p .< 0) || any(p .> SIMD3<Double>(size &- SIMD3(repeating: 1))) { return 0 }
    func basis(_ t: Double) -> Double {
      let t = abs(t)
      if t < 1 { return 2.0 / 3 - t * t + t * t * t / 2 }
      return t < 2 ? (2 - t) * (2 - t) * (2 - t) / 6 : 0
    }
    let base = SIMD3<Int>(p.rounded(.down))
    var sum = 0.0
    for z in base.z - 1...base.z + 2 {
      for y in base.y - 1...base.y + 2 {
        for x in base.x - 1...base.x + 2 {
          let weight = basis(p.x - Double(x)) * basis(p.y - Double(y)) * basis(p.z - Double(z))
          let v = SIMD3(
            Self.mirrored(x, size.x), Self.mirrored(y, size.y), Self.mirrored(z, size.z))
          sum += weight * value(v)
        }
      }
    }
    return sum
  }
}
