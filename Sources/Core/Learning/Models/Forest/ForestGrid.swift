package import Numerics

extension ForestModel: SharedFitting {
  /// The order of the columns is found once; models that differ in `trees` alone share trees, where
  /// their streams are equal.
  package static func fitAll(
    _ models: [ForestModel], to data: Dataset, using streams: [RandomStream]
  ) -> [Result<FittedForest, LearningError>] {
    precondition(models.count == streams.count, "one stream per model")
    var ranked: RankedColumns?
    var results = [Result<FittedForest, LearningError>?](repeating: nil, count: models.count)
    for (index, model) in models.enumerated() where results[index] == nil {
      let alike = models.indices.filter {
        results[$0] == nil && streams[$0].goesOn(as: streams[index])
          && models[$0].parameters.withoutTrees == model.parameters.withoutTrees
      }
      do throws(LearningError) {
        try model.check(data)
        let known = ranked ?? RankedColumns(data.features)
        ranked = known
        var stream = streams[index]
        let forests = try model.forests(
          data, ranked: known, using: &stream, of: alike.map { models[$0].parameters.trees })
        for (place, forest) in zip(alike, forests) { results[place] = .success(forest) }
      } catch {
        for place in alike { results[place] = .failure(error) }
      }
    }
    return results.compactMap { $0 }
  }
}

extension ForestParameters {
  fileprivate var withoutTrees: ForestParameters {
    var parameters = self
    parameters.trees = 1
    return parameters
  }
}
