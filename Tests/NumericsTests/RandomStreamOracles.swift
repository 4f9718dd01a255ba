/// Quantiles of the standard normal distribution, mpmath 1.3 at 60 digits.
struct NormalQuantileOracle: Sendable {
  var probability: Double
  var quantile: Double

  private init(_ probability: Double, _ quantile: Double) {
    self.probability = probability
    self.quantile = quantile
  }

  static let values: [NormalQuantileOracle] = [
    .init(0x1p-53, -8.209536151601387), .init(1e-300, -37.0470962993612),
    .init(1e-20, -9.262340089798407), .init(1e-10, -6.361340902404057),
    .init(1e-5, -4.264890793922825), .init(0.001, -3.0902323061678136),
    .init(0.0749, -1.4402382675279637), .init(0.0751, -1.43882539275254),
    .init(0.1, -1.2815515655446004), .init(0.25, -0.6744897501960817),
    .init(0.4, -0.2533471031357997), .init(0.6, 0.2533471031357997),
    .init(0.5000001, 2.506628273311648e-07), .init(0.9249, 1.4388253927525403),
    .init(0.9251, 1.440238267527964), .init(0.975, 1.9599639845400538),
    .init(0.999, 3.090232306167813), .init(1 - 0x1p-40, 7.047700256664409),
  ]
}

/// Natural logarithms, mpmath 1.3 at 60 digits.
enum LogarithmOracle {
  static let values: [(Double, Double)] = [
    (0.5, -0.6931471805599453), (2, 0.6931471805599453),
    (1.0000000001, 1.000000082690371e-10), (0.9999, -0.00010000500033334732),
    (1.4142135623730951, 0.3465735902799727), (1.4142135623730954, 0.34657359027997287),
    (3, 1.0986122886681098), (10, 2.302585092994046), (1e-10, -23.025850929940457),
    (1e300, 690.7755278982137), (0x1p-54, -37.42994775023705),
    (0.70710678, -0.3465735919580042),
  ]
}

/// The first draws of (seed 1, synthesis, index 42), recorded from this implementation.
enum FrozenDraws {
  static let word: UInt32 = 3_150_063_431
  static let uniform: UInt64 = 4_598_301_569_538_418_028
  static let normal: UInt64 = 4_598_937_733_972_262_866
  static let exponential: UInt64 = 4_600_084_451_037_738_658
  static let order = [1, 0, 3, 7, 2, 5, 4, 6]
}
