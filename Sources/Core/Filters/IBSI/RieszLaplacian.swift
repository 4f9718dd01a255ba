package import Components
internal import Imaging

/// `riesz-log:` of a study file.
///
/// | Setting | Default | Range | Meaning |
/// |---|---|---|---|
/// | `orders` | [1-0-0, 0-1-0, 0-0-1] | sum 0 to 8 each | Riesz order along x, y, z |
/// | `sigmas` | [3] | 0.001...1000, 1 to 32 of them | width of the Gaussian, mm |
/// | `cutoff` | 4 | 1...10 | where the kernel of the Laplacian of Gaussian ends, in sigmas |
/// | `dimension` | 3 | 2, 3 | 2: slice by slice in the axial plane, orders of two numbers |
/// | `boundary` | mirror | zero, nearest, periodic, mirror | how the image continues |
package struct RieszLaplacianParameters: ParameterSet {
  package var orders = ["1-0-0", "0-1-0", "0-0-1"]
  package var sigmas: [Double] = [3]
  package var cutoff = 4.0
  package var dimension = 3
  package var boundary = BoundaryCondition.mirror

  package init() {}

  package static let fields: [Field<RieszLaplacianParameters>] = [
    .texts("orders", \.orders, "Riesz orders along x, y, z, such as 1-0-0; 1-0 in 2D"),
    .numbers("sigmas", \.sigmas, in: 0.001...1000, count: 1...32, "widths of the Gaussian, mm"),
    .number("cutoff", \.cutoff, in: 1...10, "where the kernel ends, in sigmas"),
    .integer("dimension", \.dimension, in: 2...3, "2: slice by slice in the axial plane"),
    .choice("boundary", \.boundary, "how the image continues outside itself"),
  ]
}

/// Riesz transforms of the Laplacian of Gaussian, not steered; Unser & Van De Ville 2010, IBSI 2
/// reference manual, "Riesz transforms".
///
/// The kernel is that of `GaussianLaplacianFilter`; order 0-0-0 is its response. Unless the boundary
/// is periodic, the image is continued by 12 sigma on each side, or to twice its size if that is
/// less, but at least as far as the kernel reaches. Responses: `riesz-log-3D-sigma-3-1-0-0`.
package struct RieszLaplacianFilter: ImageFilter {
  package static let id: ComponentID = "riesz-log"
  package static let summary =
    "Riesz transforms of the Laplacian of Gaussian (IBSI 2), one image per sigma and order."

  package let parameters: RieszLaplacianParameters
  private let orders: [RieszOrder]

  package init(_ parameters: RieszLaplacianParameters) throws(InvalidInput) {
    var problems = RieszOrder.problems(parameters.orders, dimension: parameters.dimension)
    problems += repetitions(of: parameters.sigmas, in: "sigmas") { $0.nameText }
    for sigma in parameters.sigmas where !(sigma > 0) {
      problems.append(Problem("sigmas", "\(sigma) is not a width in mm; expected a number > 0"))
    }
    if !problems.isEmpty { throw InvalidInput(problems) }
    self.parameters = parameters
    orders = parameters.orders.compactMap { RieszOrder($0, dimension: parameters.dimension) }
  }

  package var responseNames: [String] { maps.map(name) }
  package var reach: SIMD3<Int>? { nil }

  /// All orders of the first sigma, then of the next.
  private var maps: [(sigma: Double, order: RieszOrder)] {
    parameters.sigmas.flatMap { sigma in orders.map { (sigma: sigma, order: $0) } }
  }

  private func name(_ sigma: Double, _ order: RieszOrder) -> String {
    "riesz-log-\(parameters.dimension)D-sigma-\(sigma.nameText)-\(order.name)"
  }

  package func forEachResponse<Failure: Error>(
    of input: FilterInput,
    _ body: (String, Result<FilterImage, FilterError>) throws(Failure) -> Void
  ) throws(Failure) {
    for (sigma, order) in maps {
      let kernel = RieszLaplacianKernel(
        sigma: sigma, cutoff: parameters.cutoff, dimension: parameters.dimension,
        spacing: input.spacing)
      if let reason = FilterError.tooFar(kernel.reach, in: input.size) {
        try body(name(sigma, order), .failure(reason))
      } else {
        let values = response(kernel, order, input)
        try body(name(sigma, order), .success(FilterImage(pixelType: .float64, values: values)))
      }
    }
  }

  private func response(
    _ kernel: RieszLaplacianKernel, _ order: RieszOrder, _ input: FilterInput
  ) -> [Double] {
    let filter = SpectralFilter(
      imageSize: input.size, dimension: parameters.dimension, boundary: parameters.boundary,
      width: kernel.margin, least: kernel.reach)
    let function = RieszFunction(
      order, of: RieszLaplacianBand(kernel, size: filter.size),
      on: SimoncelliGrid(size: filter.size))
    return filter.response(of: input, to: function)
  }
}
