internal import Glibc
internal import Numerics

/// The log likelihood of a logistic regression with its derivatives, plain or with the penalty of
/// Firth 1993, ½ ln |XᵀWX| (Heinze & Schemper 2002, Statistics in Medicine 21).
struct LogisticLikelihood {
  /// Minus infinity where the penalty has no value.
  var value = 0.0
  var score: [Double]
  /// XᵀWX, row-major.
  var information: [Double]
  /// Minus the matrix of second derivatives, row-major.
  var curvature: [Double]

  init(_ rows: LogisticRows, _ beta: [Double], isPenalised: Bool) {
    let (n, q) = (rows.count, rows.width)
    let linear = rows.product(beta)
    var value = 0.0
    var score = [Double](repeating: 0, count: q)
    var weights = [Double](repeating: 0, count: n)
    var skews = weights
    var lower = [Double](repeating: 0, count: q * q)
    rows.x.withUnsafeBufferPointer { x in
      for i in 0..<n {
        let eta = rows.offset[i] + linear[i]
        let tail = exp(-eta.magnitude)
        let near = 1 / (1 + tail)
        let far = tail / (1 + tail)
        let isRight = (eta >= 0) == rows.positives[i]
        value -= log1p(tail) + (isRight ? 0 : eta.magnitude)
        let residual = (rows.positives[i] ? 1.0 : -1.0) * (isRight ? far : near)
        weights[i] = near * far
        skews[i] = eta >= 0 ? far - near : near - far
        for a in 0..<q {
          let xa = x[i &* q &+ a]
          score[a] += residual * xa
          for b in 0...a { lower[a &* q &+ b] += weights[i] * xa * x[i &* q &+ b] }
        }
      }
    }
    for a in 0..<q {
      for b in 0..<a { lower[b * q + a] = lower[a * q + b] }
    }
    (self.value, self.score, information, curvature) = (value, score, lower, lower)
    if isPenalised { penalise(rows, weights, skews) }
  }

  var isFinite: Bool { value.isFinite && score.allSatisfy(\.isFinite) }

  /// - Parameter skews: 1 - 2 p per row, the derivative of ln w.
  private mutating func penalise(_ rows: LogisticRows, _ weights: [Double], _ skews: [Double]) {
    let (n, q) = (rows.count, rows.width)
    guard let factor = try? CholeskyFactor(information, order: q, tolerance: 1e-14) else {
      value = -.infinity
      return
    }
    value += 0.5 * factor.logDeterminant
    let inverse = factor.inverse
    // Third moments Σ w (1 - 2 p) x_a x_b x_c.
    var moments = [Double](repeating: 0, count: q * q * q)
    var change = [Double](repeating: 0, count: q * q)
    rows.x.withUnsafeBufferPointer { x in
      for i in 0..<n {
        let row = i &* q
        var leverage = 0.0
        for a in 0..<q {
          var sum = 0.0
          for b in 0..<q { sum += inverse[a &* q &+ b] * x[row &+ b] }
          leverage += sum * x[row &+ a]
        }
        leverage *= weights[i]
        let third = weights[i] * skews[i]
        let fourth = leverage * (0.5 * skews[i] * skews[i] - weights[i])
        for a in 0..<q {
          score[a] += 0.5 * leverage * skews[i] * x[row &+ a]
          for b in 0...a {
            let product = x[row &+ a] * x[row &+ b]
            change[a &* q &+ b] += fourth * product
            for c in 0...b { moments[(a &* q &+ b) &* q &+ c] += third * product * x[row &+ c] }
          }
        }
      }
    }
    for a in 0..<q {
      for b in 0..<q {
        change[a * q + b] = change[max(a, b) * q + min(a, b)]
        for c in 0..<q {
          let high = max(a, b, c)
          let low = min(a, b, c)
          let middle = a + b + c - high - low
          moments[(a * q + b) * q + c] = moments[(high * q + middle) * q + low]
        }
      }
    }
    let traces = Self.traces(inverse, moments, q)
    for k in curvature.indices { curvature[k] -= change[k] - 0.5 * traces[k] }
  }

  /// tr(V T_a V T_b) for each a and b, where T_a holds the third moments of column a.
  private static func traces(_ inverse: [Double], _ moments: [Double], _ q: Int) -> [Double] {
    var products = [Double](repeating: 0, count: q * q * q)
    for a in 0..<q {
      for b in 0..<q {
        for c in 0..<q {
          var sum = 0.0
          for d in 0..<q { sum += inverse[b * q + d] * moments[(a * q + d) * q + c] }
          products[(a * q + b) * q + c] = sum
        }
      }
    }
    var result = [Double](repeating: 0, count: q * q)
    products.withUnsafeBufferPointer { product in
      for a in 0..<q {
        for b in 0...a {
          var trace = 0.0
          for c in 0..<q {
            for d in 0..<q {
              trace +=
                product[(a &* q &+ c) &* q &+ d] * product[(b &* q &+ d) &* q &+ c]
            }
          }
          result[a * q + b] = trace
          result[b * q + a] = trace
        }
      }
    }
    return result
  }
}
