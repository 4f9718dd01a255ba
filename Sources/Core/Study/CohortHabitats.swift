package import Habitats

extension StudyPlan {
  /// The habitats of the cohort.
  /// - Parameter samples: of every row, voxel by voxel, as `StudyTask.sampleHabitats` gives them, in
  ///   the cohort's order; empty for a row that gives none.
  /// - Precondition: the study fits habitats to the cohort.
  package func fitHabitats(_ samples: [[Double]]) throws(HabitatError) -> HabitatModel {
    guard let section = study.habitats else { preconditionFailure("a study without habitats") }
    let names = study.habitatFeatureNames
    let voxels = samples.filter { !$0.isEmpty }.map { VoxelSample(names: names, values: $0) }
    if voxels.isEmpty {
      throw HabitatError("no training row gave any voxels")
    }
    return try HabitatModel.fit(
      VoxelSample(joining: voxels), section.clustering, seed: study.seed, index: .max)
  }
}

extension HabitatModel {
  /// The model as the result file has it.
  var resultNodes: [ResultNode.Entry] {
    [
      .init("method", .text(method.rawValue)),
      .init("count", .integer(count)),
      .init("voxels", .integer(voxelCount)),
      .init("weights", .numbers(weights)),
      .init("centres", .numbers((1...count).flatMap { centre(of: $0) })),
      .init("scaled_means", .numbers(means)),
      .init("scaled_covariances", .numbers(covariances)),
      .init("feature_means", .numbers(scaling.means)),
      .init("feature_deviations", .numbers(scaling.deviations)),
      .init("objective", .number(objective)),
      .init("bic", .numbers(bic)),
    ]
  }
}
