internal import Numerics

extension ResegmentParameters {
  /// The thresholds where they are intensities.
  var absoluteRange: IntensityRange? {
    guard mode == .absolute, !range.isEmpty else { return nil }
    let sorted = range.sorted()
    return IntensityRange(lower: sorted[0], upper: sorted.count > 1 ? sorted[1] : nil)
  }

  /// IBSI's re-segmentation (reference manual of IBSI 1, section 2.6): voxels of the intensity mask
  /// outside the range, or further than `outliers` standard deviations (divisor n) from the mean,
  /// leave it. Mean and deviation are those of the VOI before either; where both are set, the
  /// intersection of the two ranges stays.
  ///
  /// - Parameters:
  ///   - region: the VOI; `values` are the image's in its box.
  /// - Returns: the kept voxels in their own bounding box.
  /// - Throws: where fewer than two voxels are left.
  func applyIBSI(
    to region: MaskRegion, values: [Double], name: String
  ) throws(PreparationError) -> MaskRegion {
    precondition(values.count == region.mask.count)
    let inside = zip(values, region.mask).filter { $0.1 == 1 }.map { $0.0 }
    var (lower, upper) = (-Double.infinity, Double.infinity)
    if !range.isEmpty { (lower, upper) = thresholds(inside) }
    if outliers > 0 {
      let (mean, deviation) = Self.moments(inside)
      lower = max(lower, mean - outliers * deviation)
      upper = min(upper, mean + outliers * deviation)
    }
    var kept = region.mask
    var count = 0
    for i in kept.indices where kept[i] == 1 {
      if values[i] >= lower && values[i] <= upper { count += 1 } else { kept[i] = 0 }
    }
    guard count > 1, let result = MaskRegion(shrinking: kept, in: region.box) else {
      throw PreparationError(
        .resegmentation,
        "resegmentation left \(count) of \(region.count) voxels of \(name) (values \(lower) to "
          + "\(upper)); at least 2 are needed")
    }
    return result
  }

  private func thresholds(_ inside: [Double]) -> (Double, Double) {
    var sorted = range.sorted()
    switch mode {
    case .absolute: break
    case .relative:
      let maximum = inside.max() ?? 0
      sorted = sorted.map { maximum * $0 }
    case .sigma:
      let (mean, deviation) = Self.moments(inside)
      sorted = sorted.map { mean + deviation * $0 }
    }
    return (sorted[0], sorted.count > 1 ? sorted[1] : .infinity)
  }

  /// Mean and standard deviation (divisor n).
  private static func moments(_ inside: [Double]) -> (Double, Double) {
    let n = Double(inside.count)
    let mean = PairwiseSum.sum(inside) / n
    let squares = inside.map { ($0 - mean) * ($0 - mean) }
    return (mean, (PairwiseSum.sum(squares) / n).squareRoot())
  }
}
