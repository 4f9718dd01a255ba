package import Components
internal import Imaging

/// `laws:` of a study file.
///
/// | Setting | Default | Range | Meaning |
/// |---|---|---|---|
/// | `kernels` | [L5E5E5] | L3 L5 E3 E5 S3 S5 W5 R5, two or three | kernels along x, y and z |
/// | `dimension` | 3 | 2, 3 | 2: slice by slice in the axial plane |
/// | `rotationInvariant` | true | | pool the responses to all right-angle rotations |
/// | `pooling` | max | max, average, min | how they are pooled |
/// | `energyMap` | true | | mean of the absolute response in a window |
/// | `energyDistance` | 7 | 1...499 | half width d of that window (2 d + 1), voxels |
/// | `boundary` | mirror | zero, nearest, periodic, mirror | how image and response continue |
package struct LawsParameters: ParameterSet {
  package var kernels = ["L5E5E5"]
  package var dimension = 3
  package var rotationInvariant = true
  package var pooling = Pooling.max
  package var energyMap = true
  package var energyDistance = 7
  package var boundary = BoundaryCondition.mirror

  package init() {}

  package static let fields: [Field<LawsParameters>] = [
    .texts(
      "kernels", \.kernels,
      "names of two (2D) or three of L3, L5, E3, E5, S3, S5, W5, R5: along x, y and z"),
    .integer("dimension", \.dimension, in: 2...3, "2: slice by slice in the axial plane"),
    .flag("rotationInvariant", \.rotationInvariant, "pool the responses to all rotations"),
    .choice("pooling", \.pooling, "how the responses to all rotations are pooled"),
    .flag("energyMap", \.energyMap, "mean of the absolute response in a window"),
    .integer("energyDistance", \.energyDistance, in: 1...499, "half width of that window, voxels"),
    .choice("boundary", \.boundary, "how image and response continue outside themselves"),
  ]
}

/// Laws kernels and their energy maps; Laws 1980, IBSI 2 reference manual, "Laws kernels".
///
/// The responses to the rotated kernels are pooled first; the energy is the mean of the absolute
/// pooled response over voxels at a Chebyshev distance of at most `energyDistance`, in the plane in
/// 2D. Responses: `laws-L5E5`, `laws-L5E5E5-rot3D-max-energy7`.
package struct LawsFilter: ImageFilter {
  package static let id: ComponentID = "laws"
  package static let summary = "Laws kernels and texture energy (IBSI 2), one image per kernel."

  package let parameters: LawsParameters
  private let filters: [SeparableFilter]
  private let window: WindowMean

  package init(_ parameters: LawsParameters) throws(InvalidInput) {
    var problems = repetitions(of: parameters.kernels, in: "kernels") { $0 }
    if !(1...64).contains(parameters.kernels.count) {
      problems.append(
        Problem("kernels", "expected 1 to 64 names, found \(parameters.kernels.count)"))
    }
    var filters: [SeparableFilter] = []
    for name in parameters.kernels {
      do throws(InvalidInput) {
        let kernels = try LawsKernel.kernels(named: name, dimension: parameters.dimension)
        let lines = kernels.map { $0.line } + (kernels.count == 2 ? [.identity] : [])
        filters.append(
          SeparableFilter(
            lines, rotatedIn: parameters.rotationInvariant ? parameters.dimension : nil,
            pooling: parameters.pooling))
      } catch {
        problems += error.problems
      }
    }
    if !problems.isEmpty { throw InvalidInput(problems) }
    self.parameters = parameters
    self.filters = filters
    window = WindowMean(
      width: parameters.energyMap ? 2 * parameters.energyDistance + 1 : 1,
      dimension: parameters.dimension)
  }

  package var responseNames: [String] { parameters.kernels.map(name) }

  package var reach: SIMD3<Int>? {
    if parameters.boundary == .periodic { return nil }
    return filters.map(reach).reduce(.zero) { pointwiseMax($0, $1) }
  }

  private func reach(_ filter: SeparableFilter) -> SIMD3<Int> {
    pointwiseMax(filter.reachBefore, filter.reachAfter) &+ window.reach
  }

  private func name(_ kernel: String) -> String {
    var name = "laws-\(kernel)"
    if parameters.rotationInvariant {
      name += "-rot\(parameters.dimension)D-\(parameters.pooling.shortName)"
    }
    if parameters.energyMap { name += "-energy\(parameters.energyDistance)" }
    return name
  }

  package func forEachResponse<Failure: Error>(
    of input: FilterInput,
    _ body: (String, Result<FilterImage, FilterError>) throws(Failure) -> Void
  ) throws(Failure) {
    for (kernel, filter) in zip(parameters.kernels, filters) {
      if let reason = FilterError.tooFar(reach(filter), in: input.size) {
        try body(name(kernel), .failure(reason))
      } else {
        let values = response(filter, input)
        try body(name(kernel), .success(FilterImage(pixelType: .float64, values: values)))
      }
    }
  }

  private func response(_ filter: SeparableFilter, _ input: FilterInput) -> [Double] {
    let boundary = parameters.boundary
    if !parameters.energyMap {
      return filter.response(to: input.image, over: input.box, boundary: boundary).values
    }
    let wide = window.support(of: input.box)
    // The response is continued, not computed outside the image.
    var inside = filter.response(
      to: input.image, over: boundary.sources(of: wide, imageSize: input.size),
      boundary: boundary)
    for i in inside.values.indices { inside.values[i] = abs(inside.values[i]) }
    let block = boundary.block(of: inside, imageSize: input.size, over: wide)
    return window.response(to: block, over: input.box).values
  }
}
