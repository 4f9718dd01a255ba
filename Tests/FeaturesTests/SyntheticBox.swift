import Imaging

/// Boxes made from whole-number formulas, the same bits as scripts/oracles/features.py makes.
enum SyntheticBox {
  static func make(
    size: SIMD3<Int>, spacing: SIMD3<Double>, pixelType: PixelType, image: String, mask: String
  ) -> VoxelBox {
    VoxelBox(
      size: size, spacing: spacing, pixelType: pixelType,
      values: values(image, size).map { cast($0, to: pixelType) }, mask: voxels(mask, size))
  }

  /// SplitMix64's finaliser of (seed * 2^32 + n + 1) * 0x9E3779B97F4A7C15.
  static func mix(_ seed: Int, _ n: Int) -> UInt64 {
    var z = (UInt64(seed) << 32 &+ UInt64(n) &+ 1) &* 0x9E37_79B9_7F4A_7C15
    z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
    z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
    return z ^ (z >> 31)
  }

  private static func cast(_ value: Double, to type: PixelType) -> Double {
    switch type {
    case .float32: Double(Float(value))
    case .float64: value
    default: value.rounded(.towardZero)
    }
  }

  private static func values(_ text: String, _ size: SIMD3<Int>) -> [Double] {
    let words = text.split(separator: " ").map(String.init)
    let count = size.x * size.y * size.z
    if words[0] == "noise" {
      let (seed, low, high) = (Int(words[1])!, Double(words[2])!, Double(words[3])!)
      return (0..<count).map { Double(mix(seed, $0) >> 11) * 0x1p-53 * (high - low) + low }
    }
    let k = words[1...7].map { Int($0)! }
    let (scale, offset) = (Double(words[8])!, Double(words[9])!)
    return (0..<count).map { n in
      let (x, y, z) = (n % size.x, n / size.x % size.y, n / (size.x * size.y))
      let whole =
        (k[0] * x + k[1] * y + k[2] * z + k[3] * x * y * z) % k[4]
        + Int(mix(k[6], n) % UInt64(k[5]))
      return Double(whole) * scale + offset
    }
  }

  private static func voxels(_ text: String, _ size: SIMD3<Int>) -> [UInt8] {
    let words = text.split(separator: " ").map(String.init)
    let (sx, sy, sz) = (size.x, size.y, size.z)
    func inside(_ n: Int, _ x: Int, _ y: Int, _ z: Int) -> Bool {
      switch words[0] {
      case "full": return true
      case "ball":
        let (u, v, w) = (2 * x - sx + 1, 2 * y - sy + 1, 2 * z - sz + 1)
        let (a, b, c) = (u * sy * sz, v * sx * sz, w * sx * sy)
        return a * a + b * b + c * c <= (sx * sy * sz) * (sx * sy * sz)
      case "hash": return mix(Int(words[1])!, n) % 100 < UInt64(words[2])!
      case "checker": return (x + y + z) % 2 == 0
      case "step": return n % Int(words[1])! == 0
      case "slab": return z == Int(words[1])! && (x + 2 * y) % 5 != 0
      case "parts": return (x < 3 || x > 6) && ((x * y * z) % 3 != 1 || x > 8)
      default:
        return words[1].split(separator: ";").contains { $0 == "\(x),\(y),\(z)" }
      }
    }
    return (0..<sx * sy * sz).map { n in
      inside(n, n % sx, n / sx % sy, n / (sx * sy)) ? 1 : 0
    }
  }
}
