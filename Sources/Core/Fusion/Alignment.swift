package import Components
package import Imaging

/// `align:` of an image in a study file: the image is interpolated onto the grid of another image
/// of the study.
///
/// Both images are taken to be in one physical space already, as those of a PET/CT scanner are.
/// There is no registration: images of different examinations have to be registered beforehand.
///
/// | setting | default | range | meaning |
/// |---|---|---|---|
/// | `to` | "" | image name | the image whose grid is taken |
/// | `interpolator` | linear | bspline, linear, nearest | values between voxel centres |
/// | `outside` | 0 | finite | value where the image does not reach |
/// | `minimumOverlap` | 0.5 | 0...1 | least share of the VOI's box that the image covers |
package struct AlignParameters: ParameterSet {
  package var to = ""
  package var interpolator = Interpolator.linear
  package var outside = 0.0
  package var minimumOverlap = 0.5

  package init() {}

  package static let fields: [Field<Self>] = [
    .text("to", \.to, "Name of the image of the study whose grid is taken."),
    .choice("interpolator", \.interpolator, "How values between voxel centres are found."),
    .number(
      "outside", \.outside,
      in: -Double.greatestFiniteMagnitude...Double.greatestFiniteMagnitude,
      "Value of voxels that lie outside the image."),
    .number(
      "minimumOverlap", \.minimumOverlap, in: 0...1,
      "Least share of the voxels of a VOI's box that has to lie in the image."),
  ]

  /// - Throws: where no image is named.
  package func check() throws(InvalidInput) {
    if to.isEmpty {
      throw InvalidInput("to", "the name of an image of the study is needed")
    }
  }
}

extension AlignParameters {
  /// The image on another grid, in its own pixel type, with the bits of ITK 5.4's
  /// `ResampleImageFilter` (integers are truncated). An image that is on the grid already stays as
  /// it is.
  /// - Throws: where no voxel of the grid lies in the image.
  package func align(_ image: Volume, onto target: Grid) throws(FusionError) -> Volume {
    if image.grid == target { return image }
    let whole = IndexBox(lower: .zero, size: target.size)
    let covered = Self.coverage(of: image.grid, on: target, box: whole)
    guard covered.contains(1) else {
      throw FusionError(
        "the images do not overlap at all: the image to be aligned lies in "
          + "\(extent(image.grid)), the other one in \(extent(target))")
    }
    let sampler = ImageSampler(image, interpolator: interpolator)
    var values = sampler.values(onto: target, box: whole)
    if outside != 0 {
      for index in values.indices where covered[index] == 0 { values[index] = outside }
    }
    return Volume(grid: target, values: values, as: image.pixelType)
  }

  /// Checks that an image reaches far enough into a VOI's box.
  ///
  /// - Parameters:
  ///   - image: the grid of the image before it was aligned.
  ///   - target: the grid that `box` is on.
  ///   - name: of the VOI, such as "label 1".
  /// - Throws: where less than `minimumOverlap` of the box lies in the image.
  package func checkOverlap(
    of image: Grid, on target: Grid, box: IndexBox, named name: String
  ) throws(FusionError) {
    let share = Self.overlap(of: image, on: target, box: box)
    if share == 0 {
      throw FusionError(
        "the box of the VOI (\(name)) and the aligned image do not overlap at all; the image lies "
          + "in \(extent(image))")
    }
    if share < minimumOverlap {
      throw FusionError(
        "the aligned image covers \(share) of the voxels of the VOI's box (\(name)); "
          + "minimumOverlap is \(minimumOverlap)")
    }
  }

  /// Share of the voxels of a box whose centres lie in an image (at most half a voxel outside its
  /// outer centres), 0...1.
  package static func overlap(of image: Grid, on target: Grid, box: IndexBox) -> Double {
    precondition(box.voxelCount > 0, "a box has voxels")
    let covered = coverage(of: image, on: target, box: box)
    return Double(covered.count { $0 != 0 }) / Double(covered.count)
  }

  /// 1 for each voxel of the box that lies in the image, 0 for the others: an image of ones,
  /// sampled as the image itself is.
  private static func coverage(of image: Grid, on target: Grid, box: IndexBox) -> [Double] {
    let ones = Volume(
      grid: image, voxels: .uint8([UInt8](repeating: 1, count: image.voxelCount)))
    return ImageSampler(ones, interpolator: .nearest).values(onto: target, box: box)
  }
}

/// "(-10.0, 0.0, 5.0) to (10.0, 20.0, 30.0) mm": outer voxel centres, LPS.
private func extent(_ grid: Grid) -> String {
  let transform = GridTransform(grid)
  let last = grid.size &- SIMD3(repeating: 1)
  var low = SIMD3<Double>(repeating: .infinity)
  var high = -low
  for corner in 0..<8 {
    let index = SIMD3(
      corner & 1 == 0 ? 0 : last.x, corner & 2 == 0 ? 0 : last.y, corner & 4 == 0 ? 0 : last.z)
    let point = transform.physicalPoint(ofIndex: index)
    low = pointwiseMin(low, point)
    high = pointwiseMax(high, point)
  }
  return "(\(low.x), \(low.y), \(low.z)) to (\(high.x), \(high.y), \(high.z)) mm"
}
