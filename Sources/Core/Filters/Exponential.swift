internal import Glibc
package import Components
internal import Imaging

/// PyRadiomics' image type `Exponential`: f(x) = exp(c x) with c = log(max |x|) / max |x|, the
/// maximum over the whole working image; float64. NumPy's exponential depends on the processor in
/// the last bit; this is the C library's.
///
/// An image of zeros has no response.
package struct ExponentialFilter: ImageFilter {
  /// Nothing can be set.
  package struct Parameters: ParameterSet {
    package init() {}
    package static let fields: [Field<Parameters>] = []
  }

  package static let id: ComponentID = "exponential"
  package static let summary =
    "Exponential of the intensities, scaled to the range of the image."

  package let parameters: Parameters
  package init(_ parameters: Parameters) throws(InvalidInput) { self.parameters = parameters }

  package var responseNames: [String] { ["exponential"] }
  package var reach: SIMD3<Int>? { nil }

  package func forEachResponse<Failure: Error>(
    of input: FilterInput,
    _ body: (String, Result<FilterImage, FilterError>) throws(Failure) -> Void
  ) throws(Failure) {
    let maximum = input.largestMagnitude()
    let coefficient = log(maximum) / maximum
    guard maximum > 0, coefficient.isFinite else {
      try body("exponential", .failure(FilterError("exponential: all voxels of the image are 0")))
      return
    }
    var values = input.boxValues()
    values.withUnsafeMutableBufferPointer { x in
      let count = x.count
      var i = 0
      while i < count {
        x[i] = exp(coefficient * x[i])
        i &+= 1
      }
    }
    try body("exponential", .success(FilterImage(pixelType: .float64, values: values)))
  }
}
