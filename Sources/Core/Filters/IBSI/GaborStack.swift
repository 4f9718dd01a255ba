internal import Foundation
internal import Imaging
internal import Numerics

/// One planar Gabor kernel: sigma and lambda in mm, theta in degrees.
struct GaborKernel {
  let sigma: Double
  let lambda: Double
  let gamma: Double
  let theta: Double

  /// Where the kernel ends along an axis with this spacing (mm), in voxels.
  func radius(_ spacing: Double) -> Int {
    Int((6 * sigma * max(1, 1 / gamma) / spacing).rounded(.up))
  }

  /// Its value at (a, b) mm from its centre.
  func value(_ a: Double, _ b: Double) -> (real: Double, imaginary: Double) {
    let angle = theta * Double.pi / 180
    let u = a * cos(angle) + b * sin(angle)
    let v = b * cos(angle) - a * sin(angle)
    let envelope = exp(-(u * u + gamma * gamma * v * v) / (2 * sigma * sigma))
    let phase = 2 * Double.pi * u / lambda
    return (envelope * cos(phase), envelope * sin(phase))
  }
}

/// The responses to Gabor kernels in all slices of one orientation, by Fourier transforms of
/// slices.
///
/// A slice is the box and the continued image within the kernel's radius of it, followed by zeros;
/// what the periodic transform carries across its ends stays outside the box.
struct GaborStack {
  private let axes: (Int, Int)
  private let box: IndexBox
  private let radius: (Int, Int)
  private let transform: FourierTransform
  /// Frequencies along the first axis, of which a real transform keeps half.
  private let half: Int
  /// For each kernel the transform of its real part, which is even, so that its transform is real,
  /// and the imaginary part of that of its imaginary part, which is odd. Both include the
  /// transform's scale.
  private let even: [[Double]]
  private let odd: [[Double]]

  /// - Parameter axes: of the slices, ascending.
  init(_ kernels: [GaborKernel], axes: (Int, Int), input: FilterInput) {
    self.axes = axes
    box = input.box
    let spacing = (input.spacing[axes.0], input.spacing[axes.1])
    let radius = (kernels[0].radius(spacing.0), kernels[0].radius(spacing.1))
    let size = SIMD3(
      Self.fastLength(box.size[axes.0] + 2 * radius.0),
      Self.fastLength(box.size[axes.1] + 2 * radius.1), 1)
    let transform = FourierTransform(size: size)
    let half = size.x / 2 + 1
    let scale = 1 / Double(size.x * size.y)
    var (even, odd) = ([[Double]](), [[Double]]())
    for kernel in kernels {
      for part in 0..<2 {
        transform.real.update(repeating: 0, count: size.x * size.y)
        for j in -radius.1...radius.1 {
          let row = transform.real + (j < 0 ? j + size.y : j) * size.x
          for i in -radius.0...radius.0 {
            let value = kernel.value(Double(i) * spacing.0, Double(j) * spacing.1)
            row[i < 0 ? i + size.x : i] = part == 0 ? value.real : value.imaginary
          }
        }
        transform.forward()
        let values = (0..<half * size.y).map { transform.spectrum[2 * $0 + part] * scale }
        if part == 0 { even.append(values) } else { odd.append(values) }
      }
    }
    (self.radius, self.transform, self.half, self.even, self.odd) =
      (radius, transform, half, even, odd)
  }

  /// The smallest even product of 2, 3 and 5 that is not below `length`.
  private static func fastLength(_ length: Int) -> Int {
    var candidate = length + length % 2
    while true {
      var rest = candidate
      for factor in [2, 3, 5] { while rest % factor == 0 { rest /= factor } }
      if rest == 1 { return candidate }
      candidate += 2
    }
  }

  /// Adds the pooled responses in the box to `total`, x fastest.
  func addResponses(
    to total: inout [Double], input: FilterInput, boundary: BoundaryCondition, pooling: Pooling
  ) {
    let normal = 3 - axes.0 - axes.1
    let strides = SIMD3(1, box.size.x, box.size.x * box.size.y)
    let (width, height) = (box.size[axes.0], box.size[axes.1])
    for place in 0..<box.size[normal] {
      let response = pooledResponse(slice(place, normal, input, boundary), pooling)
      var next = 0
      for j in 0..<height {
        var target = place &* strides[normal] &+ j &* strides[axes.1]
        for _ in 0..<width {
          total[target] += response[next]
          target &+= strides[axes.0]
          next &+= 1
        }
      }
    }
  }

  /// The continued image about one slice of the box, first axis fastest.
  private func slice(
    _ place: Int, _ normal: Int, _ input: FilterInput, _ boundary: BoundaryCondition
  ) -> [Double] {
    var wide = box
    wide.lower[normal] += place
    wide.size[normal] = 1
    for (axis, margin) in [(axes.0, radius.0), (axes.1, radius.1)] {
      wide.lower[axis] -= margin
      wide.size[axis] += 2 * margin
    }
    return boundary.block(of: input.image, over: wide).values
  }

  /// - Parameter slice: `box` and the margin on all sides.
  private func pooledResponse(_ slice: [Double], _ pooling: Pooling) -> [Double] {
    let size = transform.size
    let (wide, high) = (box.size[axes.0] + 2 * radius.0, box.size[axes.1] + 2 * radius.1)
    transform.real.update(repeating: 0, count: size.x * size.y)
    slice.withUnsafeBufferPointer { slice in
      guard let slice = slice.baseAddress else { return }
      for j in 0..<high {
        (transform.real + j * size.x).update(from: slice + j * wide, count: wide)
      }
    }
    transform.forward()
    let spectrum = Array(
      UnsafeBufferPointer(start: transform.spectrum, count: 2 * half * size.y))
    var pool = ResponsePool(pooling)
    for kernel in even.indices {
      multiply(spectrum, by: even[kernel], turned: false)
      transform.inverse()
      let real = inner()
      multiply(spectrum, by: odd[kernel], turned: true)
      transform.inverse()
      var response = inner()
      for i in response.indices {
        response[i] = (real[i] * real[i] + response[i] * response[i]).squareRoot()
      }
      pool.add(response)
    }
    return pool.result()
  }

  /// Puts the product of `spectrum` and `factors`, or i times it, into the transform.
  private func multiply(_ spectrum: [Double], by factors: [Double], turned: Bool) {
    let target = transform.spectrum
    spectrum.withUnsafeBufferPointer { spectrum in
      factors.withUnsafeBufferPointer { factors in
        var i = 0
        if turned {
          while i < factors.count {
            target[2 &* i] = -factors[i] * spectrum[2 &* i &+ 1]
            target[2 &* i &+ 1] = factors[i] * spectrum[2 &* i]
            i &+= 1
          }
        } else {
          while i < factors.count {
            target[2 &* i] = factors[i] * spectrum[2 &* i]
            target[2 &* i &+ 1] = factors[i] * spectrum[2 &* i &+ 1]
            i &+= 1
          }
        }
      }
    }
  }

  /// The transform's values in the box.
  private func inner() -> [Double] {
    let (width, height) = (box.size[axes.0], box.size[axes.1])
    return [Double](unsafeUninitializedCapacity: width * height) { buffer, initialized in
      initialized = width * height
      guard let target = buffer.baseAddress else { return }
      for j in 0..<height {
        let row = transform.real + (j + radius.1) * transform.size.x + radius.0
        (target + j * width).update(from: row, count: width)
      }
    }
  }
}
