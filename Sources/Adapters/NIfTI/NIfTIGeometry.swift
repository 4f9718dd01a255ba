internal import CNIfTI
internal import Imaging

/// The grid that ITK 5.4 gives a NIfTI image (`NiftiImageIO::SetImageIOOrientationFromNIfTI`):
/// LPS, from the sform or the qform by ITK's rules, in single precision where ITK computes so.
struct NIfTIGeometry {
  private let image: nifti_image
  private let path: String
  /// Millimetres per unit of the header.
  private let unit: Double

  init(image: nifti_image, path: String) {
    self.image = image
    self.path = path
    unit =
      switch image.xyz_units {
      case NIFTI_UNITS_METER: 1e3
      case NIFTI_UNITS_MICRON: 1e-3
      default: 1
      }
  }

  func grid() throws(ImageFileError) -> Grid {
    let steps = [image.dx, image.dy, image.dz]
    var origin = SIMD3<Double>.zero
    var direction = Grid.identityDirection
    if let matrix = try chosenMatrix() {
      let sign = [-1.0, -1.0, 1.0]
      for row in 0..<3 { origin[row] = sign[row] * Double(matrix[row * 4 + 3]) * unit }
      for column in 0..<3 {
        var vector = (0..<3).map { sign[$0] * Double(matrix[$0 * 4 + column]) }
        var sum = 0.0
        for value in vector { sum += value * value }
        let length = sum.squareRoot()
        if length > 0 { vector = vector.map { $0 / length } }
        for row in 0..<3 { direction[row * 3 + column] = vector[row] }
      }
    }
    var spacing = SIMD3<Double>()
    for axis in 0..<3 {
      spacing[axis] = abs(steps[axis] * unit)
      if steps[axis] < 0 {
        for row in 0..<3 { direction[row * 3 + axis] = -direction[row * 3 + axis] }
      }
    }
    let size = SIMD3(Int(image.nx), Int(image.ny), Int(image.nz))
    let grid = Grid(size: size, spacing: spacing, origin: origin, direction: direction)
    try checkGeometry(grid, file: path)
    return grid
  }

  /// The matrix (row-major 4 x 4, float32) that ITK takes; nil where neither code is set.
  private func chosenMatrix() throws(ImageFileError) -> [Float]? {
    let q = rows(image.qto_xyz)
    let s = image.sform_code > 0 ? rows(image.sto_xyz) : [Float](repeating: 0, count: 16)
    let hasQ = image.qform_code > 0
    let hasS = image.sform_code > 0
    if !hasQ && !hasS { return nil }
    var prefersS = areSimilar(s, q)
    if !prefersS || hasS {
      if isOrthonormal(s) {
        if (!hasQ && hasS) || image.sform_code == NIFTI_XFORM_SCANNER_ANAT {
          prefersS = true
        } else if hasQ && hasS {
          prefersS = describeSameSpace(s, q)
        }
      }
    }
    if prefersS { return s }
    if hasQ { return q }
    throw ImageFileError(
      path,
      "the sform is sheared or not orthogonal and there is no qform; ITK supports orthonormal "
        + "directions only")
  }

  private func rows(_ matrix: nifti_dmat44) -> [Float] {
    withUnsafeBytes(of: matrix.m) { $0.bindMemory(to: Double.self).map { Float($0) } }
  }

  /// Element by element (nearly) equal.
  private func areSimilar(_ s: [Float], _ q: [Float]) -> Bool {
    for row in 0..<3 {
      for column in 0..<3 where Double(abs(s[row * 4 + column] - q[row * 4 + column])) > 1e-5 {
        return false
      }
    }
    var shift: Float = 0
    for row in 0..<4 { shift += abs(s[row * 4 + 3] - q[row * 4 + 3]) }
    return Double(shift) <= 1e-7
  }

  /// Columns orthogonal to within 1e-4 once they have unit length.
  private func isOrthonormal(_ s: [Float]) -> Bool {
    var r = [Float](repeating: 0, count: 9)
    for column in 0..<3 {
      let (a, b, c) = (s[column], s[4 + column], s[8 + column])
      let length = (a * a + b * b + c * c).squareRoot()
      guard length > 0, length.isFinite else { return false }
      for row in 0..<3 { r[row * 3 + column] = s[row * 4 + column] / length }
    }
    for i in 0..<3 {
      for j in 0..<3 {
        var dot: Float = 0
        for k in 0..<3 { dot += r[i * 3 + k] * r[j * 3 + k] }
        if abs(dot - (i == j ? 1 : 0)) > 1e-4 { return false }
      }
    }
    return true
  }

  /// Equal singular values, rotations and offsets to within 1e-4, in single precision.
  private func describeSameSpace(_ s: [Float], _ q: [Float]) -> Bool {
    let first = SingularValues3(linear(s))
    let second = SingularValues3(linear(q))
    let inverse = SingularValues3(transposed(second.u)).inverse
    for i in 0..<3 {
      if abs(first.s[i] - second.s[i]) > 1e-4 { return false }
      if abs(s[i * 4 + 3] - q[i * 4 + 3]) > 1e-4 { return false }
      for j in 0..<3 {
        var product: Float = 0
        for k in 0..<3 { product += first.u[k * 3 + i] * inverse[k * 3 + j] }
        if abs(product - (i == j ? 1 : 0)) > 1e-4 { return false }
      }
    }
    return true
  }

  private func linear(_ matrix: [Float]) -> [Float] {
    (0..<9).map { matrix[$0 / 3 * 4 + $0 % 3] }
  }
}

/// Column-major to row-major 3 x 3, or back.
private func transposed(_ matrix: [Float]) -> [Float] {
  (0..<9).map { matrix[$0 % 3 * 3 + $0 / 3] }
}

/// Determinant of a row-major 3 x 3 matrix.
func determinant(_ m: [Double]) -> Double {
  m[0] * (m[4] * m[8] - m[5] * m[7]) - m[1] * (m[3] * m[8] - m[5] * m[6])
    + m[2] * (m[3] * m[7] - m[4] * m[6])
}
