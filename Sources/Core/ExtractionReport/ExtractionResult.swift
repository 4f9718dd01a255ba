package import Components
package import Study

/// A result file of an extraction, as its report needs it.
package struct ExtractionResult: Sendable {
  package struct Row: Hashable, Sendable {
    /// "P1", "P1/lesion-2@follow-up".
    package var name: String
    package var patient: String
  }

  package struct Column: Hashable, Sendable {
    package var name: String
    package var image: String
    package var region: String
    package var imageType: String
    package var family: String
    package var feature: String
    /// Code of the IBSI manual, or "".
    package var ibsi: String
  }

  /// A region of an image: a VOI or a habitat, with its block of columns.
  package struct Part: Hashable, Sendable {
    package var image: String
    package var region: String
    package var columns: Range<Int>
    /// One per row; NaN where the region could not be had.
    package var voxelsInMask: [Double]
    package var voxelsUsed: [Double]
  }

  /// One image of one row.
  package struct Unit: Hashable, Sendable {
    package var row: Int
    package var image: String
    /// "finished", "failed" or "missing".
    package var status: String
    /// Why it failed or has missing values; "" if neither.
    package var reason: String
    /// NaN where it was not computed.
    package var seconds: Double
  }

  /// When and where a unit was computed, sampling for habitats included.
  package struct TimedUnit: Hashable, Sendable {
    /// -1 where it is not known.
    package var rank: Int
    /// Seconds since the first unit was begun; NaN where it is not known.
    package var start: Double
    package var seconds: Double
    package var isSampling: Bool
  }

  package var study: String
  package var profile: String
  package var fingerprint: String
  package var studyText: String
  /// SHA-256 of the cohort table, hexadecimal.
  package var cohortHash: String
  /// Facts about the program and the run, in words.
  package var versions: [(name: String, value: String)] = []
  package var run: [(name: String, value: String)] = []
  /// The study file as seen from the result's folder, or absolute; "" where the result does not say.
  package var studyFile: String
  /// The fitted habitats of the cohort, if there are any.
  package var habitats: ResultNode?
  package var inputs: [(file: String, hash: String)] = []
  package var failures: ResultTable
  package var rows: [Row]
  package var columns: [Column]
  package var images: [String]
  package var regions: [String]
  package var parts: [Part]
  /// Row by row, images in the order of `images`.
  package var units: [Unit]
  package var timeline: [TimedUnit]
  /// `/X`, row-major.
  package var values: [Double]

  /// - Parameters:
  ///   - document: of the file.
  ///   - values: `/X`, row-major.
  /// - Throws: what is not in the file or does not fit together.
  package init(_ document: ResultDocument, values: [Double]) throws(InvalidInput) {
    guard document[path: "uns/radcohort/kind"]?.text ?? "extraction" == "extraction",
      let study = document[path: "uns/radcohort/study"]?.text
    else { throw InvalidInput("uns/radcohort", "the file is no result of an extraction") }
    let columns = try Self.columns(document.variables)
    guard values.count == document.rowCount * columns.count else {
      throw InvalidInput(
        "X",
        "\(values.count) values are not those of \(document.rowCount) rows and"
          + " \(columns.count) columns")
    }
    guard let patients = document.observations.texts("patient_id") else {
      throw InvalidInput("obs", "patient_id is missing")
    }
    self.study = study
    func text(_ path: String) -> String { document[path: "uns/\(path)"]?.text ?? "" }
    profile = text("radcohort/profile")
    fingerprint = text("radcohort/fingerprint")
    studyText = text("provenance/study_text")
    cohortHash = text("provenance/cohort_sha256")
    studyFile = text("provenance/run/study_file")
    habitats = document[path: "uns/radcohort/habitats"]
    failures = document[path: "uns/radcohort/failures"]?.table ?? ResultTable(index: [])
    rows = zip(document.observations.index, patients).map { Row(name: $0, patient: $1) }
    self.columns = columns
    self.values = values
    images = distinct(columns.map(\.image))
    regions = distinct(columns.map(\.region))
    parts = Self.parts(columns, document.observations, images: images, regions: regions)
    let seconds = document[path: "uns/timings/seconds_per_unit"]?.numbers ?? []
    units = Self.units(document.observations, images: images, seconds: seconds)
    timeline = Self.timeline(document, seconds: seconds, extracting: units.count)
    let files = document[path: "uns/provenance/input_file"]?.texts ?? []
    inputs = zip(files, document[path: "uns/provenance/input_sha256"]?.texts ?? [])
      .map { (file: $0, hash: $1) }
    readRun(document)
  }

  private static func columns(_ table: ResultTable) throws(InvalidInput) -> [Column] {
    var fields: [[String]] = []
    for name in ["image", "voi", "image_type", "family", "feature", "ibsi"] {
      guard let texts = table.texts(name) else {
        throw InvalidInput("var", "the column \(name) is missing")
      }
      fields.append(texts)
    }
    return table.index.indices.map { index in
      Column(
        name: table.index[index], image: fields[0][index], region: fields[1][index],
        imageType: fields[2][index], family: fields[3][index], feature: fields[4][index],
        ibsi: fields[5][index])
    }
  }

  /// Blocks of columns that belong to one region of one image.
  private static func parts(
    _ columns: [Column], _ rows: ResultTable, images: [String], regions: [String]
  ) -> [Part] {
    var parts: [Part] = []
    var start = 0
    while start < columns.count {
      let (image, region) = (columns[start].image, columns[start].region)
      let end =
        columns[start...].firstIndex { $0.image != image || $0.region != region } ?? columns.count
      let prefix =
        (images.count > 1 ? image + "_" : "") + (regions.count > 1 ? region + "_" : "")
      let unknown = [Double](repeating: .nan, count: rows.index.count)
      parts.append(
        Part(
          image: image, region: region, columns: start..<end,
          voxelsInMask: rows.numbers(prefix + "voxels_in_mask") ?? unknown,
          voxelsUsed: rows.numbers(prefix + "voxels_used") ?? unknown))
      start = end
    }
    return parts
  }

  private static func units(
    _ rows: ResultTable, images: [String], seconds: [Double]
  ) -> [Unit] {
    var units: [Unit] = []
    let facts = images.map { image in
      let prefix = images.count > 1 ? image + "_" : ""
      return (status: rows.texts(prefix + "status"), reason: rows.texts(prefix + "reason"))
    }
    for row in rows.index.indices {
      for (image, name) in images.enumerated() {
        let index = units.count
        units.append(
          Unit(
            row: row, image: name, status: facts[image].status?[row] ?? "missing",
            reason: facts[image].reason?[row] ?? "",
            seconds: index < seconds.count ? seconds[index] : .nan))
      }
    }
    return units
  }

  private static func timeline(
    _ document: ResultDocument, seconds: [Double], extracting: Int
  ) -> [TimedUnit] {
    let ranks = document[path: "uns/timings/rank_per_unit"]?.numbers ?? []
    let starts = document[path: "uns/timings/start_per_unit"]?.numbers ?? []
    guard ranks.count == seconds.count, starts.count == seconds.count else { return [] }
    return seconds.indices.map {
      TimedUnit(
        rank: Int(ranks[$0]), start: starts[$0], seconds: seconds[$0], isSampling: $0 >= extracting)
    }
  }

  private mutating func readRun(_ document: ResultDocument) {
    func node(_ path: String) -> ResultNode? { document[path: "uns/provenance/\(path)"] }
    versions =
      [("Linear algebra", node("linear_algebra")?.text ?? "")]
      + (node("numbers")?.integer.map { [("Version of the arithmetic", "\($0)")] } ?? [])
      + (node("run/libraries")?.entries.map { ($0.name, $0.node.text ?? "") } ?? [])
    run = [
      ("Command", (node("run/command_line")?.texts ?? []).joined(separator: " ")),
      ("Hosts", (node("run/hosts")?.texts ?? []).joined(separator: "; ")),
      ("Ranks", node("run/ranks")?.integer.map { "\($0)" } ?? ""),
      ("Starts", node("run/lives")?.integer.map { "\($0)" } ?? ""),
      ("Begun", node("run/started")?.text ?? ""), ("Ended", node("run/ended")?.text ?? ""),
      ("Job", node("run/job_id")?.text ?? ""), ("Writer", node("run/writer")?.text ?? ""),
      ("Seed", node("seed")?.integer.map { "\($0)" } ?? ""),
      ("SHA-256 of the cohort table", cohortHash),
    ]
    versions.removeAll { $0.value.isEmpty }
    run.removeAll { $0.value.isEmpty }
  }
}

extension ExtractionResult {
  package var patientCount: Int { Set(rows.map(\.patient)).count }

  /// A column of `/X`.
  package func values(ofColumn column: Int) -> [Double] {
    rows.indices.map { values[$0 * columns.count + column] }
  }

  /// "CT, tumour"; "" in a result of one image and one region.
  package func name(of part: Part) -> String {
    [images.count > 1 ? part.image : "", regions.count > 1 ? part.region : ""]
      .filter { !$0.isEmpty }.joined(separator: ", ")
  }

  /// The column of the unfiltered image with a code of the IBSI manual, in a part.
  func column(withCode code: String, in part: Part) -> Int? {
    part.columns.first { columns[$0].ibsi == code && columns[$0].imageType == "original" }
  }

  /// The volume of a part in all rows, mm3: of the mesh, else of the voxels; nil where no such
  /// feature was computed.
  package func volumeColumn(of part: Part) -> Int? {
    column(withCode: "RNU0", in: part) ?? column(withCode: "YEKZ", in: part)
  }
}

/// Every text once, in order of appearance.
func distinct(_ texts: [String]) -> [String] {
  var seen: Set<String> = []
  return texts.filter { seen.insert($0).inserted }
}
