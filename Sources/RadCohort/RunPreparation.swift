internal import Catalog
internal import Components
internal import Coordinator
internal import Glibc
internal import HDF5Adapter
internal import HashingAdapter
internal import Study

/// What rank 0 does before anything is computed: reads and checks the study, takes the lock, reads
/// the journals of earlier starts, and lists what is missing.
final class RunPreparation {
  let setup: RunSetup
  let plan: StudyPlan
  let cohortHash: String
  let units: [(unit: Int, cost: Double)]
  /// Units that were in flight at two deaths: their next try is in a child process.
  let isolated: Set<Int>
  let progress: Progress
  /// Number of starts that the run has had, this one included.
  let lives: Int
  private let folder: RunFolder
  private let lock: OutputLock
  private let log: LineFile

  /// Units in flight at this many deaths are tried in a child process.
  private static let deathsBeforeIsolation = 2

  init(options: RunCommand, rankCount: Int) throws(ExitStatus) {
    do throws(InvalidInput) {
      setup = try loadSetup(study: options.study, output: options.output)
      plan = try setup.plan(families: Catalog.families)
    } catch {
      throw report(error)
    }
    folder = RunFolder(result: setup.result)
    cohortHash = hexadecimal(SHA256.hash(Array(setup.cohortText.utf8)))
    let fingerprint = planFingerprint(plan)

    let inventory = Inventory(plan: plan)
    if !inventory.problems.isEmpty {
      printError("\(inventory.problems.count) of \(plan.unitCount) units have bad input files:")
      for problem in inventory.problems { printError("  \(problem)") }
      if options.strict { throw .invalid }
    }

    if let message = makeFolder(folder.journal) {
      printError("\(folder.journal): the work folder cannot be made: \(message)")
      throw .invalid
    }
    do throws(LockError) {
      lock = try OutputLock(path: folder.lock, force: options.forceUnlock)
    } catch {
      printError(error.description)
      throw .invalid
    }
    try Self.clearTheWay(folder, fingerprint, overwrite: options.overwrite)

    let journal: JournalIndex
    do throws(JournalError) {
      journal = try JournalReader.readAll(folder: folder.journal, fingerprint: fingerprint)
    } catch {
      printError(error.description)
      throw .invalid
    }
    if journal.ignoredBytes > 0 {
      printError("\(journal.ignoredBytes) bytes at torn journal ends are left out and recomputed")
    }
    var missing: [(unit: Int, cost: Double)] = []
    var isolated: Set<Int> = []
    for unit in 0..<plan.unitCount {
      let record = journal.record(of: unit)
      let isCurrent = record?.fingerprint == inputFingerprint(plan.inputPaths(ofUnit: unit))
      let isDone = isCurrent && (record?.kind == .finished || !options.retryFailed)
      if isDone { continue }
      missing.append((unit, inventory.costs[unit]))
      if journal.deaths(of: unit) >= Self.deathsBeforeIsolation { isolated.insert(unit) }
    }
    units = missing
    self.isolated = isolated

    let lines = LineFile(folder.progress)
    log = LineFile(folder.log)
    lives = 1 + Self.countStarts(folder.progress)
    let log = log
    let isTerminal = isatty(STDERR_FILENO) != 0
    progress = Progress(
      plan: plan, doneBefore: plan.unitCount - missing.count,
      begunBefore: journal.startCount, rankCount: rankCount,
      output: .init(
        jsonLine: lines.append,
        display: { text in
          writeAll(text, to: STDERR_FILENO)
          if !text.hasPrefix("\r") { log.append("\(timestamp()) \(text.dropLast())") }
        },
        isTerminal: isTerminal, now: wallClock))
    try writeFile(setup.bytes, to: folder.setup)
    announce(rankCount: rankCount)
  }

  /// Refuses, or removes, what another study left at the output.
  private static func clearTheWay(
    _ folder: RunFolder, _ fingerprint: [UInt8], overwrite: Bool
  ) throws(ExitStatus) {
    var obstacles: [String] = []
    if FileStamp(folder.result) != nil {
      do throws(StorageError) {
        let other = try HDF5ResultFile(path: folder.result).fingerprint()
        if other != hexadecimal(fingerprint) {
          obstacles.append("\(folder.result) is the result of another study or of other settings")
        }
      } catch {
        obstacles.append("\(folder.result) is in the way and is not a result: \(error.message)")
      }
    }
    if JournalReader.holdsOtherStudy(folder: folder.journal, fingerprint: fingerprint) {
      obstacles.append(
        "\(folder.journal) holds the work of another study, of other settings or of another CPU"
          + " kernel setting")
    }
    guard !obstacles.isEmpty else { return }
    if overwrite {
      unlink(folder.result)
      removeFiles(in: folder.journal)
      unlink(folder.progress)
      return
    }
    for obstacle in obstacles { printError(obstacle) }
    printError("Choose another --output, or replace it with --overwrite.")
    throw .invalid
  }

  /// Starts so far, from the progress file of earlier lives.
  private static func countStarts(_ path: String) -> Int {
    readText(path)?.split(separator: "\n").count { $0.hasPrefix("{\"event\":\"start\"") } ?? 0
  }

  private func announce(rankCount: Int) {
    let workers = rankCount > 1 ? "\(rankCount - 1) worker ranks" : "one process"
    let done = plan.unitCount - units.count
    var line =
      "\(plan.study.name): \(plan.cohort.rows.count) rows, \(plan.columns.count) columns,"
      + " \(plan.unitCount) units on \(workers)"
    if done > 0 { line += "; \(done) are done already" }
    if !isolated.isEmpty { line += "; \(isolated.count) crashed twice and get a process each" }
    say(line)
  }

  /// A line for the user, also in the log.
  func say(_ line: String) {
    printError(line)
    log.append("\(timestamp()) \(line)")
  }

  func sayStopped(_ end: SessionEnd) {
    if !end.fault.isEmpty {
      say("error: \(end.fault)")
    } else if progress.doneNow == 0 {
      say("stopped before any unit was finished; nothing is gained by starting again as it is")
    } else {
      say(
        "stopped after \(progress.doneNow) units; the same command goes on from here")
    }
  }

  /// The last words of a run that computed everything.
  func summarise(_ failed: [(unit: Int, failure: UnitFailure)], problem: String) -> ExitStatus {
    if !problem.isEmpty {
      say("error: the result could not be written: \(problem)")
      say("The units are kept in \(folder.folder); the same command writes the result again.")
      return .internalError
    }
    if failed.isEmpty {
      say("complete: \(folder.result)")
      return .done
    }
    say("finished, but \(failed.count) of \(plan.unitCount) units failed:")
    for (unit, failure) in failed.prefix(50) {
      say("  \(plan.name(ofUnit: unit)): \(failure.message)")
    }
    if failed.count > 50 { say("  and \(failed.count - 50) more, all in /uns/radcohort/failures") }
    say("result: \(folder.result)")
    return .unitsFailed
  }
}

/// Removes the plain files of a folder.
private func removeFiles(in folder: String) {
  guard let directory = opendir(folder) else { return }
  defer { closedir(directory) }
  while let entry = readdir(directory) {
    let name = withUnsafePointer(to: &entry.pointee.d_name) { pointer in
      pointer.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
    }
    if name != ".", name != ".." { unlink(folder + "/" + name) }
  }
}
