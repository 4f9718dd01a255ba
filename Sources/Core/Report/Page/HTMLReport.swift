/// One self-contained page: no script, nothing from the network, every text escaped. It is XML too.
package struct HTMLReport: Sendable {
  package enum Block: Sendable {
    case paragraph(String)
    /// A paragraph that must not be overlooked.
    case warning(String)
    case list([String])
    /// Name and value.
    case facts([(name: String, value: String)])
    /// Text with its line breaks, such as a study file; folded away.
    case listing(title: String, text: String)
    case table(ReportTable)
    /// Figures in a row stand side by side where the page is wide.
    case figure(Figure)
    /// Small pictures side by side, as many as fit.
    case images([ReportImage])
    /// What the colours of small pictures stand for.
    case colours([ColourName])
  }

  package struct Section: Sendable {
    package var title: String
    package var blocks: [Block]
    package var subsections: [Section]

    package init(_ title: String, _ blocks: [Block] = [], subsections: [Section] = []) {
      self.title = title
      self.blocks = blocks
      self.subsections = subsections
    }
  }

  package var study: String
  package var fingerprint: String
  /// As it shall be read; handed in, so that equal results give equal pages.
  package var date: String
  /// The first lines under the title.
  package var facts: [(name: String, value: String)]
  package var sections: [Section]

  package init(
    study: String, fingerprint: String, date: String,
    facts: [(name: String, value: String)] = [], sections: [Section]
  ) {
    self.study = study
    self.fingerprint = fingerprint
    self.date = date
    self.facts = facts
    self.sections = sections
  }

  /// The text of the file, UTF-8.
  package func html() -> String {
    var writer = PageWriter()
    let body = sections.map { writer.section($0, level: 2) }.joined(separator: "\n")
    let name = Markup.escaped(study)
    let head = PageWriter.facts(
      [("Fingerprint", fingerprint), ("Date", date)].filter { !$0.1.isEmpty } + facts)
    return """
      <!DOCTYPE html>
      <html xmlns="http://www.w3.org/1999/xhtml" lang="en">
      <head>
      <meta charset="utf-8"/>
      <meta name="viewport" content="width=device-width, initial-scale=1"/>
      <meta name="color-scheme" content="light dark"/>
      <meta http-equiv="Content-Security-Policy" content="\(PageWriter.policy)"/>
      <title>\(name): report</title>
      <style>\(StyleSheet.page)\(StyleSheet.figures)</style>
      </head>
      <body>
      <a class="skip" href="#report">Skip to the report</a>
      <header>
      <h1>\(name)</h1>
      \(head)
      </header>
      <nav aria-label="Contents">
      <h2>Contents</h2>
      \(writer.contents)
      </nav>
      <main id="report">
      \(body)
      </main>
      </body>
      </html>

      """
  }
}

/// Numbers figures and tables and keeps identifiers unique.
struct PageWriter {
  /// What a browser may load: styles and pictures that are in the page itself.
  static let policy = "default-src 'none'; style-src 'unsafe-inline'; img-src data:"

  private var figureCount = 0
  private var tableCount = 0
  private var identifiers: Set<String> = ["report"]
  private var entries: [(level: Int, id: String, title: String)] = []

  mutating func section(_ section: HTMLReport.Section, level: Int) -> String {
    let id = unique(section.title)
    entries.append((level, id, section.title))
    let heading = min(level, 6)
    var parts = ["<section aria-labelledby=\"\(id)\">"]
    parts.append("<h\(heading) id=\"\(id)\">\(Markup.escaped(section.title))</h\(heading)>")
    var isInFigures = false
    for block in section.blocks {
      if case .figure = block {
        if !isInFigures { parts.append("<div class=\"figures\">") }
        isInFigures = true
      } else if isInFigures {
        parts.append("</div>")
        isInFigures = false
      }
      parts.append(html(block))
    }
    if isInFigures { parts.append("</div>") }
    for part in section.subsections { parts.append(self.section(part, level: level + 1)) }
    parts.append("</section>")
    return parts.joined(separator: "\n")
  }

  private mutating func html(_ block: HTMLReport.Block) -> String {
    switch block {
    case .paragraph(let text): return "<p>\(Markup.escaped(text))</p>"
    case .warning(let text): return "<p class=\"warning\" role=\"note\">\(Markup.escaped(text))</p>"
    case .list(let items):
      return "<ul>\n" + items.map { "<li>\(Markup.escaped($0))</li>\n" }.joined() + "</ul>"
    case .facts(let facts): return Self.facts(facts)
    case .listing(let title, let text):
      return "<details><summary>\(Markup.escaped(title))</summary>\n"
        + "<pre tabindex=\"0\">\(Markup.escaped(text))</pre></details>"
    case .table(var table):
      tableCount += 1
      table.caption = "Table \(tableCount). \(table.caption)"
      return table.html()
    case .figure(let figure):
      figureCount += 1
      let caption =
        "<b>Figure \(figureCount). \(Markup.escaped(figure.title)).</b> "
        + Markup.escaped(figure.caption)
      return "<figure>\n\(figure.svg(id: "figure-\(figureCount)"))\n"
        + "<figcaption>\(caption)</figcaption>\n</figure>"
    case .images(let images):
      return images.isEmpty
        ? "" : "<div class=\"images\">\n\(images.map { $0.html() }.joined(separator: "\n"))\n</div>"
    case .colours(let colours):
      return "<ul class=\"colours\">\n\(colours.map { $0.html() }.joined(separator: "\n"))\n</ul>"
    }
  }

  static func facts(_ facts: [(name: String, value: String)]) -> String {
    if facts.isEmpty { return "" }
    return "<dl>\n"
      + facts.map {
        "<div><dt>\(Markup.escaped($0.name))</dt><dd>\(Markup.escaped($0.value))</dd></div>\n"
      }.joined() + "</dl>"
  }

  /// Of the sections so far, two levels deep.
  var contents: String {
    var lines = ["<ol>"]
    var isOpen = false
    for (index, entry) in entries.enumerated() where entry.level <= 3 {
      let link = "<a href=\"#\(entry.id)\">\(Markup.escaped(entry.title))</a>"
      if entry.level == 2 {
        if isOpen { lines.append("</ol></li>") }
        let next = entries.index(after: index)
        isOpen = next < entries.count && entries[next].level == 3
        lines.append(isOpen ? "<li>\(link)<ol>" : "<li>\(link)</li>")
      } else {
        lines.append("<li>\(link)</li>")
      }
    }
    if isOpen { lines.append("</ol></li>") }
    return entries.isEmpty ? "" : (lines + ["</ol>"]).joined(separator: "\n")
  }

  private mutating func unique(_ title: String) -> String {
    let base = "s-" + Markup.identifier(title)
    var id = base
    var number = 2
    while !identifiers.insert(id).inserted {
      id = "\(base)-\(number)"
      number += 1
    }
    return id
  }
}
