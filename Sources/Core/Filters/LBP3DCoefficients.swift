internal import Glibc
internal import Imaging

/// Cubic B-spline coefficients around a VOI, as `scipy.ndimage.map_coordinates` (order 3, mode
/// `constant`) makes them before it interpolates: mirror boundaries, in Double, along z, then y,
/// then x; each line gain, causal and anticausal recursion (Unser, Aldroubi & Eden 1993, part II).
///
/// Only the VOI's box and `border` voxels around it are kept, the mirror image of the working image
/// standing where they reach beyond it, so that whoever reads them has no boundary to look after.
/// Voxels further than `horizon` from the box are not read: the recursions forget at 0.268 per
/// voxel, so what they would add is below the smallest float32 number (1e-45).
final class LBP3DCoefficients {
  /// Number of coefficients along (x, y, z); those of the box start at (border, border, border).
  let size: SIMD3<Int>
  let border: Int
  /// Largest |coefficient|.
  let largest: Double
  let values: UnsafeMutablePointer<Double>

  private static let horizon = 96
  private static let pole = -0.267949192431122706472553658494127633
  private static let gain = (1 - pole) * (1 - 1 / pole)

  /// - Parameters:
  ///   - box: box of the VOI in `image`.
  ///   - slack: further elements at the end of each row, 0: a kernel may read past a row's last
  ///     voxel.
  init(_ image: Volume, box: IndexBox, border: Int, slack: Int) {
    let near = box.padded(by: Self.horizon + border, within: image.grid.size)
    var lines = image.values(in: near)
    lines.withUnsafeMutableBufferPointer { buffer in
      guard let data = buffer.baseAddress else { return }
      let row = near.size.x
      let plane = near.size.x * near.size.y
      Self.filter(data, length: near.size.z, stride: plane, width: plane)
      for z in 0..<near.size.z {
        Self.filter(data + z * plane, length: near.size.y, stride: row, width: row)
        Self.filterRows(data + z * plane, length: row, count: near.size.y)
      }
    }
    let size = SIMD3(
      box.size.x + 2 * border + slack, box.size.y + 2 * border, box.size.z + 2 * border)
    let values = UnsafeMutablePointer<Double>.allocate(capacity: size.x * size.y * size.z)
    let maps = (0..<3).map { axis in
      (0..<(box.size[axis] + 2 * border)).map {
        Self.mirrored($0 - border + box.lower[axis], image.grid.size[axis]) - near.lower[axis]
      }
    }
    var largest = 0.0
    var target = values
    for z in maps[2] {
      for y in maps[1] {
        let source = (z * near.size.y + y) * near.size.x
        for (x, index) in maps[0].enumerated() {
          let value = lines[source + index]
          target[x] = value
          largest = max(largest, abs(value))
        }
        (target + maps[0].count).initialize(repeating: 0, count: slack)
        target += size.x
      }
    }
    self.size = size
    self.border = border
    self.largest = largest
    self.values = values
  }

  deinit { values.deallocate() }

  /// The index in `0 ..< length` that stands at `index` when the line is mirrored at the centres
  /// of its end voxels.
  static func mirrored(_ index: Int, _ length: Int) -> Int {
    guard length > 1 else { return 0 }
    let period = 2 * (length - 1)
    let folded = ((index % period) + period) % period
    return folded < length ? folded : period - folded
  }

  /// Filters `width` neighbouring lines of `length` values at once.
  private static func filter(
    _ data: UnsafeMutablePointer<Double>, length: Int, stride: Int, width: Int
  ) {
    guard length > 1 else { return }
    scale(data, length: length, stride: stride, width: width)
    causalStart(data, length: length, stride: stride, width: width)
    let z = pole
    for n in 1..<length {
      let line = data + n * stride
      let previous = line - stride
      var i = 0
      while i < width {
        line[i] += z * previous[i]
        i &+= 1
      }
    }
    let last = data + (length - 1) * stride
    let beforeLast = last - stride
    let denominator = z * z - 1
    for i in 0..<width { last[i] = (z * beforeLast[i] + last[i]) * z / denominator }
    for n in Swift.stride(from: length - 2, through: 0, by: -1) {
      let line = data + n * stride
      let next = line + stride
      var i = 0
      while i < width {
        line[i] = z * (next[i] - line[i])
        i &+= 1
      }
    }
  }

  private static func scale(
    _ data: UnsafeMutablePointer<Double>, length: Int, stride: Int, width: Int
  ) {
    let gain = gain
    for n in 0..<length {
      let line = data + n * stride
      var i = 0
      while i < width {
        line[i] *= gain
        i &+= 1
      }
    }
  }

  private static func causalStart(
    _ first: UnsafeMutablePointer<Double>, length: Int, stride: Int, width: Int
  ) {
    let atEnd = pow(pole, Double(length - 1))
    let last = first + (length - 1) * stride
    for i in 0..<width { first[i] += atEnd * last[i] }
    var power = pole
    for n in 1..<max(1, length - 1) {
      let line = first + n * stride
      let opposite = first + (length - 1 - n) * stride
      var i = 0
      while i < width {
        first[i] += power * (line[i] + atEnd * opposite[i])
        i &+= 1
      }
      power *= pole
    }
    let denominator = 1 - atEnd * atEnd
    for i in 0..<width { first[i] /= denominator }
  }

  /// Filters `count` rows of `length` contiguous values, eight at a time side by side.
  private static func filterRows(
    _ data: UnsafeMutablePointer<Double>, length: Int, count: Int
  ) {
    guard length > 1 else { return }
    withUnsafeTemporaryAllocation(of: Double.self, capacity: 8 * length) { buffer in
      guard let turned = buffer.baseAddress else { return }
      var row = 0
      while row < count {
        let width = min(8, count - row)
        let source = data + row * length
        for k in 0..<width {
          var x = 0
          while x < length {
            turned[x &* width &+ k] = source[k &* length &+ x]
            x &+= 1
          }
        }
        filter(turned, length: length, stride: width, width: width)
        for k in 0..<width {
          var x = 0
          while x < length {
            source[k &* length &+ x] = turned[x &* width &+ k]
            x &+= 1
          }
        }
        row += width
      }
    }
  }
}
