package import Components
package import Learning
internal import Numerics

/// One data-dependent step between the table and the model.
package enum PipelineStep: Sendable {
  case preparation(any Preparation)
  case selection(any Selector, by: SelectionScope)
  /// Changes training rows only.
  case balancing(any Balancing)
  /// The table becomes one of scores of other pipelines, out of fold in training.
  case scores(ScoreStage)

  package var component: any Component {
    switch self {
    case .preparation(let step): step
    case .selection(let step, _): step
    case .balancing(let step): step
    case .scores(let step): step
    }
  }

  var isBalancing: Bool {
    if case .balancing = self { true } else { false }
  }

  /// Whether it is an `AffinePreparation` with these settings.
  var isAffine: Bool {
    guard case .preparation(let step as any AffinePreparation) = self else { return false }
    return step.isAffine
  }

  /// "lasso {choice: 1se}": the component and all its settings.
  package var text: String {
    if case .selection(_, by: .block) = self { return component.settingsText + " by voi" }
    return component.settingsText
  }
}

/// Where the random numbers of a fit come from: the address of the training rows, not of a rank.
package struct FitAddress: Hashable, Sendable {
  package var seed: UInt64
  /// Names scenario, repeat, folds and branch.
  package var key: UInt64

  package init(seed: UInt64, key: UInt64) {
    self.seed = seed
    self.key = key
  }

  /// - Parameters:
  ///   - step: index of the step; the model comes behind the last one.
  ///   - alternative: which of the step's settings.
  func stream(step: Int, alternative: Int) -> RandomStream {
    RandomStream(
      seed: seed, domain: .fit,
      index: mixed(key ^ mixed(UInt64(step) << 32 | UInt64(alternative))))
  }
}

extension FitAddress {
  /// Of the fits of a first stage; all its alternatives have the same.
  func stage(step: Int) -> FitAddress {
    FitAddress(seed: seed, key: mixed(key ^ mixed(UInt64(step) << 32 | 0xFFFF_FFFF)))
  }

  /// Of one pipeline of a first stage without one of its folds, or on all rows.
  func member(_ member: Int, fold: Int) -> FitAddress {
    FitAddress(seed: seed, key: mixed(key ^ mixed(UInt64(member + 1) << 32 | UInt64(fold))))
  }
}

/// A bijection of 64-bit words that spreads every bit (Steele et al. 2014, SplitMix64's finaliser).
package func mixed(_ word: UInt64) -> UInt64 {
  var z = word &+ 0x9E37_79B9_7F4A_7C15
  z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
  z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
  return z ^ (z >> 31)
}

/// A pipeline with all the settings that are tried: every step and the model have one or more
/// alternatives, and a grid point takes one of each.
package struct PipelineGrid: Sendable {
  package var name: String
  package var steps: [[PipelineStep]]
  package var models: [any Model]
  /// Patterns of the columns that no selector takes away.
  package var keep: [String] = []
  /// The condition that rows of this pipeline satisfy; "" for all rows.
  package var rows = ""

  package init(name: String, steps: [[PipelineStep]], models: [any Model]) {
    precondition(!models.isEmpty && steps.allSatisfy { !$0.isEmpty })
    self.name = name
    self.steps = steps
    self.models = models
  }

  /// Every step and the model with all their settings, one line each.
  package var texts: [String] {
    (rows.isEmpty ? [] : ["rows: \(rows)"])
      + (keep.isEmpty ? [] : ["keep: \(keep.joined(separator: ", "))"])
      + steps.enumerated().map { index, step in
        "step \(index + 1): " + step.map(\.text).joined(separator: " | ")
      } + ["model: " + models.map(\.settingsText).joined(separator: " | ")]
  }

  /// Whether its first step takes scores of other pipelines.
  package var isSecondStage: Bool {
    if case .scores? = steps.first?.first { true } else { false }
  }

  /// Number of alternatives of each step and of the model.
  package var sizes: [Int] { steps.map(\.count) + [models.count] }

  package var pointCount: Int { sizes.reduce(1, *) }

  /// Which alternative of each step and of the model a grid point takes; the model's changes
  /// fastest.
  package func alternatives(ofPoint point: Int) -> [Int] {
    precondition((0..<pointCount).contains(point))
    var rest = point
    var chosen: [Int] = []
    for size in sizes.reversed() {
      chosen.append(rest % size)
      rest /= size
    }
    return chosen.reversed()
  }

  /// What tells a grid point from the others: of every step and of the model with alternatives, the
  /// component and the settings that differ; all settings where there is one point only.
  package func text(ofPoint point: Int) -> String {
    let chosen = alternatives(ofPoint: point)
    var parts: [String] = []
    for (index, step) in steps.enumerated() where step.count > 1 {
      let components = step.map(\.component)
      parts.append(difference(components[chosen[index]], among: components))
    }
    if models.count > 1 || pointCount == 1 {
      parts.append(difference(models[chosen[steps.count]], among: models))
    }
    return parts.joined(separator: "; ")
  }
}

/// "svc {C: 10}": a component with the settings in which others of its kind differ, or with all of
/// them where it is alone.
private func difference(_ component: any Component, among all: [any Component]) -> String {
  let id = type(of: component).id
  let alike = all.filter { type(of: $0).id == id }.map { settings($0) }
  let own = settings(component)
  if alike.count == 1 { return all.count == 1 ? component.settingsText : "\(id)" }
  let differing = own.entries.filter { entry in
    alike.contains { $0[entry.key] != entry.value }
  }
  if differing.isEmpty || !component.nested.isEmpty { return component.settingsText }
  return "\(id) \(SettingValue.map(SettingMap(differing)).flowText)"
}

private func settings(_ component: some Component) -> SettingMap {
  if case .map(let map) = component.parameters.encoded() { map } else { SettingMap() }
}
