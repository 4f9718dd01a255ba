package import Components
internal import Imaging

/// `mean:` of a study file.
///
/// | Setting | Default | Range | Meaning |
/// |---|---|---|---|
/// | `supports` | [3] | odd, 1...999, 1 to 16 of them | width of the window, voxels |
/// | `dimension` | 3 | 2, 3 | 2: slice by slice in the axial plane |
/// | `boundary` | mirror | zero, nearest, periodic, mirror | how the image continues |
package struct MeanParameters: ParameterSet {
  package var supports = [3]
  package var dimension = 3
  package var boundary = BoundaryCondition.mirror

  package init() {}

  package static let fields: [Field<MeanParameters>] = [
    .integers("supports", \.supports, in: 1...999, count: 1...16, "widths of the window, voxels"),
    .integer("dimension", \.dimension, in: 2...3, "2: slice by slice in the axial plane"),
    .choice("boundary", \.boundary, "how the image continues outside itself"),
  ]
}

/// The mean of a square or cubic window about each voxel; IBSI 2 reference manual, "Mean filters".
///
/// Responses: `mean-3D-5` (dimension, width).
package struct MeanFilter: ImageFilter {
  package static let id: ComponentID = "mean"
  package static let summary = "Mean of a window (IBSI 2), one image per width."

  package let parameters: MeanParameters

  package init(_ parameters: MeanParameters) throws(InvalidInput) {
    var problems = repetitions(of: parameters.supports, in: "supports") { "\($0)" }
    for support in parameters.supports where support % 2 == 0 {
      problems.append(
        Problem("supports", "\(support) is even; a window has an odd width, such as \(support + 1)")
      )
    }
    if !problems.isEmpty { throw InvalidInput(problems) }
    self.parameters = parameters
  }

  package var responseNames: [String] { parameters.supports.map(name) }

  package var reach: SIMD3<Int>? {
    if parameters.boundary == .periodic { return nil }
    return WindowMean(width: parameters.supports.max() ?? 1, dimension: parameters.dimension).reach
  }

  private func name(_ support: Int) -> String { "mean-\(parameters.dimension)D-\(support)" }

  package func forEachResponse<Failure: Error>(
    of input: FilterInput,
    _ body: (String, Result<FilterImage, FilterError>) throws(Failure) -> Void
  ) throws(Failure) {
    for support in parameters.supports {
      let window = WindowMean(width: support, dimension: parameters.dimension)
      if let reason = FilterError.tooFar(window.reach, in: input.size) {
        try body(name(support), .failure(reason))
        continue
      }
      let block = parameters.boundary.block(of: input.image, over: window.support(of: input.box))
      let values = window.response(to: block, over: input.box).values
      try body(name(support), .success(FilterImage(pixelType: .float64, values: values)))
    }
  }
}

/// The mean over a square (x, y) or cubic window of odd width about each voxel.
struct WindowMean {
  private let sums: SeparableFilter
  private let count: Double
  /// Voxels beyond its own that a response reads.
  let reach: SIMD3<Int>

  init(width: Int, dimension: Int) {
    precondition(width > 0 && width % 2 == 1, "a window has a middle")
    let line = LineKernel([Double](repeating: 1, count: width))
    sums = SeparableFilter([line, line, dimension == 3 ? line : .identity], rotatedIn: nil)
    count = Double(dimension == 3 ? width * width * width : width * width)
    reach = SIMD3(width / 2, width / 2, dimension == 3 ? width / 2 : 0)
  }

  func support(of box: IndexBox) -> IndexBox { sums.support(of: box) }

  /// - Precondition: `block` holds `support(of: box)`.
  func response(to block: ImageBlock, over box: IndexBox) -> ImageBlock {
    var mean = sums.response(to: block, over: box)
    for i in mean.values.indices { mean.values[i] /= count }
    return mean
  }
}
