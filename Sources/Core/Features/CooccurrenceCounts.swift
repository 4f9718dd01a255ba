package import Imaging

/// Pairs of grey levels at one step, counted.
///
/// Neighbours outside the VOI have level 0 and fall into column 0, so that there is no branch; two
/// tables take turns, so that increments of one cell need not wait for each other. Haralick 1973.
package enum CooccurrenceCounts {
  /// Writes how often the pair (level here, level one step on) occurs.
  /// - Parameters:
  ///   - volume: positions plus 1 (`Region.compactLevels`), margin >= the step.
  ///   - scratch: 2 * (levelCount + 1)^2 counters; overwritten.
  ///   - matrix: `levelCount` x `levelCount`, row-major; overwritten.
  package static func count(
    _ volume: LevelVolume, mask: MaskSpans, levelCount: Int, direction: Offset,
    scratch: UnsafeMutablePointer<UInt32>, into matrix: UnsafeMutablePointer<Double>
  ) {
    let width = levelCount + 1
    let table = width * width
    scratch.update(repeating: 0, count: 2 * table)
    let (even, odd) = (scratch, scratch + table)
    let step = volume.distance(direction)
    for span in mask.spans {
      let here = volume.base + volume.index(span)
      let there = here + step
      let length = Int(span.count)
      var x = 0
      while x &+ 2 <= length {
        even[Int(here[x]) &* width &+ Int(there[x])] &+= 1
        odd[Int(here[x &+ 1]) &* width &+ Int(there[x &+ 1])] &+= 1
        x &+= 2
      }
      if x < length { even[Int(here[x]) &* width &+ Int(there[x])] &+= 1 }
    }
    var i = 0
    while i < levelCount {
      let row = even + ((i &+ 1) &* width &+ 1)
      let other = row + table
      let target = matrix + (i &* levelCount)
      var j = 0
      while j < levelCount {
        target[j] = Double(row[j] &+ other[j])
        j &+= 1
      }
      i &+= 1
    }
  }
}
