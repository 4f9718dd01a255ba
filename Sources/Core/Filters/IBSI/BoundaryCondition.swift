package import Imaging

/// How an image continues outside itself; IBSI 2 reference manual, "Boundary conditions".
package enum BoundaryCondition: String, Hashable, Sendable, CaseIterable {
  /// `0 0 | a b c | 0 0`: constant value padding with 0.
  case zero
  /// `a a | a b c | c c`: nearest value padding.
  case nearest
  /// `b c | a b c | a b`: periodisation.
  case periodic
  /// `b a | a b c | c b`: symmetric about the border, which lies half a voxel beyond the last
  /// centre.
  case mirror

  /// The voxel from which the value at `index` comes, for any `index`; nil where the value is 0.
  ///
  /// - Parameter count: voxels along the axis, > 0.
  package func source(of index: Int, count: Int) -> Int? {
    if index >= 0 && index < count { return index }
    switch self {
    case .zero: return nil
    case .nearest: return index < 0 ? 0 : count - 1
    case .periodic:
      let rest = index % count
      return rest < 0 ? rest + count : rest
    case .mirror:
      let rest = index % (2 * count)
      let position = rest < 0 ? rest + 2 * count : rest
      return position < count ? position : 2 * count - 1 - position
    }
  }

  /// The smallest box of the image that holds every voxel from which a value in `box` comes.
  ///
  /// - Parameters:
  ///   - box: not empty; may lie partly outside the image, but not entirely.
  ///   - size: voxels of the image along (x, y, z).
  package func sources(of box: IndexBox, imageSize size: SIMD3<Int>) -> IndexBox {
    var (low, high) = (SIMD3<Int>.zero, SIMD3<Int>.zero)
    for axis in 0..<3 {
      let table = (box.lower[axis]..<box.upper[axis]).compactMap {
        source(of: $0, count: size[axis])
      }
      guard let first = table.min(), let last = table.max() else {
        preconditionFailure("the box touches the image")
      }
      (low[axis], high[axis]) = (first, last + 1)
    }
    return IndexBox(lower: low, size: high &- low)
  }

  /// The values of the continued image in `box`, which may reach outside it on all sides.
  package func block(of image: Volume, over box: IndexBox) -> ImageBlock {
    let needed = sources(of: box, imageSize: image.grid.size)
    let inside = ImageBlock(box: needed, values: image.values(in: needed))
    return block(of: inside, imageSize: image.grid.size, over: box)
  }

  /// The values in `box` of a continued image of which a part is known.
  ///
  /// - Precondition: `known.box` lies in the image and holds `sources(of: box)`.
  package func block(
    of known: ImageBlock, imageSize size: SIMD3<Int>, over box: IndexBox
  ) -> ImageBlock {
    if box == known.box { return known }
    precondition(
      known.box.contains(sources(of: box, imageSize: size)), "every source voxel is known")
    let tables = (0..<3).map { axis in
      (box.lower[axis]..<box.upper[axis]).map {
        source(of: $0, count: size[axis]).map { $0 - known.box.lower[axis] } ?? -1
      }
    }
    let values = [Double](unsafeUninitializedCapacity: box.voxelCount) { target, initialized in
      initialized = box.voxelCount
      known.values.withUnsafeBufferPointer { source in
        tables[0].withUnsafeBufferPointer { columns in
          var next = 0
          for z in tables[2] {
            for y in tables[1] {
              let row = (z &* known.box.size.y &+ y) &* known.box.size.x
              let isZero = z < 0 || y < 0
              var x = 0
              while x < columns.count {
                target[next] = isZero || columns[x] < 0 ? 0 : source[row &+ columns[x]]
                next &+= 1
                x &+= 1
              }
            }
          }
        }
      }
    }
    return ImageBlock(box: box, values: values)
  }
}

/// Values over a box of voxel indices, which may reach outside the image.
package struct ImageBlock: Sendable {
  package let box: IndexBox
  /// `box.voxelCount` values, x fastest.
  package var values: [Double]

  /// - Precondition: one value for each voxel of the box.
  package init(box: IndexBox, values: [Double]) {
    precondition(values.count == box.voxelCount, "one value for each voxel of the box")
    self.box = box
    self.values = values
  }

  /// The part in `inner`, which lies in the block.
  package func cropped(to inner: IndexBox) -> ImageBlock {
    if inner == box { return self }
    precondition(box.contains(inner), "the block holds the part")
    let shift = inner.lower &- box.lower
    var part: [Double] = []
    part.reserveCapacity(inner.voxelCount)
    for z in 0..<inner.size.z {
      for y in 0..<inner.size.y {
        let start = ((z + shift.z) * box.size.y + y + shift.y) * box.size.x + shift.x
        part.append(contentsOf: values[start..<start + inner.size.x])
      }
    }
    return ImageBlock(box: inner, values: part)
  }
}
