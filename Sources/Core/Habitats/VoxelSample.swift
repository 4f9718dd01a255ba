/// Voxels by features: what is clustered.
package struct VoxelSample: Hashable, Sendable {
  /// One per feature; the first is the intensity by which habitats are ordered.
  package let names: [String]
  /// Number of voxels.
  package let count: Int
  /// Row by row: feature f of voxel v is `values[v * featureCount + f]`. A voxel with a value that
  /// is not finite takes no part in a fit and belongs to no habitat.
  package let values: [Double]

  package var featureCount: Int { names.count }

  /// - Parameters:
  ///   - names: at least one.
  ///   - values: row by row, a whole number of rows.
  package init(names: [String], values: [Double]) {
    precondition(!names.isEmpty, "a voxel needs a feature")
    precondition(values.count % names.count == 0, "\(values.count) values are no whole rows")
    self.names = names
    self.values = values
    count = values.count / names.count
  }

  /// - Parameter columns: one array per name, all of the same length.
  package init(names: [String], columns: [[Double]]) {
    precondition(names.count == columns.count && !columns.isEmpty)
    let (features, count) = (columns.count, columns[0].count)
    precondition(columns.allSatisfy { $0.count == count }, "columns differ in length")
    let values = [Double](unsafeUninitializedCapacity: count * features) { rows, filled in
      for (f, column) in columns.enumerated() {
        column.withUnsafeBufferPointer { column in
          var v = 0
          while v < count {
            rows[v &* features &+ f] = column[v]
            v &+= 1
          }
        }
      }
      filled = count * features
    }
    self.init(names: names, values: values)
  }

  /// The samples one after the other: those of patients in the order of the cohort.
  /// - Parameter samples: at least one, all with the same names.
  package init(joining samples: [VoxelSample]) {
    precondition(!samples.isEmpty, "nothing to join")
    precondition(samples.allSatisfy { $0.names == samples[0].names }, "names differ")
    var values: [Double] = []
    values.reserveCapacity(samples.reduce(0) { $0 + $1.values.count })
    for sample in samples { values += sample.values }
    self.init(names: samples[0].names, values: values)
  }

  /// The voxels at `indices`, in that order.
  package func rows(_ indices: [Int]) -> VoxelSample {
    var rows: [Double] = []
    rows.reserveCapacity(indices.count * featureCount)
    for index in indices {
      precondition(index >= 0 && index < count, "there is no voxel \(index)")
      rows += values[index * featureCount..<(index + 1) * featureCount]
    }
    return VoxelSample(names: names, values: rows)
  }

  /// Indices of the voxels whose values are all finite, ascending.
  var finiteRows: [Int] {
    let features = featureCount
    var indices: [Int] = []
    indices.reserveCapacity(count)
    values.withUnsafeBufferPointer { values in
      for v in 0..<count {
        var isFinite = true
        var i = v &* features
        let end = i &+ features
        while i < end {
          isFinite = isFinite && values[i].isFinite
          i &+= 1
        }
        if isFinite { indices.append(v) }
      }
    }
    return indices
  }
}
