internal import Numerics

/// The k-means++ start: each centre is a voxel, drawn with a probability proportional to its
/// squared distance from the nearest centre so far (Arthur & Vassilvitskii 2007, "k-means++: the
/// advantages of careful seeding", SODA, section 2.2).
enum KMeansStart {
  /// - Parameters:
  ///   - voxels: at least one, of dimension 1 or more.
  ///   - stream: gives one whole number for the first centre and one uniform number for each other.
  /// - Returns: `count` different voxels, row by row; fewer where there are not so many different
  ///   ones: then as many as there are.
  static func centres(
    of voxels: ScaledVoxels, count: Int, from stream: inout RandomStream
  ) -> [Double] {
    var centres = voxels.voxel(stream.integer(below: voxels.count))
    var distances = [Double](repeating: 0, count: voxels.count)
    voxels.nearer(to: centres, &distances, isFirst: true)
    var found = 1
    while found < count {
      var total = 0.0
      for distance in distances { total += distance }
      if total == 0 { break }
      let chosen = index(at: stream.uniform() * total, of: distances)
      let centre = voxels.voxel(chosen)
      centres += centre
      voxels.nearer(to: centre, &distances, isFirst: false)
      found += 1
    }
    return centres
  }

  /// The first index at which the running sum exceeds `target`, in the order in which the total
  /// was summed; where rounding made the target the total, the last one with a share.
  private static func index(at target: Double, of shares: [Double]) -> Int {
    var sum = 0.0
    var last = 0
    for (i, share) in shares.enumerated() where share > 0 {
      sum += share
      if sum > target { return i }
      last = i
    }
    return last
  }
}
