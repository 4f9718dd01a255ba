internal import Components
internal import Coordinator
internal import Glibc
internal import HDF5Adapter
internal import MPIAdapter
internal import Study
internal import Worker

/// One start of `radcohort run`; every rank has one, and all go through the same steps:
/// prepare (rank 0), compute, gather.
struct RunSession {
  let options: RunCommand
  let world: MPICommunicator
  let stop: StopRequest
  private let started = timestamp()

  init(options: RunCommand, world: MPICommunicator, stop: StopRequest) {
    self.options = options
    self.world = world
    self.stop = stop
  }

  /// Collective: every rank returns the same status.
  func run() throws -> ExitStatus {
    var preparation: RunPreparation?
    var message: [UInt8] = []
    if world.rank == 0 {
      do throws(ExitStatus) {
        preparation = try RunPreparation(options: options, rankCount: world.size)
      } catch {
        message = [UInt8(error.rawValue)]
      }
    }
    if let preparation { message = [UInt8(ExitStatus.done.rawValue)] + preparation.setup.bytes }
    message = try world.broadcast(message, from: 0)
    guard message.first == UInt8(ExitStatus.done.rawValue) else {
      return message.first.flatMap { ExitStatus(rawValue: Int32($0)) } ?? .internalError
    }
    let engine = try Engine(
      setup: RunSetup(bytes: Array(message.dropFirst())), rank: world.rank, stop: stop)
    let end = try compute(engine, preparation)
    try engine.close()
    try world.barrier()
    guard end.isComplete else {
      if world.rank == 0, let preparation { preparation.sayStopped(end) }
      return end.status
    }
    return try gather(engine, preparation)
  }

  /// Hands out and computes what is missing. Every rank learns how it ended.
  private func compute(_ engine: Engine, _ preparation: RunPreparation?) throws -> SessionEnd {
    if let preparation {
      let end =
        world.size == 1
        ? try computeAlone(engine, preparation) : try handOut(preparation)
      let session = SessionEnd(end, doneNow: preparation.progress.doneNow)
      preparation.progress.end(session.word)
      _ = try world.broadcast(session.bytes, from: 0)
      return session
    }
    try engine.worker.serve(world)
    return SessionEnd(bytes: try world.broadcast([], from: 0))
  }

  private func handOut(_ preparation: RunPreparation) throws -> RunEnd {
    var coordinator = Coordinator(
      communicator: world,
      dispatcher: Dispatcher(units: preparation.units, workerCount: world.size - 1),
      isolated: preparation.isolated, stop: stop, observer: preparation.progress)
    return try coordinator.run()
  }

  private func computeAlone(_ engine: Engine, _ preparation: RunPreparation) throws -> RunEnd {
    var dispatcher = Dispatcher(units: preparation.units, workerCount: 1)
    while true {
      let batch = dispatcher.next(held: 0)
      if batch.isEmpty { return .complete }
      for unit in batch {
        if stop.isRequested { return .stopped }
        preparation.progress.tick(
          remainingSeconds: dispatcher.remainingSeconds, workerCount: 1)
        do throws(JournalError) {
          let report = try engine.worker.perform(
            unit: unit, isolated: preparation.isolated.contains(unit))
          dispatcher.record(unit: unit, seconds: report.seconds)
          preparation.progress.unitEnded(report, rank: 0)
        } catch {
          return .fault(error.description)
        }
      }
    }
  }

  /// Collective: writes the result file from all journals.
  private func gather(_ engine: Engine, _ preparation: RunPreparation?) throws -> ExitStatus {
    let hosts = try hostTexts()
    let results = try JournalResults(engine: engine)
    var document: ResultDocument?
    if let preparation {
      let facts = RunFacts(
        commandLine: CommandLine.arguments, hosts: hosts, rankCount: world.size,
        writer: options.writer, started: started, ended: timestamp(),
        jobID: environmentText("SLURM_JOB_ID") ?? "", lives: preparation.lives)
      document = engine.plan.resultDocument(
        fingerprint: engine.fingerprintText, cohortHash: preparation.cohortHash,
        versions: softwareVersions(), facts: facts, outcome: results.outcome)
    }
    let store = HDF5ResultStore(
      world: world, mode: options.writer == .parallel ? .parallel : .serial)
    var problem = ""
    do throws(StorageError) {
      try store.write(
        document, rowCount: engine.plan.cohort.rows.count,
        columnCount: engine.plan.columns.count, to: engine.folder.result, rows: results.fill)
    } catch {
      problem = error.description
    }
    guard let preparation else {
      return ExitStatus(rawValue: Int32(try world.broadcast([], from: 0).first ?? 70))
        ?? .internalError
    }
    let status = preparation.summarise(results.failedUnits, problem: problem)
    _ = try world.broadcast([UInt8(status.rawValue)], from: 0)
    return status
  }

  /// "host: processor" of every rank, by rank; a mix of processors is named on standard error.
  private func hostTexts() throws -> [String] {
    let mine = MPIWorld.processorName + ": " + processorModel()
    let all = try world.gather(Array(mine.utf8)).map { String(decoding: $0, as: UTF8.self) }
    let models = Set(all.map { $0.drop { $0 != ":" } })
    if models.count > 1 {
      printError(
        "warning: the ranks ran on \(models.count) kinds of processor; results are equal to the last"
          + " bit only on one kind. They are listed in /uns/provenance/run/hosts.")
    }
    return all
  }
}

/// How the compute step ended, as all ranks know it.
struct SessionEnd {
  let status: ExitStatus
  let word: String
  let fault: String

  var isComplete: Bool { status == .done }

  /// - Parameter doneNow: a stop without any progress must not be requeued for ever.
  init(_ end: RunEnd, doneNow: Int) {
    switch end {
    case .complete: (status, word, fault) = (.done, "complete", "")
    case .stopped:
      (status, word, fault) = (doneNow > 0 ? .stopped : .internalError, "stopped", "")
    case .fault(let text): (status, word, fault) = (.internalError, "fault", text)
    }
  }

  var bytes: [UInt8] { [UInt8(status.rawValue)] }

  init(bytes: [UInt8]) {
    status = bytes.first.flatMap { ExitStatus(rawValue: Int32($0)) } ?? .internalError
    word = ""
    fault = ""
  }
}
