internal import Glibc
package import Numerics

/// What hidden units do with their sum.
package enum NetworkActivation: String, CaseIterable, Hashable, Sendable {
  case identity
  case logistic
  case tanh
  case relu
}

/// Layers of a fully connected network with one output, and where its numbers stand.
///
/// All numbers are one array: the weights layer by layer, then the biases layer by layer. The weights
/// that lead to one unit follow each other, so weight i -> o of a layer is at `weights + o * inputs + i`.
package struct NetworkShape: Hashable, Sendable {
  package struct Layer: Hashable, Sendable {
    package var inputs: Int
    package var outputs: Int
    /// Places in the array of all numbers.
    package var weights: Int
    package var biases: Int
  }

  /// Inputs, hidden units by layer, 1.
  package let units: [Int]
  package let activation: NetworkActivation
  /// The output is a probability; otherwise the sum itself.
  package let isClassifier: Bool
  package let layers: [Layer]
  package let weightCount: Int
  package let parameterCount: Int

  /// - Parameter units: two or more counts > 0, the last one 1.
  package init(units: [Int], activation: NetworkActivation, isClassifier: Bool) {
    precondition(units.count >= 2 && units.allSatisfy { $0 > 0 } && units.last == 1)
    self.units = units
    self.activation = activation
    self.isClassifier = isClassifier
    weightCount = zip(units, units.dropFirst()).reduce(0) { $0 + $1.0 * $1.1 }
    parameterCount = weightCount + units.dropFirst().reduce(0, +)
    var layers: [Layer] = []
    var (weights, biases) = (0, weightCount)
    for (inputs, outputs) in zip(units, units.dropFirst()) {
      layers.append(Layer(inputs: inputs, outputs: outputs, weights: weights, biases: biases))
      weights += inputs * outputs
      biases += outputs
    }
    self.layers = layers
  }

  /// Uniform in +-sqrt(6 / (inputs + outputs)), 2 instead of 6 for logistic units, biases too
  /// (Glorot & Bengio 2010, AISTATS, eq. 16; scikit-learn's bounds), drawn in the order of the array.
  package func initial(using stream: inout RandomStream) -> [Double] {
    let factor = activation == .logistic ? 2.0 : 6.0
    let bounds = layers.map { (factor / Double($0.inputs + $0.outputs)).squareRoot() }
    var parameters: [Double] = []
    parameters.reserveCapacity(parameterCount)
    for (layer, bound) in zip(layers, bounds) {
      for _ in 0..<layer.inputs * layer.outputs {
        parameters.append(stream.uniform(in: -bound..<bound))
      }
    }
    for (layer, bound) in zip(layers, bounds) {
      for _ in 0..<layer.outputs { parameters.append(stream.uniform(in: -bound..<bound)) }
    }
    return parameters
  }
}

extension NetworkActivation {
  /// Replaces sums by what the units give.
  func apply(_ values: UnsafeMutablePointer<Double>, _ count: Int) {
    var i = 0
    switch self {
    case .identity: return
    case .logistic:
      while i < count {
        values[i] = 1 / (1 + exp(-values[i]))
        i &+= 1
      }
    case .tanh:
      while i < count {
        values[i] = Glibc.tanh(values[i])
        i &+= 1
      }
    case .relu:
      while i < count {
        values[i] = max(values[i], 0)
        i &+= 1
      }
    }
  }

  /// Multiplies errors by the derivative, from what the units gave; relu has slope 0 at 0.
  func applySlope(
    _ values: UnsafePointer<Double>, to errors: UnsafeMutablePointer<Double>, _ count: Int
  ) {
    var i = 0
    switch self {
    case .identity: return
    case .logistic:
      while i < count {
        errors[i] = errors[i] * values[i] * (1 - values[i])
        i &+= 1
      }
    case .tanh:
      while i < count {
        errors[i] *= 1 - values[i] * values[i]
        i &+= 1
      }
    case .relu:
      while i < count {
        if values[i] == 0 { errors[i] = 0 }
        i &+= 1
      }
    }
  }
}
