internal import Numerics

/// A random sample of voxels without replacement; every set of its size is equally likely.
///
/// Selection sampling (Fan, Muller & Rezucha 1962; Knuth, The Art of Computer Programming 2, section
/// 3.4.2, algorithm S) with whole-number draws: voxel t of n is taken with probability
/// (wanted - taken) / (n - t). It draws once per voxel, keeps only the sample, and yields ascending
/// indices.
package enum VoxelSampler {
  /// - Parameters:
  ///   - count: voxels to choose from, >= 0.
  ///   - size: most voxels to take, >= 0; all are taken, without a draw, where there are no more.
  ///   - row: the cohort's row.
  /// - Returns: ascending indices in 0 ..< count.
  package static func indices(count: Int, size: Int, seed: UInt64, row: UInt64) -> [Int] {
    precondition(count >= 0 && size >= 0)
    if size >= count { return Array(0..<count) }
    var stream = RandomStream(seed: seed, domain: .habitatSample, index: row)
    var taken: [Int] = []
    taken.reserveCapacity(size)
    var voxel = 0
    while taken.count < size {
      if stream.integer(below: count - voxel) < size - taken.count { taken.append(voxel) }
      voxel += 1
    }
    return taken
  }
}
