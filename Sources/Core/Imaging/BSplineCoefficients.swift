internal import Glibc

/// Cubic B-spline coefficients of a box of an image (Unser, Aldroubi & Eden 1993, part II; Unser
/// 1999, box 2), with mirror boundaries, in the order of operations of ITK's
/// `BSplineDecompositionImageFilter`: gain, causal and anticausal recursion along x, then y, then z.
///
/// The recursions run over whole lines of the image, so the coefficients have the same bits
/// whatever the box; only those in the box are kept, 8 bytes each.
final class BSplineCoefficients {
  /// Indices of the image whose coefficients are kept.
  let box: IndexBox
  /// Size of the whole image.
  let imageSize: SIMD3<Int>
  let values: UnsafeMutablePointer<Double>

  /// - Parameter box: any box in the image; all slices are kept for the pass along z.
  init(_ image: Volume, box wanted: IndexBox) {
    let size = image.grid.size
    imageSize = size
    box = IndexBox(
      lower: SIMD3(wanted.lower.x, wanted.lower.y, 0),
      size: SIMD3(wanted.size.x, wanted.size.y, size.z))
    values = .allocate(capacity: box.voxelCount)
    let slice = UnsafeMutablePointer<Double>.allocate(capacity: size.x * size.y)
    defer { slice.deallocate() }
    let plane = box.size.x * box.size.y
    for z in 0..<size.z {
      image.voxels.copy(from: z * size.x * size.y, count: size.x * size.y, to: slice)
      filterRows(slice, length: size.x, count: size.y)
      filterLines(
        slice + box.lower.x, length: size.y, stride: size.x, width: box.size.x)
      for y in 0..<box.size.y {
        (values + z * plane + y * box.size.x).initialize(
          from: slice + (box.lower.y + y) * size.x + box.lower.x, count: box.size.x)
      }
    }
    filterLines(values, length: size.z, stride: plane, width: plane)
  }

  deinit { values.deallocate() }

  private static let pole = 3.0.squareRoot() - 2
  private static let gain = 1 * (1 - pole) * (1 - 1 / pole)
  /// Terms of the causal start that are not negligible at 1e-10.
  private static let horizon = Int((log(1e-10) / log(abs(pole))).rounded(.up))

  /// Filters `count` rows of `length` contiguous values, eight rows at a time, one in each lane.
  private func filterRows(_ data: UnsafeMutablePointer<Double>, length: Int, count: Int) {
    guard length > 1 else { return }
    var row = 0
    while row + 8 <= count {
      filterEightRows(data + row * length, length: length)
      row += 8
    }
    while row < count {
      filterLines(data + row * length, length: length, stride: 1, width: 1)
      row += 1
    }
  }

  @inline(__always)
  private func filterEightRows(_ data: UnsafeMutablePointer<Double>, length: Int) {
    let z = Self.pole
    let gain = Self.gain
    var i = 0
    while i < 8 &* length {
      data[i] *= gain
      i &+= 1
    }
    let (p0, p1, p2, p3) = (data, data + length, data + 2 * length, data + 3 * length)
    let p4 = data + 4 * length
    let (p5, p6, p7) = (p4 + length, p4 + 2 * length, p4 + 3 * length)
    @inline(__always) func load(_ n: Int) -> SIMD8<Double> {
      SIMD8(p0[n], p1[n], p2[n], p3[n], p4[n], p5[n], p6[n], p7[n])
    }
    @inline(__always) func store(_ values: SIMD8<Double>, _ n: Int) {
      p0[n] = values[0]
      p1[n] = values[1]
      p2[n] = values[2]
      p3[n] = values[3]
      p4[n] = values[4]
      p5[n] = values[5]
      p6[n] = values[6]
      p7[n] = values[7]
    }
    for line in 0..<8 { startCausal(data + line * length, length: length, stride: 1, width: 1) }
    var previous = load(0)
    var n = 1
    while n < length {
      previous = load(n) + z * previous
      store(previous, n)
      n &+= 1
    }
    for line in 0..<8 {
      startAnticausal(data + line * length, length: length, stride: 1, width: 1)
    }
    previous = load(length - 1)
    n = length - 2
    while n >= 0 {
      previous = z * (previous - load(n))
      store(previous, n)
      n &-= 1
    }
  }

  /// Filters `width` neighbouring lines at once; a line's values are `stride` apart.
  private func filterLines(
    _ data: UnsafeMutablePointer<Double>, length: Int, stride: Int, width: Int
  ) {
    guard length > 1 else { return }
    let z = Self.pole
    let gain = Self.gain
    for n in 0..<length {
      let line = data + n * stride
      var i = 0
      while i < width {
        line[i] *= gain
        i &+= 1
      }
    }
    startCausal(data, length: length, stride: stride, width: width)
    for n in 1..<length {
      let line = data + n * stride
      let before = line - stride
      var i = 0
      while i < width {
        line[i] += z * before[i]
        i &+= 1
      }
    }
    startAnticausal(data, length: length, stride: stride, width: width)
    for n in Swift.stride(from: length - 2, through: 0, by: -1) {
      let line = data + n * stride
      let after = line + stride
      var i = 0
      while i < width {
        line[i] = z * (after[i] - line[i])
        i &+= 1
      }
    }
  }

  private func startCausal(
    _ data: UnsafeMutablePointer<Double>, length: Int, stride: Int, width: Int
  ) {
    let z = Self.pole
    if Self.horizon < length {
      var zn = z
      for n in 1..<Self.horizon {
        let line = data + n * stride
        var i = 0
        while i < width {
          data[i] += zn * line[i]
          i &+= 1
        }
        zn *= z
      }
      return
    }
    let inverse = 1 / z
    let first = pow(z, Double(length - 1))
    for i in 0..<width {
      var zn = z
      var z2n = first
      var sum = data[i] + z2n * data[(length - 1) * stride + i]
      z2n *= z2n * inverse
      for n in 1..<max(length - 1, 1) {
        sum += (zn + z2n) * data[n * stride + i]
        zn *= z
        z2n *= inverse
      }
      data[i] = sum / (1 - zn * zn)
    }
  }

  private func startAnticausal(
    _ data: UnsafeMutablePointer<Double>, length: Int, stride: Int, width: Int
  ) {
    let z = Self.pole
    let last = data + (length - 1) * stride
    let before = last - stride
    let factor = z / (z * z - 1)
    var i = 0
    while i < width {
      last[i] = factor * (z * before[i] + last[i])
      i &+= 1
    }
  }
}
