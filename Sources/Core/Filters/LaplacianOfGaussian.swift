package import Components
internal import Imaging

/// `log:` of a study file.
///
/// | Setting | Default | Range | Meaning |
/// |---|---|---|---|
/// | `sigma` | [1, 2, 3, 4, 5] | > 0, 1 to 32 of them | width of the Gaussian, mm |
package struct LaplacianOfGaussianParameters: ParameterSet {
  package var sigma: [Double] = [1, 2, 3, 4, 5]

  package init() {}

  package static let fields: [Field<LaplacianOfGaussianParameters>] = [
    .numbers(
      "sigma", \.sigma, in: 0.001...1000, count: 1...32, "widths of the Gaussian, mm; each once")
  ]
}

/// Laplacian of Gaussian, as PyRadiomics 3.0.1 asks SimpleITK for it: the sum of the three second
/// derivatives of the smoothed image times sigma squared, by recursive filters.
///
/// Each pass is computed in double precision and stored as float32, as is the sum, as in ITK 5.4's
/// `LaplacianRecursiveGaussianImageFilter`. The image continues with its outermost values, so a
/// response depends on how far the working image reaches.
package struct LaplacianOfGaussianFilter: ImageFilter {
  package static let id: ComponentID = "log"
  package static let summary =
    "Laplacian of Gaussian (ITK's recursive filter), one image per sigma; blobs and edges of a size."

  package let parameters: LaplacianOfGaussianParameters

  package init(_ parameters: LaplacianOfGaussianParameters) throws(InvalidInput) {
    var seen: Set<Double> = []
    for sigma in parameters.sigma where !seen.insert(sigma).inserted {
      throw InvalidInput("sigma", "\(sigma) is given twice")
    }
    self.parameters = parameters
  }

  package var responseNames: [String] { parameters.sigma.map(Self.name) }
  package var reach: SIMD3<Int>? { nil }

  /// PyRadiomics' name for a sigma that Python holds as a float: `log-sigma-2-0-mm-3D`.
  private static func name(_ sigma: Double) -> String {
    "log-sigma-\("\(sigma)".split(separator: ".").joined(separator: "-"))-mm-3D"
  }

  package func forEachResponse<Failure: Error>(
    of input: FilterInput,
    _ body: (String, Result<FilterImage, FilterError>) throws(Failure) -> Void
  ) throws(Failure) {
    for sigma in parameters.sigma {
      if let reason = Self.obstacle(sigma, input) {
        try body(Self.name(sigma), .failure(reason))
      } else {
        let values = LaplacianOfGaussian(sigma: sigma, spacing: input.spacing).response(of: input)
        try body(
          Self.name(sigma), .success(FilterImage(pixelType: .float32, values: values)))
      }
    }
  }

  /// PyRadiomics' conditions: at least 4 voxels along each axis, and ceil(sigma / spacing) + 1.
  private static func obstacle(_ sigma: Double, _ input: FilterInput) -> FilterError? {
    for axis in 0..<3 {
      let count = input.size[axis]
      let needed = max(4, (sigma / input.spacing[axis]).rounded(.up) + 1)
      if Double(count) < needed {
        let letter = ["x", "y", "z"][axis]
        return FilterError(
          "the image has \(count) voxels of \(input.spacing[axis]) mm along \(letter); LoG with "
            + "sigma \(sigma) mm needs at least \(Int(needed))")
      }
    }
    return nil
  }
}
