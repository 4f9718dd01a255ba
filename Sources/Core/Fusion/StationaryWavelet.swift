internal import Filters

/// The undecimated (stationary) wavelet transform in three dimensions, and its inverse.
///
/// At level j, with D = 2^(j - 1) and filters of length F, along x, then y, then z:
/// low and high [n] = sum over k of h[k] x[n + (F/2 - k) D], and back
/// x[n] = 1/2 sum over k of (g[k] low[n + (F/2 - 1 - k) D] + g'[k] high[n + (F/2 - 1 - k) D]),
/// with PyWavelets' decomposition filters h and reconstruction filters g, g' (`swtn`, `iswtn`).
/// Nason & Silverman 1995; Holschneider 1989 (algorithme a trous). The images are mirrored at their
/// outer voxels (half-sample symmetric) by `padding` voxels on each side, and by as many more after
/// the last that the size is a multiple of 2^levels; that padded image is periodic. So no voxel
/// sees the opposite face. Reconstruction is perfect to rounding, but for dmey, a cut filter with
/// which values change by up to 1 %.
///
/// Memory: about 14 copies of the padded image for each level, for two images at once.
struct StationaryWavelet {
  private let low: [Double]
  private let high: [Double]
  private let lowBack: [Double]
  private let highBack: [Double]
  private let levels: Int

  init(_ bank: WaveletFilterBank, levels: Int) {
    precondition(levels >= 1)
    self.levels = levels
    low = bank.low
    high = bank.high
    // Quadrature mirrors, with PyWavelets' signs.
    lowBack = bank.high.enumerated().map { $0.offset % 2 == 0 ? -$0.element : $0.element }
    highBack = bank.low.enumerated().map { $0.offset % 2 == 0 ? $0.element : -$0.element }
  }

  /// How far the filters of all levels reach, voxels.
  var padding: Int { low.count / 2 * ((1 << levels) - 1) }

  /// Combines the coefficients of two images and transforms back.
  ///
  /// - Parameter rule: gets the coefficients of one sub-band of both images and whether they are
  ///   details (any high-pass filter), and returns the combined ones.
  func fuse(
    _ a: [Double], _ b: [Double], size: SIMD3<Int>,
    _ rule: ([Double], [Double], Bool) -> [Double]
  ) -> [Double] {
    precondition(a.count == size.x * size.y * size.z && b.count == a.count)
    let padded = paddedSize(size)
    let sources = (0..<3).map { mirror(size[$0], padded[$0]) }
    let result = combine(
      pad(a, size, sources), pad(b, size, sources), padded, level: 1, axis: 0, isDetail: false,
      rule)
    return cut(result, padded, size)
  }

  /// One axis of one level: split, go on with both halves, merge.
  private func combine(
    _ a: [Double], _ b: [Double], _ size: SIMD3<Int>, level: Int, axis: Int, isDetail: Bool,
    _ rule: ([Double], [Double], Bool) -> [Double]
  ) -> [Double] {
    if axis == 3 {
      if isDetail || level == levels { return rule(a, b, isDetail) }
      return combine(a, b, size, level: level + 1, axis: 0, isDetail: false, rule)
    }
    let line = WaveletLines(size, axis: axis, dilation: 1 << (level - 1))
    let lows = combine(
      line.filtered(a, low), line.filtered(b, low), size, level: level, axis: axis + 1,
      isDetail: isDetail, rule)
    let highs = combine(
      line.filtered(a, high), line.filtered(b, high), size, level: level, axis: axis + 1,
      isDetail: true, rule)
    return line.merged(lows, lowBack, highs, highBack)
  }

  private func paddedSize(_ size: SIMD3<Int>) -> SIMD3<Int> {
    let unit = 1 << levels
    var result = SIMD3<Int>()
    for axis in 0..<3 {
      result[axis] = (size[axis] + 2 * padding + unit - 1) / unit * unit
    }
    return result
  }

  /// The voxel that each padded voxel of an axis repeats.
  private func mirror(_ count: Int, _ padded: Int) -> [Int] {
    (0..<padded).map { index in
      let period = 2 * count
      let place = ((index - padding) % period + period) % period
      return place < count ? place : period - 1 - place
    }
  }

  private func pad(_ values: [Double], _ size: SIMD3<Int>, _ sources: [[Int]]) -> [Double] {
    var result: [Double] = []
    result.reserveCapacity(sources[0].count * sources[1].count * sources[2].count)
    for z in sources[2] {
      for y in sources[1] {
        let row = (z * size.y + y) * size.x
        for x in sources[0] { result.append(values[row + x]) }
      }
    }
    return result
  }

  private func cut(_ values: [Double], _ padded: SIMD3<Int>, _ size: SIMD3<Int>) -> [Double] {
    var result: [Double] = []
    result.reserveCapacity(size.x * size.y * size.z)
    for z in 0..<size.z {
      for y in 0..<size.y {
        let row = ((z + padding) * padded.y + y + padding) * padded.x + padding
        result.append(contentsOf: values[row..<(row + size.x)])
      }
    }
    return result
  }
}

/// Periodic filters along the lines of one axis (0 is x) of a volume.
private struct WaveletLines {
  /// Voxels of the axis.
  let count: Int
  /// Neighbouring values along the axis are so far apart.
  let stride: Int
  /// Slabs of `count` times `stride` values.
  let slabs: Int
  let dilation: Int

  init(_ size: SIMD3<Int>, axis: Int, dilation: Int) {
    count = size[axis]
    stride = axis == 0 ? 1 : axis == 1 ? size.x : size.x * size.y
    slabs = size.x * size.y * size.z / (count * stride)
    self.dilation = dilation
  }

  /// out[n] = sum over k of filter[k] in[n + (F/2 - k) D], k ascending.
  func filtered(_ values: [Double], _ filter: [Double]) -> [Double] {
    var result = [Double](repeating: 0, count: values.count)
    add(values, filter, first: filter.count / 2, scale: 1, to: &result)
    return result
  }

  /// 1/2 (sum of low, then of high) with reconstruction filters.
  func merged(
    _ low: [Double], _ lowFilter: [Double], _ high: [Double], _ highFilter: [Double]
  ) -> [Double] {
    var result = [Double](repeating: 0, count: low.count)
    add(low, lowFilter, first: lowFilter.count / 2 - 1, scale: 0.5, to: &result)
    add(high, highFilter, first: highFilter.count / 2 - 1, scale: 0.5, to: &result)
    return result
  }

  /// result[n] += scale * filter[k] * values[n + (first - k) D] for every k.
  private func add(
    _ values: [Double], _ filter: [Double], first: Int, scale: Double, to result: inout [Double]
  ) {
    precondition(values.count == result.count && values.count == slabs * count * stride)
    values.withUnsafeBufferPointer { values in
      result.withUnsafeMutableBufferPointer { result in
        guard let input = values.baseAddress, let output = result.baseAddress else { return }
        for slab in 0..<slabs {
          let start = slab * count * stride
          for (k, coefficient) in filter.enumerated() {
            let shift = ((first - k) * dilation % count + count) % count
            // Outputs before the wrap read on, the others from the start of the line.
            let length = (count - shift) * stride
            Self.add(
              input + start + shift * stride, scale * coefficient, output + start, length)
            Self.add(input + start, scale * coefficient, output + start + length, shift * stride)
          }
        }
      }
    }
  }

  @inline(__always)
  private static func add(
    _ input: UnsafePointer<Double>, _ factor: Double, _ output: UnsafeMutablePointer<Double>,
    _ count: Int
  ) {
    var i = 0
    while i < count {
      output[i] += factor * input[i]
      i &+= 1
    }
  }
}
