internal import Evaluation
internal import Foundation
internal import Learning
internal import Numerics

/// CPU milliseconds of 10,000 bootstraps of an AUC on 300 patients, drawing, jackknife, percentile
/// and BCa limits included, of each of some repeats; for `scripts/bench --models`:
///
///     bootstrap-auc [PATIENTS] [RESAMPLES] [REPEATS]
@main struct BootstrapAUC {
  static func main() throws {
    let given = CommandLine.arguments.dropFirst().map { Int($0) ?? 0 }
    let (count, replicates, repeats) = (
      given.first ?? 300, given.dropFirst().first ?? 10_000, given.dropFirst(2).first ?? 11
    )
    var stream = RandomStream(seed: 1, domain: .synthesis, index: 0)
    let classes = (0..<count).map { UInt8($0 % 5 < 2 ? 1 : 0) }
    let scores = classes.map { Double($0) + stream.normal() }
    for _ in 0..<repeats {
      let start = clock()
      let bootstrap = try MetricBootstrap(
        .auc, of: Patients(outcome: .binary(classes)), scores: scores, replicates: replicates,
        using: &stream)
      for kind in [BootstrapIntervalKind.percentile, .bca] { _ = try bootstrap.interval(kind) }
      // POSIX: `clock` counts microseconds of CPU time.
      print(Double(clock() - start) / 1000)
    }
  }
}
