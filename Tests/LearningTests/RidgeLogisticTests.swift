import Components
import Learning
import Numerics
import Testing

/// The ridge penalty at a given lambda has a solver of its own; the oracles are the elastic net's,
/// which is compared with glmnet, and the conditions of the minimum.
@Suite struct RidgeLogisticTests {
  private func data(rows: Int, columns: Int, weighted: Bool) -> Dataset {
    var stream = RandomStream(seed: 4, domain: .synthesis, index: UInt64(rows * columns))
    let factor = (0..<rows).map { _ in stream.normal() }
    var features = (0..<columns).map { j in
      (0..<rows).map { factor[$0] * Double(j % 3) + Double(1 + j % 5) * stream.normal() + 10 }
    }
    if columns > 4 {
      features[1] = [Double](repeating: 3, count: rows)
      features[3] = features[2]
    }
    let classes = (0..<rows).map { UInt8(factor[$0] + stream.normal() > 0.2 ? 1 : 0) }
    return Dataset(
      features: FeatureMatrix(rowCount: rows, columns: features),
      names: (0..<columns).map { "c\($0)" }, outcome: .binary(classes),
      weights: weighted ? (0..<rows).map { 1 + Double($0 % 4) } : [])
  }

  private func fit(_ data: Dataset, lambda: Double, standardise: Bool) throws -> FittedLinear {
    var parameters = LogisticParameters()
    (parameters.penalty, parameters.net.choice) = (.ridge, .fixed)
    (parameters.net.lambda, parameters.net.standardise) = (lambda, standardise)
    var stream = RandomStream(seed: 1, domain: .fit, index: 0)
    return try LogisticModel(parameters).fit(data, using: &stream)
  }

  /// Both minima have derivatives below 1e-10; coefficients may differ by that over lambda.
  @Test(arguments: [(50, 1), (60, 7), (60, 59), (33, 33), (20, 40)], [1e-3, 0.02, 1, 100])
  func theMinimumIsThatOfTheElasticNet(shape: (Int, Int), lambda: Double) throws {
    for (weighted, standardise) in [(false, true), (true, true), (false, false)] {
      let data = data(rows: shape.0, columns: shape.1, weighted: weighted)
      let ridge = try fit(data, lambda: lambda, standardise: standardise)
      var settings = ElasticNetSettings()
      (settings.alpha, settings.lambdas, settings.standardises) = (0, [lambda], standardise)
      let net = try ElasticNetPath.fit(data, settings)
      let expected = net.coefficients(at: 0)
      let size = expected.reduce(1e-3) { max($0, $1.magnitude) }
      for (own, other) in zip(ridge.coefficients, expected) {
        #expect(abs(own - other) <= 1e-6 * size)
      }
      let scores = try ridge.scores(data.features)
      for (own, other) in zip(scores, net.fits[0].linearPredictor(data.features)) {
        #expect(abs(own - other) <= 1e-6 * max(1, abs(other)))
      }
      #expect(ridge.lambda == lambda)
      #expect(try fit(data, lambda: lambda, standardise: standardise) == ridge)
    }
  }

  /// Classes that are separated far: a small lambda leaves huge coefficients, but finite ones.
  @Test(arguments: [1e-9, 1e-6, 1e-4])
  func separatedClassesHaveAMinimum(lambda: Double) throws {
    var data = data(rows: 40, columns: 30, weighted: false)
    data.outcome = .binary((0..<40).map { data.features.values[$0] > 10 ? 1 : 0 })
    let ridge = try fit(data, lambda: lambda, standardise: true)
    let scores = try ridge.scores(data.features)
    guard case .binary(let classes) = data.outcome else { return }
    #expect(zip(scores, classes).allSatisfy { ($0 > 0) == ($1 == 1) && $0.isFinite })
  }
}
