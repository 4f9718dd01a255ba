internal import Evaluation
internal import Learning
internal import Numerics
internal import Statistics
internal import Study

extension Estimates {
  /// Mean over repeats of the mean over folds of the study's metric, in the first `repeats` repeats;
  /// NaN where no fold has a value.
  /// - Parameter all: values of the folds, repeat by repeat, `outer` each.
  private func statistic(_ all: ArraySlice<Double>, repeats: Int, outer: Int) -> Double {
    var means: [Double] = []
    for repetition in 0..<repeats {
      let values = all.dropFirst(repetition * outer).prefix(outer).filter { !$0.isNaN }
      if !values.isEmpty { means.append(SampleMoments.mean(values)) }
    }
    return means.isEmpty ? .nan : SampleMoments.mean(means)
  }

  /// The permutation test of a pipeline: the statistic, its null values and p.
  func permutationNode(pipeline: Int) -> ResultNode? {
    guard let permutation = plan.study.permutation, let group = plan.space.group(.permuted)
    else { return nil }
    let observed = statistic(
      all(.observed, pipeline: pipeline).map(\.value)[...], repeats: group.repeats,
      outer: group.outer)
    let each = group.repeats * group.outer
    let values = (0..<group.count).map { index in
      statistic(
        permuted[pipeline][index * each..<(index + 1) * each], repeats: group.repeats,
        outer: group.outer)
    }
    var nodes: [ResultNode.Entry] = [
      .init("metric", .text(plan.study.metric.rawValue)),
      .init("refitted", .text(permutation.refitted.rawValue)),
      .init("repeats", .integer(group.repeats)),
      .init("observed", .number(observed)),
      .init("permuted", .numbers(values)),
    ]
    if let test = try? PermutationTest(
      observed: observed, permuted: values, isHigherBetter: plan.study.metric.isHigherBetter)
    {
      nodes += [
        .init("p", .number(test.p)),
        .init("at_least_as_good", .integer(test.atLeastAsGood)),
        .init("undefined", .integer(test.undefinedCount)),
      ]
      if let interval = try? test.interval() {
        nodes += [
          .init("p_monte_carlo_lower", .number(interval.lower)),
          .init("p_monte_carlo_upper", .number(interval.upper)),
        ]
      }
    }
    return .group(nodes)
  }

  /// Estimates from refitting the pipeline on resampled patients: Harrell's optimism, and .632+ for
  /// the AUC.
  func bootstrapNode(pipeline: Int) -> ResultNode? {
    let own = resamples[pipeline]
    guard !own.values.isEmpty else { return nil }
    let final = self[ModelTask(scenario: .final, pipeline: pipeline)]
    let apparent = final.result?.apparent ?? .nan
    let optimism = zip(own.apparent, own.values).map { $0 - $1 }
    let outOfBag = own.outOfBag
    var nodes: [ResultNode.Entry] = [
      .init("metric", .text(plan.study.metric.rawValue)),
      .init("apparent", .number(apparent)),
      .init("optimism", .numbers(optimism)),
      .init("out_of_bag", .numbers(outOfBag)),
    ]
    let undefined = optimism.indices.count { optimism[$0].isNaN || outOfBag[$0].isNaN }
    nodes.append(.init("resamples", .integer(optimism.count)))
    nodes.append(.init("undefined", .integer(undefined)))
    // Estimates from the resamples that happened to work would be of other cohorts.
    if undefined * 20 > optimism.count {
      nodes.append(
        .init(
          "note", .text("\(undefined) of \(optimism.count) resamples have no value: no estimates")))
      return .group(nodes)
    }
    if let corrected = try? OptimismCorrection(apparent: apparent, optimism: optimism) {
      nodes.append(.init("optimism_corrected", .number(corrected.corrected)))
      nodes.append(.init("mean_optimism", .number(corrected.optimism)))
      nodes.append(.init("monte_carlo_error", .number(corrected.monteCarloError ?? .nan)))
    }
    if plan.study.metric == .auc,
      let plus = try? AreaPlus632(apparent: apparent, outOfBag: outOfBag)
    {
      nodes.append(.init("plus_632", .number(plus.value)))
      nodes.append(.init("plain_632", .number(plus.plain632)))
      nodes.append(.init("mean_out_of_bag", .number(plus.outOfBag)))
    }
    return .group(nodes)
  }
}
