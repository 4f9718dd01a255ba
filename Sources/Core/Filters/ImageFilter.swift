package import Components
package import Imaging

/// A response could not be computed, for a reason that the user should read.
package struct FilterError: Error, Hashable, Sendable, CustomStringConvertible {
  package var message: String
  package init(_ message: String) { self.message = message }
  package var description: String { message }
}

/// What a filter reads: the working image, and where in it the response is wanted.
///
/// The working image is what PyRadiomics hands to its filters: the resampled image of the VOI's
/// padded box, or the whole image where nothing is resampled. A filter's values are those of
/// filtering all of it; only those inside `box` are returned.
package struct FilterInput: Sendable {
  /// Voxels have the exact type in which PyRadiomics computes.
  package let image: Volume
  /// Where the response is wanted, on the grid of `image`: the VOI's bounding box, or a larger one
  /// that several VOIs share. Not empty.
  package let box: IndexBox
  /// `box.voxelCount` values, x fastest: 1 inside the VOI, 0 outside.
  package let mask: [UInt8]

  /// - Precondition: `box` lies in the image, and `mask` has its number of voxels.
  package init(image: Volume, box: IndexBox, mask: [UInt8]) {
    precondition(
      IndexBox(lower: .zero, size: image.grid.size).contains(box) && box.voxelCount > 0,
      "the box lies in the image")
    precondition(mask.count == box.voxelCount, "one mask value for each voxel of the box")
    self.image = image
    self.box = box
    self.mask = mask
  }

  /// Number of voxels of the working image along (x, y, z).
  package var size: SIMD3<Int> { image.grid.size }
  /// mm, (x, y, z).
  package var spacing: SIMD3<Double> { image.grid.spacing }
  package var pixelType: PixelType { image.pixelType }

  /// All values of the working image, x fastest.
  package func wholeValues() -> [Double] {
    image.values(in: IndexBox(lower: .zero, size: size))
  }

  /// The values in `box`, x fastest.
  package func boxValues() -> [Double] { image.values(in: box) }
}

/// One response in the box of its `FilterInput`.
package struct FilterImage: Sendable {
  /// The type of PyRadiomics' response image; histogram edges depend on it.
  package var pixelType: PixelType
  /// `box.voxelCount` values, x fastest, each an exact value of `pixelType`.
  package var values: [Double]

  package init(pixelType: PixelType, values: [Double]) {
    self.pixelType = pixelType
    self.values = values
  }
}

/// An image type in PyRadiomics' sense: a filter with one or more responses. One file, one line in
/// `Catalog`.
package protocol ImageFilter: Component {
  /// PyRadiomics' names of all responses, which prefix the columns (`wavelet-LLH`), in the order
  /// in which `forEachResponse` gives them. They follow from the parameters alone.
  var responseNames: [String] { get }

  /// How many voxels beyond its own a response reads along (x, y, z); nil where it depends on the
  /// entire working image (its maximum, a recursive filter). VOIs whose boxes are padded by at
  /// least `reach` can share one response.
  var reach: SIMD3<Int>? { get }

  /// Computes the responses one after the other, so that no more than one has to be held, and
  /// gives each to `body` with its name: all of `responseNames`, in order. A response that the
  /// image does not allow (a sigma larger than it) comes with the reason instead.
  ///
  /// - Throws: what `body` throws; nothing is computed after that.
  func forEachResponse<Failure: Error>(
    of input: FilterInput,
    _ body: (String, Result<FilterImage, FilterError>) throws(Failure) -> Void
  ) throws(Failure)
}
