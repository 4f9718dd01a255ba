package import Components
internal import Imaging

/// `riesz-simoncelli:` of a study file.
///
/// | Setting | Default | Range | Meaning |
/// |---|---|---|---|
/// | `orders` | [1-0-0, 0-1-0, 0-0-1] | sum 0 to 8 each | Riesz order along x, y, z |
/// | `levels` | [1] | 1...8, 1 to 8 of them | bands of the Simoncelli wavelet |
/// | `dimension` | 3 | 2, 3 | 2: slice by slice in the axial plane, orders of two numbers |
/// | `boundary` | mirror | zero, nearest, periodic, mirror | how the image continues |
package struct RieszSimoncelliParameters: ParameterSet {
  package var orders = ["1-0-0", "0-1-0", "0-0-1"]
  package var levels = [1]
  package var dimension = 3
  package var boundary = BoundaryCondition.mirror

  package init() {}

  package static let fields: [Field<RieszSimoncelliParameters>] = [
    .texts("orders", \.orders, "Riesz orders along x, y, z, such as 1-0-0; 1-0 in 2D"),
    .integers("levels", \.levels, in: 1...8, count: 1...8, "bands of the Simoncelli wavelet"),
    .integer("dimension", \.dimension, in: 2...3, "2: slice by slice in the axial plane"),
    .choice("boundary", \.boundary, "how the image continues outside itself"),
  ]
}

/// Riesz transforms of Simoncelli wavelets, not steered; Unser & Van De Ville 2010, IBSI 2 reference
/// manual, "Riesz transforms".
///
/// Boundaries as in `SimoncelliWaveletFilter`. Responses: `riesz-simoncelli-3D-B1-1-0-0`.
package struct RieszSimoncelliFilter: ImageFilter {
  package static let id: ComponentID = "riesz-simoncelli"
  package static let summary =
    "Riesz transforms of Simoncelli wavelets (IBSI 2), one image per level and order."

  package let parameters: RieszSimoncelliParameters
  private let orders: [RieszOrder]

  package init(_ parameters: RieszSimoncelliParameters) throws(InvalidInput) {
    var problems = RieszOrder.problems(parameters.orders, dimension: parameters.dimension)
    problems += repetitions(of: parameters.levels, in: "levels") { "\($0)" }
    for level in parameters.levels where !(1...8).contains(level) {
      problems.append(Problem("levels", "\(level) is not in 1...8"))
    }
    if !problems.isEmpty { throw InvalidInput(problems) }
    self.parameters = parameters
    orders = parameters.orders.compactMap { RieszOrder($0, dimension: parameters.dimension) }
  }

  package var responseNames: [String] { maps.map(name) }
  package var reach: SIMD3<Int>? { nil }

  /// All orders of the first level, then of the next.
  private var maps: [(level: Int, order: RieszOrder)] {
    parameters.levels.flatMap { level in orders.map { (level: level, order: $0) } }
  }

  private func name(_ level: Int, _ order: RieszOrder) -> String {
    "riesz-simoncelli-\(parameters.dimension)D-B\(level)-\(order.name)"
  }

  package func forEachResponse<Failure: Error>(
    of input: FilterInput,
    _ body: (String, Result<FilterImage, FilterError>) throws(Failure) -> Void
  ) throws(Failure) {
    let dimension = parameters.dimension
    for (level, order) in maps {
      if let reason = SimoncelliBand.obstacle(level, in: input.size, dimension: dimension) {
        try body(name(level, order), .failure(reason))
      } else {
        let filter = SpectralFilter(
          imageSize: input.size, dimension: dimension, boundary: parameters.boundary,
          width: SimoncelliBand.margin(level))
        let function = RieszFunction(
          order, of: SimoncelliBand(level: level), on: SimoncelliGrid(size: filter.size))
        let values = filter.response(of: input, to: function)
        try body(name(level, order), .success(FilterImage(pixelType: .float64, values: values)))
      }
    }
  }
}
