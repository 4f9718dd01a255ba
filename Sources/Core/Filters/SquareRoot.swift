package import Components
internal import Imaging

/// PyRadiomics' image type `SquareRoot`: f(x) = sign(x) sqrt(c |x|) with c = max |x| over the whole
/// working image; float64.
package struct SquareRootFilter: ImageFilter {
  /// Nothing can be set.
  package struct Parameters: ParameterSet {
    package init() {}
    package static let fields: [Field<Parameters>] = []
  }

  package static let id: ComponentID = "squareroot"
  package static let summary =
    "Square root of the absolute intensities with their sign, scaled to the range of the image."

  package let parameters: Parameters
  package init(_ parameters: Parameters) throws(InvalidInput) { self.parameters = parameters }

  package var responseNames: [String] { ["squareroot"] }
  package var reach: SIMD3<Int>? { nil }

  package func forEachResponse<Failure: Error>(
    of input: FilterInput,
    _ body: (String, Result<FilterImage, FilterError>) throws(Failure) -> Void
  ) throws(Failure) {
    let maximum = input.largestMagnitude()
    var values = input.boxValues()
    values.withUnsafeMutableBufferPointer { x in
      let count = x.count
      var i = 0
      while i < count {
        let root = (abs(x[i]) * maximum).squareRoot()
        x[i] = x[i] < 0 ? -root : root
        i &+= 1
      }
    }
    try body("squareroot", .success(FilterImage(pixelType: .float64, values: values)))
  }
}
