package import Components
internal import Imaging

/// `gabor:` of a study file. Angles are in degrees: 22.5 is pi / 8.
///
/// | Setting | Default | Range | Meaning |
/// |---|---|---|---|
/// | `sigmas` | [5] | 0.001...1000, 1 to 16 of them | width of the Gaussian along the wave, mm |
/// | `lambdas` | [2] | 0.001...1000, 1 to 16 of them | wavelength, mm |
/// | `gammas` | [1.5] | 0.01...100, 1 to 16 of them | width along the wave / across it |
/// | `rotationInvariant` | true | | pool the responses to orientations `deltaTheta` apart |
/// | `deltaTheta` | 22.5 | 1...180, divides 360 | step between these orientations, degrees |
/// | `pooling` | average | max, average, min | how they are pooled |
/// | `thetas` | [0] | 0...360, 1 to 64 of them | orientations where they are not pooled, degrees |
/// | `dimension` | 3 | 2, 3 | 2: axial planes; 3: mean over the three orthogonal planes |
/// | `boundary` | mirror | zero, nearest, periodic, mirror | how the image continues |
package struct GaborParameters: ParameterSet {
  package var sigmas: [Double] = [5]
  package var lambdas: [Double] = [2]
  package var gammas: [Double] = [1.5]
  package var rotationInvariant = true
  package var deltaTheta = 22.5
  package var pooling = Pooling.average
  package var thetas: [Double] = [0]
  package var dimension = 3
  package var boundary = BoundaryCondition.mirror

  package init() {}

  package static let fields: [Field<GaborParameters>] = [
    .numbers(
      "sigmas", \.sigmas, in: 0.001...1000, count: 1...16,
      "widths of the Gaussian along the wave, mm"),
    .numbers("lambdas", \.lambdas, in: 0.001...1000, count: 1...16, "wavelengths, mm"),
    .numbers(
      "gammas", \.gammas, in: 0.01...100, count: 1...16,
      "width of the Gaussian along the wave divided by that across it"),
    .flag("rotationInvariant", \.rotationInvariant, "pool the responses to all orientations"),
    .number(
      "deltaTheta", \.deltaTheta, in: 1...180, "step between orientations, degrees; divides 360"),
    .choice("pooling", \.pooling, "how the responses to all orientations are pooled"),
    .numbers(
      "thetas", \.thetas, in: 0...360, count: 1...64,
      "orientations where they are not pooled, degrees"),
    .integer(
      "dimension", \.dimension, in: 2...3,
      "2: axial planes only; 3: mean over the three orthogonal planes"),
    .choice("boundary", \.boundary, "how the image continues outside itself"),
  ]
}

/// Modulus of the response to planar Gabor kernels; IBSI 2 reference manual, "Gabor filters".
///
/// `exp(-(u^2 + gamma^2 v^2) / (2 sigma^2) + i 2 pi u / lambda)` with the wave along
/// `u = a cos(theta) + b sin(theta)`, where (a, b) is (x, y), (x, z) or (y, z) in mm: angles run
/// from the earlier of the image's axes towards the later. The kernel is sampled at voxel centres,
/// not normalised, and ends where its envelope has fallen to 1.5e-8, at `6 sigma max(1, 1 / gamma)`
/// along both axes.
/// Responses: `gabor-3D-sigma-5-lambda-2-gamma-1.5-rot-22.5-avg`, or `-theta-60` at the end.
package struct GaborFilter: ImageFilter {
  package static let id: ComponentID = "gabor"
  package static let summary =
    "Modulus of planar Gabor kernels (IBSI 2), pooled over orientations and planes."

  package let parameters: GaborParameters

  /// The settings of one response.
  private struct Response {
    var name: String
    var kernels: [GaborKernel]
  }
  private let responses: [Response]

  package init(_ parameters: GaborParameters) throws(InvalidInput) {
    var problems: [Problem] = []
    for (field, values) in [
      ("sigmas", parameters.sigmas), ("lambdas", parameters.lambdas),
      ("gammas", parameters.gammas), ("thetas", parameters.thetas),
    ] {
      problems += repetitions(of: values, in: field) { $0.nameText }
    }
    for (field, values) in [
      ("sigmas", parameters.sigmas), ("lambdas", parameters.lambdas),
      ("gammas", parameters.gammas),
    ] {
      for value in values where !(value > 0) {
        problems.append(Problem(field, "\(value) is out of range; expected a number > 0"))
      }
    }
    let steps = 360 / parameters.deltaTheta
    if !(abs(steps - steps.rounded()) < 1e-9) {
      problems.append(
        Problem(
          "deltaTheta",
          "\(parameters.deltaTheta.nameText) degrees do not divide 360; such as 22.5, 30, 45"))
    }
    if !problems.isEmpty { throw InvalidInput(problems) }
    self.parameters = parameters
    responses = Self.responses(parameters, stepCount: Int(steps.rounded()))
  }

  private static func responses(_ settings: GaborParameters, stepCount: Int) -> [Response] {
    // Opposite orientations have the same modulus: an even number of steps needs half a turn.
    let pooled = (0..<(stepCount % 2 == 0 ? stepCount / 2 : stepCount)).map {
      360 * Double($0) / Double(stepCount)
    }
    var responses: [Response] = []
    for sigma in settings.sigmas {
      for lambda in settings.lambdas {
        for gamma in settings.gammas {
          let stem =
            "gabor-\(settings.dimension)D-sigma-\(sigma.nameText)-lambda-\(lambda.nameText)"
            + "-gamma-\(gamma.nameText)"
          let kernel = { GaborKernel(sigma: sigma, lambda: lambda, gamma: gamma, theta: $0) }
          if settings.rotationInvariant {
            let end = "-rot-\(settings.deltaTheta.nameText)-\(settings.pooling.shortName)"
            responses.append(Response(name: stem + end, kernels: pooled.map(kernel)))
          } else {
            responses += settings.thetas.map {
              Response(name: stem + "-theta-\($0.nameText)", kernels: [kernel($0)])
            }
          }
        }
      }
    }
    return responses
  }

  package var responseNames: [String] { responses.map { $0.name } }
  /// In mm; it has no fixed number of voxels.
  package var reach: SIMD3<Int>? { nil }

  package func forEachResponse<Failure: Error>(
    of input: FilterInput,
    _ body: (String, Result<FilterImage, FilterError>) throws(Failure) -> Void
  ) throws(Failure) {
    for response in responses {
      if let reason = obstacle(response.kernels[0], input) {
        try body(response.name, .failure(reason))
      } else {
        let values = values(response.kernels, input)
        try body(response.name, .success(FilterImage(pixelType: .float64, values: values)))
      }
    }
  }

  /// Pairs of axes, the earlier one first.
  private var planes: [(Int, Int)] {
    parameters.dimension == 2 ? [(0, 1)] : [(0, 1), (0, 2), (1, 2)]
  }

  private func obstacle(_ kernel: GaborKernel, _ input: FilterInput) -> FilterError? {
    var reach = SIMD3<Int>.zero
    for axis in 0..<parameters.dimension { reach[axis] = kernel.radius(input.spacing[axis]) }
    return FilterError.tooFar(reach, in: input.size)
  }

  /// The response in the box: pooled over the kernels, then the mean over the planes.
  private func values(_ kernels: [GaborKernel], _ input: FilterInput) -> [Double] {
    var total = [Double](repeating: 0, count: input.box.voxelCount)
    for (a, b) in planes {
      let stack = GaborStack(kernels, axes: (a, b), input: input)
      stack.addResponses(
        to: &total, input: input, boundary: parameters.boundary, pooling: parameters.pooling)
    }
    if planes.count > 1 { for i in total.indices { total[i] /= Double(planes.count) } }
    return total
  }
}
