package import Components
internal import Filters
package import Imaging
internal import Numerics

/// How two images become one.
package enum FusionMethod: String, Hashable, Sendable, CaseIterable {
  case weighted, wavelet
}

/// What is done to each image before it is fused.
package enum FusionNormalisation: String, Hashable, Sendable, CaseIterable {
  case zscore, minmax, none
}

/// Which voxels mean, deviation, minimum and maximum are of.
package enum FusionStatistics: String, Hashable, Sendable, CaseIterable {
  case image
  case box = "voi-box"
}

/// How two detail coefficients become one.
package enum DetailRule: String, Hashable, Sendable, CaseIterable {
  case largestMagnitude = "largest-magnitude"
  case mean
}

/// `fusion:` of an image in a study file: the image is made of two others, which are on one grid.
///
/// With N1 and N2, the normalised images:
/// - `zscore`: N = (I - mean) / SD, with the SD that divides by the number of voxels;
/// - `minmax`: N = (I - minimum) / (maximum - minimum), beyond 0...1 outside `voi-box`;
/// - `weighted`: F = w N1 + (1 - w) N2;
/// - `wavelet`: F is the inverse of the undecimated wavelet transform (`StationaryWavelet`) whose
///   approximation is w A1 + (1 - w) A2 and whose details are either the one of D1 and D2 that is
///   larger in magnitude (D1 where they are equal) or (D1 + D2) / 2.
///
/// | setting | default | range | meaning |
/// |---|---|---|---|
/// | `of` | [] | two image names | the images; the first has the weight |
/// | `method` | weighted | weighted, wavelet | |
/// | `weight` | 0.5 | 0...1 | w |
/// | `normalise` | zscore | zscore, minmax, none | |
/// | `over` | image | image, voi-box | voxels that the normalisation's statistics come from |
/// | `wavelet` | coif1 | PyWavelets' discrete names | filter bank |
/// | `levels` | 1 | 1...4 | decompositions |
/// | `details` | largest-magnitude | largest-magnitude, mean | rule for detail coefficients |
package struct FusionParameters: ParameterSet {
  package var of: [String] = []
  package var method = FusionMethod.weighted
  package var weight = 0.5
  package var normalise = FusionNormalisation.zscore
  package var over = FusionStatistics.image
  package var wavelet = "coif1"
  package var levels = 1
  package var details = DetailRule.largestMagnitude

  package init() {}

  package static let fields: [Field<Self>] = [
    .texts("of", \.of, "Names of the two images, on one grid (see align)."),
    .choice("method", \.method, "Weighted sum of voxels, or of wavelet coefficients."),
    .number("weight", \.weight, in: 0...1, "Weight of the first image."),
    .choice("normalise", \.normalise, "What makes the two images comparable."),
    .choice("over", \.over, "Voxels from which the normalisation takes its statistics."),
    .text("wavelet", \.wavelet, "Wavelet by PyWavelets' name; method wavelet."),
    .integer("levels", \.levels, in: 1...4, "Levels of decomposition; method wavelet."),
    .choice(
      "details", \.details,
      "Which detail coefficients are kept: the larger ones, or means; method wavelet."),
  ]

  /// - Throws: where `of` does not name two different images, and where there is no such wavelet.
  package func check() throws(InvalidInput) {
    var problems: [Problem] = []
    if of.count != 2 || of.contains("") {
      problems.append(Problem("of", "expected the names of two images, found \(of)"))
    } else if of[0] == of[1] {
      problems.append(Problem("of", "\"\(of[0])\" is named twice; an image is made of two others"))
    }
    if WaveletFilterBank(named: wavelet) == nil {
      let names = WaveletFilterBank.names
      let hint = nearest(to: wavelet, in: names).map { "; did you mean \"\($0)\"?" } ?? ""
      problems.append(
        Problem(
          "wavelet",
          "unknown wavelet \"\(wavelet.prefix(60))\"\(hint) (valid: "
            + "\(names.joined(separator: ", ")))"))
    }
    if !problems.isEmpty { throw InvalidInput(problems) }
  }
}

extension FusionParameters {
  /// Fuses two images that are on one grid.
  ///
  /// - Parameters:
  ///   - first, second: images of any type, in the order of `of`.
  ///   - box: the VOI's box on their grid; only read where `over` is `voi-box`.
  /// - Returns: a float64 image on the grid of `first`.
  /// - Throws: where the grids differ, or an image has one value throughout and cannot be
  ///   normalised.
  /// - Precondition: `check` has passed.
  package func fuse(_ first: Volume, _ second: Volume, box: IndexBox? = nil) throws(FusionError)
    -> Volume
  {
    precondition(over == .image || box != nil, "the box of the VOI is needed")
    guard isOneGrid(first.grid, second.grid) else {
      throw FusionError(
        "the images to be fused are on different grids; bring one onto the other's with align:")
    }
    let statistics = over == .box ? box : nil
    let a = try normalised(first, box: statistics, name: of.first ?? "the first image")
    let b = try normalised(second, box: statistics, name: of.last ?? "the second image")
    let values: [Double]
    switch method {
    case .weighted: values = Self.mean(a, b, weight: weight)
    case .wavelet:
      guard let bank = WaveletFilterBank(named: wavelet) else {
        preconditionFailure("the wavelet has been checked")
      }
      let transform = StationaryWavelet(bank, levels: levels)
      let weight = weight
      let details = details
      values = transform.fuse(a, b, size: first.grid.size) { a, b, isDetail in
        if !isDetail { return Self.mean(a, b, weight: weight) }
        return details == .mean ? Self.mean(a, b, weight: 0.5) : Self.larger(a, b)
      }
    }
    return Volume(grid: first.grid, voxels: .float64(values))
  }

  private func isOneGrid(_ first: Grid, _ second: Grid) -> Bool {
    if first == second { return true }
    do throws(PreparationError) {
      return try GeometryParameters().accept(image: first, mask: second)
    } catch {
      return false
    }
  }

  /// - Parameter box: where the statistics come from; nil is the whole image.
  func normalised(_ image: Volume, box: IndexBox?, name: String) throws(FusionError) -> [Double] {
    let whole = IndexBox(lower: .zero, size: image.grid.size)
    var values = image.values(in: whole)
    if normalise == .none { return values }
    let sample = box.map { image.values(in: $0) } ?? values
    let count = Double(sample.count)
    var (shift, scale) = (0.0, 0.0)
    if normalise == .zscore {
      shift = PairwiseSum.sum(sample) / count
      let mean = shift
      scale = (PairwiseSum.sum(sample.map { ($0 - mean) * ($0 - mean) }) / count).squareRoot()
    } else {
      shift = sample.min() ?? 0
      scale = (sample.max() ?? 0) - shift
    }
    let isConstant = sample.allSatisfy { $0 == sample[0] }
    guard scale > 0, scale.isFinite, !isConstant else {
      throw FusionError(
        "\(name) has the same value (\(sample.first ?? 0)) throughout "
          + "\(box == nil ? "the image" : "the VOI's box") and cannot be normalised")
    }
    values.withUnsafeMutableBufferPointer { values in
      var i = 0
      while i < values.count {
        values[i] = (values[i] - shift) / scale
        i &+= 1
      }
    }
    return values
  }

  private static func mean(_ a: [Double], _ b: [Double], weight: Double) -> [Double] {
    combine(a, b) { weight * $0 + (1 - weight) * $1 }
  }

  private static func larger(_ a: [Double], _ b: [Double]) -> [Double] {
    combine(a, b) { abs($0) >= abs($1) ? $0 : $1 }
  }

  @inline(__always)
  private static func combine(
    _ a: [Double], _ b: [Double], _ rule: (Double, Double) -> Double
  ) -> [Double] {
    precondition(a.count == b.count)
    return [Double](unsafeUninitializedCapacity: a.count) { result, filled in
      a.withUnsafeBufferPointer { a in
        b.withUnsafeBufferPointer { b in
          var i = 0
          while i < a.count {
            result[i] = rule(a[i], b[i])
            i &+= 1
          }
        }
      }
      filled = a.count
    }
  }
}
