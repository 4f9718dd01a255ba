internal import Catalog
internal import Components
internal import Glibc
internal import Habitats
internal import HashingAdapter
internal import Study
internal import Worker

/// What every rank of a run has: the plan, and where its files are.
struct Engine {
  let plan: StudyPlan
  let folder: RunFolder
  /// Those of the cohort, once they are fitted.
  let habitats: HabitatModel?
  /// SHA-256 of everything that could change a number; names the study in its journals.
  let fingerprint: [UInt8]

  init(setup: RunSetup) throws {
    plan = try setup.plan(families: Catalog.families, filters: Catalog.filters)
    folder = RunFolder(result: setup.result)
    habitats = HabitatModel(encoded: setup.habitats)
    if habitats == nil, !setup.habitats.isEmpty {
      throw HabitatError("the habitats of the cohort do not survive being stored")
    }
    fingerprint = planFingerprint(plan)
  }

  var fingerprintText: String { hexadecimal(fingerprint) }

  /// Names the state of everything that a unit reads: its files and, where it needs them, the
  /// habitats of the cohort.
  func inputFingerprint(ofUnit unit: Int) -> UInt64 {
    let files = plan.inputs(ofUnit: unit).map { ($0.identity, $0.path) }
    guard case .extract = plan.task(unit), let habitats else {
      return fileFingerprint(ofFiles: files)
    }
    return fileFingerprint(ofFiles: files, with: habitats.encoded)
  }

  /// Lends the means to compute and keep units: a journal of this process, closed and durable when
  /// `body` returns.
  func withWorker<Result>(
    rank: Int, stop: StopRequest, _ body: (Worker) throws -> Result
  ) throws -> Result {
    let journal = try JournalWriter(
      folder: folder.journal, rank: rank, fingerprint: fingerprint,
      process: "\(hostName()): \(processorModel())")
    let worker = Worker(
      computer: TestHooks.wrap(
        UnitComputer(
          plan: plan, source: ImageFileSource(), habitats: habitats,
          maps: MapFolder(path: folder.maps), versions: diagnosticVersions), plan: plan),
      isolation: ChildProcess(setup: folder.setup, rank: rank), journal: journal,
      fingerprint: inputFingerprint, stop: stop,
      now: monotonicClock)
    let result = try body(worker)
    try journal.close()
    return result
  }
}

/// SHA-256 of everything that could change a stored number.
func planFingerprint(_ plan: StudyPlan) -> [UInt8] {
  let versions = numericalVersions()
  let text = "numbers \(versions.numbers)\n\(versions.linearAlgebra)\n" + plan.identity
  return SHA256.hash(Array(text.utf8))
}

func hexadecimal(_ bytes: [UInt8]) -> String {
  let digits = Array("0123456789abcdef")
  return String(bytes.flatMap { [digits[Int($0 >> 4)], digits[Int($0 & 15)]] })
}
