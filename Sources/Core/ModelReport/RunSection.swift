internal import ModelStudy
package import Report
internal import Study

extension ModelResult {
  /// What the run did: failures, notes, cost, timeline, and the study file itself.
  package func runSection() -> HTMLReport.Section {
    var blocks: [HTMLReport.Block] = []
    if let failures = document[path: "uns/radcohort/failures"]?.table, !failures.index.isEmpty {
      blocks.append(.table(failureTable(failures)))
    } else {
      blocks.append(.paragraph("Every unit of the study was computed; none failed."))
    }
    if let notes = document[path: "uns/radcohort/notes"]?.texts, !notes.isEmpty {
      blocks.append(.listing(title: "Notes (\(notes.count))", text: notes.joined(separator: "\n")))
    }
    if let missing = document[path: "uns/radcohort/missing"]?.table, !missing.index.isEmpty,
      let counts = missing.numbers("rows")
    {
      var table = ReportTable(
        caption: "Columns with missing values",
        columns: [.init("Column"), .init("Rows without a value", isNumeric: true)])
      for (name, count) in zip(missing.index, counts) {
        table.append([name, ReportCell.share(Int(count), of: header.rowCount)])
      }
      blocks.append(.table(table))
    }
    blocks += timeline()
    blocks.append(.listing(title: "Study file", text: study.text))
    blocks.append(.facts(provenance()))
    return HTMLReport.Section("Run", blocks)
  }

  private func failureTable(_ failures: ResultTable) -> ReportTable {
    var table = ReportTable(
      caption: "Units that failed; their folds are missing from the estimates",
      columns: [.init("Unit"), .init("Reason")])
    let units = failures.texts("unit") ?? failures.index
    for (unit, reason) in zip(units, failures.texts("message") ?? []) {
      table.append([unit, reason])
    }
    return table
  }

  private func timeline() -> [HTMLReport.Block] {
    guard let seconds = document[path: "uns/timings/seconds_per_unit"]?.numbers else { return [] }
    let known = seconds.filter(\.isFinite)
    var blocks: [HTMLReport.Block] = [
      .paragraph(
        "\(NumberText.count(plan.fitCount)) fits in \(NumberText.count(seconds.count)) units took"
          + " \(NumberText.significant(known.reduce(0, +) / 3600)) core-hours.")
    ]
    guard let ranks = document[path: "uns/timings/rank_per_unit"]?.numbers,
      let starts = document[path: "uns/timings/start_per_unit"]?.numbers,
      ranks.count == seconds.count, starts.count == seconds.count
    else { return blocks }
    let searches = plan.space.searchUnits
    var lanes: [Int: [TimelineLane.Span]] = [:]
    for unit in seconds.indices where ranks[unit] >= 0 && starts[unit].isFinite {
      guard seconds[unit].isFinite else { continue }
      lanes[Int(ranks[unit]), default: []].append(
        TimelineLane.Span(
          start: starts[unit], end: starts[unit] + seconds[unit],
          kind: searches.contains(unit) ? 0 : 1))
    }
    if lanes.isEmpty { return blocks }
    let sorted = lanes.keys.sorted().map { rank in
      TimelineLane(
        "rank \(rank)", Self.merged((lanes[rank] ?? []).sorted { $0.start < $1.start }))
    }
    blocks.append(.figure(.timeline(sorted, kinds: ["search", "estimate"])))
    return blocks
  }

  /// Spans of one kind that follow each other without a gap that could be seen become one: a figure
  /// of a million units stays a few thousand shapes.
  private static func merged(_ spans: [TimelineLane.Span]) -> [TimelineLane.Span] {
    guard let last = spans.map(\.end).max() else { return [] }
    let gap = last / 800
    var result: [TimelineLane.Span] = []
    for span in spans {
      if let previous = result.last, previous.kind == span.kind, span.start - previous.end < gap {
        result[result.count - 1].end = max(previous.end, span.end)
      } else {
        result.append(span)
      }
    }
    return result
  }

  private func provenance() -> [(name: String, value: String)] {
    var facts: [(name: String, value: String)] = []
    if let seed = document[path: "uns/provenance/seed"]?.integer {
      facts.append(("Seed", "\(seed)"))
    }
    let files = document[path: "uns/provenance/input_file"]?.texts ?? []
    let hashes = document[path: "uns/provenance/input_sha256"]?.texts ?? []
    for (file, hash) in zip(files, hashes) { facts.append((file, "SHA-256 \(hash)")) }
    for entry in document[path: "uns/provenance/run"]?.entries ?? [] {
      let name = entry.name.replacing("_", with: " ")
      switch entry.node {
      case .text(let text): facts.append((name, text))
      case .texts(let texts): facts.append((name, texts.joined(separator: ", ")))
      case .integer(let integer): facts.append((name, "\(integer)"))
      case .group(let parts):
        facts += parts.compactMap { part in part.node.text.map { (part.name, $0) } }
      default: break
      }
    }
    return facts
  }
}
