internal import Components
internal import Coordinator
internal import Glibc
internal import HDF5Adapter
internal import Study

/// What rank 0 does before anything is computed: reads and checks the study, takes the lock, reads
/// the journals of earlier starts, and lists what is missing.
final class RunPreparation {
  private(set) var setup: JobSetup
  private let job: any Job
  private let costs: [Double]
  private let retryFailed: Bool
  let progress: Progress
  /// Number of starts that the run has had, this one included.
  let lives: Int
  private let folder: RunFolder
  private let lock: OutputLock
  private let log: LineFile

  /// More problems and failures than this are not listed on the terminal.
  private static let listedProblems = 50
  /// Units in flight at this many deaths are tried in a child process.
  private static let deathsBeforeIsolation = 2

  init(options: RunCommand, rankCount: Int) throws(ExitStatus) {
    do {
      setup = try JobSetup.load(study: options.study, output: options.output)
      job = try setup.job()
    } catch let invalid as InvalidInput {
      throw report(invalid)
    } catch {
      printError("\(error)")
      throw .invalid
    }
    let job = job
    folder = job.folder
    let fingerprint = job.fingerprint

    if isFolder(folder.result) {
      printError("\(folder.result): the output is a folder; a file name is needed")
      throw .invalid
    }
    let inventory = job.inventory()
    if !inventory.problems.isEmpty {
      printError("\(inventory.badUnitCount) of \(job.plan.unitCount) units have bad input files:")
      for problem in inventory.problems.prefix(Self.listedProblems) { printError("  \(problem)") }
      let more = inventory.problems.count - Self.listedProblems
      if more > 0 { printError("  and \(more) more: radcohort check \(options.study)") }
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
    costs = inventory.costs
    retryFailed = options.retryFailed

    let lines = LineFile(folder.progress)
    log = LineFile(folder.log)
    lives = 1 + Self.countStarts(folder.progress)
    let log = log
    let isTerminal = isatty(STDERR_FILENO) != 0
    progress = Progress(
      plan: job.plan, begunBefore: journal.startCount, rankCount: rankCount,
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

  /// Units of a stage that are to be computed.
  struct Work {
    var runs: [UnitRun] = []
    private(set) var count = 0
    /// Units that were in flight at two deaths: their next try is in a child process.
    var isolated: Set<Int> = []

    /// Neighbours of equal cost share a run, so that millions of alike units cost nothing to hold.
    mutating func add(_ unit: Int, cost: Double) {
      count += 1
      if let last = runs.last, last.cost == cost, last.units.upperBound == unit {
        runs[runs.count - 1].units = last.units.lowerBound..<(unit + 1)
      } else {
        runs.append(UnitRun(units: unit..<(unit + 1), cost: cost))
      }
    }
  }

  /// The units of a stage that no journal has for the files as they are now, and those of them that
  /// crashed too often.
  func work(in stage: Range<Int>, _ job: any Job) throws(JournalError) -> Work {
    let journal = try JournalReader.readAll(
      folder: folder.journal, fingerprint: job.fingerprint)
    var work = Work()
    for unit in stage {
      let record = journal.record(of: unit)
      let isCurrent = record?.fingerprint == job.inputFingerprint(ofUnit: unit)
      if isCurrent, record?.kind == .finished || !retryFailed { continue }
      work.add(unit, cost: costs[unit])
      if journal.deaths(of: unit) >= Self.deathsBeforeIsolation { work.isolated.insert(unit) }
    }
    progress.add(doneBefore: stage.count - work.count)
    var notes: [String] = []
    if work.count < stage.count {
      notes.append("\(stage.count - work.count) of \(stage.count) units are done already")
    }
    if !work.isolated.isEmpty {
      notes.append("\(work.isolated.count) crashed twice and get a process each")
    }
    if !notes.isEmpty { say(notes.joined(separator: "; ")) }
    return work
  }

  /// Goes on with what a stage has found; kept for child processes and later starts.
  func adopt(_ setup: JobSetup) throws {
    self.setup = setup
    try writeFile(setup.bytes, to: folder.setup)
  }

  /// Refuses what another study left at the output, or removes its journals. Its result stays until
  /// the new one takes its name.
  private static func clearTheWay(
    _ folder: RunFolder, _ fingerprint: [UInt8], overwrite: Bool
  ) throws(ExitStatus) {
    var obstacles: [String] = []
    if let message = resultObstacle(folder.result, fingerprint) { obstacles.append(message) }
    do throws(JournalError) {
      if try JournalReader.holdsOtherStudy(folder: folder.journal, fingerprint: fingerprint) {
        if overwrite {
          removeFiles(in: folder.journal)
          unlink(folder.progress)
        }
        obstacles.append(
          "\(folder.journal) holds the work of another study, of other settings or of another"
            + " OpenBLAS")
      }
    } catch {
      printError(error.description)
      throw .invalid
    }
    if obstacles.isEmpty || overwrite { return }
    for obstacle in obstacles { printError(obstacle) }
    printError("Choose another --output, or replace it with --overwrite.")
    throw .invalid
  }

  /// What stands where the result will be, if it is not this study's.
  private static func resultObstacle(_ path: String, _ fingerprint: [UInt8]) -> String? {
    guard FileStamp(path) != nil else { return nil }
    do throws(StorageError) {
      let other = try HDF5ResultFile(path: path).fingerprint()
      return other == hexadecimal(fingerprint)
        ? nil : "\(path) is the result of another study or of other settings"
    } catch {
      return "\(path) is in the way and is not a result: \(error.message)"
    }
  }

  /// Starts so far, from the progress file of earlier lives.
  private static func countStarts(_ path: String) -> Int {
    readText(path)?.split(separator: "\n").count { $0.hasPrefix("{\"event\":\"start\"") } ?? 0
  }

  private func announce(rankCount: Int) {
    let workers = rankCount > 1 ? "\(rankCount - 1) worker ranks" : "one process"
    say("\(job.plan.title): \(job.summary), \(job.plan.unitCount) units on \(workers)")
  }

  /// A line for the user, also in the log.
  func say(_ line: String) {
    printError(line)
    log.append("\(timestamp()) \(line)")
  }

  /// A line for the log only.
  func note(_ line: String) { log.append("\(timestamp()) \(line)") }

  /// Says how computing ended, if it did not complete, and what that means for the caller.
  func status(of end: RunEnd) -> ExitStatus {
    switch end {
    case .complete: return .done
    case .fault(let fault):
      progress.end("fault")
      say("error: \(fault)")
      return .internalError
    case .stopped where progress.doneNow == 0:
      // A job that requeues itself on 75 must not do so for ever.
      progress.end("stopped")
      say("stopped before any unit was finished; nothing is gained by starting again as it is")
      return .internalError
    case .stopped:
      progress.end("stopped")
      say("stopped after \(progress.doneNow) units; the same command goes on from here")
      return .stopped
    }
  }

  /// Results are equal to the last bit only on one kind of processor.
  func warnOfMixedProcessors(_ contributors: [String]) {
    let models = Set(contributors.map { $0.drop { $0 != ":" } })
    if models.count > 1 {
      say(
        "warning: \(models.count) kinds of processor computed this result; they are listed in"
          + " /uns/provenance/run/hosts")
    }
  }

  /// The last words of a run that computed everything.
  func summarise(
    _ failures: [(unit: Int, failure: UnitFailure)], problem: String
  ) -> ExitStatus {
    if !problem.isEmpty {
      progress.end("fault")
      say("error: the result could not be written: \(problem)")
      say("The units are kept in \(folder.folder); the same command writes the result again.")
      return .internalError
    }
    progress.end("complete")
    if failures.isEmpty {
      say("complete: \(folder.result)")
      return .done
    }
    say("finished, but \(failures.count) of \(job.plan.unitCount) units failed:")
    // Failures for one reason are listed once.
    var reasons: [(message: String, first: Int, count: Int)] = []
    var place: [String: Int] = [:]
    for (unit, failure) in failures {
      if let index = place[failure.description] {
        reasons[index].count += 1
      } else {
        place[failure.description] = reasons.count
        reasons.append((failure.description, unit, 1))
      }
    }
    for (message, first, count) in reasons.prefix(Self.listedProblems) {
      let others = count > 1 ? " (and \(count - 1) more units for this reason)" : ""
      say("  \(job.plan.name(ofUnit: first)): \(message)\(others)")
    }
    let more = reasons.count - Self.listedProblems
    if more > 0 { say("  and \(more) more reasons, all in /uns/radcohort/failures") }
    say("result: \(folder.result)")
    return .unitsFailed
  }
}

/// Removes the plain files of a folder.
private func removeFiles(in folder: String) {
  for name in fileNames(in: folder) { unlink(folder + "/" + name) }
}
