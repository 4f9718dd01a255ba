package import Components
internal import Foundation
internal import Imaging

/// `laplacian-of-gaussian:` of a study file.
///
/// | Setting | Default | Range | Meaning |
/// |---|---|---|---|
/// | `sigmas` | [1.5, 3] | 0.001...1000, 1 to 32 of them | width of the Gaussian, mm |
/// | `cutoff` | 4 | 1...10 | where the kernel ends, in sigmas |
/// | `dimension` | 3 | 2, 3 | 2: slice by slice in the axial plane |
/// | `boundary` | mirror | zero, nearest, periodic, mirror | how the image continues |
package struct GaussianLaplacianParameters: ParameterSet {
  package var sigmas: [Double] = [1.5, 3]
  package var cutoff = 4.0
  package var dimension = 3
  package var boundary = BoundaryCondition.mirror

  package init() {}

  package static let fields: [Field<GaussianLaplacianParameters>] = [
    .numbers("sigmas", \.sigmas, in: 0.001...1000, count: 1...32, "widths of the Gaussian, mm"),
    .number("cutoff", \.cutoff, in: 1...10, "where the kernel ends, in sigmas"),
    .integer("dimension", \.dimension, in: 2...3, "2: slice by slice in the axial plane"),
    .choice("boundary", \.boundary, "how the image continues outside itself"),
  ]
}

/// Laplacian of Gaussian with a kernel that is sampled and cut off; IBSI 2 reference manual,
/// "Laplacian-of-Gaussian filters".
///
/// The kernel covers `1 + 2 floor(cutoff sigma / spacing + 0.5)` voxels along each axis (a square
/// or cube, not a ball). It is not normalised after cutting, and the little that it then sums up
/// to is not subtracted, as some programs do: a flat image of 1000 gives -0.18 at a sigma of 3
/// voxels. Its values are in units of voxels, as in the manual; where spacing differs between axes
/// the unit is the geometric mean of the spacings, so that the kernel stays isotropic in mm.
/// Responses: `laplacian-of-gaussian-3D-sigma-1.5`.
package struct GaussianLaplacianFilter: ImageFilter {
  package static let id: ComponentID = "laplacian-of-gaussian"
  package static let summary =
    "Laplacian of Gaussian with a sampled kernel (IBSI 2), one image per sigma."

  package let parameters: GaussianLaplacianParameters

  package init(_ parameters: GaussianLaplacianParameters) throws(InvalidInput) {
    var problems = repetitions(of: parameters.sigmas, in: "sigmas") { $0.nameText }
    for sigma in parameters.sigmas where !(sigma > 0) {
      problems.append(Problem("sigmas", "\(sigma) is not a width in mm; expected a number > 0"))
    }
    if !problems.isEmpty { throw InvalidInput(problems) }
    self.parameters = parameters
  }

  package var responseNames: [String] { parameters.sigmas.map(name) }
  /// In mm; it has no fixed number of voxels.
  package var reach: SIMD3<Int>? { nil }

  private func name(_ sigma: Double) -> String {
    "laplacian-of-gaussian-\(parameters.dimension)D-sigma-\(sigma.nameText)"
  }

  package func forEachResponse<Failure: Error>(
    of input: FilterInput,
    _ body: (String, Result<FilterImage, FilterError>) throws(Failure) -> Void
  ) throws(Failure) {
    for sigma in parameters.sigmas {
      let reach = GaussianLaplacian.reach(sigma, parameters, input.spacing)
      if let reason = tooNarrow(sigma, reach, input.spacing)
        ?? FilterError.tooFar(reach, in: input.size)
      {
        try body(name(sigma), .failure(reason))
      } else {
        let kernel = GaussianLaplacian(
          sigma: sigma, reach: reach, dimension: parameters.dimension, spacing: input.spacing)
        let values = kernel.response(to: input, boundary: parameters.boundary)
        try body(name(sigma), .success(FilterImage(pixelType: .float64, values: values)))
      }
    }
  }
}

extension GaussianLaplacianFilter {
  /// Why a sigma is too small for the voxels, if it is: a kernel of one voxel has no derivative.
  private func tooNarrow(
    _ sigma: Double, _ reach: SIMD3<Int>, _ spacing: SIMD3<Double>
  ) -> FilterError? {
    for axis in 0..<parameters.dimension where reach[axis] == 0 {
      return FilterError(
        "the kernel with sigma \(sigma.nameText) mm ends within its voxel along "
          + "\(["x", "y", "z"][axis]), which is \(spacing[axis]) mm wide; take a larger sigma"
          + (axis == 2 ? ", dimension 2 or smaller voxels" : " or smaller voxels"))
    }
    return nil
  }
}

/// The kernel as a sum of separable ones: a second derivative along one axis, Gaussians along the
/// others.
private struct GaussianLaplacian {
  private let gaussian: [LineKernel]
  private let derivative: [LineKernel]
  private let reach: SIMD3<Int>

  /// Voxels beyond its own that a response reads along (x, y, z).
  static func reach(
    _ sigma: Double, _ parameters: GaussianLaplacianParameters, _ spacing: SIMD3<Double>
  ) -> SIMD3<Int> {
    var reach = SIMD3<Int>.zero
    for axis in 0..<parameters.dimension {
      reach[axis] = Int((parameters.cutoff * sigma / spacing[axis] + 0.5).rounded(.down))
    }
    return reach
  }

  init(sigma: Double, reach: SIMD3<Int>, dimension: Int, spacing: SIMD3<Double>) {
    let axes = 0..<dimension
    let unit =
      axes.allSatisfy { spacing[$0] == spacing[0] }
      ? spacing[0] : pow(axes.reduce(1) { $0 * spacing[$1] }, 1 / Double(dimension))
    let width = sigma / unit
    var (gaussian, derivative) = ([LineKernel](), [LineKernel]())
    for axis in axes {
      let places = (-reach[axis]...reach[axis]).map { Double($0) * (spacing[axis] / unit) }
      let weights = places.map {
        exp(-0.5 * $0 * $0 / (width * width)) / ((2 * Double.pi).squareRoot() * width)
      }
      gaussian.append(LineKernel(weights))
      derivative.append(
        LineKernel(
          zip(places, weights).map { ($0 * $0 / (width * width) - 1) / (width * width) * $1 }))
    }
    (self.gaussian, self.derivative, self.reach) = (gaussian, derivative, reach)
  }

  func response(to input: FilterInput, boundary: BoundaryCondition) -> [Double] {
    let support = IndexBox(
      lower: input.box.lower &- reach, size: input.box.size &+ reach &+ reach)
    let block = boundary.block(of: input.image, over: support)
    var smooth = block.convolved(with: gaussian[0], along: 0)
    // The sum of the second derivatives along the axes so far, smoothed along the others of them.
    var laplacian = block.convolved(with: derivative[0], along: 0)
    for axis in 1..<gaussian.count {
      laplacian = laplacian.convolved(with: gaussian[axis], along: axis)
      let next = smooth.convolved(with: derivative[axis], along: axis)
      for i in laplacian.values.indices { laplacian.values[i] += next.values[i] }
      if axis + 1 < gaussian.count { smooth = smooth.convolved(with: gaussian[axis], along: axis) }
    }
    return laplacian.values
  }
}
