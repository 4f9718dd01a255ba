internal import ArgumentParser
internal import HDF5Adapter
internal import Study

struct DigestCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "digest",
    abstract: "A hash of the results: equal digests, equal results.",
    discussion: """
      Example:
        radcohort digest results.h5

      SHA-256 over everything in the file but /uns/provenance/run and /uns/timings, which differ from run to \
      run. The same study gives the same digest on any number of ranks and after any crash.
      """)

  @Argument(help: "Result file (HDF5).")
  var result: String

  func run() throws {
    do throws(StorageError) {
      print(try HDF5ResultFile(path: result).digest())
    } catch {
      printError(error.description)
      throw ExitStatus.invalid
    }
  }
}
