package import Components
internal import Imaging

/// PyRadiomics' image type `LBP3D`: local binary patterns on spheres around the voxels of the VOI
/// (Banerjee, Moelker, Niessen & van Walsum 2013, "3D LBP-based rotationally invariant region
/// description"). The image is interpolated (cubic B-spline, stored in the image's type, 0 outside
/// it) at the vertices of an icosphere, whose radius counts voxels whatever the spacing.
/// Responses, float64: `lbp-3D-m1`, `lbp-3D-m2`, ... from the spherical harmonics of degree 0, 1,
/// ... of the pattern "sample >= centre", and `lbp-3D-k`, the excess kurtosis of the samples. 0
/// outside the VOI.
///
/// Kurtosis has no response where all samples of a voxel are equal (PyRadiomics stops there).
///
/// | parameter | default | range | meaning |
/// |---|---|---|---|
/// | `levels` | 2 | 1 ... 8 | number of degrees |
/// | `radius` | 1 | (0, 10] | radius of the sphere, voxels |
/// | `subdivision` | 1 | 0 ... 3 | 12, 42, 162, 642 samples |
package struct LBP3DFilter: ImageFilter {
  package struct Parameters: ParameterSet {
    /// PyRadiomics' `lbp3DLevels`.
    package var levels = 2
    /// PyRadiomics' `lbp3DIcosphereRadius`, voxels.
    package var radius = 1.0
    /// PyRadiomics' `lbp3DIcosphereSubdivision`.
    package var subdivision = 1

    package init() {}
    package static let fields: [Field<Parameters>] = [
      .integer("levels", \.levels, in: 1...8, "degrees of the spherical harmonics, from 0"),
      .number(
        "radius", \.radius, in: 0...10, exclusiveLower: true, "radius of the sphere, voxels"),
      .integer(
        "subdivision", \.subdivision, in: 0...3,
        "divisions of the icosphere: 12, 42, 162, 642 samples"),
    ]
  }

  package static let id: ComponentID = "lbp-3D"
  package static let summary =
    "Local binary patterns on spheres: spherical harmonics of the pattern, kurtosis of the samples."

  package let parameters: Parameters
  package init(_ parameters: Parameters) throws(InvalidInput) { self.parameters = parameters }

  package var responseNames: [String] {
    (1...parameters.levels).map { "lbp-3D-m\($0)" } + ["lbp-3D-k"]
  }
  package var reach: SIMD3<Int>? { nil }

  package func forEachResponse<Failure: Error>(
    of input: FilterInput,
    _ body: (String, Result<FilterImage, FilterError>) throws(Failure) -> Void
  ) throws(Failure) {
    let maps = LBP3DMaps(input, parameters)
    for (index, name) in responseNames.enumerated() {
      if index == parameters.levels, maps.undefinedCount > 0 {
        try body(
          name,
          .failure(
            FilterError(
              "\(name): kurtosis is not defined for \(maps.undefinedCount) voxels of the region: "
                + "the image has one value all around them")))
      } else {
        try body(name, .success(FilterImage(pixelType: .float64, values: maps.responses[index])))
      }
    }
  }
}

/// All responses of one VOI; they come from the same samples.
private struct LBP3DMaps {
  /// Levels, then kurtosis; each fills the input's box.
  private(set) var responses: [[Double]]
  /// Voxels of the VOI without kurtosis.
  private(set) var undefinedCount = 0

  init(_ input: FilterInput, _ parameters: LBP3DFilter.Parameters) {
    responses = Array(
      repeating: Array(repeating: 0, count: input.box.voxelCount), count: parameters.levels + 1)
    let rows = MaskRows(input)
    guard let tight = rows.box else { return }
    let sphere = Icosphere(subdivisions: parameters.subdivision, radius: parameters.radius)
    let box = IndexBox(lower: tight.lower &+ input.box.lower, size: tight.size)
    let sampler = LBP3DSampler(input.image, box: box, points: sphere.vertices)
    let moments = LBP3DMoments(
      vertices: sphere.vertices, radius: parameters.radius, levels: parameters.levels)
    let values = input.image.values(in: box)
    let capacity = LBP3DSampler.capacity
    withUnsafeTemporaryAllocation(of: Double.self, capacity: (parameters.levels + 2) * capacity) {
      guard let results = $0.baseAddress else { return }
      results.initialize(repeating: 0, count: $0.count)
      let centres = results + (parameters.levels + 1) * capacity
      for z in 0..<tight.size.z {
        guard let range = rows.rowsWithVoxels(in: z) else { continue }
        sampler.enterSlice(z, rows: range)
        for y in range {
          rows.forEachRun(y, z, atMost: capacity) { x, count in
            let first = (z * tight.size.y + y) * tight.size.x + x
            for i in 0..<count { centres[i] = values[first + i] }
            sampler.sample(x: x, count: count, y: y, z: z, centres: centres)
            moments.kurtosis(
              sampler.samples, stride: capacity, count: count, type: input.pixelType,
              to: results + parameters.levels * capacity)
            moments.levels(
              sampler.samples, stride: capacity, count: count, centres: centres, to: results)
            store(results, count, at: rows.index(x, y, z), input.mask)
          }
        }
      }
    }
  }

  private mutating func store(
    _ results: UnsafePointer<Double>, _ count: Int, at first: Int, _ mask: [UInt8]
  ) {
    for index in responses.indices {
      let row = results + index * LBP3DSampler.capacity
      for i in 0..<count where mask[first + i] != 0 { responses[index][first + i] = row[i] }
    }
    let kurtosis = results + (responses.count - 1) * LBP3DSampler.capacity
    for i in 0..<count where mask[first + i] != 0 && kurtosis[i].isNaN { undefinedCount += 1 }
  }
}

/// The VOI's rows, in the coordinates of its tight box.
private struct MaskRows {
  /// Tight box of the VOI within the input's box; nil where the mask is empty.
  let box: IndexBox?
  private let mask: [UInt8]
  private let size: SIMD3<Int>

  init(_ input: FilterInput) {
    mask = input.mask
    size = input.box.size
    var low = size
    var high = SIMD3(repeating: -1)
    var index = 0
    for z in 0..<size.z {
      for y in 0..<size.y {
        for x in 0..<size.x {
          if mask[index] != 0 {
            let voxel = SIMD3(x, y, z)
            low = pointwiseMin(low, voxel)
            high = pointwiseMax(high, voxel)
          }
          index += 1
        }
      }
    }
    box = high.x < 0 ? nil : IndexBox(lower: low, size: high &- low &+ SIMD3(repeating: 1))
  }

  /// Index in the input's box.
  func index(_ x: Int, _ y: Int, _ z: Int) -> Int {
    let lower = box?.lower ?? .zero
    return ((z + lower.z) * size.y + y + lower.y) * size.x + x + lower.x
  }

  /// First to last row of slice `z` that holds voxels of the VOI.
  func rowsWithVoxels(in z: Int) -> Range<Int>? {
    guard let box else { return nil }
    func holdsVoxels(_ y: Int) -> Bool {
      let first = index(0, y, z)
      return mask[first..<first + box.size.x].contains { $0 != 0 }
    }
    let rows = 0..<box.size.y
    guard let first = rows.first(where: holdsVoxels), let last = rows.last(where: holdsVoxels)
    else { return nil }
    return first..<last + 1
  }

  /// Stretches of a row that begin and end with voxels of the VOI and hold no gap of 8 or more.
  func forEachRun(_ y: Int, _ z: Int, atMost limit: Int, _ body: (Int, Int) -> Void) {
    guard let box else { return }
    let first = index(0, y, z)
    var x = 0
    while x < box.size.x {
      guard mask[first + x] != 0 else {
        x += 1
        continue
      }
      var last = x
      var next = x + 1
      while next < box.size.x, next - x < limit, next - last <= 8 {
        if mask[first + next] != 0 { last = next }
        next += 1
      }
      body(x, last + 1 - x)
      x = last + 1
    }
  }
}
