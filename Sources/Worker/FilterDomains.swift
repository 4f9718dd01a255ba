internal import Components
internal import Features
internal import Filters
internal import Imaging
internal import Study

/// Regions that share the responses of filters: one working image, one box in it that holds the
/// boxes of all of them.
struct SharedDomain {
  private let input: FilterInput
  /// Of each table, in voxels of the working image.
  private let boxes: [IndexBox]

  /// - Parameter working: on the lattice of all regions; nil where no filter reads it.
  /// - Returns: nil where `regions` is empty.
  init?(_ working: WorkingImage, of regions: [PreparedRegion]) {
    let image = working.image
    boxes = regions.map { region in
      IndexBox(lower: region.lower(on: image.grid), size: region.box.size)
    }
    guard let first = boxes.first else { return nil }
    let hull = boxes.dropFirst().reduce(first) { $0.union($1) }
    var mask = [UInt8](repeating: 0, count: hull.voxelCount)
    for (box, region) in zip(boxes, regions) {
      hull.forEachRow(of: box) { outer, inner in
        for x in 0..<box.size.x where region.box.mask[inner + x] == 1 { mask[outer + x] = 1 }
      }
    }
    input = FilterInput(image: image, box: hull, mask: mask)
  }

  /// Adds the responses of a filter to the tables of the regions, one response at a time.
  func addResponses(
    of filter: some ImageFilter, to tables: inout [RegionTable]
  ) throws(FeatureError) {
    let (boxes, hull) = (boxes, input.box)
    try filter.forEachResponse(of: input) { name, response throws(FeatureError) in
      for index in tables.indices {
        switch response {
        case .success(let image):
          try tables[index].add(image.cropped(from: hull, to: boxes[index]), named: name)
        case .failure(let error):
          tables[index].addMissing("\(name): \(error.message)")
        }
      }
    }
  }
}

extension FilterImage {
  /// The part of a response in `outer` that lies in `inner`.
  fileprivate func cropped(from outer: IndexBox, to inner: IndexBox) -> FilterImage {
    if outer == inner { return self }
    var part: [Double] = []
    part.reserveCapacity(inner.voxelCount)
    outer.forEachRow(of: inner) { start, _ in
      part.append(contentsOf: values[start..<(start + inner.size.x)])
    }
    return FilterImage(pixelType: pixelType, values: part)
  }
}

extension IndexBox {
  /// Calls `body` for each row (y, z) of a box inside this one, with the offsets of the row's
  /// first voxel in arrays over this box and over `inner`.
  fileprivate func forEachRow(of inner: IndexBox, _ body: (Int, Int) -> Void) {
    precondition(contains(inner), "the inner box lies in the outer")
    let shift = inner.lower &- lower
    var offset = 0
    for z in 0..<inner.size.z {
      for y in 0..<inner.size.y {
        body(((z + shift.z) * size.y + y + shift.y) * size.x + shift.x, offset)
        offset += inner.size.x
      }
    }
  }
}

extension PreparedRegion {
  /// First voxel of `box` on a grid of the same lattice, such as that of a larger crop.
  fileprivate func lower(on other: Grid) -> SIMD3<Int> {
    let corner = GridTransform(grid).physicalPoint(
      ofContinuousIndex: SIMD3(Double(boxLower.x), Double(boxLower.y), Double(boxLower.z)))
    let index = GridTransform(other).continuousIndex(ofPhysicalPoint: corner)
    return SIMD3(
      Int(index.x.rounded()), Int(index.y.rounded()), Int(index.z.rounded()))
  }
}
