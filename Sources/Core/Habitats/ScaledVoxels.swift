internal import Numerics

/// Scaled voxels, feature by feature: what the kernels read.
package struct ScaledVoxels: Sendable {
  /// Voxels that are read at once; sums run in as many lanes.
  static let lanes = 4

  package let count: Int
  package let dimension: Int
  /// Distance between the features of a voxel in `values`: the count in whole vectors.
  let stride: Int
  /// Feature f of voxel v is `values[f * stride + v]`; the padding is 0.
  let values: [Double]

  /// The voxels at `rows` with the features that the scaling uses.
  package init(_ sample: VoxelSample, rows: [Int], _ scaling: VoxelScaling) {
    precondition(scaling.means.count == sample.featureCount, "the features differ in number")
    let (used, features) = (scaling.used, sample.featureCount)
    let stride = (rows.count + Self.lanes - 1) / Self.lanes * Self.lanes
    (count, dimension, self.stride) = (rows.count, used.count, stride)
    values = [Double](unsafeUninitializedCapacity: stride * used.count) { planes, filled in
      sample.values.withUnsafeBufferPointer { values in
        for (plane, feature) in used.enumerated() {
          let (mean, deviation) = (scaling.means[feature], scaling.deviations[feature])
          let start = plane * stride
          for (v, row) in rows.enumerated() {
            planes[start &+ v] = (values[row &* features &+ feature] - mean) / deviation
          }
          for v in rows.count..<stride { planes[start + v] = 0 }
        }
      }
      filled = stride * used.count
    }
  }

  /// All voxels of a sample as they are.
  package init(_ sample: VoxelSample) {
    self.init(
      sample, rows: Array(0..<sample.count),
      VoxelScaling(
        means: .init(repeating: 0, count: sample.featureCount),
        deviations: .init(repeating: 1, count: sample.featureCount)))
  }

  /// The coordinates of one voxel.
  func voxel(_ index: Int) -> [Double] {
    (0..<dimension).map { values[$0 * stride + index] }
  }

  /// Population variance, mean over the features.
  var meanVariance: Double {
    if dimension == 0 { return 0 }
    var total = 0.0
    for feature in 0..<dimension {
      var column = Array(values[feature * stride..<feature * stride + count])
      let mean = PairwiseSum.sum(column) / Double(count)
      for i in column.indices { column[i] = (column[i] - mean) * (column[i] - mean) }
      total += PairwiseSum.sum(column) / Double(count)
    }
    return total / Double(dimension)
  }

  /// Writes the squared distance of each voxel from `centre`, or the smaller one of that and what
  /// is already there.
  func nearer(to centre: [Double], _ distances: inout [Double], isFirst: Bool) {
    distances.withUnsafeMutableBufferPointer { distances in
      values.withUnsafeBufferPointer { values in
        var v = 0
        while v < count {
          var square = 0.0
          var f = 0
          while f < dimension {
            let difference = values[f &* stride &+ v] - centre[f]
            square += difference * difference
            f &+= 1
          }
          if isFirst || square < distances[v] { distances[v] = square }
          v &+= 1
        }
      }
    }
  }
}
