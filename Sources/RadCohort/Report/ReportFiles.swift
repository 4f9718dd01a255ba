internal import Foundation
internal import Report
internal import Study

/// A page with the files beside it: every figure as SVG (and PDF), every table as CSV.
struct ReportFiles {
  let page: HTMLReport
  /// Path of the page.
  let target: String

  /// - Throws: where a file cannot be written, which has been said.
  func write(asPDF: Bool) throws(ExitStatus) {
    let end = target.lowercased().hasSuffix(".html") ? 5 : 0
    let folder = String(target.dropLast(end)) + ".files"
    try writeFile(page.html(), to: target)
    for part in ["figures", "tables"] {
      if let message = makeFolder("\(folder)/\(part)") {
        printError("\(folder)/\(part): the folder cannot be made: \(message)")
        throw .invalid
      }
    }
    for (index, figure) in page.figures.enumerated() {
      let name = "\(folder)/figures/\(Self.name(index, figure.title))"
      try writeFile(figure.svg(id: "figure-\(index + 1)", isStandalone: true), to: name + ".svg")
      if asPDF { try convert(name) }
    }
    for (index, table) in page.tables.enumerated() {
      try writeFile(table.csv, to: "\(folder)/tables/\(Self.name(index, table.caption)).csv")
    }
  }

  private static func name(_ index: Int, _ title: String) -> String {
    let number = index + 1 < 10 ? "0\(index + 1)" : "\(index + 1)"
    return "\(number)-" + Markup.identifier(String(title.prefix(60)))
  }

  /// Whether SVG files can be made into PDF files.
  static var hasConverter: Bool { run(["rsvg-convert", "--version"]) }

  private func convert(_ name: String) throws(ExitStatus) {
    let arguments = ["rsvg-convert", "--format", "pdf", "--output", name + ".pdf", name + ".svg"]
    guard Self.run(arguments) else {
      printError("\(name).pdf: rsvg-convert could not make it from the SVG file")
      throw .invalid
    }
  }

  private static func run(_ arguments: [String]) -> Bool {
    let process = Process()
    process.executableURL = URL(filePath: "/usr/bin/env")
    process.arguments = arguments
    process.standardOutput = FileHandle.nullDevice
    process.standardError = FileHandle.nullDevice
    guard (try? process.run()) != nil else { return false }
    process.waitUntilExit()
    return process.terminationStatus == 0
  }
}

extension HTMLReport {
  /// Every figure, in the order of the page.
  fileprivate var figures: [Figure] {
    blocks.compactMap { if case .figure(let figure) = $0 { figure } else { nil } }
  }

  fileprivate var tables: [ReportTable] {
    blocks.compactMap { if case .table(let table) = $0 { table } else { nil } }
  }

  private var blocks: [Block] {
    func all(_ section: Section) -> [Block] {
      section.blocks + section.subsections.flatMap { all($0) }
    }
    return sections.flatMap { all($0) }
  }
}

extension ReportTable {
  fileprivate var csv: String {
    exported.map { $0.map(csvField).joined(separator: ",") }.joined(separator: "\n") + "\n"
  }
}
