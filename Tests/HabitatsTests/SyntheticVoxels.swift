import Habitats

/// Blobs made from whole-number formulas, the same bits as scripts/oracles/habitats.py makes.
struct SyntheticVoxels {
  var voxels: Int
  var features: Int
  var blobs: Int
  var gap: Int
  var spread: Int
  var skew = 0
  var seed: Int

  /// SplitMix64's finaliser of (seed * 2^32 + n + 1) * 0x9E3779B97F4A7C15.
  static func mix(_ seed: Int, _ n: Int) -> UInt64 {
    var z = (UInt64(seed) << 32 &+ UInt64(n) &+ 1) &* 0x9E37_79B9_7F4A_7C15
    z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
    z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
    return z ^ (z >> 31)
  }

  private func draw(_ n: Int, below bound: Int) -> Int { Int(Self.mix(seed, n) % UInt64(bound)) }

  /// The blob that a voxel was made for.
  func blob(_ v: Int) -> Int { draw(64 * v, below: blobs) }

  func row(_ v: Int) -> [Double] {
    (0..<features).map { f in
      var whole = gap * ((f + 1) * blob(v) % blobs) * 1000 - 2 * spread
      for i in 1...4 { whole += draw(64 * v + 4 * f + i, below: spread) }
      if f > 0 { whole += skew * draw(64 * v + 1, below: spread) }
      return Double(whole) / 1000
    }
  }

  var names: [String] { (0..<features).map { "f\($0)" } }

  var sample: VoxelSample {
    VoxelSample(names: names, values: (0..<voxels).flatMap { row($0) })
  }
}
