package import Imaging

/// Connected zones of equal grey level: level and size of each.
///
/// One sweep in memory order. The 13 neighbours that come before a voxel are compared by rows
/// (vectorised) into a 13-bit word; a table turns the word into one neighbour per connected group,
/// because equal neighbours that touch each other are in one zone already. Zones are merged by
/// union-find; sizes are kept with the provisional labels, so no second sweep is needed.
/// Thibault 2009; labelling after Wu, Otoo & Suzuki 2009.
package struct ZoneCounts {
  /// Position in `GreyLevels.present` and number of voxels of each zone; order is fixed.
  package let zones: [(position: Int, size: Int)]

  /// - Parameters:
  ///   - volume: positions plus 1 (`Region.compactLevels`).
  ///   - directions: half of the neighbourhood, components in -1...1.
  package init(_ volume: LevelVolume, mask: MaskSpans, directions: [Offset]) {
    let sweep = ZoneSweep(volume, directions, voxelCount: mask.voxelCount)
    sweep.run(mask)
    zones = sweep.zones()
  }

  /// The zones as well as, for every VOI voxel in the order of the spans, the index of its zone.
  package static func withMembers(
    _ volume: LevelVolume, mask: MaskSpans, directions: [Offset]
  ) -> (zones: [(position: Int, size: Int)], zoneOfVoxel: [UInt32]) {
    let sweep = ZoneSweep(volume, directions, voxelCount: mask.voxelCount)
    sweep.run(mask)
    return (sweep.zones(), sweep.members(mask))
  }
}

private final class ZoneSweep {
  private let volume: LevelVolume
  /// Bit of each direction in the neighbour words, and its distance in memory.
  private let bits: [(bit: Int, step: Int)]
  private let stepOfBit: [Int]
  private let labels: UnsafeMutablePointer<UInt32>
  private let words: UnsafeMutablePointer<UInt16>
  /// Provisional labels: parent in the union-find forest (never younger than the label), number of
  /// voxels labelled so, position of the level.
  private let parents: UnsafeMutablePointer<UInt32>
  private let sizes: UnsafeMutablePointer<UInt32>
  private let positions: UnsafeMutablePointer<UInt16>
  private var used = 0

  init(_ volume: LevelVolume, _ directions: [Offset], voxelCount: Int) {
    self.volume = volume
    let bits = directions.map { direction in
      (bit: allDirections.firstIndex(of: direction)!, step: volume.distance(direction))
    }
    var steps = [Int](repeating: 0, count: 13)
    for (bit, step) in bits { steps[bit] = step }
    self.bits = bits
    stepOfBit = steps
    labels = .allocate(capacity: volume.count)
    words = .allocate(capacity: volume.size.x)
    words.initialize(repeating: 0, count: volume.size.x)
    parents = .allocate(capacity: voxelCount)
    sizes = .allocate(capacity: voxelCount)
    positions = .allocate(capacity: voxelCount)
  }

  deinit {
    labels.deallocate()
    words.deallocate()
    parents.deallocate()
    sizes.deallocate()
    positions.deallocate()
  }

  func run(_ mask: MaskSpans) {
    representatives.withUnsafeBufferPointer { table in
      stepOfBit.withUnsafeBufferPointer { steps in
        for span in mask.spans {
          let index = volume.index(span)
          compare(volume.base + index, Int(span.count))
          label(
            volume.base + index, labels + index, Int(span.count), table.baseAddress!,
            steps.baseAddress!)
        }
      }
    }
  }

  /// Sets bit b of a word where the predecessor in direction b has the voxel's level.
  private func compare(_ levels: UnsafeMutablePointer<UInt16>, _ length: Int) {
    let words = words
    words.update(repeating: 0, count: length)
    for (bit, step) in bits {
      let flag = UInt16(1) << UInt16(bit)
      let before = levels - step
      var x = 0
      while x < length {
        words[x] |= before[x] == levels[x] ? flag : 0
        x &+= 1
      }
    }
  }

  private func label(
    _ levels: UnsafeMutablePointer<UInt16>, _ labels: UnsafeMutablePointer<UInt32>,
    _ length: Int, _ table: UnsafePointer<UInt16>, _ steps: UnsafePointer<Int>
  ) {
    let (parents, sizes, words) = (parents, sizes, words)
    var used = used
    var x = 0
    while x < length {
      var rest = table[Int(words[x])]
      if rest == 0 {
        parents[used] = UInt32(truncatingIfNeeded: used)
        sizes[used] = 1
        positions[used] = levels[x] &- 1
        labels[x] = UInt32(truncatingIfNeeded: used)
        used &+= 1
      } else {
        var root = Self.root(parents, labels[x &- steps[rest.trailingZeroBitCount]])
        rest &= rest &- 1
        while rest != 0 {
          let other = Self.root(parents, labels[x &- steps[rest.trailingZeroBitCount]])
          let (older, younger) = other < root ? (other, root) : (root, other)
          parents[Int(younger)] = older
          root = older
          rest &= rest &- 1
        }
        labels[x] = root
        sizes[Int(root)] &+= 1
      }
      x &+= 1
    }
    self.used = used
  }

  /// With path halving.
  @inline(__always)
  private static func root(_ parents: UnsafeMutablePointer<UInt32>, _ label: UInt32) -> UInt32 {
    var label = label
    while parents[Int(label)] != label {
      let next = parents[Int(parents[Int(label)])]
      parents[Int(label)] = next
      label = next
    }
    return label
  }

  /// Sums over the trees, in the order of their first voxels.
  func zones() -> [(position: Int, size: Int)] {
    // A parent is never younger than its child, so one sweep from the youngest is enough.
    var label = used - 1
    var count = 0
    while label >= 0 {
      let parent = Int(parents[label])
      if parent != label { sizes[parent] &+= sizes[label] } else { count += 1 }
      label -= 1
    }
    var zones: [(position: Int, size: Int)] = []
    zones.reserveCapacity(count)
    for label in 0..<used where Int(parents[label]) == label {
      zones.append((Int(positions[label]), Int(sizes[label])))
    }
    return zones
  }

  /// The index in `zones()` of every voxel's zone.
  func members(_ mask: MaskSpans) -> [UInt32] {
    // A root comes before the labels below it.
    var indices = [UInt32](repeating: 0, count: used)
    var next: UInt32 = 0
    for label in 0..<used {
      let parent = Int(parents[label])
      if parent == label {
        indices[label] = next
        next += 1
      } else {
        indices[label] = indices[parent]
      }
    }
    var members: [UInt32] = []
    members.reserveCapacity(mask.voxelCount)
    for span in mask.spans {
      let row = labels + volume.index(span)
      for x in 0..<Int(span.count) { members.append(indices[Int(row[x])]) }
    }
    return members
  }
}

/// The 13 steps whose negatives come before a voxel in memory.
private let allDirections: [Offset] = {
  var list: [Offset] = []
  for z in [1, 0, -1] {
    for y in [1, 0, -1] {
      for x in [1, 0, -1] { list.append(Offset(z: z, y: y, x: x)) }
    }
  }
  return Array(list.prefix(13))
}()

/// For each set of equal neighbours: the lowest bit of each group of neighbours that touch.
private let representatives: [UInt16] = (0..<(1 << 13)).map { word in
  var rest = word
  var result = 0
  while rest != 0 {
    let seed = rest & -rest
    result |= seed
    var group = seed
    var grown = true
    while grown {
      grown = false
      for b in 0..<13 where rest & (1 << b) != 0 && group & (1 << b) == 0 {
        let touches = (0..<13).contains { a in
          group & (1 << a) != 0 && touch(allDirections[a], allDirections[b])
        }
        if touches {
          group |= 1 << b
          grown = true
        }
      }
    }
    rest &= ~group
  }
  return UInt16(result)
}

private func touch(_ a: Offset, _ b: Offset) -> Bool {
  max(abs(a.z - b.z), abs(a.y - b.y), abs(a.x - b.x)) <= 1
}
