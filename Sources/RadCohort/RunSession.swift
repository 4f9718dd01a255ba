internal import Components
internal import Coordinator
internal import Glibc
internal import HDF5Adapter
internal import MPIAdapter
internal import Study
internal import Worker

/// One start of `radcohort run`; every rank has one, and all go through the same steps:
/// prepare (rank 0), then stage by stage what the plan says.
struct RunSession {
  let options: RunCommand
  let world: any Communicator
  let stop: StopRequest
  private let started = timestamp()

  init(options: RunCommand, world: any Communicator, stop: StopRequest) {
    self.options = options
    self.world = world
    self.stop = stop
  }

  /// Collective: every rank returns the same status.
  func run() throws -> ExitStatus {
    var preparation: RunPreparation?
    var status = ExitStatus.done
    if world.rank == 0 {
      do throws(ExitStatus) {
        preparation = try RunPreparation(options: options, rankCount: world.size)
      } catch {
        status = error
      }
    }
    status = try agree(on: status)
    guard status == .done else { return status }
    var job = try sharedJob(preparation)
    guard try ranksAreAlike(job) else { return .invalid }
    if world.rank == 0 { job.tidy() }
    for stage in job.plan.stages {
      switch stage.name {
      case .inventory: break
      case .sample, .extract, .search, .estimate:
        status = try compute(stage.units, job, preparation)
        try world.barrier()
      case .fit, .choose:
        status = try agree(on: conclude(stage.name, job, preparation))
        if status == .done { job = try sharedJob(preparation) }
      case .gather: return try gather(job, preparation)
      }
      guard status == .done else { return status }
    }
    return status
  }

  /// Collective: every rank makes the same job of what rank 0 has read and found.
  private func sharedJob(_ preparation: RunPreparation?) throws -> any Job {
    let setup = try world.broadcast(preparation?.setup.bytes ?? [], from: 0)
    return try JobSetup(bytes: setup).job()
  }

  /// Rank 0: a stage that is done from the journals.
  private func conclude(
    _ stage: StudyStage.Name, _ job: any Job, _ preparation: RunPreparation?
  ) throws -> ExitStatus {
    guard let preparation else { return .done }
    let index = try JournalReader.readAll(
      folder: job.folder.journal, fingerprint: job.fingerprint)
    do {
      let (setup, line) = try job.conclude(stage, index)
      try preparation.adopt(setup)
      preparation.say(line)
      return .done
    } catch let stopped as JobStopped {
      preparation.progress.end("fault")
      preparation.say("error: \(stopped.message)")
      return stage == .fit ? .invalid : .unitsFailed
    }
  }

  /// Collective: rank 0's status becomes everybody's.
  private func agree(on status: ExitStatus) throws -> ExitStatus {
    let byte = try world.broadcast([UInt8(status.rawValue)], from: 0).first
    return byte.flatMap { ExitStatus(rawValue: Int32($0)) } ?? .internalError
  }

  /// Collective: whether all ranks would compute the same bits. Ranks with other OpenBLAS kernels
  /// or another build of this program would not.
  private func ranksAreAlike(_ job: any Job) throws -> Bool {
    let mine = job.fingerprintText + " " + hostName() + " (" + numericalVersions().text + ")"
    let all = try world.gather(Array(mine.utf8)).map { String(decoding: $0, as: UTF8.self) }
    var others: [String] = []
    if let first = all.first?.split(separator: " ").first {
      others = all.enumerated().filter { !$0.element.hasPrefix(first) }.map { rank, text in
        "  rank \(rank) on" + text.dropFirst(first.count)
      }
    }
    if !others.isEmpty {
      printError(
        "These ranks would compute other bits than rank 0 (\(numericalVersions().text)):")
      for line in others { printError(line) }
      printError("Start the same program with the same OPENBLAS_CORETYPE on all ranks.")
    }
    return try world.broadcast([others.isEmpty ? 1 : 0], from: 0) == [1]
  }

  /// Collective: hands out and computes what is missing of a stage; when it returns, the journals of
  /// all ranks are closed.
  private func compute(
    _ stage: Range<Int>, _ job: any Job, _ preparation: RunPreparation?
  ) throws -> ExitStatus {
    guard let preparation else {
      try job.withWorker(rank: world.rank, stop: stop) { try $0.serve(world) }
      return try agree(on: .done)
    }
    let work = try preparation.work(in: stage, job)
    let end =
      world.size == 1
      ? try job.withWorker(rank: 0, stop: stop) { try computeAlone($0, work, preparation) }
      : try handOut(work, preparation)
    return try agree(on: preparation.status(of: end))
  }

  private func handOut(
    _ work: RunPreparation.Work, _ preparation: RunPreparation
  ) throws -> RunEnd {
    var coordinator = Coordinator(
      communicator: world,
      dispatcher: Dispatcher(runs: work.runs, workerCount: world.size - 1),
      isolated: work.isolated, stop: stop, observer: preparation.progress)
    let start = processSeconds()
    let end = try coordinator.run()
    let seconds = processSeconds() - start
    if work.count > 0 {
      preparation.note(
        "rank 0 took \(decimal(seconds, 3)) CPU s while \(work.count) units were computed, its waiting"
          + " for reports included")
    }
    return end
  }

  private func computeAlone(
    _ worker: Worker, _ work: RunPreparation.Work, _ preparation: RunPreparation
  ) throws -> RunEnd {
    var dispatcher = Dispatcher(runs: work.runs, workerCount: 1)
    while true {
      let batch = dispatcher.next(held: 0)
      if batch.isEmpty { return .complete }
      for unit in batch {
        if stop.isRequested { return .stopped }
        preparation.progress.tick(
          remainingSeconds: dispatcher.remainingSeconds, workerCount: 1)
        do throws(JournalError) {
          let report = try worker.perform(
            unit: unit, isolated: work.isolated.contains(unit))
          dispatcher.record(unit: unit, seconds: report.seconds)
          preparation.progress.unitEnded(report, rank: 0)
        } catch {
          return .fault(error.description)
        }
      }
    }
  }

  /// Collective: writes the result file from all journals.
  private func gather(_ job: any Job, _ preparation: RunPreparation?) throws -> ExitStatus {
    let writer = job.isWrittenByRankZero ? .serial : options.writer
    // All journals are closed; all ranks that write use rank 0's view of them.
    var index = JournalIndex()
    if world.rank == 0 {
      index = try JournalReader.readAll(
        folder: job.folder.journal, fingerprint: job.fingerprint)
    }
    if writer == .parallel {
      let view = try world.broadcast(index.bytes, from: 0)
      if world.rank != 0 { index = try JournalIndex(bytes: view) }
    }
    var failures: [(unit: Int, failure: UnitFailure)] = []
    var document: ResultDocument?
    if let preparation {
      let facts = RunFacts(
        commandLine: CommandLine.arguments,
        studyFile: relativePath(of: options.study, from: folderName(of: job.folder.result)),
        hosts: index.contributors,
        libraries: libraryVersions(), rankCount: world.size, writer: writer,
        started: started, ended: timestamp(), jobID: environmentText("SLURM_JOB_ID") ?? "",
        lives: preparation.lives)
      (document, failures) = try job.document(index, facts)
      preparation.warnOfMixedProcessors(index.contributors)
    }
    let store = HDF5ResultStore(
      world: world, mode: writer == .parallel ? .parallel : .serial)
    var problem = ""
    let (rowCount, columnCount) = job.shape
    do throws(StorageError) {
      try store.write(
        document, rowCount: rowCount, columnCount: columnCount, to: job.folder.result
      ) { (rows, buffer) throws(StorageError) in
        try job.fill(rows, buffer, index)
      }
    } catch {
      problem = error.description
    }
    if preparation != nil, problem.isEmpty { job.tidy() }
    return try agree(on: preparation?.summarise(failures, problem: problem) ?? .done)
  }
}
