internal import Components
package import Numerics

extension Stacking: SharedFitting {
  /// Stacks that differ in their final model alone share base models, where their streams are equal;
  /// final models of a kind share what they can.
  package static func fitAll(
    _ models: [Stacking], to data: Dataset, using streams: [RandomStream]
  ) -> [Result<FittedStacking, LearningError>] {
    precondition(models.count == streams.count, "one stream per model")
    var results = [Result<FittedStacking, LearningError>?](repeating: nil, count: models.count)
    for (index, model) in models.enumerated() where results[index] == nil {
      let alike = models.indices.filter {
        results[$0] == nil && streams[$0].goesOn(as: streams[index])
          && model.hasBase(of: models[$0])
      }
      let shared = model.fits(of: alike.map { models[$0].final }, to: data, using: streams[index])
      for (place, result) in zip(alike, shared) { results[place] = result }
    }
    return results.compactMap { $0 }
  }

  /// Stacks with these final models instead of its own.
  private func fits(
    of finals: [(any Model)?], to data: Dataset, using stream: RandomStream
  ) -> [Result<FittedStacking, LearningError>] {
    let given = finals.compactMap { $0 }
    var stream = stream
    do throws(LearningError) {
      let folds = try ElasticNetFolds.assign(data, count: parameters.folds, using: &stream)
      guard given.count == finals.count else { throw Self.lacksModels }
      let base = try base(data, folds, &stream)
      let fitted = SharedFits.fit(given, to: base.second, using: stream)
      return zip(given, fitted).map { final, last in
        Result { () throws(LearningError) in
          try Self.check(type(of: final), data)
          return base.stack(try last.get())
        }.mapError { Self.ofFinal($0) }
      }
    } catch {
      return finals.map { _ in .failure(error) }
    }
  }

  /// Whether base models, folds and further columns are the same, and there is a final model or none.
  private func hasBase(of other: Stacking) -> Bool {
    parameters.encoded() == other.parameters.encoded() && further == other.further
      && (final == nil) == (other.final == nil) && members.count == other.members.count
      && zip(members, other.members).allSatisfy { a, b in
        a.name == b.name && a.columns == b.columns && Self.areEqual(a.model, b.model)
      }
  }

  /// Whether two components are of one kind and have the same settings all the way down.
  private static func areEqual(_ a: any Component, _ b: any Component) -> Bool {
    type(of: a) == type(of: b) && a.parameters.encoded() == b.parameters.encoded()
      && a.nested.count == b.nested.count
      && zip(a.nested, b.nested).allSatisfy {
        $0.name == $1.name && areEqual($0.component, $1.component)
      }
  }
}
