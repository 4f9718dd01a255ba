import Report
import Statistics
import Testing

@Suite struct StatisticsTablesTests {
  @Test func cohortsAreWritten() throws {
    let cohort = try CohortTable(
      [
        CohortColumn("age", numbers: [50, 60, 70, 64, 58, nil]),
        CohortColumn("grade", categories: ["2", "3", "3", "2", "2", "3"]),
      ], codes: [0, 0, 0, 1, 1, 1], groups: ["mutant", "wild type"])
    let table = ReportTable.cohort(cohort, caption: "Patients.")
    #expect(
      table.columns.map(\.title)[1...3] == ["All (n = 6)", "mutant (n = 3)", "wild type (n = 3)"])
    #expect(
      table.rows[0] == [
        "age, mean (SD)", "60.4 (7.40)", "60.0 (10.0)", "61.0 (4.24)", "0.89", "Welch's t test",
        "\u{2212}0.13",
      ])
    #expect(table.rows[1][...3] == ["  missing", "1", "0", "1"])
    #expect(table.rows[3][...3] == ["  2", "3 (50.0%)", "1 (33.3%)", "2 (66.7%)"])
    #expect(table.rows[2][5] == "Fisher's exact test")
    let alone = try CohortTable(
      [CohortColumn("x", numbers: [nil, nil])], codes: [0, 0], groups: ["all"])
    #expect(ReportTable.cohort(alone, caption: "c").rows[0] == ["x, median [quartiles]", "n/a"])
  }

  @Test func genesAndCorrelationsAreWritten() throws {
    let genes = try GeneTable(
      [
        .init("IDH1", [true, true, false, false, false, true]),
        .init("never", [false, false, nil, false, false, false]),
      ], isFirst: [true, true, true, false, false, false], groups: (first: "A", second: "B"))
    let table = ReportTable.genes(genes, caption: "c")
    #expect(table.rows[0][...3] == ["IDH1", "2 of 3 (66.7%)", "1 of 3 (33.3%)", "0"])
    #expect(table.rows[1][3...5] == ["1", "n/a", "n/a"])
    let cross = try CrossCorrelation(
      [.init("deep1", [1, 2, 3, 5]), .init("deep2", [1, 1, 1, 1])],
      [.init("volume", [2, 4, 6, 10]), .init("mean", [1, 0, 1, 0])], rowCount: 4, kind: .pearson)
    let pairs = ReportTable.crossCorrelation(cross, caption: "c")
    #expect(pairs.rows[0][...3] == ["deep1", "1.00", "volume", "1.00"])
    #expect(pairs.rows[1][2] == "constant" && pairs.rows[2][0] == "All pairs")
    let volume = try VolumeCorrelation(
      [("a", [1, 3, 2, 5, 4]), ("b", [nil, nil, nil, nil, 1])], volumes: [1, 2, 3, 4, 5])
    let rows = ReportTable.volume(volume, caption: "c").rows
    #expect(rows[0][...1] == ["a", "5"] && rows[0][2].hasPrefix("0.80 ("))
    #expect(rows[1][1] == "1" && rows[1][3] == "n/a")
  }
}
