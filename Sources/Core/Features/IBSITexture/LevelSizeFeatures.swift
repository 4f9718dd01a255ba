/// The 16 features that GLRLM, GLSZM, GLDZM and NGLDM share, of matrices of grey level by run
/// length, zone size, zone distance or dependence. IBSI manual sections 3.7, 3.8, 3.9 and 3.11.
extension LevelSizeMatrix {
  /// Counts pairs of position in `levels` and size, in any order.
  init(levels: [Int], pairs: [(position: Int, size: Int)]) {
    let stride = pairs.reduce(0) { max($0, $1.size) } + 1
    if levels.count * stride <= Self.largestTable {
      var counts = [Double](repeating: 0, count: levels.count * stride)
      for (position, size) in pairs { counts[position * stride + size] += 1 }
      self.init(levels: levels, counts: counts, stride: stride)
      return
    }
    self.init(levels: levels)
    let keys = pairs.map { $0.position * stride + $0.size }.sorted()
    var first = 0
    for i in keys.indices where i + 1 == keys.count || keys[i + 1] != keys[first] {
      let (position, size) = keys[first].quotientAndRemainder(dividingBy: stride)
      append(position: position, size: size, count: Double(i + 1 - first))
      first = i + 1
    }
  }

  /// Elements of a table of counts; beyond, pairs are sorted.
  private static let largestTable = 1 << 19

  /// - Parameter counts: `counts[position * stride + size]`; size 0 does not occur.
  init(levels: [Int], counts: [Double], stride: Int) {
    self.init(levels: levels)
    for position in levels.indices {
      for size in 1..<stride where counts[position * stride + size] > 0 {
        append(position: position, size: size, count: counts[position * stride + size])
      }
    }
  }

  /// Small, large, low, high, small low, small high, large low, large high; non-uniformity of
  /// levels, normalised, of sizes, normalised; N / voxels; variance of levels, of sizes; entropy.
  /// - Parameter voxelCount: voxels of the matrices that were merged; nil for the sum of sizes.
  /// - Returns: nil for an empty matrix.
  func features(voxelCount: Int? = nil) -> [Double]? {
    guard let s = statistics(eps: 0) else { return nil }
    return [
      s.small, s.large, s.low, s.high, s.smallLow, s.smallHigh, s.largeLow, s.largeHigh,
      s.levelNonUniformity, s.levelNonUniformityNormalised, s.sizeNonUniformity,
      s.sizeNonUniformityNormalised, s.total / (voxelCount.map { Double($0) } ?? s.weighted),
      s.levelVariance, s.sizeVariance, s.entropy,
    ]
  }

  /// Sum of squared probabilities.
  var energy: Double {
    let total = entries.reduce(0) { $0 + $1.count }
    return entries.reduce(0) { $0 + $1.count * $1.count } / (total * total)
  }
}
