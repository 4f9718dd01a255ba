package import Components
internal import Imaging

/// PyRadiomics' image type `Square`: f(x) = (c x)^2 with c = 1 / sqrt(max |x|), the maximum over
/// the whole working image; float64. (PyRadiomics' text says that negative intensities stay
/// negative; its code, and this one, give them a positive square.)
///
/// An image of zeros has no response.
package struct SquareFilter: ImageFilter {
  /// Nothing can be set.
  package struct Parameters: ParameterSet {
    package init() {}
    package static let fields: [Field<Parameters>] = []
  }

  package static let id: ComponentID = "square"
  package static let summary =
    "Square of the intensities, scaled to the range of the image."

  package let parameters: Parameters
  package init(_ parameters: Parameters) throws(InvalidInput) { self.parameters = parameters }

  package var responseNames: [String] { ["square"] }
  package var reach: SIMD3<Int>? { nil }

  package func forEachResponse<Failure: Error>(
    of input: FilterInput,
    _ body: (String, Result<FilterImage, FilterError>) throws(Failure) -> Void
  ) throws(Failure) {
    let maximum = input.largestMagnitude()
    guard maximum > 0 else {
      try body("square", .failure(FilterError("square: all voxels of the image are 0")))
      return
    }
    let coefficient = 1 / maximum.squareRoot()
    var values = input.boxValues()
    values.withUnsafeMutableBufferPointer { x in
      let count = x.count
      var i = 0
      while i < count {
        let scaled = coefficient * x[i]
        x[i] = scaled * scaled
        i &+= 1
      }
    }
    try body("square", .success(FilterImage(pixelType: .float64, values: values)))
  }
}
