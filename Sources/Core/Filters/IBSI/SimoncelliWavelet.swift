package import Components
internal import Imaging

/// `wavelet-simoncelli:` of a study file.
///
/// | Setting | Default | Range | Meaning |
/// |---|---|---|---|
/// | `levels` | [1] | 1...8, 1 to 8 of them | bands; each is an octave below the one before |
/// | `dimension` | 3 | 2, 3 | 2: slice by slice in the axial plane |
/// | `boundary` | mirror | zero, nearest, periodic, mirror | how the image continues |
package struct SimoncelliWaveletParameters: ParameterSet {
  package var levels = [1]
  package var dimension = 3
  package var boundary = BoundaryCondition.mirror

  package init() {}

  package static let fields: [Field<SimoncelliWaveletParameters>] = [
    .integers("levels", \.levels, in: 1...8, count: 1...8, "bands, each an octave lower"),
    .integer("dimension", \.dimension, in: 2...3, "2: slice by slice in the axial plane"),
    .choice("boundary", \.boundary, "how the image continues outside itself"),
  ]
}

/// Non-separable Simoncelli wavelets, the band-pass (B) maps; see `SimoncelliBand` and
/// `SimoncelliGrid`.
///
/// The transform itself is periodic, as are IBSI 2's reference maps of phase 1. For any other
/// boundary the image is continued by `32 2^(level - 1)` voxels on each side, or to twice its size if
/// that is less, before the transform. Responses: `wavelet-simoncelli-3D-B1`.
package struct SimoncelliWaveletFilter: ImageFilter {
  package static let id: ComponentID = "wavelet-simoncelli"
  package static let summary = "Non-separable Simoncelli wavelets (IBSI 2), one image per level."

  package let parameters: SimoncelliWaveletParameters

  package init(_ parameters: SimoncelliWaveletParameters) throws(InvalidInput) {
    let problems =
      repetitions(of: parameters.levels, in: "levels") { "\($0)" }
      + parameters.levels.filter { !(1...8).contains($0) }.map {
        Problem("levels", "\($0) is not in 1...8")
      }
    if !problems.isEmpty { throw InvalidInput(problems) }
    self.parameters = parameters
  }

  package var responseNames: [String] { parameters.levels.map(name) }
  package var reach: SIMD3<Int>? { nil }

  private func name(_ level: Int) -> String {
    "wavelet-simoncelli-\(parameters.dimension)D-B\(level)"
  }

  package func forEachResponse<Failure: Error>(
    of input: FilterInput,
    _ body: (String, Result<FilterImage, FilterError>) throws(Failure) -> Void
  ) throws(Failure) {
    for level in parameters.levels {
      let dimension = parameters.dimension
      if let reason = SimoncelliBand.obstacle(level, in: input.size, dimension: dimension) {
        try body(name(level), .failure(reason))
      } else {
        let filter = SpectralFilter(
          imageSize: input.size, dimension: dimension, boundary: parameters.boundary,
          width: SimoncelliBand.margin(level))
        let function = SimoncelliFunction(
          band: SimoncelliBand(level: level), grid: SimoncelliGrid(size: filter.size))
        let values = filter.response(of: input, to: function)
        try body(name(level), .success(FilterImage(pixelType: .float64, values: values)))
      }
    }
  }
}
