internal import Report
internal import Study

extension ExtractionResult {
  var finishedUnits: [Unit] { units.filter { $0.status == "finished" } }

  // MARK: What was computed

  func summarySection() -> HTMLReport.Section {
    let missing = values.count { $0.isNaN }
    let lost = units.count - finishedUnits.count
    let facts: [(name: String, value: String)] = [
      ("Profile", profile),
      ("Patients", NumberText.count(patientCount)),
      ("Rows (lesions and sessions)", NumberText.count(rows.count)),
      ("Images of a row", images.joined(separator: ", ")),
      ("Regions of an image", regions.joined(separator: ", ")),
      ("Columns", NumberText.count(columns.count)),
      ("Values that are missing", NumberText.share(missing, of: values.count)),
      ("Units without a result", NumberText.share(lost, of: units.count)),
    ]
    var blocks: [HTMLReport.Block] = [.facts(facts)]
    if lost > 0 {
      blocks.append(
        .warning(
          "\(NumberText.count(lost)) of \(NumberText.count(units.count)) units"
            + " \(lost == 1 ? "has" : "have") no result; see Failures."))
    }
    blocks.append(.table(familyTable()))
    if !studyText.isEmpty { blocks.append(.listing(title: "Study file", text: studyText)) }
    return .init("What was computed", blocks)
  }

  /// Columns by family, with what is wrong with them.
  private func familyTable() -> ReportTable {
    var table = ReportTable(
      caption: "Columns by family. Constant: one value in all rows that have one.",
      columns: [
        .init("Family"), .init("Columns", isNumeric: true), .init("Image types", isNumeric: true),
        .init("Without any value", isNumeric: true), .init("With missing values", isNumeric: true),
        .init("Constant", isNumeric: true),
      ])
    let states = columnStates()
    for family in distinct(columns.map(\.family)) {
      let own = columns.indices.filter { columns[$0].family == family }
      let counts = [
        own.count, Set(own.map { columns[$0].imageType }).count,
        own.count { states[$0].present == 0 },
        own.count { states[$0].present > 0 && states[$0].present < rows.count },
        own.count { states[$0].present > 1 && states[$0].isConstant },
      ]
      table.append([ReportCell(family)] + counts.map { ReportCell.count($0) })
    }
    return table
  }

  /// Of each column, how many rows have a value and whether all of these are equal.
  private func columnStates() -> [(present: Int, isConstant: Bool)] {
    var states = [(present: Int, isConstant: Bool)](repeating: (0, true), count: columns.count)
    var first = [Double](repeating: .nan, count: columns.count)
    for row in rows.indices {
      for column in columns.indices {
        let value = values[row * columns.count + column]
        if value.isNaN { continue }
        if states[column].present == 0 { first[column] = value }
        if value != first[column] { states[column].isConstant = false }
        states[column].present += 1
      }
    }
    return states
  }

  // MARK: What went wrong

  func failureSection() -> HTMLReport.Section {
    guard !failures.index.isEmpty else {
      return .init("Failures", [.paragraph("Every unit was computed.")])
    }
    var table = ReportTable(
      caption: "Units without a result.",
      columns: [.init("Row"), .init("Image"), .init("File"), .init("What happened")])
    func cell(_ name: String, _ index: Int) -> String { failures.texts(name)?[index] ?? "" }
    for index in failures.index.indices {
      let lesion = cell("lesion", index)
      let session = cell("session", index)
      table.append([
        cell("patient_id", index) + (lesion.isEmpty ? "" : "/" + lesion)
          + (session.isEmpty ? "" : "@" + session),
        cell("image", index), cell("file", index), cell("message", index),
      ])
    }
    return .init("Failures", [.table(table)])
  }

  func missingSection() -> HTMLReport.Section {
    var table = ReportTable(
      caption: "Finished units with missing values.",
      columns: [
        .init("Row"), .init("Image"), .init("Missing", isNumeric: true), .init("Why"),
      ])
    for unit in finishedUnits {
      let own = columns.indices.filter { columns[$0].image == unit.image }
      let missing = own.count { values[unit.row * columns.count + $0].isNaN }
      if missing == 0 && unit.reason.isEmpty { continue }
      table.append([
        rows[unit.row].name, unit.image, ReportCell.share(missing, of: own.count), unit.reason,
      ])
    }
    return .init(
      "Missing values",
      [
        table.rows.isEmpty
          ? .paragraph("No finished unit has a missing value.") : .table(table)
      ])
  }

  // MARK: The run

  func runSection() -> HTMLReport.Section {
    var blocks: [HTMLReport.Block] = []
    if let timeline = timelineFigure() { blocks.append(.figure(timeline)) }
    let seconds = units.map(\.seconds).filter { $0.isFinite }
    if !seconds.isEmpty {
      blocks.append(
        .figure(
          .distribution(
            seconds, title: "Cost of a unit", axis: "Seconds", counted: "Units",
            note: "A unit is one image of one row with all its regions.")))
      blocks.append(.table(costTable()))
    }
    blocks.append(.facts(run))
    blocks.append(.facts(versions))
    if !inputs.isEmpty {
      let lines = inputs.map { "\($0.hash)  \($0.file)" }.joined(separator: "\n")
      let count = NumberText.count(inputs.count)
      blocks.append(.listing(title: "SHA-256 of \(count) input files", text: lines))
    }
    return .init("The run", blocks)
  }

  private func timelineFigure() -> Figure? {
    let known = timeline.filter { $0.start.isFinite && $0.seconds.isFinite && $0.rank >= 0 }
    guard let last = known.map(\.rank).max() else { return nil }
    var spans = [[TimelineLane.Span]](repeating: [], count: last + 1)
    for unit in known {
      spans[unit.rank].append(
        .init(
          start: unit.start, end: unit.start + unit.seconds, kind: unit.isSampling ? 1 : 0))
    }
    let lanes = spans.indices.filter { !spans[$0].isEmpty }
      .map { TimelineLane("Rank \($0)", spans[$0]) }
    let hasSampling = known.contains(where: \.isSampling)
    let absent = timeline.count - known.count
    return .timeline(
      lanes, kinds: hasSampling ? ["Features", "Sampling for habitats"] : ["Features"],
      note: absent == 0
        ? "" : "Of \(NumberText.count(absent)) units it is not known when they were computed.")
  }

  private func costTable() -> ReportTable {
    var table = ReportTable(
      caption: "Cost of each patient, without sampling for habitats.",
      columns: [
        .init("Patient"), .init("Units", isNumeric: true), .init("Seconds", isNumeric: true),
        .init("Share", isNumeric: true),
      ])
    var costs: [String: (count: Int, seconds: Double)] = [:]
    for unit in units where unit.seconds.isFinite {
      costs[rows[unit.row].patient, default: (0, 0)].count += 1
      costs[rows[unit.row].patient, default: (0, 0)].seconds += unit.seconds
    }
    let total = units.filter { $0.seconds.isFinite }.reduce(0) { $0 + $1.seconds }
    for patient in distinct(rows.map(\.patient)) {
      let cost = costs[patient] ?? (0, 0)
      table.append([
        patient, ReportCell.count(cost.count), ReportCell.significant(cost.seconds),
        ReportCell.percentage(total > 0 ? cost.seconds / total : nil),
      ])
    }
    return table
  }
}
