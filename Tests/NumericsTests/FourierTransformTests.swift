import Foundation
import Numerics
import Testing

@Suite struct FourierTransformTests {
  /// Single frequencies from `numpy.fft.fftn`, NumPy 1.26.4, of `Signal`; tolerance: rounding of
  /// sums of whole numbers below 50.
  @Test func frequenciesEqualNumPy() throws {
    for line in numPy.split(separator: "\n") {
      let words = line.split(separator: " ").compactMap { Double($0) }
      try #require(words.count == 8)
      let size = SIMD3(Int(words[0]), Int(words[1]), Int(words[2]))
      let place = SIMD3(Int(words[3]), Int(words[4]), Int(words[5]))
      let signal = Signal(size)
      let complex = signal.complexSpectrum(place)
      #expect(abs(complex.0 - words[6]) < 1e-11 && abs(complex.1 - words[7]) < 1e-11, "\(line)")
      let real = signal.realSpectrum(place)
      #expect(abs(real.0 - words[6]) < 1e-11 && abs(real.1 - words[7]) < 1e-11, "\(line)")
    }
  }

  /// Against the definition, every frequency.
  @Test(arguments: [
    SIMD3(1, 1, 1), SIMD3(6, 1, 1), SIMD3(13, 1, 1), SIMD3(1, 5, 4), SIMD3(3, 4, 5),
  ])
  func frequenciesEqualTheDefinition(_ size: SIMD3<Int>) {
    let signal = Signal(size)
    for z in 0..<size.z {
      for y in 0..<size.y {
        for x in 0..<size.x {
          let expected = signal.definition(SIMD3(x, y, z))
          let complex = signal.complexSpectrum(SIMD3(x, y, z))
          #expect(abs(complex.0 - expected.0) < 1e-11 && abs(complex.1 - expected.1) < 1e-11)
          guard x <= size.x / 2 else { continue }
          let real = signal.realSpectrum(SIMD3(x, y, z))
          #expect(abs(real.0 - expected.0) < 1e-11 && abs(real.1 - expected.1) < 1e-11)
        }
      }
    }
  }

  @Test(arguments: [SIMD3(1, 1, 1), SIMD3(2, 3, 1), SIMD3(31, 1, 7), SIMD3(10, 12, 14)])
  func inverseUndoesForward(_ size: SIMD3<Int>) {
    let signal = Signal(size)
    let count = Double(signal.values.count)
    let real = FourierTransform(size: size)
    real.real.update(from: signal.values, count: signal.values.count)
    real.forward()
    for i in signal.values.indices { #expect(real.real[i] == signal.values[i]) }
    real.inverse()
    for i in signal.values.indices {
      #expect(abs(real.real[i] / count - signal.values[i]) < 1e-12)
    }
    let complex = ComplexFourierTransform(size: size)
    var values = signal.values.flatMap { [$0, -2 * $0] }
    values.withUnsafeMutableBufferPointer {
      complex.forward($0.baseAddress!)
      complex.inverse($0.baseAddress!)
    }
    for i in signal.values.indices {
      #expect(abs(values[2 * i] / count - signal.values[i]) < 1e-12)
      #expect(abs(values[2 * i + 1] / count + 2 * signal.values[i]) < 1e-12)
    }
  }

  /// Threads that make plans at the same time, and equal bits from all of them.
  @Test func plansAreMadeByManyThreads() {
    nonisolated(unsafe) let results = UnsafeMutablePointer<UInt64>.allocate(capacity: 64)
    defer { results.deallocate() }
    DispatchQueue.concurrentPerform(iterations: 64) { i in
      let signal = Signal(SIMD3(20 + i % 4, 9, 5))
      results[i] = signal.realSpectrum(SIMD3(3, 2, 1)).0.bitPattern
    }
    for i in 4..<64 { #expect(results[i] == results[i - 4]) }
  }
}

/// Voxel n has the value (37 n^2 + 11 n) mod 101 - 50.
private struct Signal {
  let size: SIMD3<Int>
  let values: [Double]

  init(_ size: SIMD3<Int>) {
    self.size = size
    values = (0..<size.x * size.y * size.z).map { (n: Int) -> Double in
      let residue = n * (37 * n + 11) % 101
      return Double(residue - 50)
    }
  }

  func realSpectrum(_ place: SIMD3<Int>) -> (Double, Double) {
    let transform = FourierTransform(size: size)
    transform.real.update(from: values, count: values.count)
    transform.forward()
    let half = transform.spectrumSize
    let i = (place.z * half.y + place.y) * half.x + place.x
    return (transform.spectrum[2 * i], transform.spectrum[2 * i + 1])
  }

  func complexSpectrum(_ place: SIMD3<Int>) -> (Double, Double) {
    var pairs = values.flatMap { [$0, 0.0] }
    pairs.withUnsafeMutableBufferPointer {
      ComplexFourierTransform(size: size).forward($0.baseAddress!)
    }
    let i = (place.z * size.y + place.y) * size.x + place.x
    return (pairs[2 * i], pairs[2 * i + 1])
  }

  func definition(_ place: SIMD3<Int>) -> (Double, Double) {
    var sum = (0.0, 0.0)
    for z in 0..<size.z {
      for y in 0..<size.y {
        for x in 0..<size.x {
          let n = SIMD3(x, y, z)
          let turns = (0..<3).reduce(0.0) {
            $0 + Double(place[$1] * n[$1] % size[$1]) / Double(size[$1])
          }
          let value = values[(z * size.y + y) * size.x + x]
          sum.0 += value * cos(2 * Double.pi * turns)
          sum.1 -= value * sin(2 * Double.pi * turns)
        }
      }
    }
    return sum
  }
}

/// Size (x, y, z), frequency (x, y, z), real part, imaginary part.
private let numPy = """
  1 1 1 0 0 0 -50.0 0.0
  2 1 1 0 0 0 -52.0 0.0
  2 1 1 1 0 0 -48.0 0.0
  7 1 1 0 0 0 16.0 0.0
  7 1 1 2 0 0 -97.74637414966627 61.00500419393734
  7 1 1 3 0 0 -53.23473402873629 -17.682585719586584
  16 1 1 0 0 0 -60.0 0.0
  16 1 1 5 0 0 13.874761154798179 -16.036287310063166
  16 1 1 8 0 0 -84.0 0.0
  97 1 1 0 0 0 -93.0 0.0
  97 1 1 32 0 0 -79.03524022177297 82.70749760517549
  97 1 1 48 0 0 135.43051342015696 -135.51900466570646
  5 6 1 0 0 0 -47.0 0.0
  5 6 1 1 5 0 -8.459908542188245 -0.8891722177442509
  5 6 1 2 3 0 -2.5 0.8122992405822642
  6 5 1 0 0 0 -47.0 0.0
  6 5 1 2 4 0 7.963867981137774 -5.234264101557471
  6 5 1 3 2 0 -104.0 -52.12408323533377
  4 3 5 0 0 0 -145.0 0.0
  4 3 5 1 2 2 184.97993130113872 -14.000252583183808
  4 3 5 2 1 2 -78.13956603227768 -133.50617726022503
  9 8 7 0 0 0 -481.0 0.0
  9 8 7 3 7 3 66.2120859125317 -226.16950192495545
  9 8 7 4 4 3 -391.5463146147575 398.3945029859766
  """
