internal import Foundation

/// The band of a level of Simoncelli's wavelet; Portilla & Simoncelli 2000, IBSI 2 reference manual,
/// "Non-separable wavelets" (B map):
/// `cos(pi/2 log2(2 w / w0))` for `w0 / 4 < w <= w0`, else 0, with `w0 = pi / 2^(level - 1)`.
struct SimoncelliBand: Sendable {
  /// (2 / w0)^2.
  private let unit: Double
  private let lower: Double
  private let upper: Double

  init(level: Int) {
    let edge = Double.pi / Double(1 << (level - 1))
    unit = 4 / (edge * edge)
    (lower, upper) = (edge * edge / 16, edge * edge)
  }

  /// - Parameter square: of the frequency, radians per voxel.
  @inline(__always)
  func value(square: Double) -> Double {
    if square <= lower || square > upper { return 0 }
    return cos(Double.pi / 4 * log2(square * unit))
  }

  /// Why an image is too small for a level, if it is: along each filtered axis it must hold one
  /// period of the band's central frequency, 2^(level + 1) voxels.
  static func obstacle(_ level: Int, in size: SIMD3<Int>, dimension: Int) -> FilterError? {
    let needed = 2 << level
    for axis in 0..<dimension where size[axis] < needed {
      let letter = ["x", "y", "z"][axis]
      return FilterError(
        "the Simoncelli wavelet of level \(level) has a period of \(needed) voxels; the image has "
          + "only \(size[axis]) along \(letter)")
    }
    return nil
  }

  /// Voxels by which an image is continued on each side: 16 periods of the first level's band,
  /// twice as many at each further level.
  static func margin(_ level: Int) -> SIMD3<Int> { SIMD3(repeating: 32 << (level - 1)) }
}

/// Simoncelli's wavelet on the frequencies of a transform.
struct SimoncelliFunction: SpectralFunction {
  let band: SimoncelliBand
  let grid: SimoncelliGrid
  var quarterTurns: Int { 0 }

  func fill(_ row: UnsafeMutablePointer<Double>, count: Int, y: Int, z: Int) {
    func across(_ lines: [[Double]]) -> Double {
      lines[1][y] * lines[1][y] + lines[2][z] * lines[2][z]
    }
    let (here, there) = (across(grid.frequencies), across(grid.opposite))
    grid.frequencies[0].withUnsafeBufferPointer { w in
      grid.opposite[0].withUnsafeBufferPointer { v in
        var x = 0
        while x < count {
          row[x] =
            (band.value(square: w[x] * w[x] + here) + band.value(square: v[x] * v[x] + there)) / 2
          x &+= 1
        }
      }
    }
  }
}
