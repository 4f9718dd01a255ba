import Foundation
import Learning

/// Fits one LASSO path to a table and says how many CPU seconds the fit took, for
/// `scripts/lib/bench_lasso.py`:
///
///     lasso-path TABLE.csv gaussian|binomial PATH.csv [LAMBDA-COUNT]
///
/// The table's first column is the outcome, the others are features. Of each lambda the path has
/// lambda, intercept and `column:coefficient` pairs.
@main struct LassoPath {
  static func main() throws {
    let arguments = CommandLine.arguments
    guard arguments.count >= 4 else {
      print("usage: lasso-path TABLE.csv gaussian|binomial PATH.csv [LAMBDA-COUNT]")
      exit(2)
    }
    let data = try table(arguments[1], isBinary: arguments[2] == "binomial")
    var settings = ElasticNetSettings()
    settings.lambdaCount = arguments.count > 4 ? Int(arguments[4]) ?? 100 : 100
    settings.stopsEarly = false
    let start = processSeconds()
    let path = try ElasticNetPath.fit(data, settings)
    let seconds = processSeconds() - start
    var text = ""
    for fit in path.fits {
      let pairs = zip(fit.columns, fit.coefficients).map { "\($0):\($1)" }
      text += "\(fit.lambda),\(fit.intercept),\(pairs.joined(separator: " "))\n"
    }
    try text.write(toFile: arguments[3], atomically: true, encoding: .utf8)
    print(seconds)
  }

  private static func processSeconds() -> Double {
    var time = timespec()
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time)
    return Double(time.tv_sec) + Double(time.tv_nsec) * 1e-9
  }

  private static func table(_ path: String, isBinary: Bool) throws -> Dataset {
    let lines = try String(contentsOfFile: path, encoding: .utf8).utf8.split(separator: 10)
    let rows = lines.dropFirst().map { line in
      line.split(separator: 44).map { Double(Substring($0)) ?? .nan }
    }
    let width = rows[0].count - 1
    let columns = (0..<width).map { j in rows.map { $0[j + 1] } }
    let outcome = rows.map { $0[0] }
    return Dataset(
      features: FeatureMatrix(rowCount: rows.count, columns: columns),
      names: (0..<width).map { "c\($0)" },
      outcome: isBinary ? .binary(outcome.map { UInt8($0) }) : .continuous(outcome))
  }
}
