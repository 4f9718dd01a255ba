import Components
import Learning
import Testing

@Suite struct LesionAggregationTests {
  private let scores = [1.0, 4, 2, 10, 3, 8]
  private let patients = ["B", "A", "B", "A", "B", "C"]
  private let volumes = [2.0, 1, 5, 3, 5, 7]

  /// By hand: B has 1, 2, 3 with volumes 2, 5, 5; A has 4, 10 with volumes 1, 3; C has 8.
  @Test(arguments: LesionAggregation.allCases)
  func byHand(_ method: LesionAggregation) throws {
    let expected: [Double] =
      switch method {
      case .mean, .median: [2, 7, 8]
      case .max: [3, 10, 8]
      case .min: [1, 4, 8]
      case .largest: [2, 10, 8]
      case .volumeWeightedMean: [27.0 / 12, 8.5, 8]
      }
    let outcome = Outcome.survival(
      time: [5, 6, 5, 6, 5, 7], event: [1, 0, 1, 0, 1, 1], entry: [])
    let found = try method.patientScores(
      scores, patients: patients, volumes: volumes, outcome: outcome)
    #expect(found.patients == ["B", "A", "C"] && found.scores == expected)
    #expect(found.lesionCounts == [3, 2, 1] && found.firstRows == [0, 1, 5])
    #expect(found.outcome == .survival(time: [5, 6, 7], event: [1, 0, 1], entry: []))
  }

  @Test func refusals() throws {
    let different = refusal {
      _ = try LesionAggregation.mean.patientScores(
        scores, patients: patients, outcome: .binary([1, 0, 1, 1, 1, 0]))
    }
    #expect(different.contains("patient \"A\" has different outcomes in rows 2 and 4"))
    let entry = refusal {
      _ = try LesionAggregation.mean.patientScores(
        [1, 2], patients: ["A", "A"],
        outcome: .survival(time: [5, 5], event: [1, 1], entry: [0, 1]))
    }
    #expect(entry.contains("patient \"A\""))
    let without = refusal {
      _ = try LesionAggregation.largest.patientScores(scores, patients: patients)
    }
    #expect(without.contains("needs a volume for each of the 6 rows"))
    for bad in [0, -1, Double.nan, .infinity] {
      let message = refusal {
        _ = try LesionAggregation.volumeWeightedMean.patientScores(
          [1, 2], patients: ["A", "B"], volumes: [1, bad])
      }
      #expect(message.contains("patient \"B\": the volume of row 2 is"))
    }
    let missing = refusal {
      _ = try LesionAggregation.max.patientScores([1, .nan], patients: ["A", "B"])
    }
    #expect(missing.contains("patient \"B\": the score of row 2 is missing"))
  }

  @Test func emptyAndAlone() throws {
    let none = try LesionAggregation.median.patientScores([], patients: [])
    #expect(none.patients.isEmpty && none.outcome == nil)
    let missing = try LesionAggregation.min.patientScores(
      [1, 2], patients: ["A", "A"], volumes: [], outcome: .continuous([.nan, .nan]))
    #expect(missing.scores == [1])
  }

  /// Against the equations of McGraw & Wong in scipy (scripts/oracles/networks.py). F quantiles of
  /// both sides are exact to 1e-10 or better.
  @Test func robustnessToPerturbation() throws {
    let expected = try #require(NetworkTable.golden["robustness"])
    let noise = SelectorTables.noise
    let tables = (0..<4).map { p in
      FeatureMatrix(
        rowCount: 12,
        columns: (0..<6).map { c in
          (0..<12).map { r in
            noise(55, r + 100 * c) + 0.08 * Double(c) * noise(UInt64(56 + p), r + 100 * c)
          }
        })
    }
    let filter = try ICCFilter(.perturbationRobustness())
    let estimates = try filter.estimates(tables)
    #expect(deviation(estimates.map(\.value) + estimates.map(\.lower), expected) < 1e-9)
    let kept = (0..<6).filter { expected[6 + $0] >= 0.9 }
    #expect(filter.kept(estimates) == kept && !kept.isEmpty && kept.count < 6)
    #expect(
      try ICCFilter(.perturbationRobustness(threshold: 0)).kept(estimates).count >= kept.count)
  }
}
