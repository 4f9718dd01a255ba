package import Components
package import Imaging
internal import Numerics

/// Grey-level co-occurrence matrix. Haralick, Shanmugam & Dinstein 1973; IBSI manual section 3.6.
package struct GLCM: FeatureFamily {
  /// | setting | default | meaning |
  /// |---|---|---|
  /// | `symmetrical` | true | count every pair in both orders |
  /// | `distances` | [1] | steps, in voxels (infinity norm) |
  /// | `weightingNorm` | none | see `WeightingNorm`; weights are exp(-length^2) |
  package struct Parameters: ParameterSet {
    package var symmetrical = true
    package var distances = [1]
    package var weightingNorm = WeightingNorm.none

    package init() {}

    package static let fields: [Field<Self>] = [
      .flag("symmetrical", \.symmetrical, "Count every pair of voxels in both orders."),
      .integers(
        "distances", \.distances, in: 1...maximumDistance, count: 1...maximumDistance,
        "Distances between the voxels of a pair, in voxels (largest component)."),
      .choice(
        "weightingNorm", \.weightingNorm,
        "none: mean of the features of all directions; otherwise one matrix, the directions"
          + " weighted by exp(-length^2) in this norm, or by 1 (no_weighting)."),
    ]
  }

  package static let id: ComponentID = "glcm"
  package static let summary = "Grey-level co-occurrence: pairs of neighbouring grey levels."
  package static let scope = FeatureScope.perResponse
  package static let profiles: Set<Profile> = [.pyradiomics]
  package let parameters: Parameters

  package init(_ parameters: Parameters) throws(InvalidInput) {
    try checkDistances(parameters.distances)
    self.parameters = parameters
  }

  package static let columns: [FeatureDescriptor] = [
    .init("Autocorrelation", ibsi: "QWB0", "sum p i j"),
    .init("ClusterProminence", ibsi: "AE86", "sum p (i + j - ux - uy)^4"),
    .init("ClusterShade", ibsi: "7NFM", "sum p (i + j - ux - uy)^3"),
    .init("ClusterTendency", ibsi: "DG8W", "sum p (i + j - ux - uy)^2"),
    .init("Contrast", ibsi: "ACUI", "sum p (i - j)^2"),
    .init("Correlation", ibsi: "NI2N", "sum p (i - ux)(j - uy) / (sx sy); 1 where sx sy = 0"),
    .init("DifferenceAverage", ibsi: "TF7R", "mean of |i - j|"),
    .init("DifferenceEntropy", ibsi: "NTRS", "entropy of |i - j|, bits"),
    .init("DifferenceVariance", ibsi: "D3YU", "variance of |i - j|"),
    .init("Id", ibsi: "IB1Z", "sum p / (1 + |i - j|)"),
    .init("Idm", ibsi: "WF0Z", "sum p / (1 + (i - j)^2)"),
    .init("Idmn", ibsi: "1QCO", "sum p / (1 + (i - j)^2 / Ng^2)"),
    .init("Idn", ibsi: "NDRX", "sum p / (1 + |i - j| / Ng)"),
    .init("Imc1", ibsi: "R8DG", "(HXY - HXY1) / max(HX, HY); 0 where that maximum is 0"),
    .init("Imc2", ibsi: "JN9H", "(1 - exp(-2 (HXY2 - HXY)))^(1/2)"),
    .init("InverseVariance", ibsi: "E8JP", "sum p / (i - j)^2 over i != j"),
    .init("JointAverage", ibsi: "60VM", "sum p i"),
    .init("JointEnergy", ibsi: "8ZQL", "sum p^2"),
    .init("JointEntropy", ibsi: "TU9B", "-sum p log2 p, bits"),
    .init("MCC", ibsi: nil, "maximal correlation coefficient (Haralick's f14)"),
    .init("MaximumProbability", ibsi: "GYBY", "largest p"),
    .init("SumAverage", ibsi: "ZGXS", "mean of i + j"),
    .init("SumEntropy", ibsi: "P6QZ", "entropy of i + j, bits"),
    .init("SumSquares", ibsi: "UR99", "sum p (i - ux)^2"),
  ]

  private static let mcc = columns.firstIndex { $0.name == "MCC" } ?? 0
  private static let inverseVariance = columns.firstIndex { $0.name == "InverseVariance" } ?? 0

  package func values(of region: Region) throws(FeatureError) -> [Double] {
    let distances = parameters.distances
    let directions = region.neighbourhood.directions(distances: distances, size: region.size)
    if directions.isEmpty { throw noNeighbours(region, distances) }
    let grey = try region.levels()
    let n = grey.present.count
    guard n <= 8192 else {
      throw FeatureError("\(n) grey levels are too many for a co-occurrence matrix (8,192)")
    }
    var rows: [[Double]] = []
    var correlation = MaximalCorrelation(levelCount: n)
    try forEachMatrix(region, grey, directions) { matrix in
      rows.append(matrix.values())
      correlation.add(matrix)
    }
    if correlation.needsAll {
      try forEachMatrix(region, grey, directions) { correlation.addAll($0) }
    }
    var result = meanOfDirections(rows, columns: Self.columns.count)
    if rows.isEmpty && (directions.count == 1 || parameters.weightingNorm != .none) {
      // One matrix without pairs: of one level, PyRadiomics sums this one over no differences.
      if n == 1 { result[Self.inverseVariance] = 0 }
    } else {
      result[Self.mcc] = correlation.value()
    }
    return result
  }

  /// Calls `body` with the matrix of each direction that has pairs, or with the weighted sum of
  /// all; one matrix is in memory at a time.
  private func forEachMatrix(
    _ region: Region, _ grey: GreyLevels, _ directions: [Offset],
    _ body: (CooccurrenceStatistics) -> Void
  ) throws(FeatureError) {
    let n = grey.present.count
    let volume = try region.compactLevels(margin: parameters.distances.max() ?? 1)
    let scratch = UnsafeMutablePointer<UInt32>.allocate(capacity: 2 * (n + 1) * (n + 1))
    defer { scratch.deallocate() }
    let separate = parameters.weightingNorm == .none
    var sum = [Double](repeating: 0, count: separate ? 0 : n * n)
    func use(_ counts: [Double]) {
      let total = PairwiseSum.sum(counts)
      if total == 0 { return }
      body(
        CooccurrenceStatistics(
          levels: grey.present, highest: grey.maximum, counts: counts, total: total))
    }
    for direction in directions {
      var counts = [Double](unsafeUninitializedCapacity: n * n) { buffer, filled in
        CooccurrenceCounts.count(
          volume, mask: region.mask, levelCount: n, direction: direction, scratch: scratch,
          into: buffer.baseAddress!)
        filled = n * n
      }
      if parameters.symmetrical { Self.symmetrise(&counts, n) }
      if separate {
        use(counts)
      } else {
        let length = parameters.weightingNorm.length(direction, spacing: region.spacing)
        let weight = parameters.weightingNorm == .noWeighting ? 1 : exponential(-length * length)
        for i in sum.indices { sum[i] += counts[i] * weight }
      }
    }
    if !separate { use(sum) }
  }

  private static func symmetrise(_ counts: inout [Double], _ n: Int) {
    counts.withUnsafeMutableBufferPointer { counts in
      for i in 0..<n {
        var j = i
        while j < n {
          let both = counts[i &* n &+ j] + counts[j &* n &+ i]
          counts[i &* n &+ j] = both
          counts[j &* n &+ i] = both
          j &+= 1
        }
      }
    }
  }
}
