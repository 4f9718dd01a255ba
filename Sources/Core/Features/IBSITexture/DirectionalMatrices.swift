internal import Imaging

/// From matrices of one direction in one part of the mask to the values of all aggregations asked
/// for. IBSI manual sections 3.6 and 3.7, "Aggregating features".
///
/// Merging adds matrices element by element, times a weight per direction; averaging takes the mean
/// of the features of matrices that have entries, without the features that are NaN there.
struct DirectionalMatrices {
  let aggregations: [DirectionalAggregation]
  /// Number of features.
  let featureCount: Int
  /// Steps within slices and in three dimensions.
  let sliceSteps: [Offset]
  let volumeSteps: [Offset]
  /// Weight of a step's matrix in sums over directions.
  let weight: (Offset) -> Double
  /// The counts of one step, in a part of the mask; always equally many.
  let matrix: (MaskSpans, Offset) -> [Double]
  /// nil for a matrix without entries.
  let features: ([Double]) -> [Double]?

  /// One value per feature and aggregation, the aggregations one after the other.
  func values(of mask: MaskSpans) -> [Double] {
    let flat = asked([.sliceAverage, .sliceMerged, .directionMerged, .stackMerged])
    let solid = asked([.volumeAverage, .volumeMerged])
    let slices = flat ? sliceValues(mask) : [:]
    let volume = solid ? volumeValues(mask) : [:]
    return aggregations.flatMap { slices[$0] ?? volume[$0] ?? [] }
  }

  private typealias Values = [DirectionalAggregation: [Double]]

  private func asked(_ any: [DirectionalAggregation]) -> Bool {
    aggregations.contains { any.contains($0) }
  }

  private func mean(_ rows: [[Double]]) -> [Double] {
    meanOfDirections(rows, columns: featureCount)
  }

  private static func add(_ matrix: [Double], times weight: Double, to sum: inout [Double]) {
    if sum.isEmpty { sum = [Double](repeating: 0, count: matrix.count) }
    precondition(sum.count == matrix.count)
    sum.withUnsafeMutableBufferPointer { sum in
      matrix.withUnsafeBufferPointer { matrix in
        var i = 0
        while i < matrix.count {
          sum[i] += matrix[i] * weight
          i &+= 1
        }
      }
    }
  }

  private func sliceValues(_ mask: MaskSpans) -> Values {
    let (average, merged) = (asked([.sliceAverage]), asked([.sliceMerged]))
    let stacks = asked([.directionMerged, .stackMerged])
    var (single, perSlice): ([[Double]], [[Double]]) = ([], [])
    // Sums over slices, per direction: whole counts, so their order does not matter.
    var directions = [[Double]](repeating: [], count: stacks ? sliceSteps.count : 0)
    for part in average || merged ? mask.slices() : [mask] {
      var sum: [Double] = []
      for (d, step) in sliceSteps.enumerated() {
        let counts = matrix(part, step)
        if average, let row = features(counts) { single.append(row) }
        if merged { Self.add(counts, times: weight(step), to: &sum) }
        if stacks { Self.add(counts, times: 1, to: &directions[d]) }
      }
      if merged, let row = features(sum) { perSlice.append(row) }
    }
    var values: Values = [.sliceAverage: mean(single), .sliceMerged: mean(perSlice)]
    if stacks {
      var sum: [Double] = []
      for (d, step) in sliceSteps.enumerated() {
        Self.add(directions[d], times: weight(step), to: &sum)
      }
      values[.directionMerged] = mean(directions.compactMap { features($0) })
      values[.stackMerged] = mean([features(sum)].compactMap { $0 })
    }
    return values
  }

  private func volumeValues(_ mask: MaskSpans) -> Values {
    let (average, merged) = (asked([.volumeAverage]), asked([.volumeMerged]))
    var single: [[Double]] = []
    var sum: [Double] = []
    for step in volumeSteps {
      let counts = matrix(mask, step)
      if average, let row = features(counts) { single.append(row) }
      if merged { Self.add(counts, times: weight(step), to: &sum) }
    }
    return [
      .volumeAverage: mean(single),
      .volumeMerged: mean(merged ? [features(sum)].compactMap { $0 } : []),
    ]
  }
}
