internal import Glibc
package import Components
internal import Imaging

/// PyRadiomics' image type `Logarithm`: f(x) = c sign(x) log(|x| + 1) with
/// c = max |x| / log(max |x| + 1), the maximum over the whole working image; float64. NumPy's
/// logarithm depends on the processor in the last bit; this is the C library's.
///
/// An image of zeros has no response.
package struct LogarithmFilter: ImageFilter {
  /// Nothing can be set.
  package struct Parameters: ParameterSet {
    package init() {}
    package static let fields: [Field<Parameters>] = []
  }

  package static let id: ComponentID = "logarithm"
  package static let summary =
    "Logarithm of the absolute intensities + 1 with their sign, scaled to the range of the image."

  package let parameters: Parameters
  package init(_ parameters: Parameters) throws(InvalidInput) { self.parameters = parameters }

  package var responseNames: [String] { ["logarithm"] }
  package var reach: SIMD3<Int>? { nil }

  package func forEachResponse<Failure: Error>(
    of input: FilterInput,
    _ body: (String, Result<FilterImage, FilterError>) throws(Failure) -> Void
  ) throws(Failure) {
    let maximum = input.largestMagnitude()
    let scale = maximum / log(maximum + 1)
    guard maximum > 0, scale.isFinite else {
      try body("logarithm", .failure(FilterError("logarithm: all voxels of the image are 0")))
      return
    }
    var values = input.boxValues()
    values.withUnsafeMutableBufferPointer { x in
      let count = x.count
      var i = 0
      while i < count {
        let logarithm = log(abs(x[i]) + 1)
        x[i] = (x[i] < 0 ? -logarithm : logarithm) * scale
        i &+= 1
      }
    }
    try body("logarithm", .success(FilterImage(pixelType: .float64, values: values)))
  }
}
