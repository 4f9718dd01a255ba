internal import Imaging

/// The undecimated transform of an image by a filter bank, with its rotations.
struct SeparableWaveletTransform: Sendable {
  private let low: [Double]
  private let high: [Double]
  private let dimension: Int
  private let rotations: [RightAngleRotation]
  private let pooling: Pooling
  private let boundary: BoundaryCondition

  init(_ bank: WaveletFilterBank, _ parameters: SeparableWaveletParameters) {
    (low, high) = (bank.low, bank.high)
    dimension = parameters.dimension
    rotations =
      parameters.rotationInvariant
      ? RightAngleRotation.all(dimension: parameters.dimension) : [.identity]
    pooling = parameters.pooling
    boundary = parameters.boundary
  }

  /// Voxels that a filter spans, with the zeros after each coefficient.
  func length(at level: Int) -> Int { low.count << (level - 1) }

  /// Along (x, y, z), not rotated.
  ///
  /// The origin is half of the length, zeros after the last coefficient included: the choice that
  /// reproduces IBSI 2's reference maps (the manual leaves even lengths open).
  private func lines(_ map: String, level: Int) -> [LineKernel] {
    var lines = map.map { letter in
      var taps = [Double](repeating: 0, count: length(at: level))
      for (k, value) in (letter == "L" ? low : high).enumerated() { taps[k << (level - 1)] = value }
      return LineKernel(taps).trimmed
    }
    while lines.count < 3 { lines.append(.identity) }
    return lines
  }

  /// The pooled response in the input's box.
  ///
  /// Rotations that mirror the same axes share their low-pass responses.
  func response(_ map: String, level: Int, of input: FilterInput) -> [Double] {
    let kernels = rotations.map { rotation in
      rotation.applied(to: lines(map, level: level)) { $0.reversed }
    }
    if level == 1 {
      return SeparableFilter(kernels, pooling: pooling).response(
        to: input.image, over: input.box, boundary: boundary
      ).values
    }
    var patterns: [[Bool]] = []
    for rotation in rotations where !patterns.contains(rotation.isReversed) {
      patterns.append(rotation.isReversed)
    }
    var pool = ResponsePool(pooling)
    for pattern in patterns {
      // Every pattern has the same number of members, so their averages have the same weight.
      let members = zip(rotations, kernels).filter { $0.0.isReversed == pattern }.map { $0.1 }
      let filter = SeparableFilter(members, pooling: pooling)
      let block = approximation(
        level - 1, mirrored: pattern, of: input, over: filter.support(of: input.box))
      pool.add(filter.response(to: block, over: input.box).values)
    }
    return pool.result()
  }

  /// The low-pass response of a level, continued where the box reaches outside the image.
  private func approximation(
    _ level: Int, mirrored: [Bool], of input: FilterInput, over box: IndexBox
  ) -> ImageBlock {
    if level == 0 { return boundary.block(of: input.image, over: box) }
    let lows = lines(String(repeating: "L", count: dimension), level: level)
    let filter = SeparableFilter([
      (0..<3).map { mirrored[$0] ? lows[$0].reversed : lows[$0] }
    ])
    let inside = boundary.sources(of: box, imageSize: input.size)
    let block = approximation(
      level - 1, mirrored: mirrored, of: input, over: filter.support(of: inside))
    return boundary.block(
      of: filter.response(to: block, over: inside), imageSize: input.size, over: box)
  }
}

extension LineKernel {
  /// The same kernel without the zeros at its ends, which only cost time.
  fileprivate var trimmed: LineKernel {
    guard let first = taps.firstIndex(where: { $0 != 0 }),
      let last = taps.lastIndex(where: { $0 != 0 })
    else { return self }
    let range = min(first, origin)...max(last, origin)
    return LineKernel(Array(taps[range]), origin: origin - range.lowerBound)
  }
}
