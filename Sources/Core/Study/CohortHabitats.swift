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
  /// The model from what the result file has of it; nil where that is no model.
  /// - Parameter parameters: of the fit, for what the file leaves out.
  package init?(_ node: ResultNode, _ parameters: HabitatParameters) {
    func numbers(_ name: String) -> [Double] { node[path: name]?.numbers ?? [] }
    guard let voxelCount = node[path: "voxels"]?.number,
      let objective = node[path: "objective"]?.number,
      let method = HabitatParameters.Method.allCases.firstIndex(of: parameters.method),
      let covariance = HabitatParameters.Covariance.allCases.firstIndex(of: parameters.covariance)
    else { return nil }
    let (weights, centres, bic) = (numbers("weights"), numbers("feature_means"), numbers("bic"))
    let counts = [1, method, covariance, weights.count, centres.count]
    // Whether the fit converged is not in the file and does not move a voxel.
    let head = counts.map { Double($0) } + [voxelCount, Double(bic.count), objective, 1]
    let fitted = ["scaled_means", "scaled_covariances"].flatMap { numbers($0) }
    self.init(
      encoded: head + centres + numbers("feature_deviations") + weights + fitted + bic)
  }

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
