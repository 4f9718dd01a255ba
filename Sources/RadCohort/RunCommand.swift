internal import ArgumentParser
internal import Components
internal import Glibc
internal import MPIAdapter
internal import Study

struct RunCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "run",
    abstract: "Compute a study; go on where an earlier run of it stopped.",
    discussion: """
      Examples:
        radcohort run study.yml                        one process
        mpirun -n 5 radcohort run study.yml            rank 0 hands out, 4 compute
        srun --mpi=pmix radcohort run study.yml        under Slurm

      Start one rank more than there are cores: rank 0 only hands out work and sleeps. Every finished \
      unit is in the journal (<output>.work) at once; after a crash, a kill or a time limit the same \
      command computes only what is missing, on any number of ranks, and ends with the same bytes.
      """)

  @Argument(help: "Study file (YAML).")
  var study: String

  @Option(name: .shortAndLong, help: "Result file; replaces the study's output.")
  var output: String?

  @Option(help: "parallel: all ranks write through MPI-IO; serial: rank 0 writes.")
  var writer: ResultWriter = .parallel

  @Flag(help: "Start nothing if any image or mask has a problem (exit 3).")
  var strict = false

  @Flag(help: "Compute units again that failed before, though their files did not change.")
  var retryFailed = false

  @Flag(help: "Replace a result of another study that stands in the way, and its work folder.")
  var overwrite = false

  @Flag(help: "Take over the lock of a run on another host that is known to be dead.")
  var forceUnlock = false

  func run() throws {
    let stop = StopRequest()
    Signals.watch(stop)
    try runOnAllRanks { world in
      try RunSession(options: self, world: world, stop: stop).run()
    }
  }
}

/// Runs `body` on every rank that the launcher started; throws the status it ends with, unless that
/// is `done`.
func runOnAllRanks(_ body: (any Communicator) throws -> ExitStatus) throws(ExitStatus) {
  if let message = MPIWorld.launcherMismatch() {
    printError(message)
    throw .usage
  }
  var status = ExitStatus.internalError
  do {
    try MPIWorld.run { world in status = try body(world) }
  } catch let mismatch as LauncherMismatch {
    printError(mismatch.description)
    throw .usage
  } catch {
    printError("internal error: \(error)")
    throw .internalError
  }
  if status != .done { throw status }
}

extension ResultWriter: ExpressibleByArgument {}
