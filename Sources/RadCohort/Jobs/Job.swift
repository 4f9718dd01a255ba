internal import Components
internal import ModelStudy
internal import Study
internal import Worker

/// What a run computes: the features of a cohort's images, or the models of a table. Every rank
/// makes the same job of the same setup; the run itself (lock, journals, handing out, resuming,
/// writing) does not know which it is.
protocol Job {
  var plan: any WorkPlan { get }
  var folder: RunFolder { get }
  /// SHA-256 of everything that could change a number; names the study in its journals.
  var fingerprint: [UInt8] { get }
  /// Rows and columns of `/X`.
  var shape: (rows: Int, columns: Int) { get }
  /// Whether `/X` is so small that rank 0 writes it alone, whatever the user asks for; then `fill` is
  /// called there only, after `document`.
  var isWrittenByRankZero: Bool { get }
  /// "16 rows, 2060 columns", for the first line of a run.
  var summary: String { get }

  /// Names the state of everything that a unit reads.
  func inputFingerprint(ofUnit unit: Int) -> UInt64
  func computer() throws -> any UnitComputing
  /// Rank 0, before anything is computed: what every unit costs and what is wrong with its input.
  func inventory() -> Inventory
  /// Rank 0: does a stage without units, from the journals.
  /// - Returns: the setup that all ranks go on with, and a line for the user.
  /// - Throws: what the user can mend.
  func conclude(
    _ stage: StudyStage.Name, _ index: JournalIndex
  ) throws -> (setup: JobSetup, line: String)
  /// Rank 0, with the lock: removes what earlier starts have left and this one does not need.
  func tidy()
  /// Rank 0: everything of the result file but `/X`, and the units that failed.
  func document(
    _ index: JournalIndex, _ facts: RunFacts
  ) throws -> (document: ResultDocument, failures: [(unit: Int, failure: UnitFailure)])
  /// Fills rows of `/X`, row-major, from the journals.
  func fill(
    _ rows: Range<Int>, _ buffer: UnsafeMutableBufferPointer<Double>, _ index: JournalIndex
  ) throws(StorageError)
}

extension Job {
  func tidy() {}

  var isWrittenByRankZero: Bool { false }

  var fingerprintText: String { hexadecimal(fingerprint) }

  /// Lends the means to compute and keep units: a journal of this process, closed and durable when
  /// `body` returns.
  func withWorker<Result>(
    rank: Int, stop: StopRequest, _ body: (Worker) throws -> Result
  ) throws -> Result {
    let journal = try JournalWriter(
      folder: folder.journal, rank: rank, fingerprint: fingerprint,
      process: "\(hostName()): \(processorModel())")
    let worker = Worker(
      computer: TestHooks.wrap(try computer(), plan: plan),
      isolation: ChildProcess(setup: folder.setup, rank: rank), journal: journal,
      fingerprint: inputFingerprint, stop: stop, now: monotonicClock, date: wallClock)
    let result = try body(worker)
    try journal.close()
    return result
  }
}

/// A stage of rank 0 that cannot go on for a reason that the user should read.
struct JobStopped: Error {
  let message: String
}

/// What every rank needs to make the same job.
enum JobSetup {
  case extraction(RunSetup)
  case models(ModelSetup)

  /// Reads a study and its tables from disk.
  /// - Parameter output: replaces the study's output; relative to the working directory.
  static func load(study path: String, output: String?) throws(InvalidInput) -> JobSetup {
    if try isModelStudy(path) { return .models(try loadModelSetup(study: path, output: output)) }
    return .extraction(try loadSetup(study: path, output: output))
  }

  func job() throws -> any Job {
    switch self {
    case .extraction(let setup): try ExtractionJob(setup: setup)
    case .models(let setup): try ModelJob(setup: setup)
    }
  }

  var bytes: [UInt8] {
    switch self {
    case .extraction(let setup): [0] + setup.bytes
    case .models(let setup): [1] + setup.bytes
    }
  }

  init(bytes: [UInt8]) throws(MalformedBytes) {
    let rest = Array(bytes.dropFirst())
    switch bytes.first {
    case 0: self = .extraction(try RunSetup(bytes: rest))
    case 1: self = .models(try ModelSetup(bytes: rest))
    default: throw MalformedBytes(offset: 0)
    }
  }
}
