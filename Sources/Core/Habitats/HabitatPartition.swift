/// The voxels of one tumour by habitat, after the rule for small habitats.
package struct HabitatPartition: Hashable, Sendable {
  /// 1 ... count, or 0 for a voxel that belongs to no habitat; one per voxel.
  package let labels: [UInt8]
  /// Voxels of each habitat, from habitat 1; 0 for one that is missing.
  package let sizes: [Int]
}

extension HabitatModel {
  /// Assigns voxels and treats habitats of fewer than `minimumSize` voxels by `emptyPolicy`.
  ///
  /// missing: the voxels of a small habitat get label 0. merge: the smallest habitat that is too
  /// small (ties: the lower label) is dissolved, and each of its voxels goes to the habitat that is
  /// nearest (k-means) or most probable (gmm) among those that still have voxels; and again, until
  /// none is too small. Where only one is left and is too small, its voxels get label 0.
  /// - Parameters:
  ///   - sample: with the features of the fit, in the same order.
  ///   - parameters: those of the fit; only `minimumSize` and `emptyPolicy` are used.
  package func partition(
    _ sample: VoxelSample, _ parameters: HabitatParameters
  ) -> HabitatPartition {
    let rows = sample.finiteRows
    let voxels = ScaledVoxels(sample, rows: rows, scaling)
    var labels = self.labels(of: voxels, among: Array(0..<count))
    var sizes = Self.sizes(labels, count)
    if parameters.emptyPolicy == .merge {
      while let smallest = Self.smallest(sizes, below: parameters.minimumSize) {
        let others = sizes.indices.filter { sizes[$0] > 0 && $0 != smallest }
        if others.isEmpty { break }
        labels = self.labels(of: voxels, among: others)
        sizes = Self.sizes(labels, count)
      }
    }
    let isKept = sizes.map { $0 >= parameters.minimumSize }
    for i in labels.indices where !isKept[Int(labels[i]) - 1] { labels[i] = 0 }
    return HabitatPartition(
      labels: Self.spread(labels, over: rows, count: sample.count),
      sizes: zip(sizes, isKept).map { $1 ? $0 : 0 })
  }

  private static func sizes(_ labels: [UInt8], _ count: Int) -> [Int] {
    var sizes = [Int](repeating: 0, count: count)
    for label in labels { sizes[Int(label) - 1] += 1 }
    return sizes
  }

  /// Index of the smallest habitat that has voxels, but fewer than `minimum`.
  private static func smallest(_ sizes: [Int], below minimum: Int) -> Int? {
    sizes.indices.filter { sizes[$0] > 0 && sizes[$0] < minimum }.min { sizes[$0] < sizes[$1] }
  }
}
