package import Components
package import Learning
internal import Numerics

/// How many rows, from the first, belong to a second stage; those behind them teach its first stage
/// only.
package struct OwnRows: Hashable, Sendable {
  package var training: Int
  package var basis: Int

  package init(training: Int, basis: Int) {
    self.training = training
    self.basis = basis
  }
}

/// `scores:` of a pipeline.
///
/// | Setting | Default | Range | Meaning |
/// |---|---|---|---|
/// | `of` | none | names | pipelines before this one; without any, only columns become patients' |
/// | `with` | none | | patterns for columns or blocks that stand beside the scores |
/// | `folds` | 5 | 2...1000 | inner folds, stratified and grouped by patient |
/// | `output` | scores | scores, probabilities | what the pipelines hand on |
package struct ScoreStageParameters: ParameterSet {
  package var of: [String] = []
  package var with: [String] = []
  package var folds = 5
  package var output = StackingOutput.scores

  package init() {}

  package static let fields: [Field<ScoreStageParameters>] = [
    .texts("of", \.of, "pipelines before this one"),
    .texts("with", \.with, "patterns for columns or blocks that stand beside the scores; none"),
    .integer("folds", \.folds, in: 2...1000, "inner folds, stratified and grouped by patient"),
    .choice("output", \.output, "what the pipelines hand on"),
  ]
}

/// The first stage of a two-stage model: whole pipelines, their steps included, whose scores become
/// the columns of the second stage, with further columns beside them.
///
/// In training, the score of a row comes from a fit to the other folds, and the rows of a patient
/// share a fold (Wolpert 1992, Neural Networks 5:241), so that the second stage learns from scores as
/// new patients will have them. Rows to come are scored by fits to all training rows. Where the study
/// aggregates, the second stage has one row per patient: their score by the study's rule, and of a
/// further column the value that its rows have in common, or else the value by the same rule over
/// the rows that have one.
package struct ScoreStage: Component {
  package struct Member: Sendable {
    package var pipeline: PipelineGrid
    /// Its grid point.
    package var point: Int

    package init(_ pipeline: PipelineGrid, point: Int) {
      self.pipeline = pipeline
      self.point = point
    }
  }

  package static let id: ComponentID = "scores"
  package static let summary = "Out-of-fold scores of other pipelines, and columns beside them."

  package let parameters: ScoreStageParameters
  package let members: [Member]
  /// How rows become patients; nil: they stay rows.
  package let aggregation: LesionAggregation?

  package var nested: [(name: String, component: any Component)] {
    members.map { member in
      let (pipeline, point) = (member.pipeline, member.point)
      let model = pipeline.models[point % pipeline.models.count]
      return ("\(pipeline.name) (\(pipeline.text(ofPoint: point)))", model)
    }
  }

  /// Without pipelines, which a fit refuses.
  package init(_ parameters: ScoreStageParameters) throws(InvalidInput) {
    self.parameters = parameters
    members = []
    aggregation = nil
  }

  package init(
    _ parameters: ScoreStageParameters, members: [Member], aggregation: LesionAggregation?
  ) {
    self.parameters = parameters
    self.members = members
    self.aggregation = aggregation
  }

  /// Names and blocks of the columns of the second stage.
  package func columns(
    names: [String], blocks: [String]
  ) -> (names: [String], blocks: [String]) {
    let beside = self.beside(names: names, blocks: blocks)
    let own = members.map(\.pipeline.name)
    return (
      own + beside.map { names[$0] },
      own.map { _ in Self.id.name } + beside.map { blocks[$0] }
    )
  }

  /// Indices of the columns that stand beside the scores.
  package func beside(names: [String], blocks: [String]) -> [Int] {
    let matches = ColumnPatterns(parameters.with).matches(names: names, blocks: blocks)
    return matches.indices.filter { matches[$0] }
  }
}

// MARK: Fit

extension ScoreStage {
  /// What a first stage leaves to the second.
  package struct Fit: Sendable {
    package var fitted: FittedScoreStage
    package var training: Dataset
    package var basis: Dataset?
  }

  /// One pipeline at one grid point: its score of every row by a fit without the row's fold, and the
  /// fit to all rows.
  private struct MemberFit {
    var values: [Double]
    var whole: FittedPipeline?
  }

  /// Fits alternatives that differ in the grid points of their pipelines only.
  /// - Parameter basis: what the pipelines are fitted to where it is not `training`. Where it has the
  ///   same rows with other outcomes, `training` has the out-of-fold scores too; else, as steps do
  ///   it, those of the fit to the whole basis.
  package static func fitAll(
    _ stages: [ScoreStage], to training: Dataset, basis: Dataset? = nil, own: OwnRows? = nil,
    at address: FitAddress
  ) -> [Result<Fit, LearningError>] {
    let learnt = basis ?? training
    let stage = stages[0]
    let folds: [Partition]
    do throws(LearningError) {
      var stream = address.stream(step: 0, alternative: 0)
      folds =
        stage.members.isEmpty
        ? []
        : try Partitions.folds(
          stage.parameters.folds, of: Patients(learnt), using: &stream
        ).all
    } catch {
      let failure = LearningError("\(Self.id): \(error)")
      return stages.map { _ in .failure(failure) }
    }
    let tables = stage.members.indices.map { index in
      stage.fits(
        index, points: Set(stages.map { $0.members[index].point }).sorted(), to: learnt, folds,
        address)
    }
    return stages.map { stage in
      Result { () throws(LearningError) in
        var fits: [MemberFit] = []
        for (member, table) in zip(stage.members, tables) {
          guard let fit = table[member.point] else {
            preconditionFailure("every point of a first stage is fitted")
          }
          fits.append(try fit.get())
        }
        return try stage.fit(fits, to: training, basis: basis, own: own)
      }
    }
  }

  /// One of the pipelines at some of its grid points.
  private func fits(
    _ index: Int, points: [Int], to data: Dataset, _ folds: [Partition], _ address: FitAddress
  ) -> [Int: Result<MemberFit, LearningError>] {
    let pipeline = members[index].pipeline
    let empty = MemberFit(values: [Double](repeating: .nan, count: data.rowCount))
    var fits: [Int: Result<MemberFit, LearningError>] = [:]
    for point in points { fits[point] = .success(empty) }
    for fold in 0...folds.count {
      let partition = fold < folds.count ? folds[fold] : nil
      let rows = partition.map { data.rows($0.training) } ?? data
      let place = address.member(index, fold: fold)
      func visit(_ point: Int, _ result: Result<FittedPipeline, LearningError>) {
        guard case .success(var fit)? = fits[point] else { return }
        fits[point] = nil
        fits[point] = Result { () throws(LearningError) in
          do throws(LearningError) {
            let fitted = try result.get()
            if let partition {
              let own = try FittedScoreStage.values(
                parameters.output, of: fitted, data.features.rows(partition.test),
                sites: data.sites.isEmpty ? [] : partition.test.map { data.sites[$0] },
                groups: partition.test.map { data.groups[$0] })
              for (row, value) in zip(partition.test, own) { fit.values[row] = value }
            } else {
              fit.whole = fitted
            }
            return fit
          } catch {
            let part = partition == nil ? "" : ", without fold \(fold + 1) of \(folds.count)"
            throw LearningError("\(Self.id) of \"\(pipeline.name)\"\(part): \(error)")
          }
        }
      }
      if points.count == pipeline.pointCount {
        pipeline.fitAll(to: rows, at: place, visit)
      } else {
        for point in points {
          visit(
            point,
            Result { () throws(LearningError) in
              try pipeline.fit(point: point, to: rows, at: place)
            })
        }
      }
    }
    return fits
  }

  private func fit(
    _ fits: [MemberFit], to training: Dataset, basis: Dataset?, own: OwnRows?
  ) throws(LearningError) -> Fit {
    let beside = beside(names: training.names, blocks: training.blocks)
    let fitted = FittedScoreStage(
      inputCount: training.columnCount,
      members: zip(members, fits).compactMap { member, fit in
        fit.whole.map { FittedScoreStage.Member(name: member.pipeline.name, pipeline: $0) }
      },
      beside: beside, besideNames: beside.map { training.names[$0] },
      output: parameters.output, aggregation: aggregation)
    let outOfFold = fits.map(\.values)
    guard let basis else {
      return Fit(
        fitted: fitted,
        training: second(training, outOfFold, fitted, own?.training ?? training.rowCount))
    }
    let isSameRows = basis.groups == training.groups
    let scores =
      isSameRows
      ? outOfFold
      : try fitted.values(training.features, sites: training.sites, groups: training.groups)
    return Fit(
      fitted: fitted,
      training: second(training, scores, fitted, own?.training ?? training.rowCount),
      basis: second(basis, outOfFold, fitted, own?.basis ?? basis.rowCount))
  }

  /// The first `count` rows as the second stage sees them.
  private func second(
    _ data: Dataset, _ scores: [[Double]], _ fitted: FittedScoreStage, _ count: Int
  ) -> Dataset {
    let own = Array(0..<count)
    let rows = data.features.rows(own).materialised
    let groups = Array(data.groups.prefix(count))
    let values =
      scores.map { Array($0.prefix(count)) } + fitted.beside.map { Array(rows.column($0)) }
    let columns = columns(names: data.names, blocks: data.blocks)
    var taken = own
    var table = values
    if let aggregation {
      let patients = FittedScoreStage.patients(groups)
      let copies = patients.map { Self.copies(of: $0, in: rows) }
      taken = zip(patients, copies).flatMap { [Int](repeating: $0[0], count: $1) }
      table = values.map { column in
        zip(patients, copies).flatMap { own, copies in
          [Double](
            repeating: FittedScoreStage.value(own.map { column[$0] }, aggregation), count: copies)
        }
      }
    }
    return Dataset(
      features: FeatureMatrix(rowCount: taken.count, columns: table), names: columns.names,
      outcome: data.outcome.rows(taken), groups: taken.map { groups[$0] }, blocks: columns.blocks,
      sites: data.sites.isEmpty ? [] : taken.map { data.sites[$0] },
      weights: data.weights.isEmpty ? [] : taken.map { data.weights[$0] })
  }

  /// How often a patient was drawn into a resample: how often its first row is among its rows.
  private static func copies(of rows: [Int], in features: FeatureMatrix) -> Int {
    rows.count { row in
      (0..<features.columnCount).allSatisfy { column in
        let start = column * features.rowCount
        return features.values[start + row].bitPattern
          == features.values[start + rows[0]].bitPattern
      }
    }
  }
}
