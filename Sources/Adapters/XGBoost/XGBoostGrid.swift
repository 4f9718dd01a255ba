package import Learning
package import Numerics

extension XGBoostModel: SharedFitting {
  /// Fits models with different settings to the same rows, at a lower price than one by one: the
  /// table is made once, and models that differ in `rounds` alone share the trees of the longest.
  ///
  /// Each result has the bits of `fit` with its own stream. Trees are shared where the library's
  /// seed is the same, or where it is not used: no sampling of rows or columns, no early stopping.
  /// - Parameter streams: one per model; equal streams for models that differ in `rounds` alone
  ///   let them share trees with sampling too.
  /// - Returns: one per model, in their order.
  package static func fitAll(
    _ models: [XGBoostModel], to data: Dataset, using streams: [RandomStream]
  ) -> [Result<FittedXGBoost, LearningError>] {
    precondition(models.count == streams.count, "one stream per model")
    let table: XGBoostTable
    do throws(LearningError) {
      table = try XGBoostTable(data)
    } catch {
      return models.map { _ in .failure(error) }
    }
    let recipes = zip(models, streams).map { Recipe($0.parameters, $1) }
    var results: [Result<FittedXGBoost, LearningError>] = []
    var longest: [Recipe: Result<FittedXGBoost, LearningError>] = [:]
    var most: [Recipe: Int] = [:]
    for (model, recipe) in zip(models, recipes) {
      most[recipe] = max(most[recipe] ?? 0, model.parameters.rounds)
    }
    for (index, recipe) in recipes.enumerated() {
      guard models[index].parameters.earlyStopping == 0 else {
        results.append(models[index].result(table, streams[index]))
        continue
      }
      let whole =
        longest[recipe]
        ?? models[index].result(table, streams[index], rounds: most[recipe]!)
      longest[recipe] = whole
      results.append(whole.checked(rounds: models[index].parameters.rounds))
    }
    return results
  }

  /// A fit as it is, or with another number of rounds.
  private func result(
    _ table: XGBoostTable, _ stream: RandomStream, rounds: Int? = nil
  ) -> Result<FittedXGBoost, LearningError> {
    var stream = stream
    do throws(LearningError) {
      guard let rounds else { return .success(try fit(table, using: &stream)) }
      return .success(try trained(table, rounds: rounds, seed: Self.seed(&stream)))
    } catch {
      return .failure(error)
    }
  }

  /// What decides the trees of a fit, but for their number.
  private struct Recipe: Hashable {
    private let parameters: XGBoostParameters
    /// Nil where the library draws nothing.
    private let seed: UInt32?

    init(_ parameters: XGBoostParameters, _ stream: RandomStream) {
      var stream = stream
      let draws = parameters.subsample < 1 || parameters.colsampleByTree < 1
      seed = draws ? XGBoostModel.seed(&stream) : nil
      self.parameters = parameters.withoutRounds
    }
  }
}

extension XGBoostParameters {
  fileprivate var withoutRounds: XGBoostParameters {
    var parameters = self
    parameters.rounds = 1
    return parameters
  }
}

extension Result<FittedXGBoost, LearningError> {
  /// The model after its first rounds, if these are finite.
  fileprivate func checked(rounds: Int) -> Self {
    do throws(LearningError) {
      return .success(try get().first(rounds: rounds).checked())
    } catch {
      return .failure(error)
    }
  }
}
