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

  func compute(unit: Int) throws(JournalError) -> IsolatedEnd {
    let start = monotonicClock()
    func report(_ status: UnitStatus, _ message: String) -> IsolatedEnd {
      .journaled(
        UnitReport(
          unit: unit, status: status, seconds: monotonicClock() - start, message: message))
    }
    func noProcess(_ reason: String) -> JournalError {
      JournalError(path: "child process for unit \(unit)", message: reason)
    }
    var pipes: [Int32] = [0, 0]
    guard pipe(&pipes) == 0, fcntl(pipes[0], F_SETFD, FD_CLOEXEC) == 0,
      fcntl(pipes[1], F_SETFD, FD_CLOEXEC) == 0
    else { throw noProcess("no pipe: \(systemError())") }
    defer { close(pipes[0]) }
    let process = spawn(unit: unit, output: pipes[1])
    close(pipes[1])
    guard let process else { throw noProcess("it cannot be started: \(systemError())") }
    let message = readAll(pipes[0])
    var ending: Int32 = 0
    while waitpid(process, &ending, 0) < 0, errno == EINTR {}
    let signal = ending & 0x7f
    if signal != 0 {
      return .died(
        message: "the computation crashed with signal \(signal)"
          + " (\(String(cString: strsignal(signal)))) in three tries, the last in a process of its own",
        seconds: monotonicClock() - start)
    }
    switch ExitStatus(rawValue: (ending >> 8) & 0xff) {
    case .done: return report(.finished, "")
    case .unitsFailed: return report(.failed, message)
    default: throw noProcess("it ended with code \((ending >> 8) & 0xff) \(message)")
    }
  }

  /// Starts the program for one unit, its standard output going to `output`; nil with `errno` set
  /// where that fails.
  private func spawn(unit: Int, output: Int32) -> pid_t? {
    var actions = posix_spawn_file_actions_t()
    posix_spawn_file_actions_init(&actions)
    defer { posix_spawn_file_actions_destroy(&actions) }
    posix_spawn_file_actions_adddup2(&actions, output, STDOUT_FILENO)
    // This process blocks the signals that its signal thread waits for; the child must not.
    var attributes = posix_spawnattr_t()
    posix_spawnattr_init(&attributes)
    defer { posix_spawnattr_destroy(&attributes) }
    var none = sigset_t()
    sigemptyset(&none)
    posix_spawnattr_setsigmask(&attributes, &none)
    posix_spawnattr_setflags(&attributes, Int16(POSIX_SPAWN_SETSIGMASK))
    let arguments = [
      "radcohort", "compute-unit", "--setup", setup, "--unit", "\(unit)", "--rank", "\(rank)",
      "--parent", "\(getpid())",
    ]
    // The child is no MPI process: the launcher's variables would make it look like one.
    let environment = environmentEntries().filter { entry in
      !["OMPI_", "PMIX_", "PMI_", "SLURM_STEP"].contains { entry.hasPrefix($0) }
    }
    var process: pid_t = 0
    let status = withCStrings(arguments) { arguments in
      withCStrings(environment) { environment in
        posix_spawn(&process, executablePath(), &actions, &attributes, arguments, environment)
      }
    }
    errno = status
    return status == 0 ? process : nil
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
  @Option var parent: Int32

  func run() throws {
    endWithParent(parent)
    guard let file = fopen(setup, "re") else { throw ExitStatus.invalid }
    var bytes: [UInt8] = []
    var buffer = [UInt8](repeating: 0, count: 1 << 16)
    while case let count = fread(&buffer, 1, buffer.count, file), count > 0 {
      bytes += buffer[..<count]
    }
    fclose(file)
    let report = try JobSetup(bytes: bytes).job().withWorker(rank: rank, stop: StopRequest()) {
      worker in
      try worker.perform(unit: unit, isolated: false)
    }
    if report.status == .failed {
      writeAll(report.message, to: STDOUT_FILENO)
      throw ExitStatus.unitsFailed
    }
  }
}

/// Ends this process soon after its parent: nobody is left to wait for the unit then.
private func endWithParent(_ parent: pid_t) {
  var thread = pthread_t()
  let context = UnsafeMutableRawPointer(bitPattern: Int(parent))
  pthread_create(
    &thread, nil,
    { context in
      while Int(getppid()) == Int(bitPattern: context) { usleep(200_000) }
      _exit(ExitStatus.internalError.rawValue)
    }, context)
  pthread_detach(thread)
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
