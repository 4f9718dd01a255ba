package import Components
package import Imaging

/// Neighbourhood grey tone difference matrix. Amadasun & King 1989; IBSI manual section 3.10.
package struct NGTDM: FeatureFamily {
  /// | setting | default | meaning |
  /// |---|---|---|
  /// | `distances` | [1] | neighbours, in voxels (infinity norm) |
  package struct Parameters: ParameterSet {
    package var distances = [1]

    package init() {}

    package static let fields: [Field<Self>] = [
      .integers(
        "distances", \.distances, in: 1...maximumDistance, count: 1...maximumDistance,
        "Distances of neighbours, in voxels (largest component).")
    ]
  }

  package static let id: ComponentID = "ngtdm"
  package static let summary =
    "Neighbourhood grey tone differences: levels against their surroundings."
  package static let scope = FeatureScope.perResponse
  package static let profiles: Set<Profile> = [.pyradiomics]
  package let parameters: Parameters

  package init(_ parameters: Parameters) throws(InvalidInput) {
    try checkDistances(parameters.distances)
    self.parameters = parameters
  }

  package static let columns: [FeatureDescriptor] = [
    .init("Busyness", ibsi: "NQ30", "sum p s / sum |i p(i) - j p(j)|; 0 where that is 0"),
    .init("Coarseness", ibsi: "QCDE", "1 / sum p s; 1e6 where the sum is 0"),
    .init("Complexity", ibsi: "HDEZ", "sum |i - j| (p s + p s) / (p + p) / N"),
    .init("Contrast", ibsi: "65HE", "sum p p (i - j)^2 sum s / (N Ngp (Ngp - 1)); 0 for one level"),
    .init("Strength", ibsi: "1X9X", "sum (p + p)(i - j)^2 / sum s; 0 where sum s is 0"),
  ]

  package func values(of region: Region) throws(FeatureError) -> [Double] {
    let grey = try region.levels()
    let s = try region.neighbourSums(distances: parameters.distances, alpha: nil).difference
    let n = Double(region.voxelCount)
    let p = grey.counts.map { Double($0) / n }
    let i = grey.present.map { Double($0) }
    let pairs = Self.pairs(i, p, s)
    var (product, sum) = (0.0, 0.0)
    for k in s.indices {
      product += p[k] * s[k]
      sum += s[k]
    }
    let count = Double(i.count)
    let combinations = count * (count - 1)
    let contrast = pairs.contrast * sum / n
    return [
      pairs.busyness == 0 ? 0 : product / pairs.busyness, product == 0 ? 1e6 : 1 / product,
      pairs.complexity / n, combinations == 0 ? 0 : contrast / combinations,
      sum == 0 ? 0 : pairs.strength / sum,
    ]
  }

  private struct Pairs {
    var busyness = 0.0
    var complexity = 0.0
    var contrast = 0.0
    var strength = 0.0
  }

  /// Sums over ordered pairs of levels; every unordered pair is visited once.
  private static func pairs(_ i: [Double], _ p: [Double], _ s: [Double]) -> Pairs {
    let products = zip(p, s).map { $0 * $1 }
    let weighted = zip(i, p).map { $0 * $1 }
    var (busyness, complexity, contrast, strength) = (0.0, 0.0, 0.0, 0.0)
    for a in i.indices {
      var b = a + 1
      while b < i.count {
        let d = i[b] - i[a]
        let d2 = d * d
        let both = p[a] + p[b]
        busyness += abs(weighted[a] - weighted[b])
        complexity += d * (products[a] + products[b]) / both
        contrast += p[a] * p[b] * d2
        strength += both * d2
        b += 1
      }
    }
    return Pairs(
      busyness: 2 * busyness, complexity: 2 * complexity, contrast: 2 * contrast,
      strength: 2 * strength)
  }
}
