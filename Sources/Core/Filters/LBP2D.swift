package import Components
internal import Glibc
internal import Imaging

/// How a local binary pattern becomes a number. Raw values are scikit-image's names.
package enum LBP2DMethod: String, Hashable, Sendable, CaseIterable {
  /// The bits as a whole number; sample 0 is the lowest bit.
  case `default`
  /// The smallest number that turning the pattern gives.
  case ror
  /// The number of ones where neighbouring bits differ at most twice, else `samples` + 1.
  case uniform
  /// A number for each of the patterns whose neighbouring bits differ at most twice.
  case nriUniform = "nri_uniform"
  /// Variance of the samples themselves.
  case `var`
}

/// PyRadiomics' image type `LBP2D`: local binary patterns on circles within the slices of an image
/// (Ojala, Pietikainen & Maenpaa 2002, "Multiresolution gray-scale and rotation invariant texture
/// classification with local binary patterns", IEEE PAMI 24, 971-987), with the values of
/// scikit-image's `local_binary_pattern`.
///
/// A sample is interpolated linearly at a point of the circle, whose radius counts pixels whatever
/// the spacing; outside the slice the image is 0. A bit is 1 where the sample is at least the
/// centre. Neighbouring bits of the methods `uniform` and `nri_uniform` do not include the last and
/// the first one, as in scikit-image.
///
/// One response, `lbp-2D`, in the type of the image: fractions of integer images are cut off, and
/// there is no response where a value does not fit the type. The variance is not defined where all
/// samples are equal: no response where that is so in the VOI, and 0 outside it.
///
/// | parameter | default | range | meaning |
/// |---|---|---|---|
/// | `radius` | 1 | (0, 100] | radius of the circle, pixels, rounded to float32 |
/// | `samples` | 8 | 1 ... 127; 31 for `default`, `ror` | points of the circle |
/// | `method` | uniform | see `LBP2DMethod` | from pattern to number |
/// | `force2Ddimension` | 0 | 0 ... 2 | array axis across the slices: 0 is z, 1 is y, 2 is x |
package struct LBP2DFilter: ImageFilter {
  package struct Parameters: ParameterSet {
    /// PyRadiomics' `lbp2DRadius`, pixels.
    package var radius = 1.0
    /// PyRadiomics' `lbp2DSamples`.
    package var samples = 8
    /// PyRadiomics' `lbp2DMethod`.
    package var method = LBP2DMethod.uniform
    /// PyRadiomics' setting of the same name; it counts whether or not `force2D` is on.
    package var force2Ddimension = 0

    package init() {}
    package static let fields: [Field<Parameters>] = [
      .number(
        "radius", \.radius, in: 0...100, exclusiveLower: true, "radius of the circle, pixels"),
      .integer(
        "samples", \.samples, in: 1...127, "points of the circle; at most 31 for default and ror"),
      .choice(
        "method", \.method,
        "default: the bits as a number; ror: the smallest over all turns; uniform: number of ones "
          + "of even patterns; nri_uniform: a number for each even pattern; var: variance"),
      .integer(
        "force2Ddimension", \.force2Ddimension, in: 0...2,
        "array axis across the slices: 0 is z, 1 is y, 2 is x"),
    ]
  }

  package static let id: ComponentID = "lbp-2D"
  package static let summary =
    "Local binary patterns on circles within the slices of the image."

  package let parameters: Parameters
  private let circle: LBP2DCircle

  package init(_ parameters: Parameters) throws(InvalidInput) {
    if [.default, .ror].contains(parameters.method) && parameters.samples > 31 {
      throw InvalidInput(
        "samples",
        "\(parameters.samples) bits do not fit a number of 31 with method "
          + "\(parameters.method.rawValue); at most 31, or method uniform, nri_uniform or var")
    }
    self.parameters = parameters
    circle = LBP2DCircle(radius: parameters.radius, samples: parameters.samples)
  }

  package var responseNames: [String] { ["lbp-2D"] }

  package var reach: SIMD3<Int>? {
    var reach = SIMD3<Int>.zero
    reach[axes.row] = circle.reach.row
    reach[axes.column] = circle.reach.column
    return reach
  }

  /// Axes of a slice's rows and columns; 0 is x.
  private var axes: (slice: Int, row: Int, column: Int) {
    switch parameters.force2Ddimension {
    case 0: (2, 1, 0)
    case 1: (1, 2, 0)
    default: (0, 1, 2)
    }
  }

  package func forEachResponse<Failure: Error>(
    of input: FilterInput,
    _ body: (String, Result<FilterImage, FilterError>) throws(Failure) -> Void
  ) throws(Failure) {
    let map = LBP2DMap(input, circle, parameters.method, axes)
    let name = responseNames[0]
    if map.undefinedCount > 0 {
      try body(
        name,
        .failure(
          FilterError(
            "\(name): the variance is not defined for \(map.undefinedCount) voxels of the region: "
              + "all samples around them are equal")))
    } else if let misfit = map.misfit {
      try body(
        name,
        .failure(
          FilterError(
            "\(name): the value \(misfit) does not fit the image's type, "
              + "\(input.pixelType.rawValue), in which PyRadiomics stores the response")))
    } else {
      try body(name, .success(FilterImage(pixelType: input.pixelType, values: map.values)))
    }
  }
}

/// Points of a circle around (0, 0), in pixels, rounded to five decimals as in scikit-image.
private struct LBP2DCircle {
  /// Row and column of each sample, against the clock from the right.
  let points: [(row: Double, column: Double)]

  init(radius: Double, samples: Int) {
    let radius = Double(Float(radius))
    func rounded(_ x: Double) -> Double { (x * 1e5).rounded(.toNearestOrEven) / 1e5 }
    points = (0..<samples).map { index in
      let angle = 2 * Double.pi * Double(index) / Double(samples)
      return (rounded(-radius * sin(angle)), rounded(radius * cos(angle)))
    }
  }

  /// Pixels that the samples need beyond their centre.
  var reach: (row: Int, column: Int) {
    var reach = (row: 0, column: 0)
    for point in points {
      reach.row = max(reach.row, Int(abs(point.row).rounded(.up)))
      reach.column = max(reach.column, Int(abs(point.column).rounded(.up)))
    }
    return reach
  }
}

/// Where the samples of each voxel of the box lie along one axis of the slices.
private struct LBP2DAxis {
  /// Offsets in the padded box of the voxel below and above; equal where a position is whole.
  /// Sample i of voxel v is at `i * count + v`.
  private(set) var below: [Int] = []
  private(set) var above: [Int] = []
  /// Distance from the voxel below, in voxels.
  private(set) var fraction: [Double] = []
  let count: Int

  init(_ offsets: [Double], _ axis: Int, _ box: IndexBox, _ padded: PaddedBox) {
    count = box.size[axis]
    let (start, stride) = (padded.lower[axis], padded.strides[axis])
    for offset in offsets {
      for voxel in box.lower[axis]..<box.upper[axis] {
        let position = Double(voxel) + offset
        let floor = position.rounded(.down)
        below.append((Int(floor) - start) * stride)
        above.append((Int(position.rounded(.up)) - start) * stride)
        fraction.append(position - floor)
      }
    }
  }
}

/// The response of one VOI.
private struct LBP2DMap {
  /// Fills the input's box.
  private(set) var values: [Double]
  /// Voxels of the VOI without variance.
  private(set) var undefinedCount = 0
  /// The first value in the VOI that the image's type cannot hold.
  private(set) var misfit: Double?

  init(
    _ input: FilterInput, _ circle: LBP2DCircle, _ method: LBP2DMethod,
    _ axes: (slice: Int, row: Int, column: Int)
  ) {
    let box = input.box
    let padded = PaddedBox(input.image, box, circle, axes)
    let rows = LBP2DAxis(circle.points.map(\.row), axes.row, box, padded)
    let columns = LBP2DAxis(circle.points.map(\.column), axes.column, box, padded)
    var pattern = LBP2DPattern(sampleCount: circle.points.count, method)
    var samples = [Double](repeating: 0, count: circle.points.count * columns.count)
    var raw = [Double](repeating: 0, count: box.voxelCount)
    let strides = [1, box.size.x, box.size.x * box.size.y]
    let margin = box.lower &- padded.lower
    for s in 0..<box.size[axes.slice] {
      let slice = (s + margin[axes.slice]) * padded.strides[axes.slice]
      for r in 0..<rows.count {
        padded.interpolate(slice, row: r, rows, columns, to: &samples)
        let centres = slice + (r + margin[axes.row]) * padded.strides[axes.row]
        let target = s * strides[axes.slice] + r * strides[axes.row]
        for c in 0..<columns.count {
          let centre = centres + (c + margin[axes.column]) * padded.strides[axes.column]
          raw[target + c * strides[axes.column]] = pattern.number(
            samples, from: c, stride: columns.count, centre: padded.values[centre])
        }
      }
    }
    values = raw
    store(raw, input)
  }

  /// Rounds to the image's type as NumPy's assignment does.
  private mutating func store(_ raw: [Double], _ input: FilterInput) {
    let stored = VoxelStorage(raw.map { $0.isNaN ? 0 : $0 }, as: input.pixelType)
    values.withUnsafeMutableBufferPointer {
      if let target = $0.baseAddress { stored.copy(from: 0, count: raw.count, to: target) }
    }
    let isInteger = input.pixelType.isInteger
    for i in raw.indices where input.mask[i] != 0 {
      if raw[i].isNaN {
        undefinedCount += 1
      } else if misfit == nil {
        let fits = isInteger ? values[i] == raw[i].rounded(.towardZero) : values[i].isFinite
        if !fits { misfit = raw[i] }
      }
    }
  }
}

/// The box with what the circles reach, 0 outside the image.
private struct PaddedBox {
  let lower: SIMD3<Int>
  /// Along (x, y, z).
  let strides: [Int]
  let values: [Double]

  init(
    _ image: Volume, _ box: IndexBox, _ circle: LBP2DCircle,
    _ axes: (slice: Int, row: Int, column: Int)
  ) {
    var margin = SIMD3<Int>.zero
    margin[axes.row] = circle.reach.row
    margin[axes.column] = circle.reach.column
    let lower = box.lower &- margin
    let size = box.size &+ margin &+ margin
    let inside = IndexBox(
      lower: pointwiseMax(lower, .zero),
      size: pointwiseMin(lower &+ size, image.grid.size) &- pointwiseMax(lower, .zero))
    let source = image.values(in: inside)
    var values = [Double](repeating: 0, count: size.x * size.y * size.z)
    let shift = inside.lower &- lower
    for z in 0..<inside.size.z {
      for y in 0..<inside.size.y {
        let from = (z * inside.size.y + y) * inside.size.x
        let to = ((z + shift.z) * size.y + y + shift.y) * size.x + shift.x
        for x in 0..<inside.size.x { values[to &+ x] = source[from &+ x] }
      }
    }
    self.lower = lower
    self.values = values
    strides = [1, size.x, size.x * size.y]
  }

  /// The samples of one row of the box: sample i of column c at `i * columns.count + c`. As in
  /// scikit-image, interpolated along the rows above and below, then between them.
  func interpolate(
    _ slice: Int, row: Int, _ rows: LBP2DAxis, _ columns: LBP2DAxis, to samples: inout [Double]
  ) {
    let count = columns.count
    precondition(samples.count == columns.below.count)
    values.withUnsafeBufferPointer { values in
      samples.withUnsafeMutableBufferPointer { samples in
        columns.below.withUnsafeBufferPointer { left in
          columns.above.withUnsafeBufferPointer { right in
            columns.fraction.withUnsafeBufferPointer { fraction in
              var i = 0
              while i < samples.count {
                let at = i / count * rows.count + row
                let (top, bottom) = (slice + rows.below[at], slice + rows.above[at])
                let dr = rows.fraction[at]
                let end = i &+ count
                while i < end {
                  let (l, r, dc) = (left[i], right[i], fraction[i])
                  let above = (1 - dc) * values[top &+ l] + dc * values[top &+ r]
                  let below = (1 - dc) * values[bottom &+ l] + dc * values[bottom &+ r]
                  samples[i] = (1 - dr) * above + dr * below
                  i &+= 1
                }
              }
            }
          }
        }
      }
    }
  }
}
