/// A table of finished texts with a caption.
package struct ReportTable: Hashable, Sendable {
  package struct Column: Hashable, Sendable {
    package var title: String
    /// Numbers stand at the right.
    package var isNumeric: Bool

    package init(_ title: String, isNumeric: Bool = false) {
      self.title = title
      self.isNumeric = isNumeric
    }
  }

  package var caption: String
  package var columns: [Column]
  package private(set) var rows: [[String]] = []
  /// Rows that a reader must not take for honest estimates; printed in grey and italics.
  package private(set) var doubtful: Set<Int> = []
  /// A table with more rows is folded away until the reader opens it.
  package var openRows = 24

  package init(caption: String, columns: [Column]) {
    self.caption = caption
    self.columns = columns
  }

  /// - Parameter cells: one per column.
  package mutating func append(_ cells: [String], isDoubtful: Bool = false) {
    precondition(cells.count == columns.count, "a row has one cell per column")
    if isDoubtful { doubtful.insert(rows.count) }
    rows.append(cells)
  }

  package func html() -> String {
    let isFolded = rows.count > openRows
    let text = Markup.escaped(caption)
    var lines: [String] = []
    if isFolded {
      lines.append(
        "<details><summary>\(text) (\(NumberText.count(rows.count)) rows)</summary>")
    }
    // The box scrolls; it can be reached and moved by keyboard.
    lines.append(
      "<div class=\"table\" role=\"region\" tabindex=\"0\" aria-label=\"\(text)\">\n<table>")
    lines.append(
      isFolded ? "<caption class=\"hidden\">\(text)</caption>" : "<caption>\(text)</caption>")
    let heads = columns.map {
      "<th scope=\"col\"\($0.isNumeric ? " class=\"n\"" : "")>\(Markup.escaped($0.title))</th>"
    }
    lines.append("<thead><tr>\(heads.joined())</tr></thead>\n<tbody>")
    for (index, row) in rows.enumerated() {
      let cells = zip(row, columns).enumerated().map { place, cell -> String in
        let text = Markup.escaped(cell.0)
        if place == 0 { return "<th scope=\"row\">\(text)</th>" }
        return cell.1.isNumeric ? "<td class=\"n\">\(text)</td>" : "<td>\(text)</td>"
      }
      lines.append("<tr\(doubtful.contains(index) ? " class=\"d\"" : "")>\(cells.joined())</tr>")
    }
    lines.append("</tbody>\n</table></div>")
    if isFolded { lines.append("</details>") }
    return lines.joined(separator: "\n")
  }
}
