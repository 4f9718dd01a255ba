/// The number that a method makes of the samples around one voxel.
struct LBP2DPattern {
  /// Against the clock from the right.
  private var samples: [Double]
  private let method: LBP2DMethod
  /// Sample >= centre.
  private var bits: [Bool]

  init(sampleCount: Int, _ method: LBP2DMethod) {
    samples = [Double](repeating: 0, count: sampleCount)
    bits = [Bool](repeating: false, count: sampleCount)
    self.method = method
  }

  /// - Parameters:
  ///   - first: where the first sample is in `values`.
  ///   - stride: from one sample to the next.
  /// - Returns: NaN where the variance of the samples is exactly 0.
  mutating func number(
    _ values: [Double], from first: Int, stride: Int, centre: Double
  ) -> Double {
    for i in samples.indices { samples[i] = values[first + i * stride] }
    if method == .var { return variance() }
    for i in bits.indices { bits[i] = samples[i] - centre >= 0 }
    switch method {
    case .uniform: return Double(changes <= 2 ? ones : bits.count + 1)
    case .nriUniform: return Double(positionedUniform())
    case .ror: return Double(smallestTurn())
    case .default, .var: return Double(wholeNumber())
    }
  }

  /// Sum of squares less squared sum, in the order of the samples.
  private func variance() -> Double {
    let count = Double(samples.count)
    var (sum, squares) = (0.0, 0.0)
    for sample in samples {
      sum += sample
      squares += sample * sample
    }
    let variance = (squares - sum * sum / count) / count
    return variance == 0 ? .nan : variance
  }

  private var ones: Int {
    var ones = 0
    for bit in bits where bit { ones += 1 }
    return ones
  }

  /// Neighbouring bits that differ; the last and the first are no neighbours.
  private var changes: Int {
    var changes = 0
    for i in 1..<max(bits.count, 1) where bits[i] != bits[i - 1] { changes += 1 }
    return changes
  }

  private func wholeNumber() -> Int {
    var number = 0
    for i in bits.indices where bits[i] { number |= 1 << i }
    return number
  }

  private func smallestTurn() -> Int {
    var turned = wholeNumber()
    var smallest = turned
    for _ in 1..<max(bits.count, 1) {
      turned = turned >> 1 | (turned & 1) << (bits.count - 1)
      smallest = min(smallest, turned)
    }
    return smallest
  }

  /// 1 + (ones - 1) samples + turn for uniform patterns; 0, and the two highest numbers, for all
  /// zeros, all ones and all other patterns.
  private func positionedUniform() -> Int {
    let (count, ones) = (bits.count, ones)
    if changes > 2 { return count * (count - 1) + 2 }
    guard let firstOne = bits.firstIndex(of: true) else { return 0 }
    guard let firstZero = bits.firstIndex(of: false) else { return count * (count - 1) + 1 }
    let turn = firstOne == 0 ? ones - firstZero : count - firstOne
    return 1 + (ones - 1) * count + turn
  }
}
