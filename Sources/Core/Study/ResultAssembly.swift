internal import Imaging
internal import Features
package import Habitats

/// What became of one unit, without its numbers.
package enum UnitOutcome: Sendable {
  case finished(UnitResult)
  case failed(UnitFailure)
  /// Never computed.
  case missing
}

/// Facts about a run that differ from one to the next; never part of the digest.
package struct RunFacts: Sendable {
  package var commandLine: [String]
  /// The study file as seen from the result's folder; absolute where only the root holds both.
  package var studyFile: String
  /// Host and processor of every process that computed, over all starts.
  package var hosts: [String]
  /// Libraries and compiler, names and versions.
  package var libraries: [(name: String, version: String)]
  package var rankCount: Int
  package var writer: ResultWriter
  package var started: String
  package var ended: String
  package var jobID: String
  /// Number of starts that it took, this one included.
  package var lives: Int

  package init(
    commandLine: [String], studyFile: String, hosts: [String],
    libraries: [(name: String, version: String)], rankCount: Int, writer: ResultWriter,
    started: String, ended: String, jobID: String, lives: Int
  ) {
    self.commandLine = commandLine
    self.studyFile = studyFile
    self.hosts = hosts
    self.libraries = libraries
    self.rankCount = rankCount
    self.writer = writer
    self.started = started
    self.ended = ended
    self.jobID = jobID
    self.lives = lives
  }
}

extension RunFacts {
  /// `/uns/provenance/run`.
  package var runNode: ResultNode {
    .group([
      .init("command_line", .texts(commandLine)),
      .init("study_file", .text(studyFile)),
      .init("hosts", .texts(hosts)),
      .init("libraries", .group(libraries.map { .init($0.name, .text($0.version)) })),
      .init("ranks", .integer(rankCount)),
      .init("writer", .text(writer.rawValue)),
      .init("started", .text(started)),
      .init("ended", .text(ended)),
      .init("job_id", .text(jobID)),
      .init("lives", .integer(lives)),
    ])
  }
}

/// What decides the last bits of a number beside study and images: part of the digest and of the
/// plan's fingerprint.
package struct NumericalVersions: Hashable, Sendable {
  /// Version of the engine's own arithmetic.
  package var numbers: Int
  /// Release of OpenBLAS and the kernels in use: "OpenBLAS 0.3.21, Haswell".
  package var linearAlgebra: String

  package init(numbers: Int, linearAlgebra: String) {
    self.numbers = numbers
    self.linearAlgebra = linearAlgebra
  }

  package var text: String { "arithmetic \(numbers), \(linearAlgebra)" }
}

extension StudyPlan {
  /// Everything of the result file but `/X`.
  /// - Parameters:
  ///   - fingerprint: of the plan, hexadecimal.
  ///   - outcomes: of all units; their `values` are not looked at.
  ///   - timings: of all units.
  ///   - habitats: those of the cohort, if the study has them fitted.
  package func resultDocument(
    fingerprint: String, cohortHash: String, versions: NumericalVersions, facts: RunFacts,
    outcomes: [UnitOutcome], timings: UnitTimings, habitats: HabitatModel?
  ) -> ResultDocument {
    ResultDocument(
      observations: observations(outcomes), variables: variables(),
      groups: [
        .init(
          "uns",
          .group([
            .init("radcohort", summaryNode(fingerprint, outcomes, habitats)),
            .init("provenance", provenance(outcomes, cohortHash: cohortHash, versions, facts)),
            .init("timings", timings.node),
          ]))
      ])
  }

  private func observations(_ outcomes: [UnitOutcome]) -> ResultTable {
    let rows = cohort.rows
    var columns: [ResultTable.Column] = [
      .init("patient_id", .texts(rows.map(\.patient))),
      .init("lesion", .texts(rows.map(\.lesion))),
      .init("session", .texts(rows.map(\.session))),
    ]
    for (index, image) in study.images.enumerated() {
      let prefix = study.images.count > 1 ? image.name + "_" : ""
      let units = rows.indices.map { outcomes[unit(row: $0, image: index)] }
      columns.append(.init("\(prefix)label", .integers(rows.map { $0.labels[index] })))
      columns.append(.init("\(prefix)status", .texts(units.map(\.word))))
      columns.append(.init("\(prefix)reason", .texts(units.map(\.reason))))
      for region in study.regionNames.indices {
        columns += regionColumns(image: image.name, region: region, units)
      }
    }
    var taken = Set(columns.map(\.name))
    for clinical in cohort.clinical {
      var name = clinical.name.replacing("/", with: "_")
      while !taken.insert(name).inserted { name += "_cohort" }
      columns.append(.init(name, typed(clinical.values)))
    }
    return ResultTable(index: rows.map(\.name), columns: columns)
  }

  /// What `/obs` says of one region of an image in every row.
  private func regionColumns(
    image: String, region: Int, _ units: [UnitOutcome]
  ) -> [ResultTable.Column] {
    let prefix = study.prefix(image: image, region: study.regionNames[region])
    let facts = units.map { $0.facts(ofRegion: region) }
    func count(_ value: Int?) -> Double { value.flatMap { $0 < 0 ? nil : Double($0) } ?? .nan }
    var columns: [ResultTable.Column] = [
      .init("\(prefix)voxels_in_mask", .numbers(facts.map { count($0?.voxelsInMask) })),
      .init("\(prefix)voxels_used", .numbers(facts.map { count($0?.voxelsUsed) })),
    ]
    if study.diagnostics {
      for (index, name) in PyRadiomicsDiagnostics.names.enumerated() {
        let texts = facts.map { facts in
          facts.flatMap { $0.diagnostics.indices.contains(index) ? $0.diagnostics[index] : nil }
            ?? ""
        }
        columns.append(.init(prefix + name, typed(texts)))
      }
    }
    return columns
  }

  private func variables() -> ResultTable {
    ResultTable(
      index: columns.map(\.name),
      columns: [
        .init("image", .texts(columns.map(\.image))),
        .init("voi", .texts(columns.map(\.region))),
        .init("image_type", .texts(columns.map(\.imageType))),
        .init("family", .texts(columns.map(\.family))),
        .init("feature", .texts(columns.map(\.feature.name))),
        .init("ibsi", .texts(columns.map { $0.feature.ibsi ?? "" })),
      ])
  }

  private func summaryNode(
    _ fingerprint: String, _ outcomes: [UnitOutcome], _ habitats: HabitatModel?
  ) -> ResultNode {
    let failed = outcomes.indices.filter {
      if case .finished = outcomes[$0] { false } else { true }
    }
    let places = failed.map { (row: cohort.rows[row(ofUnit: $0)], part: part(ofUnit: $0)) }
    let failures = ResultTable(
      index: failed.map { "unit-\($0)" },
      columns: [
        .init("patient_id", .texts(places.map(\.row.patient))),
        .init("lesion", .texts(places.map(\.row.lesion))),
        .init("session", .texts(places.map(\.row.session))),
        .init("image", .texts(places.map(\.part))),
        .init("file", .texts(failed.map { outcomes[$0].file })),
        .init("message", .texts(failed.map { outcomes[$0].reason })),
      ])
    return .group(
      [
        .init("study", .text(study.name)),
        .init("profile", .text(study.profile.rawValue)),
        .init("fingerprint", .text(fingerprint)),
        .init("units", .integer(unitCount)),
        .init("units_failed", .integer(failed.count)),
        .init("failures", .table(failures)),
        .init(
          "roles",
          .group(cohort.roles.map { .init($0.role, .text($0.column)) })),
      ] + (habitats.map { [.init("habitats", .group($0.resultNodes))] } ?? []))
  }

  private func provenance(
    _ outcomes: [UnitOutcome], cohortHash: String, _ versions: NumericalVersions, _ facts: RunFacts
  ) -> ResultNode {
    var files: [String] = []
    var hashes: [String] = []
    // A file that several lesions share is listed once.
    var seen: Set<String> = []
    for (unit, outcome) in outcomes.enumerated() {
      guard case .finished(let result) = outcome else { continue }
      for (file, hash) in zip(inputs(ofUnit: unit).map(\.name), result.inputHashes)
      where seen.insert(file).inserted {
        files.append(file)
        hashes.append(hash)
      }
    }
    return .group([
      .init("study_text", .text(study.text)),
      .init("cohort_sha256", .text(cohortHash)),
      .init("seed", .integer(Int(study.seed))),
      .init("input_file", .texts(files)),
      .init("input_sha256", .texts(hashes)),
      .init("numbers", .integer(versions.numbers)),
      .init("linear_algebra", .text(versions.linearAlgebra)),
      .init("run", facts.runNode),
    ])
  }

}

extension UnitOutcome {
  /// That it took; NaN where it was never computed.
  package var seconds: Double {
    switch self {
    case .finished(let result): result.seconds
    case .failed(let failure): failure.seconds
    case .missing: .nan
    }
  }

  fileprivate var word: String {
    switch self {
    case .finished: "finished"
    case .failed: "failed"
    case .missing: "missing"
    }
  }

  fileprivate var reason: String {
    switch self {
    case .finished(let result): result.note
    case .failed(let failure): failure.description
    case .missing: "not computed"
    }
  }

  fileprivate var file: String {
    if case .failed(let failure) = self { failure.file } else { "" }
  }

  fileprivate func facts(ofRegion region: Int) -> RegionFacts? {
    if case .finished(let result) = self, result.regions.indices.contains(region) {
      result.regions[region]
    } else {
      nil
    }
  }
}

/// A clinical column as numbers where every value is one or is missing, else as texts.
private func typed(_ values: [String]) -> ResultTable.Values {
  let missing: Set<String> = ["", "NA", "NaN", "nan", "n/a"]
  var numbers: [Double] = []
  var areNumbers = false
  for value in values {
    if missing.contains(value) {
      numbers.append(.nan)
    } else if isPlainNumber(value), let number = Double(value) {
      numbers.append(number)
      areNumbers = true
    } else {
      return .texts(values)
    }
  }
  return areNumbers ? .numbers(numbers) : .texts(values)
}

/// Whether a text is a number that reads back as it stands: not "007", "1E05" or "0x1A", which are
/// codes.
private func isPlainNumber(_ text: String) -> Bool {
  var digits = Substring(text)
  if digits.first == "-" { digits.removeFirst() }
  let parts = digits.split(separator: ".", maxSplits: 1, omittingEmptySubsequences: false)
  let areDigits = parts.allSatisfy { part in
    !part.isEmpty && part.utf8.allSatisfy { (0x30...0x39).contains($0) }
  }
  return areDigits && (parts[0].count == 1 || parts[0].first != "0")
}
