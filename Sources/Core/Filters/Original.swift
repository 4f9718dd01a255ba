package import Components
internal import Imaging

/// The image as it is prepared: PyRadiomics' image type `Original`.
package struct OriginalFilter: ImageFilter {
  /// Nothing can be set.
  package struct Parameters: ParameterSet {
    package init() {}
    package static let fields: [Field<Parameters>] = []
  }

  package static let id: ComponentID = "original"
  package static let summary = "The prepared image itself, without a filter."

  package let parameters: Parameters
  package init(_ parameters: Parameters) throws(InvalidInput) { self.parameters = parameters }

  package var responseNames: [String] { ["original"] }
  package var reach: SIMD3<Int>? { .zero }

  package func forEachResponse<Failure: Error>(
    of input: FilterInput,
    _ body: (String, Result<FilterImage, FilterError>) throws(Failure) -> Void
  ) throws(Failure) {
    try body(
      "original",
      .success(FilterImage(pixelType: input.pixelType, values: input.boxValues())))
  }
}
