extension NormalizeParameters {
  /// PyRadiomics' `normalizeImage`: (x - mean) / SD over the whole image (n - 1 denominator), cut
  /// at `removeOutliers` SD, times `scale`; the result is float64.
  ///
  /// ITK adds with compensation; so does this. The last bits of ITK's sums depend on its threads.
  func apply(to image: Volume) throws(PreparationError) -> Volume {
    let count = image.voxels.count
    var values = [Double](unsafeUninitializedCapacity: count) { buffer, initialized in
      if let base = buffer.baseAddress { image.voxels.copy(from: 0, count: count, to: base) }
      initialized = count
    }
    var sum = CompensatedSum()
    var squares = CompensatedSum()
    for value in values {
      sum.add(value)
      squares.add(value * value)
    }
    let n = Double(count)
    let mean = sum.value / n
    let variance = (squares.value - sum.value * sum.value / n) / (n - 1)
    guard count > 1, variance > 0 else {
      throw PreparationError(
        .constantImage,
        "the image has the same value (\(values.first ?? 0)) in all voxels and cannot be "
          + "normalized")
    }
    let factor = 1 / variance.squareRoot()
    let limit = removeOutliers
    let scale = scale
    values.withUnsafeMutableBufferPointer { values in
      var i = 0
      while i < count {
        var value = (values[i] - mean) * factor
        if limit > 0 { value = min(max(value, -limit), limit) }
        values[i] = value * scale
        i &+= 1
      }
    }
    return Volume(grid: image.grid, voxels: .float64(values))
  }
}

/// Kahan's summation (Communications of the ACM 8, 1965, 40).
struct CompensatedSum {
  private(set) var value = 0.0
  private var lost = 0.0

  @inline(__always)
  mutating func add(_ term: Double) {
    let corrected = term - lost
    let next = value + corrected
    lost = (next - value) - corrected
    value = next
  }
}
