package import Components
package import Imaging
internal import Foundation
internal import Numerics

/// Size and form of the volume of interest as IBSI defines them (reference manual section 3.1,
/// HCUG): 29 columns named as the tags of IBSI's reference values, without their prefix `morph_`.
///
/// The morphological mask gives the mesh, the voxels of the principal component analysis and the
/// geometric centre of mass; the intensity mask gives the mean intensity, the centre of mass of the
/// intensities, Moran's I and Geary's C. The mesh (isosurface 0.5) always has a volume. Not defined,
/// hence NaN, are:
/// - `com`, where the intensities add up to 0;
/// - `pca_*` and `*_dens_aee` of a single voxel, whose covariance divides by N - 1 = 0;
/// - `vol_dens_aee`, where all voxel centres lie in one plane: the ellipsoid has no volume and the
///   ratio is unbounded; `area_dens_aee` only where they lie on one line;
/// - `moran_i` and `geary_c` of one voxel or of equal intensities, whose variance divides by 0.
package struct Morphology: FeatureFamily {
  package struct Parameters: ParameterSet {
    package init() {}
    package static let fields: [Field<Self>] = []
  }

  package static let id: ComponentID = "morph"
  package static let summary = "Size, form and spatial autocorrelation of the volume of interest."
  package static let scope = FeatureScope.perVOI
  package static let profiles: Set<Profile> = [.ibsi]
  package let parameters: Parameters

  package init(_ parameters: Parameters) throws(InvalidInput) { self.parameters = parameters }

  package static let columns: [FeatureDescriptor] = sizes + axes + densities + intensities

  private static let sizes: [FeatureDescriptor] = [
    .init("volume", ibsi: "RNU0", "volume V of the mesh, mm3"),
    .init("vol_approx", ibsi: "YEKZ", "number of voxels times the volume of one, mm3"),
    .init("area_mesh", ibsi: "C0JK", "area A of the mesh, mm2"),
    .init("av", ibsi: "2PR5", "A / V, 1/mm"),
    .init("comp_1", ibsi: "SKGS", "V / (pi^(1/2) A^(3/2))"),
    .init("comp_2", ibsi: "BQWJ", "36 pi V^2 / A^3"),
    .init("sph_dispr", ibsi: "KRCK", "A / (36 pi V^2)^(1/3)"),
    .init("sphericity", ibsi: "QCFX", "(36 pi V^2)^(1/3) / A"),
    .init("asphericity", ibsi: "25C7", "(A^3 / (36 pi V^2))^(1/3) - 1"),
    .init("com", ibsi: "KLMA", "distance of the centres of the voxels and of the intensities, mm"),
    .init("diam", ibsi: "L0JK", "largest distance of mesh vertices, mm"),
  ]

  private static let axes: [FeatureDescriptor] = [
    .init("pca_maj_axis", ibsi: "TDIC", "4 root of the major variance of the voxel centres, mm"),
    .init("pca_min_axis", ibsi: "P9VJ", "4 root of the minor variance of the voxel centres, mm"),
    .init("pca_least_axis", ibsi: "7J51", "4 root of the least variance of the voxel centres, mm"),
    .init("pca_elongation", ibsi: "Q3CK", "root of minor over major variance"),
    .init("pca_flatness", ibsi: "N17B", "root of least over major variance"),
  ]

  private static let densities: [FeatureDescriptor] = [
    .init("vol_dens_aabb", ibsi: "PBX1", "V / volume of the box along the axes"),
    .init("area_dens_aabb", ibsi: "R59B", "A / area of the box along the axes"),
    .init("vol_dens_ombb", ibsi: "ZH1A", "V / volume of the smallest box; " + flush),
    .init("area_dens_ombb", ibsi: "IQYR", "A / area of the smallest box; " + flush),
    .init("vol_dens_aee", ibsi: "6BDE", "V / volume of the ellipsoid with the PCA axes"),
    .init("area_dens_aee", ibsi: "RDD2", "A / area of the ellipsoid with the PCA axes"),
    .init("vol_dens_mvee", ibsi: "SWZ1", "V / volume of the smallest enclosing ellipsoid"),
    .init("area_dens_mvee", ibsi: "BRI8", "A / area of the smallest enclosing ellipsoid"),
    .init("vol_dens_conv_hull", ibsi: "R3ER", "V / volume of the convex hull of the mesh"),
    .init("area_dens_conv_hull", ibsi: "7T7F", "A / area of the convex hull of the mesh"),
  ]

  private static let flush = "along the axes or flush with a face of the hull"

  private static let intensities: [FeatureDescriptor] = [
    .init("integ_int", ibsi: "99N0", "V times the mean intensity"),
    .init("moran_i", ibsi: "N365", "Moran's I, weights 1 / distance in mm"),
    .init("geary_c", ibsi: "NPT7", "Geary's C, weights 1 / distance in mm"),
  ]

  package func values(of region: Region) throws(FeatureError) -> [Double] {
    let mesh = region.mesh()
    let (v, a) = (mesh.volume, mesh.area)
    let spacing = region.shapeSpacing
    let voxels = Double(region.shapeMask.voxelCount) * (spacing.x * spacing.y * spacing.z)
    let sphere = pow(36 * Double.pi * (v * v), 1.0 / 3.0)
    let mean = Self.mean(region.intensities)
    let lambda = Self.variances(region)
    let correlation = MorphologyAutocorrelation(region, mean: mean)
    return [
      v, voxels, a, a / v, v / (Double.pi.squareRoot() * pow(a, 1.5)),
      36 * Double.pi * (v * v) / (a * a * a), a / sphere, sphere / a, a / sphere - 1,
      Self.centerShift(region), mesh.diameters.overall,
      4 * lambda[2].squareRoot(), 4 * lambda[1].squareRoot(), 4 * lambda[0].squareRoot(),
      (lambda[1] / lambda[2]).squareRoot(), (lambda[0] / lambda[2]).squareRoot(),
    ] + Self.densities(v, a, lambda, region) + [
      mean * v, correlation.moran, correlation.geary,
    ]
  }

  private static func mean(_ values: [Double]) -> Double {
    values.withUnsafeBufferPointer { PairwiseSum.sum($0.baseAddress!, $0.count) }
      / Double(values.count)
  }

  /// Eigenvalues of the covariance (divided by N - 1) of the voxel centres, mm2, ascending.
  private static func variances(_ region: Region) -> [Double] {
    let count = Double(region.shapeMask.voxelCount)
    return Shape.variances(region.shapeMask, spacing: region.shapeSpacing).map {
      $0 * count / (count - 1)
    }
  }

  /// Distance between the centre of mass of the morphological mask and that of the intensities, mm.
  private static func centerShift(_ region: Region) -> Double {
    var center = SIMD3<Double>.zero
    for span in region.shapeMask.spans {
      let count = Double(span.count)
      let x = Double(span.x) + (count - 1) / 2
      center += count * SIMD3(x, Double(span.y), Double(span.z))
    }
    center /= Double(region.shapeMask.voxelCount)
    center += SIMD3<Double>(region.shapeOffset)
    var (total, weighted, next) = (0.0, SIMD3<Double>.zero, 0)
    for span in region.mask.spans {
      var (mass, moment) = (0.0, 0.0)
      for step in 0..<Int(span.count) {
        let value = region.intensities[next + step]
        mass += value
        moment += value * (Double(span.x) + Double(step))
      }
      total += mass
      weighted += SIMD3(moment, mass * Double(span.y), mass * Double(span.z))
      next += Int(span.count)
    }
    if total == 0 { return .nan }
    let shift = (weighted / total - center) * region.spacing
    return (shift * shift).sum().squareRoot()
  }

  /// Volume and area densities, in the order of the columns.
  private static func densities(_ v: Double, _ a: Double, _ lambda: [Double], _ region: Region)
    -> [Double]
  {
    let hull = MorphologyHull(region.shapeMask, spacing: region.shapeSpacing)
    let sides = SIMD3<Double>(region.shapeMask.size) * region.shapeSpacing
    let (xy, yz, zx) = (sides.x * sides.y, sides.y * sides.z, sides.z * sides.x)
    let box = MorphologyBox(hull)
    let semiAxes = lambda.map { 2 * $0.squareRoot() }
    let approximate = MorphologyEllipsoid(semiAxes[0], semiAxes[1], semiAxes[2])
    let enclosing = MorphologyEnclosingEllipsoid(hull).ellipsoid
    func density(_ value: Double, _ whole: Double) -> Double { whole > 0 ? value / whole : .nan }
    return [
      v / (xy * sides.z), a / (2 * (xy + yz + zx)), v / box.volume, a / box.area,
      density(v, approximate.volume), density(a, approximate.area),
      v / enclosing.volume, a / enclosing.area, v / hull.volume, a / hull.area,
    ]
  }
}
