internal import Glibc
internal import Numerics

/// Rows that a network is fitted to, one after the other.
package struct NetworkRows {
  /// Value of row j in column i is `inputs[j * columnCount + i]`.
  package var inputs: [Double]
  /// 0 or 1, or the value of a continuous outcome.
  package var targets: [Double]
  /// Empty where all rows count the same.
  package var weights: [Double]
  package let columnCount: Int

  package var count: Int { targets.count }

  package init(_ features: FeatureMatrix, targets: [Double], weights: [Double]) {
    let (rows, columns) = (features.rowCount, features.columnCount)
    columnCount = columns
    self.targets = targets
    self.weights = weights
    inputs = [Double](unsafeUninitializedCapacity: rows * columns) { buffer, count in
      features.values.withUnsafeBufferPointer { values in
        for column in 0..<columns {
          for row in 0..<rows { buffer[row &* columns &+ column] = values[column &* rows &+ row] }
        }
      }
      count = rows * columns
    }
  }

  private init(inputs: [Double], targets: [Double], weights: [Double], columnCount: Int) {
    self.inputs = inputs
    self.targets = targets
    self.weights = weights
    self.columnCount = columnCount
  }

  func rows(_ indices: ArraySlice<Int>) -> NetworkRows {
    var taken: [Double] = []
    taken.reserveCapacity(indices.count * columnCount)
    for index in indices { taken += inputs[index * columnCount..<(index + 1) * columnCount] }
    return NetworkRows(
      inputs: taken, targets: indices.map { targets[$0] },
      weights: weights.isEmpty ? [] : indices.map { weights[$0] }, columnCount: columnCount)
  }
}

/// The loss of a network and its gradient, by back-propagation, as scikit-learn defines them:
/// weighted mean of the row losses plus alpha / 2 times the sum of squared weights (not biases) over
/// the sum of row weights. A row's loss is the log loss, with probabilities kept in eps ... 1 - eps, or
/// half the squared error.
///
/// Sums run over rows, units or inputs in ascending order, as `DenseKernels` and `combine` write them,
/// so the outputs of a row do not depend on the rows beside it.
package final class NetworkLoss {
  package let shape: NetworkShape
  private let alpha: Double
  private let capacity: Int
  /// What units give, layer by layer, each `capacity * units`; the inputs are not copied.
  private let values: UnsafeMutablePointer<Double>
  private let errors: UnsafeMutablePointer<Double>
  private let starts: [Int]

  /// - Parameter capacity: the largest number of rows at once.
  package init(_ shape: NetworkShape, alpha: Double, capacity: Int) {
    self.shape = shape
    self.alpha = alpha
    self.capacity = max(capacity, 1)
    var starts: [Int] = []
    var size = 0
    for layer in shape.layers {
      starts.append(size)
      size += self.capacity * layer.outputs
    }
    self.starts = starts
    values = .allocate(capacity: size)
    values.initialize(repeating: 0, count: size)
    errors = .allocate(capacity: size)
    errors.initialize(repeating: 0, count: size)
  }

  deinit {
    values.deallocate()
    errors.deallocate()
  }

  /// The sum of the output unit for each row: log odds, or the predicted value.
  package func outputs(_ parameters: [Double], _ rows: NetworkRows) -> [Double] {
    var outputs: [Double] = []
    outputs.reserveCapacity(rows.count)
    var first = 0
    while first < rows.count {
      let count = min(capacity, rows.count - first)
      rows.inputs.withUnsafeBufferPointer { inputs in
        parameters.withUnsafeBufferPointer { parameters in
          forward(
            parameters.baseAddress!, inputs.baseAddress! + first * rows.columnCount, count)
        }
      }
      let last = values + starts[starts.count - 1]
      for row in 0..<count { outputs.append(last[row]) }
      first += count
    }
    return outputs
  }

  /// The loss of at most `capacity` rows.
  /// - Parameter gradient: is overwritten; as long as the parameters.
  package func evaluate(
    _ parameters: [Double], _ rows: NetworkRows, gradient: inout [Double]
  ) -> Double {
    let n = rows.count
    precondition(n > 0 && n <= capacity && rows.columnCount == shape.units[0])
    precondition(parameters.count == shape.parameterCount && gradient.count == parameters.count)
    return parameters.withUnsafeBufferPointer { parameters in
      rows.inputs.withUnsafeBufferPointer { inputs in
        gradient.withUnsafeMutableBufferPointer { gradient in
          let (w, x) = (parameters.baseAddress!, inputs.baseAddress!)
          forward(w, x, n)
          var total = Double(n)
          if !rows.weights.isEmpty { total = rows.weights.reduce(0, +) }
          var squares = 0.0
          var k = 0
          while k < shape.weightCount {
            squares += w[k] * w[k]
            k &+= 1
          }
          let loss = lossAndOutputErrors(rows) / total + 0.5 * alpha * squares / total
          backward(w, x, n, total, into: gradient.baseAddress!)
          return loss
        }
      }
    }
  }

  private func forward(_ w: UnsafePointer<Double>, _ inputs: UnsafePointer<Double>, _ n: Int) {
    var below = inputs
    for (place, layer) in shape.layers.enumerated() {
      let out = values + starts[place]
      let width = layer.inputs
      for row in 0..<n {
        let x = below + row &* width
        let sums = out + row &* layer.outputs
        var o = 0
        while o &+ 4 <= layer.outputs {
          let v = w + (layer.weights &+ o &* width)
          DenseKernels.dots(
            x, (v, v + width, v + 2 &* width, v + 3 &* width), width, into: sums + o)
          o &+= 4
        }
        while o < layer.outputs {
          sums[o] = DenseKernels.dot(x, w + (layer.weights &+ o &* width), width)
          o &+= 1
        }
        DenseKernels.add(1, w + layer.biases, to: sums, layer.outputs)
      }
      if place < shape.layers.count - 1 { shape.activation.apply(out, n &* layer.outputs) }
      below = UnsafePointer(out)
    }
  }

  /// Sum of the weighted losses of the rows; leaves the errors of the output unit behind.
  private func lossAndOutputErrors(_ rows: NetworkRows) -> Double {
    let sums = values + starts[starts.count - 1]
    let delta = errors + starts[starts.count - 1]
    let smallest = Double.ulpOfOne
    var loss = 0.0
    for row in 0..<rows.count {
      let y = rows.targets[row]
      let weight = rows.weights.isEmpty ? 1 : rows.weights[row]
      if shape.isClassifier {
        let output = 1 / (1 + exp(-sums[row]))
        let p = min(max(output, smallest), 1 - smallest)
        loss -= weight * (y == 1 ? log(p) : log(1 - p))
        delta[row] = weight * (output - y)
      } else {
        let error = sums[row] - y
        loss += weight * 0.5 * (error * error)
        delta[row] = weight * error
      }
    }
    return loss
  }

  private func backward(
    _ w: UnsafePointer<Double>, _ inputs: UnsafePointer<Double>, _ n: Int, _ total: Double,
    into gradient: UnsafeMutablePointer<Double>
  ) {
    for place in shape.layers.indices.reversed() {
      let layer = shape.layers[place]
      let (width, count) = (layer.inputs, layer.outputs)
      let delta = errors + starts[place]
      let below = place == 0 ? inputs : UnsafePointer(values + starts[place - 1])
      for o in 0..<count {
        let slope = gradient + (layer.weights &+ o &* width)
        let own = w + (layer.weights &+ o &* width)
        for i in 0..<width { slope[i] = alpha * own[i] }
        Self.combine(n, delta + o, every: count, below, of: width, into: slope)
        for i in 0..<width { slope[i] /= total }
        var sum = 0.0
        for row in 0..<n { sum += delta[row &* count &+ o] }
        gradient[layer.biases &+ o] = sum / total
      }
      if place == 0 { return }
      let lower = errors + starts[place - 1]
      lower.update(repeating: 0, count: n &* width)
      for row in 0..<n {
        Self.combine(
          count, delta + row &* count, every: 1, w + layer.weights, of: width,
          into: lower + row &* width)
      }
      shape.activation.applySlope(below, to: lower, n &* width)
    }
  }

  /// Adds `count` vectors of `length` numbers, one after the other in memory, each times its factor,
  /// to `sum`: four at a time, then one at a time.
  private static func combine(
    _ count: Int, _ factors: UnsafePointer<Double>, every step: Int,
    _ vectors: UnsafePointer<Double>, of length: Int, into sum: UnsafeMutablePointer<Double>
  ) {
    var k = 0
    while k &+ 4 <= count {
      let f = factors + k &* step
      let (f0, f1, f2, f3) = (f[0], f[step], f[2 &* step], f[3 &* step])
      let v0 = vectors + k &* length
      let (v1, v2, v3) = (v0 + length, v0 + 2 &* length, v0 + 3 &* length)
      var i = 0
      while i < length {
        sum[i] += (f0 * v0[i] + f1 * v1[i]) + (f2 * v2[i] + f3 * v3[i])
        i &+= 1
      }
      k &+= 4
    }
    while k < count {
      DenseKernels.add(factors[k &* step], vectors + k &* length, to: sum, length)
      k &+= 1
    }
  }
}
