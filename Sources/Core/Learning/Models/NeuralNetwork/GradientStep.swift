internal import Glibc

/// How weights follow the gradient of a batch, and how long the steps are.
protocol GradientStep {
  mutating func update(_ parameters: inout [Double], _ gradient: [Double])
  /// - Parameter rowsSeen: since the start, repeats included.
  mutating func epochEnded(rowsSeen: Int)
  /// Called where the loss no longer falls.
  /// - Returns: whether to stop.
  mutating func stalled() -> Bool
}

/// How the learning rate of gradient descent changes.
package enum LearningRateSchedule: String, CaseIterable, Hashable, Sendable {
  case constant
  /// learningRateInit / (rows seen + 1) ^ powerT, set after each epoch.
  case invscaling
  /// A fifth of itself whenever the loss no longer falls, down to 1e-6.
  case adaptive
}

/// Gradient descent with momentum, Nesterov's if wanted (Sutskever et al. 2013, ICML, eq. 3-4, with
/// the change of variables by which the gradient is taken where the weights are).
struct MomentumStep: GradientStep {
  private let initialRate: Double
  private let schedule: LearningRateSchedule
  private let momentum: Double
  private let isNesterov: Bool
  private let power: Double
  private var rate: Double
  private var velocities: [Double]

  init(_ parameters: PerceptronParameters, count: Int) {
    initialRate = parameters.learningRateInit
    schedule = parameters.learningRate
    momentum = parameters.momentum
    isNesterov = parameters.nesterov
    power = parameters.powerT
    rate = initialRate
    velocities = [Double](repeating: 0, count: count)
  }

  mutating func update(_ parameters: inout [Double], _ gradient: [Double]) {
    let (momentum, rate, isNesterov) = (momentum, rate, isNesterov)
    for k in parameters.indices {
      let velocity = momentum * velocities[k] - rate * gradient[k]
      velocities[k] = velocity
      parameters[k] += isNesterov ? momentum * velocity - rate * gradient[k] : velocity
    }
  }

  mutating func epochEnded(rowsSeen: Int) {
    if schedule == .invscaling { rate = initialRate / pow(Double(rowsSeen + 1), power) }
  }

  mutating func stalled() -> Bool {
    if schedule != .adaptive || rate <= 1e-6 { return true }
    rate /= 5
    return false
  }
}

/// Adam (Kingma & Ba 2015, ICLR, algorithm 1 in the order of section 2's last paragraph).
struct AdamStep: GradientStep {
  private let initialRate: Double
  private let beta1: Double
  private let beta2: Double
  private let epsilon: Double
  private var steps = 0
  private var first: [Double]
  private var second: [Double]

  init(_ parameters: PerceptronParameters, count: Int) {
    initialRate = parameters.learningRateInit
    beta1 = parameters.beta1
    beta2 = parameters.beta2
    epsilon = parameters.epsilon
    first = [Double](repeating: 0, count: count)
    second = first
  }

  mutating func update(_ parameters: inout [Double], _ gradient: [Double]) {
    steps += 1
    let rate =
      initialRate * (1 - pow(beta2, Double(steps))).squareRoot() / (1 - pow(beta1, Double(steps)))
    let (beta1, beta2, epsilon) = (beta1, beta2, epsilon)
    for k in parameters.indices {
      let slope = gradient[k]
      let m = beta1 * first[k] + (1 - beta1) * slope
      let v = beta2 * second[k] + (1 - beta2) * (slope * slope)
      first[k] = m
      second[k] = v
      parameters[k] += -rate * m / (v.squareRoot() + epsilon)
    }
  }

  mutating func epochEnded(rowsSeen: Int) {}

  mutating func stalled() -> Bool { true }
}
