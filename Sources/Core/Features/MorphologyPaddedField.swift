internal import Foundation
internal import Numerics

/// Numbers on the voxels of a VOI in a box so large, and zero elsewhere, that a periodic
/// convolution with a function of the distance equals the sum over all pairs of voxels.
final class MorphologyPaddedField {
  private let transform: FourierTransform
  private let size: SIMD3<Int>
  private let mask: MaskSpans
  /// Frequencies along x, of which the transform keeps the first half.
  private let half: Int

  init(_ mask: MaskSpans, paddedSize: SIMD3<Int>) {
    precondition(all(paddedSize .>= 2 &* mask.size &- 1))
    self.mask = mask
    size = paddedSize
    half = paddedSize.x / 2 + 1
    transform = FourierTransform(size: paddedSize)
  }

  private func row(_ y: Int, _ z: Int) -> UnsafeMutablePointer<Double> {
    transform.real + (z &* size.y &+ y) &* size.x
  }

  /// Transform of 1 / distance, 0 at distance 0: real, as the function is even, 1/mm.
  func weights(spacing: SIMD3<Double>) -> [Double] {
    for z in 0..<size.z {
      for y in 0..<size.y {
        let (v, w) = (Double(min(y, size.y - y)), Double(min(z, size.z - z)))
        let across = v * spacing.y * (v * spacing.y) + w * spacing.z * (w * spacing.z)
        let row = row(y, z)
        var x = 0
        while x < size.x {
          let u = Double(min(x, size.x &- x)) * spacing.x
          row[x] = 1 / (u * u + across).squareRoot()
          x &+= 1
        }
      }
    }
    transform.real[0] = 0
    transform.forward()
    let count = half * size.y * size.z
    return Array(unsafeUninitializedCapacity: count) { buffer, filled in
      var i = 0
      while i < count {
        buffer[i] = transform.spectrum[2 &* i]
        i &+= 1
      }
      filled = count
    }
  }

  /// - Parameter value: of a voxel, by its position in memory order.
  func fill(_ value: (Int) -> Double) {
    transform.real.update(repeating: 0, count: size.x * size.y * size.z)
    var next = 0
    for span in mask.spans {
      let start = row(Int(span.y), Int(span.z)) + Int(span.x)
      for i in 0..<Int(span.count) { start[i] = value(next + i) }
      next += Int(span.count)
    }
  }

  /// Convolves the numbers with the function whose transform is `kernel`.
  func convolve(with kernel: [Double]) {
    transform.forward()
    let scale = 1 / Double(size.x * size.y * size.z)
    kernel.withUnsafeBufferPointer { kernel in
      var i = 0
      while i < kernel.count {
        let factor = kernel[i] * scale
        transform.spectrum[2 &* i] *= factor
        transform.spectrum[2 &* i &+ 1] *= factor
        i &+= 1
      }
    }
    transform.inverse()
  }

  /// Sum over all voxels of the numbers times their convolution with `kernel`, by Parseval's
  /// theorem.
  func energy(_ kernel: [Double]) -> Double {
    transform.forward()
    var total = 0.0
    kernel.withUnsafeBufferPointer { kernel in
      var start = 0
      while start < kernel.count {
        var (sum, ends) = (0.0, 0.0)
        var i = 0
        while i < half {
          let (a, b) = (
            transform.spectrum[2 &* (start &+ i)], transform.spectrum[2 &* (start &+ i) &+ 1]
          )
          let part = kernel[start &+ i] * (a * a + b * b)
          sum += part
          // These frequencies are their own mirror images.
          if i == 0 || 2 &* i == size.x { ends += part }
          i &+= 1
        }
        total += 2 * sum - ends
        start &+= half
      }
    }
    return total / Double(size.x * size.y * size.z)
  }

  /// The numbers on each run of voxels, in memory order.
  func forEachSpan(_ body: (_ numbers: UnsafePointer<Double>, _ count: Int) -> Void) {
    for span in mask.spans {
      body(row(Int(span.y), Int(span.z)) + Int(span.x), Int(span.count))
    }
  }
}
