internal import Numerics

/// How features are brought to a common scale: (value - mean) / deviation.
///
/// A feature that is the same in all voxels of the fit says nothing about habitats and is left out;
/// its deviation is 0.
package struct VoxelScaling: Hashable, Sendable {
  /// One per feature of the sample; 0 without scaling, and the value of one that is left out.
  package let means: [Double]
  /// Population standard deviations; 1 without scaling, 0 for a feature that is left out.
  package let deviations: [Double]

  /// - Parameter deviations: >= 0, as many as means.
  package init(means: [Double], deviations: [Double]) {
    precondition(means.count == deviations.count)
    precondition(deviations.allSatisfy { $0 >= 0 && $0.isFinite })
    self.means = means
    self.deviations = deviations
  }

  /// Indices of the features that are used.
  package var used: [Int] { deviations.indices.filter { deviations[$0] > 0 } }

  /// Mean and population SD of each feature over the voxels at `rows`, in two passes.
  /// - Parameter rows: at least one; voxels with finite values.
  /// - Throws: a feature whose SD is outside 1e-100 ... 1e100, so that squares could overflow.
  init(
    of sample: VoxelSample, rows: [Int], _ scaling: HabitatParameters.Scaling
  ) throws(HabitatError) {
    var means: [Double] = []
    var deviations: [Double] = []
    let count = Double(rows.count)
    for feature in 0..<sample.featureCount {
      var column = rows.map { sample.values[$0 * sample.featureCount + feature] }
      if column.allSatisfy({ $0 == column[0] }) {
        means.append(column[0])
        deviations.append(0)
        continue
      }
      let mean = PairwiseSum.sum(column) / count
      for i in column.indices { column[i] = (column[i] - mean) * (column[i] - mean) }
      let deviation = (PairwiseSum.sum(column) / count).squareRoot()
      guard (1e-100...1e100).contains(deviation) else {
        throw HabitatError(
          "\(sample.names[feature]) cannot be scaled: its standard deviation over \(rows.count)"
            + " voxels is \(deviation)")
      }
      means.append(scaling == .zscore ? mean : 0)
      deviations.append(scaling == .zscore ? deviation : 1)
    }
    self.init(means: means, deviations: deviations)
  }
}
