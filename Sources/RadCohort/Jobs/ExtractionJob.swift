internal import Catalog
internal import Components
internal import Glibc
internal import Habitats
internal import HashingAdapter
internal import Study
internal import Worker

/// The features of a cohort's images.
struct ExtractionJob: Job {
  let setup: RunSetup
  let study: StudyPlan
  let folder: RunFolder
  let fingerprint: [UInt8]
  /// Those of the cohort, once they are fitted.
  private let habitats: HabitatModel?

  init(setup: RunSetup) throws {
    self.setup = setup
    study = try setup.plan(families: Catalog.families, filters: Catalog.filters)
    folder = RunFolder(result: setup.result)
    habitats = HabitatModel(encoded: setup.habitats)
    if habitats == nil, !setup.habitats.isEmpty {
      throw HabitatError("the habitats of the cohort do not survive being stored")
    }
    fingerprint = fingerprintOfNumbers(study.identity)
  }

  var plan: any WorkPlan { study }

  var shape: (rows: Int, columns: Int) { (study.cohort.rows.count, study.columns.count) }

  var summary: String { "\(shape.rows) rows, \(shape.columns) columns" }

  /// The files of a unit and, where it needs them, the habitats of the cohort.
  func inputFingerprint(ofUnit unit: Int) -> UInt64 {
    let files = study.inputs(ofUnit: unit).map { ($0.identity, $0.path) }
    guard case .extract = study.task(unit), let habitats else {
      return fileFingerprint(ofFiles: files)
    }
    return fileFingerprint(ofFiles: files, with: habitats.encoded)
  }

  func computer() -> any UnitComputing {
    UnitComputer(
      plan: study, source: ImageFileSource(), habitats: habitats,
      maps: MapFolder(path: folder.maps),
      versions: diagnosticVersions)
  }

  func inventory() -> Inventory { Inventory(plan: study) }

  /// The habitats of the cohort, from the samples in the journals in the order of rows.
  func conclude(
    _ stage: StudyStage.Name, _ index: JournalIndex
  ) throws -> (setup: JobSetup, line: String) {
    precondition(stage == .fit)
    let samples = try JournalResults(plan: study, index: index).samples()
    let model: HabitatModel
    do throws(HabitatError) {
      model = try study.fitHabitats(samples)
    } catch {
      throw JobStopped(message: "the habitats of the cohort cannot be fitted: \(error.message)")
    }
    let training = study.cohort.rows.indices.count(where: study.cohort.isTraining)
    var next = setup
    next.habitats = model.encoded
    return (
      .extraction(next),
      "habitats: \(model.count) fitted on \(samples.count { !$0.isEmpty }) of \(training) training"
        + " rows"
    )
  }

  func document(
    _ index: JournalIndex, _ facts: RunFacts
  ) throws -> (document: ResultDocument, failures: [(unit: Int, failure: UnitFailure)]) {
    let outcomes = try JournalResults(plan: study, index: index).outcomes()
    let document = study.resultDocument(
      fingerprint: fingerprintText,
      cohortHash: hexadecimal(SHA256.hash(Array(setup.cohortText.utf8))),
      versions: numericalVersions(), facts: facts, outcomes: outcomes,
      timings: UnitTimings(index, seconds: outcomes.map(\.seconds)), habitats: habitats)
    let failures = outcomes.enumerated().compactMap { unit, outcome in
      if case .failed(let failure) = outcome { (unit: unit, failure: failure) } else { nil }
    }
    return (document, failures)
  }

  func fill(
    _ rows: Range<Int>, _ buffer: UnsafeMutableBufferPointer<Double>, _ index: JournalIndex
  ) throws(StorageError) {
    try JournalResults(plan: study, index: index).fill(rows, buffer)
  }
}

/// SHA-256 of what decides the numbers of a study, and of the arithmetic that computes them.
func fingerprintOfNumbers(_ identity: String) -> [UInt8] {
  let versions = numericalVersions()
  let text = "numbers \(versions.numbers)\n\(versions.linearAlgebra)\n" + identity
  return SHA256.hash(Array(text.utf8))
}

func hexadecimal(_ bytes: [UInt8]) -> String {
  let digits = Array("0123456789abcdef")
  return String(bytes.flatMap { [digits[Int($0 >> 4)], digits[Int($0 & 15)]] })
}
