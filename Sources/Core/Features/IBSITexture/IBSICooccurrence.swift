package import Components
package import Imaging

/// How a direction's co-occurrence matrix counts in sums over directions, by the length |m| of its
/// step in voxels. IBSI manual section 3.6, "Distances and distance weighting".
package enum CooccurrenceWeighting: String, Hashable, Sendable, CaseIterable {
  /// w = 1.
  case none
  /// w = 1 / |m|.
  case inverse
  /// w = exp(-|m|^2).
  case gaussian
}

/// The norm of the length of a step.
package enum StepNorm: String, Hashable, Sendable, CaseIterable {
  case chebyshev
  case manhattan
  case euclidean

  func length(_ step: Offset) -> Double {
    let (z, y, x) = (Double(abs(step.z)), Double(abs(step.y)), Double(abs(step.x)))
    return switch self {
    case .chebyshev: max(z, y, x)
    case .manhattan: z + y + x
    case .euclidean: (z * z + y * y + x * x).squareRoot()
    }
  }
}

/// Features of the grey level co-occurrence matrix (IBSI family LFYI, reference manual section 3.6;
/// Haralick, Shanmugam & Dinstein 1973).
///
/// Matrices are symmetric. Values are NaN where no two voxels of the region are a step apart.
package struct IBSICooccurrence: FeatureFamily {
  /// | setting | default | range | meaning |
  /// |---|---|---|---|
  /// | `aggregations` | [3D_mrg] | | see `DirectionalAggregation` |
  /// | `distances` | [1] | 1...64 | the direction vectors are multiplied by each |
  /// | `weighting` | none | | weight of a direction's matrix where matrices are merged |
  /// | `weightingNorm` | euclidean | | norm of the length that the weight depends on |
  package struct Parameters: ParameterSet {
    package var aggregations = ["3D_mrg"]
    package var distances = [1]
    package var weighting = CooccurrenceWeighting.none
    package var weightingNorm = StepNorm.euclidean

    package init() {}

    package static let fields: [Field<Self>] = [
      .texts(
        "aggregations", \.aggregations,
        "How values of slices and directions become one, any of: 2D_avg, 2D_mrg, 2.5D_dir,"
          + " 2.5D_mrg, 3D_avg, 3D_mrg. One set of columns each."),
      .integers(
        "distances", \.distances, in: 1...maximumDistance, count: 1...maximumDistance,
        "Chebyshev distances between the voxels of a pair: multiples of the 13 (in slices 4)"
          + " directions."),
      .choice(
        "weighting", \.weighting,
        "Weight of a direction in merged matrices: none, inverse (1 / length) or gaussian"
          + " (exp(-length^2)), length in voxels. IBSI advises against it."),
      .choice(
        "weightingNorm", \.weightingNorm, "Norm of the length of a step, for weighting."),
    ]
  }

  package static let id: ComponentID = "cm"
  package static let summary = "IBSI grey level co-occurrence: pairs of neighbouring grey levels."
  package static let scope = FeatureScope.perResponse
  package static let profiles: Set<Profile> = [.ibsi]
  package static let columns = makeColumns(
    features, for: [DirectionalAggregation.volumeMerged])
  package let parameters: Parameters
  private let aggregations: [DirectionalAggregation]

  package init(_ parameters: Parameters) throws(InvalidInput) {
    try checkDistances(parameters.distances)
    aggregations = try DirectionalAggregation.decode(parameters.aggregations)
    self.parameters = parameters
  }

  package var columns: [FeatureDescriptor] { makeColumns(Self.features, for: aggregations) }

  static let features: [FeatureDescriptor] = [
    .init("joint_max", ibsi: "GYBY", "largest p"),
    .init("joint_avg", ibsi: "60VM", "sum p i"),
    .init("joint_var", ibsi: "UR99", "sum p (i - mean)^2"),
    .init("joint_entr", ibsi: "TU9B", "-sum p log2 p, bits"),
    .init("diff_avg", ibsi: "TF7R", "mean of |i - j|"),
    .init("diff_var", ibsi: "D3YU", "variance of |i - j|"),
    .init("diff_entr", ibsi: "NTRS", "entropy of |i - j|, bits"),
    .init("sum_avg", ibsi: "ZGXS", "mean of i + j"),
    .init("sum_var", ibsi: "OEEB", "variance of i + j"),
    .init("sum_entr", ibsi: "P6QZ", "entropy of i + j, bits"),
    .init("energy", ibsi: "8ZQL", "sum p^2"),
    .init("contrast", ibsi: "ACUI", "sum p (i - j)^2"),
    .init("dissimilarity", ibsi: "8S9J", "sum p |i - j|"),
    .init("inv_diff", ibsi: "IB1Z", "sum p / (1 + |i - j|)"),
    .init("inv_diff_norm", ibsi: "NDRX", "sum p / (1 + |i - j| / Ng)"),
    .init("inv_diff_mom", ibsi: "WF0Z", "sum p / (1 + (i - j)^2)"),
    .init("inv_diff_mom_norm", ibsi: "1QCO", "sum p / (1 + (i - j)^2 / Ng^2)"),
    .init("inv_var", ibsi: "E8JP", "sum p / (i - j)^2 over i != j"),
    .init("corr", ibsi: "NI2N", "sum p (i - mean)(j - mean) / variance; 1 where that is 0"),
    .init("auto_corr", ibsi: "QWB0", "sum p i j"),
    .init("clust_tend", ibsi: "DG8W", "sum p (i + j - 2 mean)^2"),
    .init("clust_shade", ibsi: "7NFM", "sum p (i + j - 2 mean)^3"),
    .init("clust_prom", ibsi: "AE86", "sum p (i + j - 2 mean)^4"),
    .init("info_corr1", ibsi: "R8DG", "(HXY - HXY1) / HX; 0 where HX is 0"),
    .init("info_corr2", ibsi: "JN9H", "(1 - exp(-2 (HXY2 - HXY)))^(1/2)"),
  ]

  /// - Throws: when the region has more than 4,096 different grey levels.
  package func values(of region: Region) throws(FeatureError) -> [Double] {
    let grey = try region.levels()
    let n = grey.present.count
    guard n <= Self.levelLimit else {
      throw FeatureError("\(n) grey levels are too many for a co-occurrence matrix (4,096)")
    }
    let volume = try region.compactLevels(margin: parameters.distances.max() ?? 1)
    let scratch = UnsafeMutablePointer<UInt32>.allocate(capacity: 2 * (n + 1) * (n + 1))
    defer { scratch.deallocate() }
    let (weighting, norm) = (parameters.weighting, parameters.weightingNorm)
    return DirectionalMatrices(
      aggregations: aggregations, featureCount: Self.features.count,
      sliceSteps: parameters.distances.flatMap {
        NeighbourSteps.directions(inSlices: true, distance: $0)
      },
      volumeSteps: parameters.distances.flatMap {
        NeighbourSteps.directions(inSlices: false, distance: $0)
      },
      weight: { step in
        let length = norm.length(step)
        return switch weighting {
        case .none: 1
        case .inverse: 1 / length
        case .gaussian: exponential(-length * length)
        }
      },
      matrix: { part, step in
        [Double](unsafeUninitializedCapacity: n * n) { buffer, filled in
          CooccurrenceCounts.count(
            volume, mask: part, levelCount: n, direction: step, scratch: scratch,
            into: buffer.baseAddress!)
          filled = n * n
        }
      },
      features: { counts in
        IBSICooccurrenceStatistics(levels: grey.present, counts: counts)?.values()
      }
    ).values(of: region.mask)
  }

  /// A matrix of this order takes 128 MiB.
  private static let levelLimit = 4096
}
