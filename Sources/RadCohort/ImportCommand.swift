internal import ArgumentParser
internal import Components
internal import Glibc
internal import Study

struct ImportCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "import",
    abstract: "Turn a PyRadiomics parameter file into a study file.",
    discussion: """
      Example:
        radcohort import Params.yaml --output study.yml

      Every setting is translated, or named as without effect, or refused: none is dropped in \
      silence.
      """)

  @Argument(help: "PyRadiomics parameter file (YAML).")
  var parameters: String

  @Option(name: .shortAndLong, help: "Where to write the study file; standard output if left out.")
  var output: String?

  func validate() throws { try checkOutput(output, besides: [parameters]) }

  func run() throws {
    guard let text = readText(parameters) else {
      printError("\(parameters): cannot be read: \(String(cString: strerror(errno)))")
      throw ExitStatus.invalid
    }
    let imported: PyRadiomicsImport
    do throws(InvalidInput) {
      imported = try PyRadiomicsImport(text, name: parameters)
    } catch {
      throw report(error)
    }
    if let output {
      try writeFile(imported.study, to: output)
    } else {
      writeAll(imported.study, to: STDOUT_FILENO)
    }
    for note in imported.notes { printError("note: \(note)") }
  }
}

/// Writes a whole file, or says why not and ends with code 3.
func writeFile(_ text: String, to path: String) throws(ExitStatus) {
  try writeFile(Array(text.utf8), to: path)
}

func writeFile(_ bytes: [UInt8], to path: String) throws(ExitStatus) {
  guard let file = fopen(path, "we") else {
    printError("\(path): cannot be written: \(String(cString: strerror(errno)))")
    throw .invalid
  }
  let written = fwrite(bytes, 1, bytes.count, file)
  if fclose(file) != 0 || written != bytes.count {
    printError("\(path): cannot be written whole: \(String(cString: strerror(errno)))")
    throw .invalid
  }
}
