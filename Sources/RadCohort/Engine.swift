internal import Catalog
internal import Components
internal import Glibc
internal import HashingAdapter
internal import Study
internal import Worker

/// What every rank of a run has: the plan, and the means to compute and keep a unit.
final class Engine {
  let plan: StudyPlan
  let folder: RunFolder
  /// SHA-256 of everything that could change a number; names the study in its journals.
  let fingerprint: [UInt8]
  let worker: Worker
  private let journal: JournalWriter

  init(setup: RunSetup, rank: Int, stop: StopRequest) throws {
    plan = try setup.plan(families: Catalog.families)
    folder = RunFolder(result: setup.result)
    fingerprint = planFingerprint(plan)
    journal = try JournalWriter(folder: folder.journal, rank: rank, fingerprint: fingerprint)
    let plan = plan
    worker = Worker(
      computer: TestHooks.wrap(UnitComputer(plan: plan, source: ImageFileSource()), plan: plan),
      isolation: ChildProcess(setup: folder.setup, rank: rank), journal: journal,
      fingerprint: { inputFingerprint(plan.inputPaths(ofUnit: $0)) }, stop: stop,
      now: monotonicClock)
  }

  var fingerprintText: String { hexadecimal(fingerprint) }

  /// Makes the journal durable and closes it.
  func close() throws { try journal.close() }
}

/// SHA-256 of the plan's identity, the engine's numerical version and OpenBLAS' kernels.
func planFingerprint(_ plan: StudyPlan) -> [UInt8] {
  let text = "numbers \(numericalVersion)\nkernels \(coreTypeInUse())\n" + plan.identity
  return SHA256.hash(Array(text.utf8))
}

/// Changes whenever a released version computes a different number from the same study
/// (CHANGELOG, "Numbers that change"): a journal of another one is not continued.
let numericalVersion = 1

func hexadecimal(_ bytes: [UInt8]) -> String {
  let digits = Array("0123456789abcdef")
  return String(bytes.flatMap { [digits[Int($0 >> 4)], digits[Int($0 & 15)]] })
}
