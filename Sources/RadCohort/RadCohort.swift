internal import ArgumentParser
internal import Glibc

/// The version of the program, in results and archives.
let radcohortVersion = "0.1.0"

@main
struct RadCohort: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "radcohort",
    abstract:
      "Radiomics studies over MPI: images in, feature tables out, the same bits every time.",
    discussion: """
      A first study, on synthetic patients:
        radcohort synth --output trial --patients 8
        radcohort check trial/study.yml
        mpirun -n 4 radcohort run trial/study.yml
        radcohort export trial/results.h5 --output features.csv

      Exit codes: 0 done; 2 wrong usage; 3 study or cohort invalid, nothing started; 4 finished, \
      some patients failed and are listed; 70 internal error, or no progress; 75 stopped by a \
      signal or time limit: start again to go on.
      """,
    version: radcohortVersion,
    subcommands: [
      RunCommand.self, CheckCommand.self, PlanCommand.self, StatusCommand.self,
      DigestCommand.self, ExportCommand.self, ApplyCommand.self, ReportCommand.self,
      CompareCommand.self, DescribeCommand.self,
      ImportCommand.self,
      MasksCommand.self, SynthCommand.self, ComputeUnitCommand.self,
    ])

  static func main() {
    pinNumericalEnvironment()
    // The output has a lock of its own; HDF5's fails on file systems without locks.
    setenv("HDF5_USE_FILE_LOCKING", "FALSE", 0)
    do {
      var command = try parseAsRoot()
      try command.run()
    } catch let code as ExitStatus {
      Glibc.exit(code.rawValue)
    } catch {
      let code = exitCode(for: error)
      let message = fullMessage(for: error)
      if code == .success {
        print(message)
        Glibc.exit(0)
      }
      printError(message)
      // The argument parser's own code for wrong usage is 64; ours is documented as 2.
      Glibc.exit(
        code == .validationFailure ? ExitStatus.usage.rawValue : ExitStatus.internalError.rawValue)
    }
  }
}

/// Exit codes, the same for every command.
enum ExitStatus: Int32, Error {
  case done = 0
  case usage = 2
  case invalid = 3
  case unitsFailed = 4
  case internalError = 70
  case stopped = 75
}

/// Writes a line to standard error.
func printError(_ text: String) {
  writeAll(text + "\n", to: STDERR_FILENO)
}

/// Writes a text whole; gives up silently where the reader has gone.
func writeAll(_ text: String, to descriptor: Int32) {
  var bytes = Array(text.utf8)[...]
  while !bytes.isEmpty {
    let count = bytes.withUnsafeBytes { write(descriptor, $0.baseAddress, $0.count) }
    if count < 0, errno == EINTR { continue }
    guard count > 0 else { return }
    bytes = bytes.dropFirst(count)
  }
}
