package import Components
package import Learning
internal import Numerics

/// One data-dependent step between the table and the model.
package enum PipelineStep: Sendable {
  case preparation(any Preparation)
  case selection(any Selector, by: SelectionScope)
  /// Changes training rows only.
  case balancing(any Balancing)

  package var id: ComponentID {
    switch self {
    case .preparation(let step): type(of: step).id
    case .selection(let step, _): type(of: step).id
    case .balancing(let step): type(of: step).id
    }
  }

  /// "lasso {choice: 1se}": the component and all its settings.
  package var text: String {
    switch self {
    case .preparation(let step): configured(step)
    case .selection(let step, let by):
      configured(step) + (by == .block ? " by block" : "")
    case .balancing(let step): configured(step)
    }
  }
}

private func configured(_ component: some Component) -> String {
  "\(type(of: component).id) \(component.parameters.encoded().flowText)"
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

  package init(name: String, steps: [[PipelineStep]], models: [any Model]) {
    precondition(!models.isEmpty && steps.allSatisfy { !$0.isEmpty })
    self.name = name
    self.steps = steps
    self.models = models
  }

  /// Every step and the model with all their settings, one line each.
  package var texts: [String] {
    steps.enumerated().map { index, step in
      "step \(index + 1): " + step.map(\.text).joined(separator: " | ")
    } + ["model: " + models.map { configured($0) }.joined(separator: " | ")]
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

  /// The settings of a grid point in which it differs from others, or all of them.
  package func text(ofPoint point: Int) -> String {
    let chosen = alternatives(ofPoint: point)
    var parts: [String] = []
    for (index, step) in steps.enumerated() where step.count > 1 || pointCount == 1 {
      parts.append(step[chosen[index]].text)
    }
    if models.count > 1 || pointCount == 1 {
      let model = models[chosen[steps.count]]
      parts.append(configured(model))
    }
    return parts.joined(separator: "; ")
  }
}
