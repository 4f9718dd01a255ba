import Foundation
import Report
import Statistics
import Testing

@Suite struct ContributionFigureTests {
  private func data(columns: Int, rows: Int) throws -> ColumnContributions {
    var contributions: [[Double]] = []
    var values: [[Double]] = []
    for column in 0..<columns {
      let own = (0..<rows).map { row -> Double in
        let value = SyntheticFigures.spread(row, 300 + column)
        return column % 4 == 3 ? (value * 3).rounded() : value < 0.06 ? .nan : 900 * value
      }
      let weight = 1.6 / Double(1 + column) * (column % 2 == 0 ? 1 : -1)
      contributions.append(
        own.enumerated().map { row, value in
          let known = value.isNaN ? 0.2 : (column % 4 == 3 ? value / 3 : value / 900) - 0.5
          return weight * (known + 0.25 * (SyntheticFigures.spread(row, 500 + column) - 0.5))
        })
      values.append(own)
    }
    let names = (0..<columns).map { column in
      let name = SyntheticFigures.features[column % SyntheticFigures.features.count]
      return column < 10 ? name : "\(name)_\(column)"
    }
    return try ColumnContributions(
      names: names, contributions: contributions, values: values, baseline: -0.4, unit: "log odds")
  }

  private func curves() throws -> DependenceCurves {
    let grid = (0..<100).map { 20 + 0.6 * Double($0) }
    let curves = (0..<90).map { patient in
      grid.map { value in
        let start = 2 * SyntheticFigures.spread(patient, 700) - 1.5
        return start + 1.5 / (1 + exp(-(value - 45) / 5))
      }
    }
    return try DependenceCurves(
      column: "wavelet-LLH_glcm_ClusterShade", grid: grid,
      average: grid.indices.map { place in curves.reduce(0) { $0 + $1[place] } / 90 },
      curves: curves, values: (0..<90).map { 15 + 70 * SyntheticFigures.spread($0, 701) })
  }

  private func figures() throws -> [Figure] {
    let many = try data(columns: 34, rows: 120)
    return [
      .contributionSummary(
        many, model: "xgboost", counted: "patient", method: "TreeSHAP, path dependent"),
      .contributionSizes(
        many, model: "xgboost", counted: "patient", method: "TreeSHAP, path dependent"),
      try .patientContributions(
        many, row: 7, patient: "patient TCGA-02-0047", model: "xgboost",
        method: "TreeSHAP, path dependent"),
      .partialDependence(try curves(), model: "xgboost", unit: "log odds"),
    ]
  }

  private func extremes() throws -> [Figure] {
    func figures(_ data: ColumnContributions, row: Int?) throws -> [Figure] {
      var all = [
        Figure.contributionSummary(data, model: "m", counted: "patient", method: "linear SHAP"),
        .contributionSizes(data, model: "m", counted: "patient", method: "linear SHAP"),
      ]
      if let row {
        all.append(
          try .patientContributions(data, row: row, patient: "p", model: "m", method: "linear"))
      }
      return all
    }
    func single(_ values: [Double], _ contributions: [Double]) throws -> ColumnContributions {
      try ColumnContributions(
        names: ["a"], contributions: [contributions], values: [values], baseline: 0, unit: "score")
    }
    func curve(_ grid: [Double], _ average: [Double], _ curves: [[Double]]) throws -> Figure {
      .partialDependence(
        try DependenceCurves(
          column: "a", grid: grid, average: average, curves: curves, values: grid),
        model: "m", unit: "score")
    }
    let none = try ColumnContributions(
      names: [], contributions: [], values: [], baseline: 1, unit: "score")
    return try figures(none, row: nil) + figures(single([], []), row: nil)
      + figures(single([1, 1], [0, 0]), row: 1) + figures(single([.nan], [3e9]), row: 0)
      + figures(single([.infinity, 1], [1e-12, -1e-12]), row: 0)
      + figures(data(columns: 13, rows: 1), row: 0)
      + figures(data(columns: 14, rows: 600), row: 599)
      + [
        curve([2], [0.5], [[0.5]]), curve([1, 2], [0.5, 0.5], []),
        curve([-1e-9, 1e-9], [-1e7, 1e7], [[-1e7, 1e7]]),
      ]
  }

  @Test func figuresAreSound() throws {
    for (index, figure) in try (figures() + extremes()).enumerated() {
      let svg = figure.svg(id: "figure-\(index)", isStandalone: true)
      if let folder = ProcessInfo.processInfo.environment["RADCOHORT_FIGURES"] {
        try svg.write(
          toFile: "\(folder)/contribution-\(index).svg", atomically: true, encoding: .utf8)
      }
      let reading = XMLReading(svg)
      #expect(reading.isWellFormed, "\(figure.title): \(reading.problem)")
      #expect(
        reading.attributes.allSatisfy { !$0.value.lowercased().contains("nan") }, "\(figure.title)")
      #expect(figure.caption.hasSuffix(".") && figure.description.hasSuffix("."))
    }
  }

  @Test func textsAreInsideAndDoNotOverlap() throws {
    for figure in try figures() + extremes() {
      for (index, text) in figure.canvas.texts.enumerated() {
        #expect(
          text.box.x >= 0 && text.box.right <= figure.canvas.width && text.box.y >= 0
            && text.box.bottom <= figure.canvas.height, "\(figure.title): \(text)")
        for other in figure.canvas.texts[..<index] {
          #expect(!text.box.overlaps(other.box), "\(figure.title): \(text) over \(other)")
        }
      }
    }
  }

  /// At most twenty columns, or twelve and the rest, each with its label and its number.
  @Test func whatIsLeftOutIsSaid() throws {
    let all = try figures()
    #expect(all[0].caption.contains("The 20 largest of 34 columns"))
    let texts = all[2].canvas.texts.map(\.text)
    #expect(texts.contains("22 other columns"))
    let signed = texts.filter { $0.hasPrefix("+") || $0.hasPrefix("\u{2212}") && $0.count > 4 }
    #expect(signed.count >= 13)
    let data = try data(columns: 34, rows: 120)
    let score = data.contributions.reduce(data.baseline) { $0 + $1[7] }
    #expect(all[2].caption.contains("to the score \(NumberText.significant(score)) of"))
    #expect(all[3].caption.contains("60 of their curves"))
  }

  @Test func equalValuesGiveEqualText() throws {
    #expect(try figures().map { $0.svg(id: "a") } == (try figures().map { $0.svg(id: "a") }))
  }

  @Test func whatCannotBeDrawnIsRefused() throws {
    #expect(throws: StatisticsError.self) {
      try ColumnContributions(
        names: ["a"], contributions: [[.nan]], values: [[1]], baseline: 0, unit: "")
    }
    #expect(throws: StatisticsError.self) {
      try ColumnContributions(
        names: ["a", "b"], contributions: [[1], [1, 2]], values: [[1], [1, 2]], baseline: 0,
        unit: "")
    }
    let data = try data(columns: 2, rows: 3)
    #expect(throws: StatisticsError.self) {
      try Figure.patientContributions(data, row: 3, patient: "p", model: "m", method: "")
    }
    #expect(throws: StatisticsError.self) {
      try DependenceCurves(column: "a", grid: [], average: [], curves: [], values: [])
    }
  }
}
