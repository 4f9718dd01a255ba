package import Components
internal import Imaging

/// `wavelet-separable:` of a study file.
///
/// | Setting | Default | Range | Meaning |
/// |---|---|---|---|
/// | `wavelet` | db3 | PyWavelets' discrete names | filter bank |
/// | `maps` | [LLH] | L and H, two or three letters, 1 to 16 maps | low or high pass along x, y, z |
/// | `levels` | [1] | 1...8, 1 to 8 of them | decomposition levels that are given |
/// | `dimension` | 3 | 2, 3 | 2: slice by slice in the axial plane, maps of two letters |
/// | `rotationInvariant` | true | | pool the responses to all right-angle rotations |
/// | `pooling` | average | max, average, min | how they are pooled |
/// | `boundary` | mirror | zero, nearest, periodic, mirror | how image and response continue |
package struct SeparableWaveletParameters: ParameterSet {
  package var wavelet = "db3"
  package var maps = ["LLH"]
  package var levels = [1]
  package var dimension = 3
  package var rotationInvariant = true
  package var pooling = Pooling.average
  package var boundary = BoundaryCondition.mirror

  package init() {}

  package static let fields: [Field<SeparableWaveletParameters>] = [
    .text(
      "wavelet", \.wavelet,
      "haar, db1-db38, sym2-sym20, coif1-coif17, dmey, bior or rbio 1.1-6.8"),
    .texts("maps", \.maps, "low (L) or high (H) pass along x, y, z, such as LLH; LH in 2D"),
    .integers("levels", \.levels, in: 1...8, count: 1...8, "decomposition levels that are given"),
    .integer("dimension", \.dimension, in: 2...3, "2: slice by slice in the axial plane"),
    .flag("rotationInvariant", \.rotationInvariant, "pool the responses to all rotations"),
    .choice("pooling", \.pooling, "how the responses to all rotations are pooled"),
    .choice("boundary", \.boundary, "how image and response continue outside themselves"),
  ]
}

/// Undecimated separable wavelet transform (a trous); IBSI 2 reference manual, "Separable wavelets".
///
/// Level n filters the low-pass response of level n - 1, along x, then y, then z, with the
/// decomposition filters, between whose coefficients 2^(n-1) - 1 zeros are set. A rotation turns
/// the filters of all levels. The widened filter may not be longer than the image: every level
/// doubles it. Responses: `wavelet-separable-db3-LLH-1-rot3D-avg`, `wavelet-separable-haar-HH-2`.
package struct SeparableWaveletFilter: ImageFilter {
  package static let id: ComponentID = "wavelet-separable"
  package static let summary =
    "Undecimated separable wavelets (IBSI 2), one image per map and level."

  package let parameters: SeparableWaveletParameters
  private let transform: SeparableWaveletTransform

  package init(_ parameters: SeparableWaveletParameters) throws(InvalidInput) {
    let bank = WaveletFilterBank(named: parameters.wavelet)
    var problems = repetitions(of: parameters.maps, in: "maps") { $0 }
    problems += repetitions(of: parameters.levels, in: "levels") { "\($0)" }
    if bank == nil {
      let hint = nearest(to: parameters.wavelet, in: WaveletFilterBank.names)
        .map { "; did you mean \"\($0)\"?" }
      problems.append(
        Problem(
          "wavelet",
          "unknown wavelet \"\(parameters.wavelet.prefix(60))\"\(hint ?? "") (valid: haar, "
            + "db1-db38, sym2-sym20, coif1-coif17, dmey, bior or rbio 1.1-6.8)"))
    }
    if !(1...16).contains(parameters.maps.count) {
      problems.append(Problem("maps", "expected 1 to 16 maps, found \(parameters.maps.count)"))
    }
    for map in parameters.maps
    where map.count != parameters.dimension || !map.allSatisfy({ "LH".contains($0) }) {
      problems.append(
        Problem(
          "maps",
          "\"\(map.prefix(60))\" is not \(parameters.dimension) letters L or H, one for each "
            + "dimension"))
    }
    for level in parameters.levels where !(1...8).contains(level) {
      problems.append(Problem("levels", "\(level) is not in 1...8"))
    }
    guard problems.isEmpty, let bank else { throw InvalidInput(problems) }
    self.parameters = parameters
    transform = SeparableWaveletTransform(bank, parameters)
  }

  package var responseNames: [String] { maps.map(name) }

  /// All maps of the first level, then of the next.
  private var maps: [(map: String, level: Int)] {
    parameters.levels.flatMap { level in parameters.maps.map { (map: $0, level: level) } }
  }

  private func name(_ map: String, _ level: Int) -> String {
    let name = "wavelet-separable-\(parameters.wavelet.lowercased())-\(map)-\(level)"
    return parameters.rotationInvariant
      ? name + "-rot\(parameters.dimension)D-\(parameters.pooling.shortName)" : name
  }

  package var reach: SIMD3<Int>? {
    if parameters.boundary == .periodic { return nil }
    var reach = SIMD3<Int>.zero
    for level in 1...(parameters.levels.max() ?? 1) {
      // The response reads at most half a filter, in either direction once it is mirrored.
      for axis in 0..<parameters.dimension { reach[axis] += transform.length(at: level) / 2 }
    }
    return reach
  }

  package func forEachResponse<Failure: Error>(
    of input: FilterInput,
    _ body: (String, Result<FilterImage, FilterError>) throws(Failure) -> Void
  ) throws(Failure) {
    for (map, level) in maps {
      if let reason = obstacle(level, input.size) {
        try body(name(map, level), .failure(reason))
      } else {
        let values = transform.response(map, level: level, of: input)
        try body(name(map, level), .success(FilterImage(pixelType: .float64, values: values)))
      }
    }
  }

  private func obstacle(_ level: Int, _ size: SIMD3<Int>) -> FilterError? {
    let length = transform.length(at: level)
    for axis in 0..<parameters.dimension where size[axis] < length {
      let letter = ["x", "y", "z"][axis]
      return FilterError(
        "the filter of \(parameters.wavelet) at level \(level) is \(length) voxels long; the image "
          + "has only \(size[axis]) along \(letter)")
    }
    return nil
  }
}
