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

  /// - Parameter working: what filters read.
  /// - Returns: nil where `regions` is empty, or one of them is not in the working image.
  init?(_ working: WorkingImage, of regions: [PreparedRegion]) {
    let image = working.image
    guard regions.allSatisfy({ $0.grid.isOnLattice(of: image.grid) }) else { return nil }
    boxes = regions.map { region in
      IndexBox(lower: region.lower(on: image.grid), size: region.box.size)
    }
    guard let first = boxes.first else { return nil }
    let hull = boxes.dropFirst().reduce(first) { $0.union($1) }
    guard IndexBox(lower: .zero, size: image.grid.size).contains(hull) else { return nil }
    var mask = [UInt8](repeating: 0, count: hull.voxelCount)
    for (box, region) in zip(boxes, regions) {
      hull.forEachRow(of: box) { outer, inner in
        for x in 0..<box.size.x where region.box.mask[inner + x] == 1 { mask[outer + x] = 1 }
      }
    }
    input = FilterInput(image: image, box: hull, mask: mask)
  }

  /// Adds the responses of a filter to the tables of the regions, one response at a time.
  func addResponses(of filter: some ImageFilter, to tables: inout [RegionTable]) {
    let (boxes, hull) = (boxes, input.box)
    filter.forEachResponse(of: input) { name, response in
      for index in tables.indices {
        switch response {
        case .success(let image):
          let values = crop(image.values, from: hull, to: boxes[index])
          tables[index].add(
            FilterImage(pixelType: image.pixelType, values: values), named: name)
        case .failure(let error):
          tables[index].addMissing("\(name): \(error.message)")
        }
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
