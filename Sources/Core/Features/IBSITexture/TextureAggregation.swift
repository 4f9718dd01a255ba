internal import Components
internal import Imaging

/// A way to make one value per feature from the texture matrices of a region, under the text by
/// which study files and column names call it.
protocol TextureAggregation: RawRepresentable, CaseIterable, Hashable, Sendable
where RawValue == String {
  /// In words, for `describe`.
  var meaning: String { get }
}

/// Aggregations of matrices that belong to a direction (GLCM, GLRLM). IBSI manual section 3.6.
enum DirectionalAggregation: String, TextureAggregation {
  /// BTW3: features of every direction in every slice, averaged.
  case sliceAverage = "2D_avg"
  /// SUJT: features of one matrix per slice, averaged over slices.
  case sliceMerged = "2D_mrg"
  /// JJUI: features of one matrix per direction, averaged over directions.
  case directionMerged = "2.5D_dir"
  /// ZW7Z: features of the sum of all matrices of slices.
  case stackMerged = "2.5D_mrg"
  /// ITBB: features of every direction in three dimensions, averaged.
  case volumeAverage = "3D_avg"
  /// IAZD: features of the sum over all directions in three dimensions.
  case volumeMerged = "3D_mrg"

  var meaning: String {
    switch self {
    case .sliceAverage: "2D, averaged"
    case .sliceMerged: "2D, slice-merged"
    case .directionMerged: "2.5D, direction-merged"
    case .stackMerged: "2.5D, merged"
    case .volumeAverage: "3D, averaged"
    case .volumeMerged: "3D, merged"
    }
  }
}

/// Aggregations of matrices without direction (GLSZM, GLDZM, NGTDM, NGLDM). IBSI manual
/// section 3.8.
enum SliceAggregation: String, TextureAggregation {
  /// 8QNN: features of every slice, averaged.
  case slices = "2D"
  /// 62GR: features of the sum of the matrices of all slices.
  case stack = "2.5D"
  /// KOBO: features of the matrix in three dimensions.
  case volume = "3D"

  var meaning: String {
    switch self {
    case .slices: "2D, averaged over slices"
    case .stack: "2.5D, slices merged"
    case .volume: "3D"
    }
  }
}

extension TextureAggregation {
  static var texts: [String] { allCases.map { $0.rawValue } }

  /// The aggregations that a setting names.
  /// - Throws: an empty list, every unknown text, every text given twice.
  static func decode(_ texts: [String]) throws(InvalidInput) -> [Self] {
    let field = "aggregations"
    let valid = Self.texts.joined(separator: ", ")
    var problems: [Problem] = []
    var found: [Self] = []
    if texts.isEmpty { problems.append(Problem(field, "the list is empty (valid: \(valid))")) }
    for text in texts {
      guard let aggregation = Self(rawValue: text) else {
        problems.append(Problem(field, "unknown aggregation \"\(text)\" (valid: \(valid))"))
        continue
      }
      if found.contains(aggregation) {
        problems.append(Problem(field, "\"\(text)\" is given twice"))
      }
      found.append(aggregation)
    }
    if !problems.isEmpty { throw InvalidInput(problems) }
    return found
  }
}

/// The features of a family for each aggregation in turn: name, underscore, aggregation.
func makeColumns<Aggregation: TextureAggregation>(
  _ features: [FeatureDescriptor], for aggregations: [Aggregation]
) -> [FeatureDescriptor] {
  aggregations.flatMap { aggregation in
    features.map {
      FeatureDescriptor(
        "\($0.name)_\(aggregation.rawValue)", ibsi: $0.ibsi,
        "\($0.summary); \(aggregation.meaning)")
    }
  }
}

/// Half of the steps to neighbours: one of each pair of opposite ones, the first component (z, y, x)
/// that is not 0 positive.
enum NeighbourSteps {
  /// The direction vectors of Chebyshev distance 1, times `distance`: 13, or 4 within slices.
  static func directions(inSlices: Bool, distance: Int = 1) -> [Offset] {
    within(1, inSlices: inSlices).map {
      Offset(z: $0.z * distance, y: $0.y * distance, x: $0.x * distance)
    }
  }

  /// All voxels within a Chebyshev distance.
  static func within(_ distance: Int, inSlices: Bool) -> [Offset] {
    NeighbourhoodParameters(force2D: inSlices).directions(
      distances: Array(1...distance), size: SIMD3(repeating: distance + 1))
  }
}

extension MaskSpans {
  /// The slices (constant z) that hold voxels of the mask, each in the same box.
  func slices() -> [MaskSpans] {
    var result: [MaskSpans] = []
    var first = 0
    while first < spans.count {
      var (end, voxels) = (first, 0)
      while end < spans.count && spans[end].z == spans[first].z {
        voxels += Int(spans[end].count)
        end += 1
      }
      result.append(MaskSpans(spans: Array(spans[first..<end]), voxelCount: voxels, of: self))
      first = end
    }
    return result
  }

  private init(spans: [MaskSpan], voxelCount: Int, of whole: MaskSpans) {
    lower = whole.lower
    size = whole.size
    self.spans = spans
    self.voxelCount = voxelCount
  }
}
