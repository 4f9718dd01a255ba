internal import Glibc
internal import Numerics

/// Durations that differ from unit to unit as those of real ones do: log-normal, a function of the
/// unit alone, so that a simulation and sleeping workers have the same.
package struct LogNormalDurations: Hashable, Sendable {
  /// Seconds, > 0.
  package var mean: Double
  /// Standard deviation over mean, >= 0.
  package var variation: Double
  package var seed: UInt64

  package init(mean: Double, variation: Double, seed: UInt64 = 1) {
    precondition(mean > 0 && variation >= 0)
    self.mean = mean
    self.variation = variation
    self.seed = seed
  }

  package func seconds(ofUnit unit: Int) -> Double {
    mean * factor(ofUnit: unit)
  }

  /// What `mean` is multiplied by; its expectation is 1.
  package func factor(ofUnit unit: Int) -> Double {
    guard variation > 0 else { return 1 }
    let variance = log(1 + variation * variation)
    var stream = RandomStream(
      seed: seed, domain: .synthesis, index: UInt64(bitPattern: Int64(unit)))
    return exp(variance.squareRoot() * stream.normal() - variance / 2)
  }
}
