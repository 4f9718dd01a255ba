internal import ArgumentParser
internal import Glibc
internal import HDF5Adapter
internal import Study

struct ExportCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "export",
    abstract: "Write the feature table as CSV.",
    discussion: """
      Example:
        radcohort export results.h5 --output features.csv

      One line per row of the cohort: the columns of /obs, then those of /X. Numbers are written so \
      that reading them gives the same bits; a missing value is an empty field.
      """)

  @Argument(help: "Result file (HDF5).")
  var result: String

  @Option(name: .shortAndLong, help: "CSV file; standard output if left out.")
  var output: String?

  func validate() throws { try checkOutput(output, besides: [result]) }

  func run() throws {
    do throws(StorageError) {
      try export()
    } catch {
      printError(error.description)
      throw ExitStatus.invalid
    }
  }

  private func export() throws(StorageError) {
    let file = try HDF5ResultFile(path: result)
    let observations = try file.observations()
    let variables = try file.variables()
    let partial = output.map { $0 + ".partial" }
    let descriptor: Int32
    if let partial {
      descriptor = open(partial, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o666)
      guard descriptor >= 0 else {
        throw StorageError(path: partial, message: "cannot be written: \(systemError())")
      }
    } else {
      descriptor = STDOUT_FILENO
    }
    var text =
      (observations.columns.map(\.name) + variables.index).map(csvField)
      .joined(separator: ",") + "\n"
    for row in observations.index.indices {
      let values = try file.rows(row..<(row + 1))
      let fields = observations.columns.map { $0.values.field(row) } + values.map(field)
      text += fields.joined(separator: ",") + "\n"
      if text.utf8.count > 1 << 20 {
        try write(text, to: descriptor)
        text = ""
      }
    }
    try write(text, to: descriptor)
    if let output, let partial {
      guard close(descriptor) == 0, rename(partial, output) == 0 else {
        throw StorageError(path: output, message: "cannot be written: \(systemError())")
      }
    }
  }

  private func write(_ text: String, to descriptor: Int32) throws(StorageError) {
    var bytes = Array(text.utf8)[...]
    while !bytes.isEmpty {
      let count = bytes.withUnsafeBytes { Glibc.write(descriptor, $0.baseAddress, $0.count) }
      if count < 0, errno == EINTR { continue }
      guard count > 0 else {
        throw StorageError(
          path: output ?? "standard output", message: "cannot be written: \(systemError())")
      }
      bytes = bytes.dropFirst(count)
    }
  }
}

/// The shortest decimal that reads back as the same number; "" for NaN.
private func field(_ value: Double) -> String { value.isNaN ? "" : "\(value)" }

extension ResultTable.Values {
  fileprivate func field(_ row: Int) -> String {
    switch self {
    case .texts(let texts): csvField(texts[row])
    case .numbers(let numbers): RadCohortExport.field(numbers[row])
    case .integers(let integers): "\(integers[row])"
    }
  }
}

private enum RadCohortExport {
  /// A clinical number as a person would write it: no ".0" behind a whole number.
  static func field(_ value: Double) -> String {
    if value.isNaN { return "" }
    return value == value.rounded() && abs(value) < 1e15 ? "\(Int(value))" : "\(value)"
  }
}
