internal import Components
package import Imaging

/// The kernels around the voxels of one VOI.
///
/// A kernel is the cube of side 2 `kernelRadius` + 1 around a voxel (a square with `force2D`), cut
/// at the box; with `maskedKernel` only its VOI voxels count. Grey levels are those of the whole
/// VOI, without `maskedKernel` those of the whole box. Not Sendable: it belongs to its thread.
package final class VoxelMapKernels {
  package let parameters: VoxelMapParameters
  package let discretisation: DiscretisationParameters
  package let levelRule: LevelRule
  package let neighbourhood: NeighbourhoodParameters
  package let box: VoxelBox
  let shape: VoxelMapKernelShape
  /// VOI voxels in memory order: index in the box, and in an array with margins (`padded`).
  let voxels: [(box: Int, padded: Int)]
  /// Distance from a voxel to each cell of its kernel in an array with margins.
  let steps: [Int]
  /// Indices with margins of all voxels that count, in memory order, and of the same in the box.
  private let counted: [(box: Int, padded: Int)]
  private let paddedCount: Int

  /// - Parameter box: the VOI's box padded by `kernelRadius` within the image
  ///   (`WorkingImage.voxelBox`). Its size decides which directions there are and, without
  ///   `maskedKernel`, its values around the VOI count; with `maskedKernel` they are not read.
  /// - Throws: when the VOI is empty or an intensity that counts is not finite.
  package init(
    _ box: VoxelBox, parameters: VoxelMapParameters,
    discretisation: DiscretisationParameters = .init(), levelRule: LevelRule = .pyradiomics,
    neighbourhood: NeighbourhoodParameters = .init()
  ) throws(FeatureError) {
    self.box = box
    self.levelRule = levelRule
    self.parameters = parameters
    self.discretisation = discretisation
    self.neighbourhood = neighbourhood
    let radius = parameters.kernelRadius
    precondition(radius >= 1, "a kernel reaches at least one voxel")
    let tight = MaskSpans(box)
    if tight.voxelCount == 0 { throw FeatureError("the volume of interest is empty") }
    shape = VoxelMapKernelShape(
      radius: radius, within: parameters.maskedKernel ? tight.size : box.size,
      neighbourhood: neighbourhood)
    let size = box.size &+ SIMD3(repeating: 2 * radius)
    let (row, plane) = (size.x, size.x * size.y)
    paddedCount = plane * size.z
    steps = shape.cells.map { $0.z * plane + $0.y * row + $0.x }
    var voxels: [(box: Int, padded: Int)] = []
    var counted: [(box: Int, padded: Int)] = []
    var index = 0
    for z in 0..<box.size.z {
      for y in 0..<box.size.y {
        let start = (z + radius) * plane + (y + radius) * row + radius
        for x in 0..<box.size.x {
          if box.mask[index] != 0 { voxels.append((index, start + x)) }
          if box.mask[index] != 0 || !parameters.maskedKernel { counted.append((index, start + x)) }
          index += 1
        }
      }
    }
    self.voxels = voxels
    self.counted = counted
    if counted.contains(where: { !box.values[$0.box].isFinite }) {
      throw FeatureError("the volume of interest holds intensities that are not finite")
    }
  }

  /// Grey levels of the voxels that count.
  struct Levels {
    /// Levels that occur, ascending.
    let present: [Int]
    /// With margins: position in `present` plus 1 of each voxel that counts; 0 elsewhere.
    let positions: [UInt16]

    /// PyRadiomics' Ng.
    var highest: Int { present.last ?? 0 }
  }

  /// - Parameter pixelType: the type in which the edges of a fixed number of bins are; the image's
  ///   for the texture families. First order converts the image to float64 first.
  func levels(as pixelType: PixelType) throws(FeatureError) -> Levels {
    let values = counted.map { box.values[$0.box] }
    let bins: any LevelBins
    do {
      bins = try levelRule.bins(
        minimum: values.min() ?? 0, maximum: values.max() ?? 0, pixelType: pixelType,
        parameters: discretisation)
    } catch {
      throw FeatureError(error.description)
    }
    var allHaveLevels = false
    let levels = [UInt16](unsafeUninitializedCapacity: values.count) { buffer, filled in
      values.withUnsafeBufferPointer { values in
        if let target = buffer.baseAddress { allHaveLevels = bins.fill(target, from: values) }
      }
      filled = values.count
    }
    guard allHaveLevels else {
      throw FeatureError("the kernels hold intensities that have no grey level")
    }
    var occurs = [Bool](repeating: false, count: BinEdges.maximumLevel + 1)
    for level in levels { occurs[Int(level)] = true }
    let present = occurs.indices.filter { occurs[$0] }
    guard present.count < BinEdges.maximumLevel else {
      throw FeatureError("\(present.count) grey levels are too many; allowed are 65,534")
    }
    var position = [UInt16](repeating: 0, count: occurs.count)
    for (k, level) in present.enumerated() { position[level] = UInt16(k + 1) }
    var positions = [UInt16](repeating: 0, count: paddedCount)
    for (voxel, level) in zip(counted, levels) {
      positions[voxel.padded] = position[Int(level)]
    }
    return Levels(present: present, positions: positions)
  }

  /// Intensities with margins; NaN where a voxel does not count.
  func intensities() -> [Double] {
    var result = [Double](repeating: .nan, count: paddedCount)
    for voxel in counted { result[voxel.padded] = box.values[voxel.box] }
    return result
  }

  /// Directions at `distances`, one of each opposite pair.
  /// - Throws: where there is none in the box.
  func directions(_ distances: [Int]) throws(FeatureError) -> [Offset] {
    let found = neighbourhood.directions(distances: distances, size: box.size)
    if !found.isEmpty { return found }
    let list = distances.map(String.init).joined(separator: ", ")
    throw FeatureError(
      "no neighbours at distance \(list) in a box of \(box.size.x) x \(box.size.y) x "
        + "\(box.size.z) voxels")
  }

  /// Calls `body` with the number of each VOI voxel and the positions of its kernel, one for each
  /// cell, 0 where the cell does not count.
  func forEachKernel(
    _ levels: Levels, _ body: (Int, UnsafePointer<UInt16>) -> Void
  ) {
    let count = steps.count
    withUnsafeTemporaryAllocation(of: UInt16.self, capacity: count) { cells in
      guard let cells = cells.baseAddress else { return }
      levels.positions.withUnsafeBufferPointer { positions in
        steps.withUnsafeBufferPointer { steps in
          for (number, voxel) in voxels.enumerated() {
            var i = 0
            while i < count {
              cells[i] = positions[voxel.padded &+ steps[i]]
              i &+= 1
            }
            body(number, UnsafePointer(cells))
          }
        }
      }
    }
  }
}

/// The cells of a kernel and which of them are neighbours.
struct VoxelMapKernelShape {
  /// Steps from the centre in PyRadiomics' order: z slowest, each component falling; the centre
  /// comes last.
  let cells: [Offset]
  private let index: [Offset: Int]

  /// - Parameter within: size of the box of all voxels that count; no step is longer.
  init(radius: Int, within size: SIMD3<Int>, neighbourhood: NeighbourhoodParameters) {
    func range(_ axis: Int, _ length: Int) -> [Int] {
      if neighbourhood.force2D && axis == neighbourhood.force2Ddimension { return [0] }
      let reach = min(radius, length - 1)
      return Array(stride(from: reach, through: -reach, by: -1))
    }
    var cells: [Offset] = []
    for z in range(0, size.z) {
      for y in range(1, size.y) {
        for x in range(2, size.x) where (z, y, x) != (0, 0, 0) {
          cells.append(Offset(z: z, y: y, x: x))
        }
      }
    }
    cells.append(Offset(z: 0, y: 0, x: 0))
    self.cells = cells
    index = Dictionary(uniqueKeysWithValues: zip(cells, cells.indices))
  }

  private func next(_ cell: Int, _ step: Offset) -> Int? {
    let from = cells[cell]
    return index[Offset(z: from.z + step.z, y: from.y + step.y, x: from.x + step.x)]
  }

  /// Pairs of cells (here, one step on), one after the other.
  func pairs(_ step: Offset) -> [Int] {
    cells.indices.flatMap { here in next(here, step).map { [here, $0] } ?? [] }
  }

  /// Neighbours of every cell in both senses of the directions.
  func neighbours(_ directions: [Offset]) -> [[Int]] {
    let both = directions + directions.map { Offset(z: -$0.z, y: -$0.y, x: -$0.x) }
    return cells.indices.map { cell in both.compactMap { next(cell, $0) } }
  }

  /// All lines of cells along a direction, each from its first cell to its last.
  func lines(_ step: Offset) -> [[Int]] {
    let back = Offset(z: -step.z, y: -step.y, x: -step.x)
    return cells.indices.filter { next($0, back) == nil }.map { first in
      var line = [first]
      while let following = next(line[line.count - 1], step) { line.append(following) }
      return line
    }
  }
}
