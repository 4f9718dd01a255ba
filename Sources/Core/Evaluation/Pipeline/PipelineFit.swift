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
  ///   - own: how many rows, from the first, of training and of basis are the pipeline's; those
  ///     behind them teach its first stage only. Nil: all.
  ///   - sums: of the rows that steps are fitted to, where they are known; asked for only where a
  ///     screening makes use of them.
  ///   - visit: gets each point with what came of it, in the order of points.
  package func fitAll(
    to training: Dataset, basis: Dataset? = nil, own: OwnRows? = nil, at address: FitAddress,
    sums: () -> ClassSums? = { nil }, _ visit: (Int, Result<FittedPipeline, LearningError>) -> Void
  ) {
    let walk = PipelineWalk(grid: self, address: address, inputs: training.names)
    walk.go(
      from: walk.start(training, basis, own, sums), step: 0, point: 0, only: nil, visit)
  }

  /// Fits one grid point; the same bits as in `fitAll`.
  package func fit(
    point: Int, to training: Dataset, basis: Dataset? = nil, own: OwnRows? = nil,
    at address: FitAddress, sums: () -> ClassSums? = { nil }
  ) throws(LearningError) -> FittedPipeline {
    var result = Result<FittedPipeline, LearningError>.failure(LearningError("not fitted"))
    let walk = PipelineWalk(grid: self, address: address, inputs: training.names)
    walk.go(
      from: walk.start(training, basis, own, sums), step: 0, point: 0,
      only: alternatives(ofPoint: point)
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
  /// Before the first stage; nil behind it, and where all rows are the pipeline's.
  var own: OwnRows?
  var steps: [FittedStep] = []

  init(_ training: Dataset, _ basis: Dataset?, _ own: OwnRows?) {
    self.training = training
    self.basis = basis
    self.own = own
  }
}

/// Depth first through the alternatives of all steps.
private struct PipelineWalk {
  let grid: PipelineGrid
  let address: FitAddress
  let inputs: [String]

  /// All columns, or those that the first selection can choose where the steps before it do not mind
  /// to see no others. No score depends on it.
  func start(
    _ training: Dataset, _ basis: Dataset?, _ own: OwnRows?, _ sums: () -> ClassSums?
  ) -> WalkState {
    var state = WalkState(training, basis, own)
    let data = basis ?? training
    guard
      let first = grid.steps.firstIndex(where: {
        !$0.allSatisfy(\.isAffine) && byName($0) == nil
      })
    else { return state }
    var seen = Array(0..<data.columnCount)
    for selector in grid.steps[..<first].compactMap(byName) {
      let left = selector.indices(
        names: seen.map { data.names[$0] }, blocks: seen.map { data.blocks[$0] })
      seen = left.map { seen[$0] }
    }
    let known = { sums()?.columns(seen) }
    guard let found = candidates(of: grid.steps[first], in: data.columns(seen), known) else {
      return state
    }
    let candidates = found.map { seen[$0] }
    state.training = small(training.columns(candidates))
    state.basis = basis.map { small($0.columns(candidates)) }
    state.steps = [.columns(candidates)]
    return state
  }

  /// With values of its own where these are few: every step would look at them again.
  private func small(_ data: Dataset) -> Dataset {
    data.rowCount * data.columnCount <= 1 << 20 ? data.materialised : data
  }

  /// A step that leaves out columns by name, whatever the grid point.
  private func byName(_ step: [PipelineStep]) -> (any SelectionByName)? {
    guard step.count == 1, case .selection(let selector, by: .all) = step[0] else { return nil }
    return selector as? any SelectionByName
  }

  private func candidates(
    of alternatives: [PipelineStep], in data: Dataset, _ known: () -> ClassSums?
  ) -> [Int]? {
    var selectors: [any ScreeningSelector] = []
    for alternative in alternatives {
      guard case .selection(let selector as any ScreeningSelector, by: .all) = alternative,
        selector.canScreen
      else { return nil }
      selectors.append(selector)
    }
    let sums = known() ?? ClassSums(data)
    var isCandidate = [Bool](repeating: false, count: data.columnCount)
    for selector in selectors {
      guard let candidates = selector.candidates(in: data, sums: sums) else { return nil }
      for column in candidates { isCandidate[column] = true }
    }
    return isCandidate.indices.filter { isCandidate[$0] }
  }

  func go(
    from state: WalkState, step: Int, point: Int, only: [Int]?,
    _ visit: (Int, Result<FittedPipeline, LearningError>) -> Void
  ) {
    let sizes = grid.sizes
    var state = state
    if step == grid.steps.count { state.training = state.training.materialised }
    if step == grid.steps.count, only == nil {
      for (model, result) in fitModels(state).enumerated() {
        visit(point * grid.models.count + model, result)
      }
      return
    }
    let alternatives = only.map { $0[step]..<($0[step] + 1) } ?? 0..<sizes[step]
    let staged = stages(state, step, alternatives)
    for alternative in alternatives {
      let next = point * sizes[step] + alternative
      do throws(LearningError) {
        if step == grid.steps.count {
          visit(next, .success(try fitModel(alternative, state)))
        } else {
          let advanced: WalkState
          if let staged {
            advanced = try staged[alternative - alternatives.lowerBound].get()
          } else {
            advanced = try advance(state, step, alternative)
          }
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
    var state = state
    let wanted = grid.steps[step][alternative]
    if !(wanted.component is any ColumnByColumn), !wanted.isBalancing {
      state.training = state.training.materialised
      state.basis = state.basis?.materialised
    }
    var next = state
    let basis = state.basis ?? state.training
    switch wanted {
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
    case .scores: preconditionFailure("alternatives of a first stage are fitted together")
    }
    return next
  }

  /// What every alternative of a first stage makes of the rows; nil where the step is another.
  private func stages(
    _ state: WalkState, _ step: Int, _ alternatives: Range<Int>
  ) -> [Result<WalkState, LearningError>]? {
    guard step < grid.steps.count else { return nil }
    let stages: [ScoreStage] = grid.steps[step][alternatives].compactMap {
      if case .scores(let stage) = $0 { stage } else { nil }
    }
    if stages.isEmpty { return nil }
    let fits = ScoreStage.fitAll(
      stages, to: state.training, basis: state.basis, own: state.own,
      at: address.stage(step: step))
    return fits.map { fit in
      fit.map { fit in
        var next = WalkState(fit.training, fit.basis, nil)
        next.steps = state.steps + [.transform(fit.fitted)]
        return next
      }
    }
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
    return SharedFits.fit(grid.models, to: state.training, using: modelStream).map { result in
      result.map { pipeline(state, $0) }
    }
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

  private func applied(
    _ fitted: any FittedTransform, _ data: Dataset
  ) throws(LearningError) -> Dataset {
    if let columnwise = fitted as? any ColumnwiseTransform {
      // The fit has seen every value of these rows.
      return data.with(data.features.changed(by: columnwise), names: fitted.names)
    }
    return data.with(try fitted.apply(data.features, sites: data.sites), names: fitted.names)
  }
}

extension Dataset {
  /// The same rows after a fitted step. Columns keep the block of the column of the same name.
  fileprivate func with(_ features: FeatureMatrix, names new: [String]) -> Dataset {
    var blocks = self.blocks
    if new != names {
      var known: [String: String] = [:]
      for (name, block) in zip(names, self.blocks) { known[name] = block }
      blocks = new.map { known[$0] ?? "" }
    }
    return Dataset(
      features: features, names: new, outcome: outcome, groups: groups, blocks: blocks,
      sites: sites, weights: weights)
  }
}
