package import Coordinator
internal import ModelStudy
internal import Study

/// The size of a grid-searched, nested cross-validation with bootstrap and permutation.
///
/// Its units are those of a model study with one pipeline (`ModelUnitSpace`). A unit of the search
/// prepares and selects once and fits its share of the grid to one inner fold; there are inner folds
/// for the final model, every outer fold of the observed and of each permuted outcome, and every
/// resample.
package struct NestedStudy: Hashable, Sendable {
  package var repeats: Int
  package var outerFolds: Int
  package var innerFolds: Int
  /// Points of the grid that are fitted on their own.
  package var gridPoints: Int
  /// Units that share the grid of one inner fold, each with its own preparation; 1 for all in one.
  package var branches: Int
  package var bootstraps: Int
  package var permutations: Int
  /// Repeats of the cross-validation of a permuted outcome.
  package var permutationRepeats: Int

  package init(
    repeats: Int, outerFolds: Int, innerFolds: Int, gridPoints: Int, branches: Int = 1,
    bootstraps: Int = 0, permutations: Int = 0, permutationRepeats: Int = 1
  ) {
    self.repeats = repeats
    self.outerFolds = outerFolds
    self.innerFolds = innerFolds
    self.gridPoints = gridPoints
    self.branches = branches
    self.bootstraps = bootstraps
    self.permutations = permutations
    self.permutationRepeats = permutationRepeats
  }

  /// 10 repeats x 10 outer x 10 inner folds, 108 points, 1000 bootstraps of the whole pipeline,
  /// 1000 permutations with one repeat: the study of 261 patients and 24,720 features.
  package static let combRadscore = NestedStudy(
    repeats: 10, outerFolds: 10, innerFolds: 10, gridPoints: 108, bootstraps: 1000,
    permutations: 1000)

  private var space: ModelUnitSpace {
    var groups = [
      ScenarioGroup(.final), ScenarioGroup(.observed, repeats: repeats, outer: outerFolds),
    ]
    if permutations > 0 {
      groups.append(
        ScenarioGroup(
          .permuted, count: permutations, repeats: permutationRepeats, outer: outerFolds))
    }
    if bootstraps > 0 { groups.append(ScenarioGroup(.bootstrap, count: bootstraps)) }
    return ModelUnitSpace(
      groups: groups, pipelineCount: 1, searched: gridPoints > 1 ? [0] : [],
      innerFolds: innerFolds)
  }

  /// Units of the search.
  package var searchUnits: Int { space.searchUnits.count * branches }

  /// Units of the refits: the chosen point of every training part.
  package var refitUnits: Int { space.estimateUnits.count }
}

/// What the steps of a unit take on one core, seconds.
package struct NestedStudyCosts: Hashable, Sendable {
  /// Preparation and selection, once per unit.
  package var preparation: Double
  /// One fit of one grid point.
  package var fit: Double
  /// Standard deviation over mean of a unit's duration.
  package var variation: Double

  package init(preparation: Double, fit: Double, variation: Double) {
    self.preparation = preparation
    self.fit = fit
    self.variation = variation
  }
}

/// How a nested study would go on a cluster.
package struct NestedStudyForecast: Hashable, Sendable {
  package var study: NestedStudy
  package var costs: NestedStudyCosts

  package init(study: NestedStudy, costs: NestedStudyCosts) {
    self.study = study
    self.costs = costs
  }

  /// Seconds of a unit of the search, on the average.
  package var searchSeconds: Double {
    costs.preparation + Double(study.gridPoints) / Double(study.branches) * costs.fit
  }

  /// Seconds of a refit, on the average: one point of the grid.
  package var refitSeconds: Double { costs.preparation + costs.fit }

  /// Hours of one core that the whole study takes.
  package var coreHours: Double {
    (Double(study.searchUnits) * searchSeconds + Double(study.refitUnits) * refitSeconds) / 3600
  }

  /// Units by stage; a stage begins when the one before it is complete, because a refit needs the
  /// choice of all inner folds.
  package var stages: [[UnitRun]] {
    let search = 0..<study.searchUnits
    let refits = search.upperBound..<(search.upperBound + study.refitUnits)
    return [
      [UnitRun(units: search, cost: searchSeconds)], [UnitRun(units: refits, cost: refitSeconds)],
    ].filter { $0.contains { !$0.units.isEmpty } }
  }

  /// Simulates the hand-out with the coordinator of a run.
  /// - Parameters:
  ///   - ranks: rank 0 included, >= 2.
  ///   - timings: the start-up counts once.
  package func simulate(
    ranks: Int, timings: ClusterTimings = ClusterTimings()
  ) throws -> SimulatedRun {
    let durations = LogNormalDurations(mean: 1, variation: costs.variation)
    let search = study.searchUnits
    var timings = timings
    var whole: SimulatedRun?
    for stage in stages {
      let run = try SimulatedCluster.run(stage, workerCount: ranks - 1, timings: timings) { unit in
        (unit < search ? searchSeconds : refitSeconds) * durations.factor(ofUnit: unit)
      }
      whole = whole?.followed(by: run) ?? run
      timings.startUp = 0
    }
    guard let whole else { preconditionFailure("a study without units") }
    return whole
  }

  /// A line of Markdown per number of ranks, with a heading.
  package func table(
    ranks: [Int], timings: ClusterTimings = ClusterTimings()
  ) throws -> String {
    var lines = [
      "| ranks | hours | efficiency | units per worker | rank 0 busy | reports per second"
        + " | longest wait, s | tail, s |",
      "|---|---|---|---|---|---|---|---|",
    ]
    for count in ranks {
      let run = try simulate(ranks: count, timings: timings)
      lines.append(
        "| \(count) | \(decimal(run.makespan / 3600, 3)) | \(decimal(100 * run.efficiency, 1)) %"
          + " | \(decimal(Double(run.unitCount) / Double(run.workerCount), 1))"
          + " | \(decimal(100 * run.coordinatorShare, 3)) %"
          + " | \(decimal(Double(run.reports) / run.makespan, 1))"
          + " | \(decimal(run.longestWait, 3)) | \(decimal(run.longestTail, 1)) |")
    }
    return lines.joined(separator: "\n") + "\n"
  }
}
