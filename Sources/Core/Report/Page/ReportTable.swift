/// A table with a caption: finished texts on the page, full numbers in its file.
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
  package private(set) var cells: [[ReportCell]] = []
  /// The texts of the cells.
  package var rows: [[String]] { cells.map { $0.map(\.text) } }
  /// Rows that a reader must not take for honest estimates; printed in grey and italics.
  package private(set) var doubtful: Set<Int> = []
  /// A table with more rows is folded away until the reader opens it.
  package var openRows = 24

  package init(caption: String, columns: [Column]) {
    self.caption = caption
    self.columns = columns
  }

  /// - Parameter cells: one per column.
  package mutating func append(_ row: [any ReportCellContent], isDoubtful: Bool = false) {
    precondition(row.count == columns.count, "a row has one cell per column")
    if isDoubtful { doubtful.insert(cells.count) }
    cells.append(row.map { $0.cell })
  }

  package var isEmpty: Bool { cells.isEmpty }

  package func html() -> String {
    let isFolded = cells.count > openRows
    let text = Markup.escaped(caption)
    var lines: [String] = []
    if isFolded {
      lines.append(
        "<details><summary>\(text) (\(NumberText.count(cells.count)) rows)</summary>")
    }
    // The box scrolls; it can be reached and moved by keyboard.
    lines.append(
      "<div class=\"table\" role=\"region\" tabindex=\"0\" aria-label=\"\(text)\">\n<table>")
    lines.append(
      isFolded
        ? "<caption class=\"hidden\">\(text)</caption>" : "<caption><span>\(text)</span></caption>")
    let heads = columns.map {
      "<th scope=\"col\"\($0.isNumeric ? " class=\"n\"" : "")>\(Markup.escaped($0.title))</th>"
    }
    lines.append("<thead><tr>\(heads.joined())</tr></thead>\n<tbody>")
    for (index, row) in cells.enumerated() {
      let cells = zip(row, columns).enumerated().map { place, cell -> String in
        let text = Markup.escaped(cell.0.text)
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
