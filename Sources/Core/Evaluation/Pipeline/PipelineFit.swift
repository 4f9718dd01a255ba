internal import Components
package import Learning
internal import Numerics

extension PipelineGrid {
  /// Fits every grid point to the same rows. Points that share settings of the first steps share
  /// their fits.
  /// - Parameters:
  ///   - basis: rows that the steps before the model are fitted to, where these are others than
  ///     the model's: a whole training cohort (as some papers publish it), or the same rows with
  ///     the outcomes that were observed (when only the model's are permuted).
  ///   - visit: gets each point with what came of it, in the order of points.
  package func fitAll(
    to training: Dataset, basis: Dataset? = nil, at address: FitAddress,
    _ visit: (Int, Result<FittedPipeline, LearningError>) -> Void
  ) {
    let walk = PipelineWalk(grid: self, address: address, inputs: training.names)
    walk.go(from: WalkState(training, basis), step: 0, point: 0, only: nil, visit)
  }

  /// Fits one grid point; the same bits as in `fitAll`.
  package func fit(
    point: Int, to training: Dataset, basis: Dataset? = nil, at address: FitAddress
  ) throws(LearningError) -> FittedPipeline {
    var result = Result<FittedPipeline, LearningError>.failure(LearningError("not fitted"))
    let walk = PipelineWalk(grid: self, address: address, inputs: training.names)
    walk.go(
      from: WalkState(training, basis), step: 0, point: 0, only: alternatives(ofPoint: point)
    ) { result = $1 }
    return try result.get()
  }
}

/// Rows and fitted steps on the way from the table to the model.
private struct WalkState {
  /// What the model is fitted to.
  var training: Dataset
  /// What steps are fitted to; nil: the same rows.
  var basis: Dataset?
  var steps: [FittedStep] = []

  init(_ training: Dataset, _ basis: Dataset?) {
    self.training = training
    self.basis = basis
  }
}

/// Depth first through the alternatives of all steps.
private struct PipelineWalk {
  let grid: PipelineGrid
  let address: FitAddress
  let inputs: [String]

  func go(
    from state: WalkState, step: Int, point: Int, only: [Int]?,
    _ visit: (Int, Result<FittedPipeline, LearningError>) -> Void
  ) {
    let sizes = grid.sizes
    if step == grid.steps.count, only == nil {
      for (model, result) in fitModels(state).enumerated() {
        visit(point * grid.models.count + model, result)
      }
      return
    }
    for alternative in only.map({ $0[step]..<($0[step] + 1) }) ?? 0..<sizes[step] {
      let next = point * sizes[step] + alternative
      do throws(LearningError) {
        if step == grid.steps.count {
          visit(next, .success(try fitModel(alternative, state)))
        } else {
          let advanced = try advance(state, step, alternative)
          go(from: advanced, step: step + 1, point: next, only: only, visit)
        }
      } catch {
        // All points behind a step that fails fail with it.
        let behind = only == nil ? sizes[(step + 1)...].reduce(1, *) : 1
        for offset in 0..<behind { visit(next * behind + offset, .failure(error)) }
      }
    }
  }

  private func advance(
    _ state: WalkState, _ step: Int, _ alternative: Int
  ) throws(LearningError) -> WalkState {
    // A selection that left nothing ends in a constant; there is nothing to prepare.
    if state.training.columnCount == 0 { return state }
    var stream = address.stream(step: step, alternative: alternative)
    var next = state
    let basis = state.basis ?? state.training
    switch grid.steps[step][alternative] {
    case .preparation(let preparation):
      let fitted = try fit(preparation, basis, &stream)
      next.training = try applied(fitted, state.training)
      if let basis = state.basis { next.basis = try applied(fitted, basis) }
      next.steps.append(.transform(fitted))
    case .selection(let selector, let by):
      let chain = SelectionChain([.init(selector, by: by)])
      let chosen = try chain.select(from: basis, using: &stream)
      next.training = state.training.columns(chosen)
      next.basis = state.basis?.columns(chosen)
      next.steps.append(.columns(chosen))
    case .balancing(let balancing):
      next.training = try balancing.balanced(state.training, using: &stream)
      if let basis = state.basis { next.basis = try balancing.balanced(basis, using: &stream) }
    }
    return next
  }

  /// All models have the same random numbers: they are compared with one another, and models that
  /// differ in their number of trees can share them.
  private var modelStream: RandomStream {
    address.stream(step: grid.steps.count, alternative: 0)
  }

  private func fitModel(
    _ alternative: Int, _ state: WalkState
  ) throws(LearningError) -> FittedPipeline {
    if let constant = constant(state) { return constant }
    var stream = modelStream
    return pipeline(state, try fit(grid.models[alternative], state.training, &stream))
  }

  /// Every model fitted to the same rows; those that can share work do.
  private func fitModels(_ state: WalkState) -> [Result<FittedPipeline, LearningError>] {
    if let constant = constant(state) {
      return [Result<FittedPipeline, LearningError>](
        repeating: .success(constant), count: grid.models.count)
    }
    var results = [Result<FittedPipeline, LearningError>?](
      repeating: nil, count: grid.models.count)
    for (index, model) in grid.models.enumerated() where results[index] == nil {
      if let shared = model as? any SharedFitting {
        for (place, result) in fitShared(shared, state) { results[place] = result }
      } else {
        results[index] = Result { () throws(LearningError) in try fitModel(index, state) }
      }
    }
    return results.compactMap { $0 }
  }

  private func fitShared<Kind: SharedFitting>(
    _: Kind, _ state: WalkState
  ) -> [(Int, Result<FittedPipeline, LearningError>)] {
    let alike = grid.models.enumerated().compactMap { index, model in
      (model as? Kind).map { (index: index, model: $0) }
    }
    let streams = [RandomStream](repeating: modelStream, count: alike.count)
    let fitted = Kind.fitAll(alike.map(\.model), to: state.training, using: streams)
    return zip(alike, fitted).map { ($0.index, $1.map { pipeline(state, $0) }) }
  }

  /// What stands for every model where a selection left nothing.
  private func constant(_ state: WalkState) -> FittedPipeline? {
    guard state.training.columnCount == 0, !inputs.isEmpty else { return nil }
    return pipeline(state, ConstantPredictor(fittedTo: state.training))
  }

  private func pipeline(_ state: WalkState, _ predictor: any Predictor) -> FittedPipeline {
    FittedPipeline(
      inputs: inputs, steps: state.steps, selected: state.training.names, predictor: predictor)
  }

  private func fit<Step: Preparation>(
    _ step: Step, _ data: Dataset, _ stream: inout RandomStream
  ) throws(LearningError) -> any FittedTransform {
    try step.fit(data, using: &stream)
  }

  private func fit<Step: Model>(
    _ model: Step, _ data: Dataset, _ stream: inout RandomStream
  ) throws(LearningError) -> any Predictor {
    try model.fit(data, using: &stream)
  }

  /// Training rows after a fitted step. Columns that come out keep the block of the column of the
  /// same name.
  private func applied(
    _ fitted: any FittedTransform, _ data: Dataset
  ) throws(LearningError) -> Dataset {
    var blocks: [String: String] = [:]
    for (name, block) in zip(data.names, data.blocks) { blocks[name] = block }
    let names = fitted.names
    return Dataset(
      features: try fitted.apply(data.features, sites: data.sites), names: names,
      outcome: data.outcome, groups: data.groups, blocks: names.map { blocks[$0] ?? "" },
      sites: data.sites, weights: data.weights)
  }
}
