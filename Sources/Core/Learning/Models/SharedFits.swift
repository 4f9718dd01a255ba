package import Numerics

/// Fits of several models to the same rows.
package enum SharedFits {
  /// Fits each model with numbers of its own from the same stream; models of a kind that can share
  /// work do (`SharedFitting`).
  /// - Returns: one per model, with the bits of its own `fit`.
  package static func fit(
    _ models: [any Model], to data: Dataset, using stream: RandomStream
  ) -> [Result<any Predictor, LearningError>] {
    var results = [Result<any Predictor, LearningError>?](repeating: nil, count: models.count)
    for (index, model) in models.enumerated() where results[index] == nil {
      if let shared = model as? any SharedFitting {
        for (place, result) in together(shared, models, data, stream) { results[place] = result }
      } else {
        results[index] = alone(model, data, stream)
      }
    }
    return results.compactMap { $0 }
  }

  /// All models of the kind of the first.
  private static func together<Kind: SharedFitting>(
    _: Kind, _ models: [any Model], _ data: Dataset, _ stream: RandomStream
  ) -> [(Int, Result<any Predictor, LearningError>)] {
    let places = models.indices.filter { models[$0] is Kind }
    let alike = places.compactMap { models[$0] as? Kind }
    let fits = Kind.fitAll(
      alike, to: data, using: [RandomStream](repeating: stream, count: alike.count))
    return zip(places, fits).map { ($0, $1.map { $0 as any Predictor }) }
  }

  private static func alone<Kind: Model>(
    _ model: Kind, _ data: Dataset, _ stream: RandomStream
  ) -> Result<any Predictor, LearningError> {
    var stream = stream
    do throws(LearningError) {
      return .success(try model.fit(data, using: &stream))
    } catch {
      return .failure(error)
    }
  }
}

extension RandomStream {
  /// Whether the next 192 bits of both are the same: streams of different addresses are not.
  func goesOn(as other: RandomStream) -> Bool {
    var (a, b) = (self, other)
    return (0..<3).allSatisfy { _ in a.nextUInt64() == b.nextUInt64() }
  }
}
