extension ResegmentParameters {
  /// PyRadiomics' `resegmentMask`: the voxels of a VOI whose values lie in the range.
  ///
  /// - Parameters:
  ///   - region: the VOI; `values` are the image's in its box, of type `type`.
  /// - Returns: the kept voxels in their own bounding box.
  /// - Throws: where fewer than two voxels are left.
  func apply(
    to region: MaskRegion, values: [Double], type: PixelType, name: String
  ) throws(PreparationError) -> MaskRegion {
    precondition(values.count == region.mask.count)
    var inside: [Double] = []
    inside.reserveCapacity(region.count)
    for (value, mask) in zip(values, region.mask) where mask == 1 { inside.append(value) }
    var thresholds = range.isEmpty ? [0] : range.sorted()
    switch mode {
    case .absolute: break
    case .relative:
      let maximum = inside.max() ?? 0
      thresholds = thresholds.map { maximum * $0 }
    case .sigma:
      let (mean, deviation) = NumPySums.meanAndDeviation(inside, type: type)
      thresholds = thresholds.map { mean + deviation * $0 }
    }
    // NumPy compares a float32 array with a threshold of that precision.
    if type == .float32 { thresholds = thresholds.map { Double(Float($0)) } }
    let lower = thresholds[0]
    let upper = thresholds.count > 1 ? thresholds[1] : .infinity
    var kept = region.mask
    var count = 0
    for i in kept.indices where kept[i] == 1 {
      if values[i] >= lower && values[i] <= upper { count += 1 } else { kept[i] = 0 }
    }
    guard count > 1, let result = MaskRegion(shrinking: kept, in: region.box) else {
      let bounds =
        thresholds.count > 1 ? "\(lower) to \(upper)" : "at least \(lower)"
      throw PreparationError(
        .resegmentation,
        "resegmentation left \(count) of \(region.count) voxels of \(name) (values "
          + "\(bounds)); at least 2 are needed")
    }
    return result
  }
}
