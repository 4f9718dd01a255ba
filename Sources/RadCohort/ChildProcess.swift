internal import ArgumentParser
internal import Glibc
internal import Study
internal import Worker

/// Computes a unit in a process of its own, so that a crash costs only the unit.
///
/// The child journals how the unit ended; the reason of a failure also comes back through its
/// standard output.
final class ChildProcess: IsolatedComputing {
  private let setup: String
  private let rank: Int

  init(setup: String, rank: Int) {
    self.setup = setup
    self.rank = rank
  }

  func compute(unit: Int) -> (report: UnitReport, isJournaled: Bool) {
    let start = monotonicClock()
    func ended(_ status: UnitStatus, _ message: String) -> UnitReport {
      UnitReport(unit: unit, status: status, seconds: monotonicClock() - start, message: message)
    }
    func failed(_ message: String) -> (report: UnitReport, isJournaled: Bool) {
      (ended(.failed, message), false)
    }
    var pipes: [Int32] = [0, 0]
    guard pipe(&pipes) == 0, fcntl(pipes[0], F_SETFD, FD_CLOEXEC) == 0,
      fcntl(pipes[1], F_SETFD, FD_CLOEXEC) == 0
    else {
      return failed("no pipe to a child process: \(systemError())")
    }
    var actions = posix_spawn_file_actions_t()
    posix_spawn_file_actions_init(&actions)
    defer { posix_spawn_file_actions_destroy(&actions) }
    posix_spawn_file_actions_adddup2(&actions, pipes[1], STDOUT_FILENO)
    let arguments = [
      "radcohort", "compute-unit", "--setup", setup, "--unit", "\(unit)", "--rank", "\(rank)",
    ]
    // The child is no MPI process: the launcher's variables would make it look like one.
    let environment = environmentEntries().filter { entry in
      !["OMPI_", "PMIX_", "PMI_", "SLURM_STEP"].contains { entry.hasPrefix($0) }
    }
    var process: pid_t = 0
    let status = withCStrings(arguments) { arguments in
      withCStrings(environment) { environment in
        posix_spawn(&process, "/proc/self/exe", &actions, nil, arguments, environment)
      }
    }
    close(pipes[1])
    defer { close(pipes[0]) }
    guard status == 0 else {
      return failed("no child process: \(String(cString: strerror(status)))")
    }
    let message = readAll(pipes[0])
    var ending: Int32 = 0
    while waitpid(process, &ending, 0) < 0, errno == EINTR {}
    let signal = ending & 0x7f
    if signal != 0 {
      return failed(
        "the computation crashed with signal \(signal) (\(String(cString: strsignal(signal)))) in"
          + " three tries, the last in a process of its own")
    }
    switch ExitStatus(rawValue: (ending >> 8) & 0xff) {
    case .done: return (ended(.finished, ""), true)
    case .unitsFailed: return (ended(.failed, message), true)
    default: return failed("the process of its own could not compute it: \(message)")
    }
  }

  private func readAll(_ descriptor: Int32) -> String {
    var bytes: [UInt8] = []
    var buffer = [UInt8](repeating: 0, count: 4096)
    while true {
      let count = read(descriptor, &buffer, buffer.count)
      if count < 0, errno == EINTR { continue }
      guard count > 0 else { break }
      bytes += buffer[..<count]
    }
    return String(decoding: bytes, as: UTF8.self)
  }
}

/// The other side of `ChildProcess`; not for people.
struct ComputeUnitCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "compute-unit", abstract: "Compute one unit of a run (internal).",
    shouldDisplay: false)

  @Option var setup: String
  @Option var unit: Int
  @Option var rank: Int

  func run() throws {
    guard let file = fopen(setup, "re") else { throw ExitStatus.invalid }
    var bytes: [UInt8] = []
    var buffer = [UInt8](repeating: 0, count: 1 << 16)
    while case let count = fread(&buffer, 1, buffer.count, file), count > 0 {
      bytes += buffer[..<count]
    }
    fclose(file)
    let engine = try Engine(setup: RunSetup(bytes: bytes), rank: rank, stop: StopRequest())
    let report = try engine.worker.perform(unit: unit, isolated: false)
    try engine.close()
    if report.status == .failed {
      writeAll(report.message, to: STDOUT_FILENO)
      throw ExitStatus.unitsFailed
    }
  }
}

private func environmentEntries() -> [String] {
  var entries: [String] = []
  var pointer = environ
  while let entry = pointer.pointee {
    entries.append(String(cString: entry))
    pointer += 1
  }
  return entries
}

/// Calls `body` with a NULL-terminated array of C strings.
private func withCStrings<Result>(
  _ texts: [String], _ body: (UnsafePointer<UnsafeMutablePointer<CChar>?>) -> Result
) -> Result {
  let copies: [UnsafeMutablePointer<CChar>?] = texts.map { strdup($0) } + [nil]
  defer { for copy in copies { free(copy) } }
  return copies.withUnsafeBufferPointer { pointers in
    // The array ends in nil, so it is never empty.
    body(pointers.baseAddress.unsafelyUnwrapped)
  }
}
