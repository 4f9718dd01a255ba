import Statistics
import Testing

/// Oracle: R (scripts/oracles/statistics_distributions.R), tails down to 1e-290. Tolerance: 1e-13
/// relative, 1e-12 for quantiles and from ten thousand degrees of freedom on, where the logarithms of
/// the probabilities have lost a digit.
@Suite("Distributions equal R's")
struct DistributionGoldenTests {
  @Test func goldenFileIsComplete() {
    #expect(GoldenCase.all("distributions").count > 200)
  }

  @Test("distribution functions", arguments: GoldenCase.all("distributions"))
  func value(_ golden: GoldenCase) throws {
    let a = try golden.numbers("arguments")
    let isLower = golden.kind == "lower"
    let value: Double =
      switch golden.name {
      case "normal": isLower ? Normal.lowerTail(at: a[0]) : Normal.upperTail(at: a[0])
      case "t":
        isLower
          ? StudentT(degreesOfFreedom: a[1]).lowerTail(at: a[0])
          : StudentT(degreesOfFreedom: a[1]).upperTail(at: a[0])
      case "chiSquared":
        isLower
          ? ChiSquared(degreesOfFreedom: a[1]).lowerTail(at: a[0])
          : ChiSquared(degreesOfFreedom: a[1]).upperTail(at: a[0])
      case "f":
        isLower
          ? FisherF(a[1], a[2]).lowerTail(at: a[0]) : FisherF(a[1], a[2]).upperTail(at: a[0])
      case "beta": BetaDistribution(a[1], a[2]).lowerTail(at: a[0])
      case "binomial":
        Binomial(trials: Int(a[1]), probability: a[2]).lowerTail(at: Int(a[0]))
      case "binomialMass": Binomial(trials: Int(a[1]), probability: a[2]).mass(at: Int(a[0]))
      default: quantile(golden.name, isLower ? .lower : .upper, a)
      }
    let isLoose =
      golden.name.hasSuffix("Quantile") || a.count > 1 && a[1...].contains { $0 > 9e3 }
    expectClose(
      [value], try golden.numbers("value"), relative: isLoose ? 1e-12 : 1e-13,
      absolute: golden.name == "tQuantile" ? 1e-16 : 0, "\(golden.name) \(golden.kind) \(a)")
  }

  private func quantile(_ name: String, _ tail: Tail, _ a: [Double]) -> Double {
    switch name {
    case "normalQuantile": Normal.quantile(a[0], tail)
    case "tQuantile": StudentT(degreesOfFreedom: a[1]).quantile(a[0], tail)
    case "chiSquaredQuantile": ChiSquared(degreesOfFreedom: a[1]).quantile(a[0], tail)
    case "fQuantile": FisherF(a[1], a[2]).quantile(a[0], tail)
    case "betaQuantile": BetaDistribution(a[1], a[2]).quantile(a[0], tail)
    default: .nan
    }
  }

  @Test("quantiles invert their tails")
  func quantilesInvertTails() {
    for p in [1e-200, 1e-40, 1e-9, 0.01, 0.2, 0.49999, 0.5] {
      for tail in [Tail.lower, .upper] {
        for n in [0.3, 1, 2.5, 40, 3000.0] {
          let t = StudentT(degreesOfFreedom: n)
          let q = t.quantile(p, tail)
          guard q.isFinite else { continue }
          expectClose(
            [tail == .lower ? t.lowerTail(at: q) : t.upperTail(at: q)], [p], relative: 1e-11,
            "t \(n) \(p)")
        }
        for n in [1, 2.5, 40, 3000.0] {
          let chi = ChiSquared(degreesOfFreedom: n)
          let x = chi.quantile(p, tail)
          guard x > 1e-300 else { continue }
          expectClose(
            [tail == .lower ? chi.lowerTail(at: x) : chi.upperTail(at: x)], [p], relative: 1e-11,
            "chi-squared \(n) \(p)")
        }
      }
    }
  }
}
