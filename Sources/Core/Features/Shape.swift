package import Components
package import Imaging
internal import Foundation
internal import Numerics

/// Size and form of the volume of interest, from its mesh and from its voxels. IBSI reference
/// manual section 3.1.
package struct Shape: FeatureFamily {
  package struct Parameters: ParameterSet {
    package init() {}
    package static let fields: [Field<Self>] = []
  }

  package static let id: ComponentID = "shape"
  package static let summary = "Size and form of the volume of interest."
  package static let scope = FeatureScope.perVOI
  package static let profiles: Set<Profile> = [.pyradiomics]
  package let parameters: Parameters

  package init(_ parameters: Parameters) throws(InvalidInput) { self.parameters = parameters }

  package static let columns: [FeatureDescriptor] = [
    .init("Compactness1", ibsi: "SKGS", isDefault: false, "V / (pi^(1/2) A^(3/2))"),
    .init("Compactness2", ibsi: "BQWJ", isDefault: false, "36 pi V^2 / A^3"),
    .init("Elongation", ibsi: "Q3CK", "root of minor over major variance"),
    .init("Flatness", ibsi: "N17B", "root of least over major variance"),
    .init("LeastAxisLength", ibsi: nil, "4 root of the least variance, mm; " + population),
    .init("MajorAxisLength", ibsi: nil, "4 root of the major variance, mm; " + population),
    .init("Maximum2DDiameterColumn", ibsi: nil, "largest distance of vertices of equal y, mm"),
    .init("Maximum2DDiameterRow", ibsi: nil, "largest distance of vertices of equal x, mm"),
    .init("Maximum2DDiameterSlice", ibsi: nil, "largest distance of vertices of equal z, mm"),
    .init("Maximum3DDiameter", ibsi: "L0JK", "largest distance of mesh vertices, mm"),
    .init("MeshVolume", ibsi: "RNU0", "volume V of the mesh, mm3"),
    .init("MinorAxisLength", ibsi: nil, "4 root of the minor variance, mm; " + population),
    .init("SphericalDisproportion", ibsi: "KRCK", isDefault: false, "A / (36 pi V^2)^(1/3)"),
    .init("Sphericity", ibsi: "QCFX", "(36 pi V^2)^(1/3) / A"),
    .init("SurfaceArea", ibsi: "C0JK", "area A of the mesh, mm2"),
    .init("SurfaceVolumeRatio", ibsi: "2PR5", "A / V, 1/mm"),
    .init("VoxelVolume", ibsi: "YEKZ", "number of voxels times the volume of one, mm3"),
  ]

  private static let population = "variances divide by N, IBSI's by N - 1"

  package func values(of region: Region) throws(FeatureError) -> [Double] {
    let mesh = region.mesh()
    let (v, a) = (mesh.volume, mesh.area)
    let spacing = region.shapeSpacing
    let sphere = pow(36 * Double.pi * (v * v), 1.0 / 3.0)
    let lambda = Self.variances(region.shapeMask, spacing: spacing)
    func length(_ variance: Double) -> Double { variance < 0 ? .nan : 4 * variance.squareRoot() }
    func ratio(_ variance: Double) -> Double {
      variance < 0 || lambda[2] < 0 ? .nan : (variance / lambda[2]).squareRoot()
    }
    let diameters = mesh.diameters
    return [
      v / (pow(a, 1.5) * Double.pi.squareRoot()), 36 * Double.pi * (v * v) / (a * a * a),
      ratio(lambda[1]), ratio(lambda[0]), length(lambda[0]), length(lambda[2]),
      diameters.column, diameters.row, diameters.slice, diameters.overall, v, length(lambda[1]),
      a / sphere, sphere / a, a, a / v,
      Double(region.shapeMask.voxelCount) * (spacing.z * spacing.x * spacing.y),
    ]
  }

  /// Eigenvalues of the covariance (divided by N) of the voxel centres, mm2, ascending.
  ///
  /// Sums of coordinates are whole numbers and exact, so a plane or line along the axes has
  /// variances of exactly 0.
  static func variances(_ mask: MaskSpans, spacing: SIMD3<Double>) -> [Double] {
    // x, y, z and xx, xy, xz, yy, yz, zz
    var first = (0, 0, 0)
    var second = (0, 0, 0, 0, 0, 0)
    for span in mask.spans {
      let (x, y, z, n) = (Int(span.x), Int(span.y), Int(span.z), Int(span.count))
      let last = x + n - 1
      let sum = (x + last) * n / 2
      let squares = sumOfSquares(last) - sumOfSquares(x - 1)
      first = (first.0 + sum, first.1 + y * n, first.2 + z * n)
      second.0 += squares
      second.1 += sum * y
      second.2 += sum * z
      second.3 += y * y * n
      second.4 += y * z * n
      second.5 += z * z * n
    }
    let n = mask.voxelCount
    func covariance(_ product: Int, _ a: Int, _ b: Int, _ scale: Double) -> Double {
      let whole = Int128(n) * Int128(product) - Int128(a) * Int128(b)
      return Double(whole) / (Double(n) * Double(n)) * scale
    }
    let (sx, sy, sz) = (spacing.x, spacing.y, spacing.z)
    let xx = covariance(second.0, first.0, first.0, sx * sx)
    let xy = covariance(second.1, first.0, first.1, sx * sy)
    let xz = covariance(second.2, first.0, first.2, sx * sz)
    let yy = covariance(second.3, first.1, first.1, sy * sy)
    let yz = covariance(second.4, first.1, first.2, sy * sz)
    let zz = covariance(second.5, first.2, first.2, sz * sz)
    let values = Eigenvalues.symmetric3([zz, yz, xz, yz, yy, xy, xz, xy, xx])
    // What is left of a variance of 0 after rounding is 0.
    return values.map { abs($0) <= 1e-15 * values[2] || ($0 < 0 && $0 > -1e-10) ? 0 : $0 }
  }

  /// 0 + 1 + 4 + ... + n^2; 0 for n < 0.
  private static func sumOfSquares(_ n: Int) -> Int { n < 0 ? 0 : n * (n + 1) * (2 * n + 1) / 6 }
}
