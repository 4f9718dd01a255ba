internal import Imaging
internal import Numerics

/// Frequencies of a transform of `size` values along (x, y, z), as IBSI 2's reference responses have
/// them: n of them spread evenly from -pi to pi, both included, so that they are
/// `2 pi / (n - 1)` apart and that of the constant is not quite 0 where n is even.
///
/// The reference maps 8.a.2 and 8.a.3 follow this grid to rounding, 8.a.1 is 5/7 of it and 2/7 of the
/// plain grid `2 pi k / n`. A filter on it is not quite symmetric for an even n; its response is the
/// real part.
struct SimoncelliGrid: Sendable {
  let size: SIMD3<Int>
  /// Of element k of the transform along each axis, radians per voxel; 0 along z in 2D.
  let frequencies: [[Double]]
  /// Of the element that holds the opposite frequency.
  let opposite: [[Double]]

  init(size: SIMD3<Int>) {
    self.size = size
    let frequencies: [[Double]] = (0..<3).map { axis in
      let n = size[axis]
      if n == 1 { return [0] }
      return (0..<n).map { (k: Int) -> Double in
        let place = 2 * ((k + n / 2) % n) - (n - 1)
        return Double(place) / Double(n - 1) * Double.pi
      }
    }
    self.frequencies = frequencies
    opposite = frequencies.map { line in
      line.indices.map { line[(line.count - $0) % line.count] }
    }
  }
}

/// What multiplies the transform of an image: `(-i)^quarterTurns` times a real function.
protocol SpectralFunction {
  var quarterTurns: Int { get }

  /// The real function for `count` elements along x from 0, at element (y, z) of the transform.
  func fill(_ row: UnsafeMutablePointer<Double>, count: Int, y: Int, z: Int)
}

/// Filters an image in the Fourier domain, entire or slice by slice.
struct SpectralFilter: Sendable {
  /// 2: the axial plane.
  let dimension: Int
  let boundary: BoundaryCondition
  /// Values along (x, y, z) of one transform.
  let size: SIMD3<Int>
  /// Voxels by which the image is continued before its first one.
  private let margin: SIMD3<Int>

  /// - Parameters:
  ///   - width: voxels along (x, y, z) by which the image is continued on each side, unless that
  ///     would more than double it, which for `mirror` is the endless continuation; of no effect
  ///     for `periodic`, where the transform continues the image.
  ///   - least: voxels by which it is continued in any case.
  init(
    imageSize: SIMD3<Int>, dimension: Int, boundary: BoundaryCondition, width: SIMD3<Int>,
    least: SIMD3<Int> = .zero
  ) {
    self.dimension = dimension
    self.boundary = boundary
    var (size, margin) = (imageSize, SIMD3<Int>.zero)
    if dimension == 2 { size.z = 1 }
    if boundary != .periodic {
      for axis in 0..<dimension {
        let half = imageSize[axis] / 2
        margin[axis] = max(least[axis], min(width[axis], half))
        let after = margin[axis] == half ? imageSize[axis] - half : margin[axis]
        size[axis] += margin[axis] + after
      }
    }
    (self.size, self.margin) = (size, margin)
  }

  /// The response in the input's box. Memory: 16 bytes per value of one transform, and the box.
  func response(of input: FilterInput, to function: some SpectralFunction) -> [Double] {
    let transform = FourierTransform(size: size)
    var values: [Double] = []
    values.reserveCapacity(input.box.voxelCount)
    if dimension == 3 {
      for z in 0..<size.z { fill(transform.real + z * size.x * size.y, from: input, z - margin.z) }
      filter(transform, function)
      for z in input.box.lower.z..<input.box.upper.z { append(z, transform, input.box, &values) }
    } else {
      for z in input.box.lower.z..<input.box.upper.z {
        fill(transform.real, from: input, z)
        filter(transform, function)
        append(0, transform, input.box, &values)
      }
    }
    return values
  }

  /// Slice `z` of the continued image.
  private func fill(
    _ target: UnsafeMutablePointer<Double>, from input: FilterInput, _ z: Int
  ) {
    guard let source = boundary.source(of: z, count: input.size.z) else {
      target.update(repeating: 0, count: size.x * size.y)
      return
    }
    let slice = IndexBox(
      lower: SIMD3(-margin.x, -margin.y, source), size: SIMD3(size.x, size.y, 1))
    let values = boundary.block(of: input.image, over: slice).values
    target.update(from: values, count: values.count)
  }

  private func filter(_ transform: FourierTransform, _ function: some SpectralFunction) {
    transform.forward()
    let count = transform.spectrumSize.x
    let scale = 1 / Double(size.x * size.y * size.z)
    let row = UnsafeMutablePointer<Double>.allocate(capacity: count)
    defer { row.deallocate() }
    let turns = function.quarterTurns & 3
    var element = transform.spectrum
    for z in 0..<size.z {
      for y in 0..<size.y {
        function.fill(row, count: count, y: y, z: z)
        var x = 0
        while x < count {
          let factor = row[x] * scale
          let (a, b) = (element[0] * factor, element[1] * factor)
          switch turns {
          case 0: (element[0], element[1]) = (a, b)
          case 1: (element[0], element[1]) = (b, 0 - a)
          case 2: (element[0], element[1]) = (0 - a, 0 - b)
          default: (element[0], element[1]) = (0 - b, a)
          }
          element += 2
          x &+= 1
        }
      }
    }
    transform.inverse()
  }

  /// Appends the rows of a slice of the image that lie in the box.
  private func append(
    _ z: Int, _ transform: FourierTransform, _ box: IndexBox, _ values: inout [Double]
  ) {
    let slice = transform.real + (z + margin.z) * size.x * size.y
    for y in box.lower.y..<box.upper.y {
      let start = slice + ((y + margin.y) * size.x + box.lower.x + margin.x)
      values.append(contentsOf: UnsafeBufferPointer(start: start, count: box.size.x))
    }
  }
}
