/// The connected components of a mask, numbered 1, 2, ... by their first voxels in memory order.
package struct ConnectedComponents: Sendable {
  /// One for each voxel, x fastest; 0 where the mask is 0.
  package let labels: [Int32]
  /// Number of voxels of component 1, 2, ...
  package let counts: [Int]

  /// - Parameters:
  ///   - mask: 1 in the set, 0 outside.
  ///   - size: voxels along (x, y, z).
  ///   - connectivity: neighbours of a voxel: 6 (by faces), 18 (and edges) or 26 (and corners).
  /// - Precondition: one value of `mask` for each voxel, and fewer than 2^31 voxels.
  package init(of mask: [UInt8], size: SIMD3<Int>, connectivity: Int) {
    precondition(mask.count == size.x * size.y * size.z && mask.count < Int(Int32.max))
    // A margin of 0 in front of and behind every row and plane takes the place of bounds tests.
    let width = size.x + 2
    let plane = width * (size.y + 2)
    let steps = Self.earlierNeighbours(connectivity).map { $0.z * plane + $0.y * width + $0.x }
    var padded = [Int32](repeating: 0, count: plane * (size.z + 1))
    var sets = DisjointSets()
    for z in 0..<size.z {
      for y in 0..<size.y {
        let source = (z * size.y + y) * size.x
        let target = (z + 1) * plane + (y + 1) * width + 1
        for x in 0..<size.x where mask[source &+ x] != 0 {
          var label: Int32 = 0
          for step in steps {
            let neighbour = padded[target &+ x &+ step]
            if neighbour == 0 || neighbour == label { continue }
            label = label == 0 ? neighbour : sets.join(label, neighbour)
          }
          padded[target &+ x] = label == 0 ? sets.add() : label
        }
      }
    }
    let numbers = sets.numbers()
    var labels = [Int32](repeating: 0, count: mask.count)
    var counts = [Int](repeating: 0, count: Int(numbers.max() ?? 0))
    for z in 0..<size.z {
      for y in 0..<size.y {
        let target = (z * size.y + y) * size.x
        let source = (z + 1) * plane + (y + 1) * width + 1
        for x in 0..<size.x where padded[source &+ x] != 0 {
          let number = numbers[Int(padded[source &+ x])]
          labels[target &+ x] = number
          counts[Int(number) &- 1] &+= 1
        }
      }
    }
    self.labels = labels
    self.counts = counts
  }

  /// Steps to the neighbours that come before a voxel in memory order.
  private static func earlierNeighbours(_ connectivity: Int) -> [SIMD3<Int>] {
    let axes: Int
    switch connectivity {
    case 6: axes = 1
    case 18: axes = 2
    case 26: axes = 3
    default: preconditionFailure("a voxel has 6, 18 or 26 neighbours, not \(connectivity)")
    }
    var steps: [SIMD3<Int>] = []
    for z in -1...0 {
      for y in -1...1 {
        for x in -1...1 where (z, y, x) < (0, 0, 0) && abs(z) + abs(y) + abs(x) <= axes {
          steps.append(SIMD3(x, y, z))
        }
      }
    }
    return steps
  }
}

/// Provisional labels 1, 2, ...; the smallest of a set stands for it.
private struct DisjointSets {
  private var parents: [Int32] = [0]

  mutating func add() -> Int32 {
    parents.append(Int32(parents.count))
    return parents[parents.count - 1]
  }

  /// - Returns: the smaller root.
  mutating func join(_ a: Int32, _ b: Int32) -> Int32 {
    let (first, second) = (root(a), root(b))
    let (low, high) = (min(first, second), max(first, second))
    parents[Int(high)] = low
    return low
  }

  private mutating func root(_ label: Int32) -> Int32 {
    var label = label
    while parents[Int(label)] != label {
      parents[Int(label)] = parents[Int(parents[Int(label)])]
      label = parents[Int(label)]
    }
    return label
  }

  /// 0 for label 0, and 1, 2, ... for the sets in the order of their smallest labels.
  mutating func numbers() -> [Int32] {
    var numbers = [Int32](repeating: 0, count: parents.count)
    var next: Int32 = 1
    for label in parents.indices.dropFirst() {
      let root = Int(root(Int32(label)))
      if root == label {
        numbers[label] = next
        next += 1
      } else {
        numbers[label] = numbers[root]
      }
    }
    return numbers
  }
}

extension MaskRegion {
  /// The connected components of the region, the one with the most voxels first; among equals the
  /// one whose first voxel comes first in memory.
  ///
  /// - Parameters:
  ///   - spacing: mm, (x, y, z), of the region's grid.
  ///   - connectivity: neighbours of a voxel: 6, 18 or 26.
  ///   - minimumVolume: mm3; smaller components are left out. A component that falls short by less
  ///     than a millionth is kept: spacings in files have seven digits.
  package func lesions(
    spacing: SIMD3<Double>, connectivity: Int = 26, minimumVolume: Double = 0
  ) -> [MaskRegion] {
    let components = ConnectedComponents(of: mask, size: box.size, connectivity: connectivity)
    let voxelVolume = spacing.x * spacing.y * spacing.z
    let wanted = components.counts.indices
      .filter { Double(components.counts[$0]) * voxelVolume * (1 + 1e-6) >= minimumVolume }
      .sorted { (components.counts[$1], $0) < (components.counts[$0], $1) }
    let boxes = components.boxes(size: box.size)
    return wanted.map { index in
      let inner = boxes[index]
      let labels = crop(
        components.labels, from: IndexBox(lower: .zero, size: box.size), to: inner)
      return MaskRegion(
        box: IndexBox(lower: inner.lower &+ box.lower, size: inner.size),
        mask: labels.map { Int($0) == index + 1 ? 1 : 0 })
    }
  }
}

extension ConnectedComponents {
  /// Bounding boxes of component 1, 2, ...
  fileprivate func boxes(size: SIMD3<Int>) -> [IndexBox] {
    var lower = [SIMD3<Int>](repeating: size, count: counts.count)
    var upper = [SIMD3<Int>](repeating: .zero, count: counts.count)
    var offset = 0
    for z in 0..<size.z {
      for y in 0..<size.y {
        for x in 0..<size.x {
          let label = Int(labels[offset])
          offset &+= 1
          if label == 0 { continue }
          let voxel = SIMD3(x, y, z)
          lower[label - 1] = pointwiseMin(lower[label - 1], voxel)
          upper[label - 1] = pointwiseMax(upper[label - 1], voxel &+ SIMD3(repeating: 1))
        }
      }
    }
    return zip(lower, upper).map { IndexBox(lower: $0, size: $1 &- $0) }
  }
}
