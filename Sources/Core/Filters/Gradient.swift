package import Components
internal import Imaging

/// PyRadiomics' image type `Gradient`: the magnitude of the gradient by central differences, as
/// ITK's `GradientMagnitudeImageFilter`: in Double, per mm unless `useSpacing` is off, the border
/// of the working image repeated outside it; stored as float32 whatever the image's type.
///
/// | parameter | default | meaning |
/// |---|---|---|
/// | `useSpacing` | true | differences per mm; false: per voxel |
package struct GradientFilter: ImageFilter {
  package struct Parameters: ParameterSet {
    /// PyRadiomics' `gradientUseSpacing`.
    package var useSpacing = true

    package init() {}
    package static let fields: [Field<Parameters>] = [
      .flag("useSpacing", \.useSpacing, "differences per mm; false: per voxel")
    ]
  }

  package static let id: ComponentID = "gradient"
  package static let summary = "Magnitude of the gradient by central differences."

  package let parameters: Parameters
  package init(_ parameters: Parameters) throws(InvalidInput) { self.parameters = parameters }

  package var responseNames: [String] { ["gradient"] }
  package var reach: SIMD3<Int>? { .one }

  package func forEachResponse<Failure: Error>(
    of input: FilterInput,
    _ body: (String, Result<FilterImage, FilterError>) throws(Failure) -> Void
  ) throws(Failure) {
    let scale: SIMD3<Double> =
      parameters.useSpacing ? 0.5 * (1 / input.spacing) : SIMD3(repeating: 0.5)
    let response = FilterImage(pixelType: .float32, values: gradientMagnitude(input, scale))
    try body("gradient", .success(response))
  }
}

/// Gradient magnitudes in the input's box.
/// - Parameter scale: half a voxel's width (x, y, z): the weight of each of the two neighbours.
private func gradientMagnitude(_ input: FilterInput, _ scale: SIMD3<Double>) -> [Double] {
  let outer = input.box.padded(by: 1, within: input.size)
  let source = input.image.values(in: outer)
  let (size, shift) = (input.box.size, input.box.lower &- outer.lower)
  let (row, plane) = (outer.size.x, outer.size.x * outer.size.y)
  return [Double](unsafeUninitializedCapacity: input.box.voxelCount) { buffer, count in
    count = input.box.voxelCount
    source.withUnsafeBufferPointer { source in
      guard let source = source.baseAddress, let target = buffer.baseAddress else { return }
      for z in 0..<size.z {
        let oz = z + shift.z
        for y in 0..<size.y {
          let oy = y + shift.y
          let here = source + oz * plane + oy * row
          gradientRow(
            here,
            above: oy > 0 ? here - row : here,
            below: oy + 1 < outer.size.y ? here + row : here,
            before: oz > 0 ? here - plane : here,
            after: oz + 1 < outer.size.z ? here + plane : here,
            first: shift.x, count: size.x, width: row, scale,
            to: target + (z * size.y + y) * size.x)
        }
      }
    }
  }
}

/// One row: voxels `first ..< first + count` of a row of `width`; neighbours beyond its ends are
/// the end voxels themselves.
private func gradientRow(
  _ here: UnsafePointer<Double>, above: UnsafePointer<Double>, below: UnsafePointer<Double>,
  before: UnsafePointer<Double>, after: UnsafePointer<Double>, first: Int, count: Int, width: Int,
  _ scale: SIMD3<Double>, to target: UnsafeMutablePointer<Double>
) {
  let (hx, hy, hz) = (scale.x, scale.y, scale.z)
  @inline(__always) func magnitude(_ x: Int, _ left: Int, _ right: Int) -> Double {
    let gx = hx * here[right] - hx * here[left]
    let gy = hy * below[x] - hy * above[x]
    let gz = hz * after[x] - hz * before[x]
    return Double(Float(((gx * gx + gy * gy) + gz * gz).squareRoot()))
  }
  let last = width - 1
  let end = first + count
  var x = first
  if x == 0 {
    target[0] = magnitude(0, 0, min(1, last))
    x = 1
  }
  let innerEnd = min(end, last)
  while x < innerEnd {
    target[x &- first] = magnitude(x, x &- 1, x &+ 1)
    x &+= 1
  }
  if x < end { target[x - first] = magnitude(x, x - 1, last) }
}
