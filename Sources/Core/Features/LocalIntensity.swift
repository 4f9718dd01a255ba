package import Components
package import Imaging
internal import Foundation

/// Mean intensity in a sphere of 1 cm3 in and around the volume of interest (IBSI family 9ST6,
/// reference manual section 3.2).
///
/// The sphere is centred on a voxel of the (resegmented) VOI and holds all voxels of the image,
/// those outside the VOI included, whose centres are at most 6.2 mm away; at the border of the
/// image it is cut off. Needs `Region.surroundings` that reach `reach` mm around the VOI, or to the
/// border of the image; without them the values are NaN.
package struct LocalIntensity: FeatureFamily {
  /// No settings.
  package struct Parameters: ParameterSet {
    package init() {}
    package static let fields: [Field<Self>] = []
  }

  package static let id: ComponentID = "loc"
  package static let summary = "IBSI local and global intensity peak, in spheres of 1 cm3."
  package static let scope = FeatureScope.perVOI
  package static let profiles: Set<Profile> = [.ibsi]
  package let parameters: Parameters

  package init(_ parameters: Parameters) throws(InvalidInput) { self.parameters = parameters }

  package static let columns: [FeatureDescriptor] = [
    .init(
      "peak_loc", ibsi: "VJGA",
      "mean around the voxel of the largest intensity, the largest mean where there are several"),
    .init("peak_glob", ibsi: "0F91", "largest mean around any voxel"),
  ]

  /// Radius of a sphere of 1 cm3, mm.
  static let radius = 10 * cbrt(3 / (4 * Double.pi))
  /// How far around the VOI the image is needed, mm.
  package static let reach = 6.3

  package func values(of region: Region) throws(FeatureError) -> [Double] {
    guard let surroundings = region.surroundings else { return [.nan, .nan] }
    let place = IndexBox(
      lower: surroundings.box.lower &+ region.mask.lower, size: region.mask.size)
    let sums = SphereSums(surroundings.image, around: place, radius: Self.radius)
    let offset = place.lower &- sums.box.lower
    var local = -Double.infinity
    var global = -Double.infinity
    var voxel = 0
    for span in region.mask.spans {
      let start = SIMD3(Int(span.x), Int(span.y), Int(span.z)) &+ offset
      for x in 0..<Int(span.count) {
        let mean = sums.mean(around: start &+ SIMD3(x, 0, 0))
        if mean > global { global = mean }
        if region.intensities[voxel] == region.maximum && mean > local { local = mean }
        voxel += 1
      }
    }
    return [local, global]
  }
}

/// Means of an image over spheres, from running sums along x.
private struct SphereSums {
  /// Rows of the sphere: step in y and z, and how many voxels it reaches to both sides in x.
  private let rows: [(y: Int, z: Int, reach: Int)]
  /// The part of the image that the spheres reach; voxels count from its first.
  let box: IndexBox
  private let size: SIMD3<Int>
  /// Sum of the values before a voxel in its row; rows have one element more than voxels.
  private let sums: [Double]

  init(_ image: Volume, around place: IndexBox, radius: Double) {
    let spacing = image.grid.spacing
    var rows: [(y: Int, z: Int, reach: Int)] = []
    let limit = SIMD3<Int>(
      Int(radius / spacing.x), Int(radius / spacing.y), Int(radius / spacing.z))
    for z in -limit.z...limit.z {
      for y in -limit.y...limit.y {
        let (dy, dz) = (Double(y) * spacing.y, Double(z) * spacing.z)
        let rest = radius * radius - dy * dy - dz * dz
        if rest >= 0 { rows.append((y, z, Int(rest.squareRoot() / spacing.x))) }
      }
    }
    self.rows = rows
    let low = pointwiseMax(place.lower &- limit, .zero)
    let high = pointwiseMin(place.upper &+ limit, image.grid.size)
    box = IndexBox(lower: low, size: high &- low)
    size = box.size
    let values = image.values(in: box)
    var sums: [Double] = []
    sums.reserveCapacity((size.x + 1) * size.y * size.z)
    for row in 0..<size.y * size.z {
      var sum = 0.0
      sums.append(sum)
      for x in 0..<size.x {
        sum += values[row * size.x + x]
        sums.append(sum)
      }
    }
    self.sums = sums
  }

  func mean(around centre: SIMD3<Int>) -> Double {
    var total = 0.0
    var count = 0
    sums.withUnsafeBufferPointer { sums in
      for row in rows {
        let (y, z) = (centre.y &+ row.y, centre.z &+ row.z)
        guard y >= 0, z >= 0, y < size.y, z < size.z else { continue }
        let first = max(centre.x &- row.reach, 0)
        let end = min(centre.x &+ row.reach &+ 1, size.x)
        let start = (z &* size.y &+ y) &* (size.x &+ 1)
        total += sums[start &+ end] - sums[start &+ first]
        count &+= end &- first
      }
    }
    return total / Double(count)
  }
}
