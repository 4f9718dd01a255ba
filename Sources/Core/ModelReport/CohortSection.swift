internal import Learning
internal import ModelStudy
package import Report
internal import Statistics

extension ModelResult {
  /// Clinical columns by outcome and by part of the study, one line of the table per patient.
  package func cohortSection(_ features: ReportedFeatures) -> HTMLReport.Section? {
    let places = features.names.indices.filter { features.blocks[$0] == "clinical" }
    guard !places.isEmpty else { return nil }
    // The first row of a patient stands for the patient.
    var seen: Set<String> = []
    let rows = header.patients.indices.filter { seen.insert(header.patients[$0]).inserted }
    let columns = places.map { place in
      Self.cohortColumn(features.names[place], features.matrix.column(place), rows)
    }
    var blocks: [HTMLReport.Block] = []
    if let (names, codes, title) = outcomeGroups(rows) {
      blocks += table(columns, codes, names, caption: "Patients by \(title)")
    }
    let roles = SplitRole.allCases.filter { role in rows.contains { header.roles[$0] == role } }
    if roles.count > 1 {
      blocks += table(
        columns, rows.map { row in roles.firstIndex(of: header.roles[row]) ?? 0 },
        roles.map(\.rawValue), caption: "Patients by part of the study")
    }
    if blocks.isEmpty {
      blocks += table(columns, rows.map { _ in 0 }, ["All"], caption: "Patients")
    }
    return HTMLReport.Section("Cohort", blocks + [.paragraph(CohortTable.rule)])
  }

  private func table(
    _ columns: [CohortColumn], _ codes: [Int], _ groups: [String], caption: String
  ) -> [HTMLReport.Block] {
    do throws(StatisticsError) {
      let table = try CohortTable(columns, codes: codes, groups: groups)
      return [.table(.cohort(table, caption: caption))]
    } catch {
      return [.paragraph("\(caption): \(error.message).")]
    }
  }

  private func outcomeGroups(_ rows: [Int]) -> (names: [String], codes: [Int], title: String)? {
    switch header.outcome {
    case .binary(let classes):
      (["negative", "positive"], rows.map { Int(classes[$0]) }, "outcome")
    case .survival(_, let event, _):
      (["censored", "event"], rows.map { Int(event[$0]) }, "event")
    case .continuous: nil
    }
  }

  /// Columns of 0 and 1 are categories: indicators of texts are.
  private static func cohortColumn(
    _ name: String, _ column: ArraySlice<Double>, _ rows: [Int]
  ) -> CohortColumn {
    let values = rows.map { column[column.startIndex + $0] }
    if values.allSatisfy({ $0.isNaN || $0 == 0 || $0 == 1 }) {
      return CohortColumn(
        name, categories: values.map { $0.isNaN ? nil : $0 == 1 ? "yes" : "no" },
        levels: ["no", "yes"])
    }
    return CohortColumn(name, numbers: values.map { $0.isNaN ? nil : $0 })
  }
}
