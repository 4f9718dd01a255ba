internal import Foundation
internal import Imaging

/// The kernel of a Laplacian of Gaussian as a sum of separable ones, as in `GaussianLaplacianFilter`.
struct RieszLaplacianKernel: Sendable {
  /// Voxels beyond its own that the kernel covers along (x, y, z).
  let reach: SIMD3<Int>
  /// Voxels by which an image is continued for the Riesz transform: 12 sigma.
  let margin: SIMD3<Int>
  /// For taps -reach...reach of each axis.
  let gaussian: [[Double]]
  let derivative: [[Double]]

  init(sigma: Double, cutoff: Double, dimension: Int, spacing: SIMD3<Double>) {
    let axes = 0..<dimension
    let unit =
      axes.allSatisfy { spacing[$0] == spacing[0] }
      ? spacing[0] : pow(axes.reduce(1) { $0 * spacing[$1] }, 1 / Double(dimension))
    let width = sigma / unit
    var (reach, margin) = (SIMD3<Int>.zero, SIMD3<Int>.zero)
    var (gaussian, derivative) = ([[Double]](), [[Double]]())
    for axis in axes {
      reach[axis] = Int((cutoff * sigma / spacing[axis] + 0.5).rounded(.down))
      margin[axis] = Int((12 * sigma / spacing[axis]).rounded(.up))
      let places = (-reach[axis]...reach[axis]).map { Double($0) * spacing[axis] / sigma }
      let weights = places.map { exp(-$0 * $0 / 2) / ((2 * Double.pi).squareRoot() * width) }
      gaussian.append(weights)
      derivative.append(zip(places, weights).map { ($0 * $0 - 1) / (width * width) * $1 })
    }
    while gaussian.count < 3 {
      gaussian.append([1])
      derivative.append([0])
    }
    (self.reach, self.margin) = (reach, margin)
    (self.gaussian, self.derivative) = (gaussian, derivative)
  }
}

/// A Laplacian of Gaussian on the elements of a transform: exactly the convolution with the kernel,
/// so its frequencies are `2 pi k / n`, not those of `SimoncelliGrid`.
struct RieszLaplacianBand: RieszBand {
  private let gaussian: [[Double]]
  private let derivative: [[Double]]

  init(_ kernel: RieszLaplacianKernel, size: SIMD3<Int>) {
    func transform(_ kernels: [[Double]]) -> [[Double]] {
      (0..<3).map { axis in
        let (taps, n) = (kernels[axis], size[axis])
        return (0..<n).map { k in
          var sum = taps[taps.count / 2]
          for t in 1..<taps.count / 2 + 1 {
            let turns = Double(k * t % n) / Double(n)
            sum += 2 * taps[taps.count / 2 + t] * cos(2 * Double.pi * turns)
          }
          return sum
        }
      }
    }
    (gaussian, derivative) = (transform(kernel.gaussian), transform(kernel.derivative))
  }

  func value(square: Double) -> Double { 1 }

  func multiply(_ row: UnsafeMutablePointer<Double>, count: Int, y: Int, z: Int) {
    let smooth = gaussian[1][y] * gaussian[2][z]
    let bent = derivative[1][y] * gaussian[2][z] + gaussian[1][y] * derivative[2][z]
    gaussian[0].withUnsafeBufferPointer { g in
      derivative[0].withUnsafeBufferPointer { d in
        var x = 0
        while x < count {
          row[x] *= d[x] * smooth + g[x] * bent
          x &+= 1
        }
      }
    }
  }
}
