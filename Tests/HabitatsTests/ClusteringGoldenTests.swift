import Foundation
import Habitats
import TestSupport
import Testing

/// Oracle: scikit-learn from the same starts, Golden/kmeans.csv and Golden/mixtures.csv
/// (scripts/oracles/habitats.py). Labels and numbers of iterations are equal. Centres agree to
/// 1e-12 (sums of a few hundred numbers of size 10 in another order), mixtures to 1e-11 (such
/// differences grow over a hundred iterations), sums over voxels to 1e-13 of their size.
@Suite("Clusterings equal scikit-learn's")
struct ClusteringGoldenTests {
  struct Case: CustomTestStringConvertible, Sendable {
    let row: [String: String]
    var testDescription: String { row["case"] ?? "" }

    func text(_ name: String) -> String { row[name]! }
    func integer(_ name: String) -> Int { Int(row[name]!)! }
    func numbers(_ name: String) -> [Double] {
      row[name]!.split(separator: " ").map { Double($0)! }
    }
    var labels: [UInt8] { text("labels").utf8.map { $0 - 48 } }

    var synthetic: SyntheticVoxels {
      SyntheticVoxels(
        voxels: integer("voxels"), features: integer("features"), blobs: integer("blobs"),
        gap: integer("gap"), spread: integer("spread"), skew: integer("skew"),
        seed: integer("seed"))
    }

    /// Voxels of the data, row by row.
    var starts: [Double] {
      let first = integer("start")
      return (first..<first + integer("k")).flatMap { synthetic.row($0) }
    }
  }

  static func cases(_ name: String) -> [Case] {
    let url = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
      .appendingPathComponent("Golden/\(name).csv")
    return ((try? GoldenTable(url))?.rows ?? []).map(Case.init)
  }

  @Test func goldenFilesAreComplete() {
    #expect(Self.cases("kmeans").count == 12)
    #expect(Self.cases("mixtures").count == 10)
  }

  @Test("k-means", arguments: cases("kmeans"))
  func kmeans(_ golden: Case) throws {
    var starts = golden.starts
    if let far = Double(golden.text("far")) {
      let d = golden.integer("features")
      for f in starts.count - d..<starts.count { starts[f] = far }
    }
    let voxels = ScaledVoxels(golden.synthetic.sample)
    let result = KMeans(voxels, from: starts, maximumIterations: 300, tolerance: 0)
    #expect(result.isConverged)
    #expect(result.iterations == golden.integer("iterations"))
    #expect(result.labels == golden.labels)
    expectClose(result.centres, golden.numbers("centres"), 1e-12, relative: 0)
    expectClose([result.inertia], golden.numbers("inertia"), 0, relative: 1e-13)
    expectClose([try #require(result.bic)], golden.numbers("bic"), 0, relative: 1e-13)
  }

  @Test("mixtures of Gaussians", arguments: cases("mixtures"))
  func mixtures(_ golden: Case) throws {
    let (d, k) = (golden.integer("features"), golden.integer("k"))
    let isFull = golden.text("covariance") == "full"
    var covariances: [Double] = []
    for c in 0..<k {
      for i in 0..<d {
        for j in (isFull ? 0 : i)...i {
          let own = i == j ? 0.75 + Double(i) / 4 : 0
          covariances.append((0.25 + own) * Double(c + 1))
        }
      }
    }
    let total = Double(k * (k + 1) / 2)
    var mixture = GaussianMixture(
      covariance: isFull ? .full : .diagonal, dimension: d,
      weights: (1...k).map { Double($0) / total }, means: golden.starts, covariances: covariances)
    let voxels = ScaledVoxels(golden.synthetic.sample)
    let isValid = mixture.maximise(
      voxels, maximumIterations: golden.integer("maximum"),
      tolerance: golden.numbers("tolerance")[0], regularisation: 1e-6)
    #expect(isValid)
    #expect(mixture.iterations == golden.integer("iterations"))
    #expect(mixture.isConverged == (golden.text("converged") == "1"))
    #expect(mixture.labels(of: voxels) == golden.labels)
    expectClose(mixture.weights, golden.numbers("weights"), 1e-11, relative: 0)
    expectClose(mixture.means, golden.numbers("means"), 1e-11, relative: 0)
    expectClose(mixture.covariances, golden.numbers("covariances"), 1e-11, relative: 0)
    expectClose([mixture.lowerBound], golden.numbers("lowerBound"), 1e-11, relative: 0)
    expectClose([mixture.bic(of: voxels)], golden.numbers("bic"), 0, relative: 1e-13)
  }

  private func expectClose(
    _ values: [Double], _ wanted: [Double], _ absolute: Double, relative: Double
  ) {
    #expect(values.count == wanted.count)
    for (value, goal) in zip(values, wanted) {
      #expect(abs(value - goal) <= absolute + relative * abs(goal), "\(value), not \(goal)")
    }
  }

  /// Oracle: the C library's exp, itself within 1 unit in the last place.
  @Test func exponentialIsWithinTwoUnitsInTheLastPlace() {
    for step in 0..<20_000 {
      let x = -708.3 * Double(step) / 20_000 * Double(step % 7 + 1) / 7
      let value = VectorExponential.value(of: SIMD4(repeating: x))
      let wanted = x < -708 ? 0 : exp(x)
      #expect(abs(value[3] - wanted) <= 2 * wanted.ulp, "exp(\(x))")
    }
    let ends = VectorExponential.value(of: SIMD4(0, -0.0, -.infinity, -1e300))
    #expect(ends == SIMD4(1, 1, 0, 0))
  }
}
