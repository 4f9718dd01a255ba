package import Components
internal import Fusion
internal import Imaging

/// One row of the cohort: a lesion of a patient in a session.
package struct CohortRow: Hashable, Sendable {
  package var patient: String
  package var lesion: String
  package var session: String
  /// Per image of the study: where its files are, as the cohort table says.
  package var images: [String]
  package var masks: [String]
  /// Per image of the study: value of the VOI in the mask.
  package var labels: [Int]
  /// Per VOI of the study: the mask of the anatomy that it leaves out; "" for none.
  package var excluded: [String]
  /// Per image of the study: what turns its values into standardised uptake; 1 without `suv`.
  package var uptakeFactors: [Double]
  /// Which connected component of the mask the row is, from 1, the largest; 0 is the whole mask.
  package var component = 0
  /// Line of the cohort file.
  package var line: Int

  /// Patient, lesion and session as one name, unique in the cohort: "P1", "P1/lesion-2",
  /// "P1/lesion-2@follow-up".
  package var name: String {
    patient + (lesion.isEmpty ? "" : "/" + lesion) + (session.isEmpty ? "" : "@" + session)
  }
}

extension Cohort {
  /// A path of the table as the process can open it.
  package func resolve(_ path: String) -> String {
    path.isEmpty || path.hasPrefix("/") || folder.isEmpty ? path : folder + "/" + path
  }
}

/// The cohort table, checked against the study.
package struct Cohort: Sendable {
  package var rows: [CohortRow]
  /// Where relative paths of the table start.
  package var folder: String
  /// All other columns of the table as they stand, for `/obs`.
  package var clinical: [(name: String, values: [String])]
  /// The split, outcome, time and event columns' names, where there are any.
  package var roles: [(role: String, column: String)]

  /// Whether a row may be used to fit something: all where there is no split column, else those
  /// that say "train" or "training".
  package func isTraining(_ row: Int) -> Bool {
    guard let role = roles.first(where: { $0.role == "split" }),
      let column = clinical.first(where: { $0.name == role.column })
    else { return true }
    return ["train", "training"].contains(column.values[row].lowercased())
  }

  /// The cohort with one row for each connected component of each row's mask.
  /// - Parameter counts: of components, one for each row; a row with 0 stays one row.
  package func split(intoComponents counts: [Int]) -> Cohort {
    precondition(counts.count == rows.count)
    var result = self
    result.rows = []
    result.clinical = clinical.map { ($0.name, []) }
    for (index, row) in rows.enumerated() {
      for component in 1...max(1, counts[index]) {
        var lesion = row
        lesion.component = component
        lesion.lesion = (row.lesion.isEmpty ? "" : row.lesion + ".") + "\(component)"
        result.rows.append(lesion)
        for column in clinical.indices {
          result.clinical[column].values.append(clinical[column].values[index])
        }
      }
    }
    return result
  }
}

extension Cohort {
  /// Reads the cohort table.
  /// - Parameters:
  ///   - folder: of the cohort file; relative image paths start here.
  /// - Throws: every missing column, missing value, bad label and repeated row at once.
  package static func parse(
    _ text: String, name: String, folder: String, study: StudyFile
  ) throws(InvalidInput) -> Cohort {
    let table = try CSVTable.parse(text, name: name)
    var builder = CohortBuilder(table: table, file: name, folder: folder, study: study)
    let cohort = builder.build()
    if !builder.problems.isEmpty { throw InvalidInput(builder.problems) }
    return cohort
  }
}

private struct CohortBuilder {
  let table: CSVTable
  let file: String
  let folder: String
  let study: StudyFile
  var problems: [Problem] = []

  init(table: CSVTable, file: String, folder: String, study: StudyFile) {
    self.table = table
    self.file = file
    self.folder = folder
    self.study = study
  }

  /// The column that a role has: the one the study names, else the usual names.
  mutating func column(_ given: String, _ key: String, usual: [String], required: Bool) -> Int? {
    if !given.isEmpty {
      if let index = table.column(given) { return index }
      problems.append(Problem(file, missing(given, key)))
      return nil
    }
    for name in usual {
      if let index = table.column(name) { return index }
    }
    if required { problems.append(Problem(file, missing(usual[0], "the study"))) }
    return nil
  }

  func missing(_ column: String, _ who: String) -> String {
    var message = "there is no column \"\(column)\", which \(who) asks for"
    if let near = nearest(to: column, in: table.header) { message += "; did you mean \"\(near)\"?" }
    return message + " (columns: \(table.header.joined(separator: ", ")))"
  }

  mutating func build() -> Cohort {
    let names = study.columns
    // PyRadiomics' own batch tables have Image, Mask and Label, and no patient.
    let isBatchTable =
      names.patient.isEmpty && table.column("Image") != nil && table.column("Mask") != nil
      && table.column("patient_id") == nil
    let patient = column(
      names.patient, "columns.patient_id", usual: ["patient_id", "PatientID", "Patient", "ID"],
      required: !isBatchTable)
    let lesion = column(names.lesion, "columns.lesion", usual: ["lesion"], required: false)
    let session = column(names.session, "columns.session", usual: ["session"], required: false)
    let label = column(names.label, "columns.label", usual: ["label", "Label"], required: false)
    var images: [Int?] = []
    var masks: [Int?] = []
    for image in study.images {
      images.append(
        image.fusion != nil
          ? nil
          : column(
            image.imageColumn == "image" ? "" : image.imageColumn, "images.\(image.name).image",
            usual: ["image", "Image"], required: true))
      masks.append(
        column(
          image.maskColumn == "mask" ? "" : image.maskColumn, "images.\(image.name).mask",
          usual: ["mask", "Mask"], required: true))
    }
    let excluded = study.vois.map { voi in
      voi.parameters.exclude.isEmpty
        ? nil
        : column(voi.parameters.exclude, "vois.\(voi.name).exclude", usual: [], required: true)
    }
    let uptake = study.images.map { uptakeColumns(of: $0) }
    let split = column(names.split, "columns.split", usual: ["split"], required: false)
    let outcome = column(names.outcome, "columns.outcome", usual: ["outcome"], required: false)
    let time = column(names.time, "columns.time", usual: ["time"], required: false)
    let event = column(names.event, "columns.event", usual: ["event"], required: false)
    guard problems.isEmpty else {
      return Cohort(rows: [], folder: folder, clinical: [], roles: [])
    }

    let batchNames = isBatchTable && patient == nil ? caseNames(imageColumn: images[0]) : nil
    var rows: [CohortRow] = []
    var firstLine: [String: Int] = [:]
    for (index, fields) in table.rows.enumerated() {
      let line = table.lines[index]
      let row = CohortRow(
        patient: batchNames?[index] ?? patient.map { fields[$0] } ?? "",
        lesion: lesion.map { fields[$0] }
          ?? (batchNames != nil ? label.map { fields[$0] } ?? "" : ""),
        session: session.map { fields[$0] } ?? "",
        images: images.map { $0.map { fields[$0] } ?? "" },
        masks: masks.map { $0.map { fields[$0] } ?? "" },
        labels: labels(label.map { fields[$0] } ?? "", line: line),
        excluded: excluded.map { $0.map { fields[$0] } ?? "" },
        uptakeFactors: uptakeFactors(uptake, fields, line: line), line: line)
      check(row, &firstLine)
      rows.append(row)
    }
    let taken = Set(
      ([patient, lesion, session, label] + images + masks + excluded).compactMap { $0 })
    let clinical = table.header.indices.filter { !taken.contains($0) }.map { column in
      (name: table.header[column], values: table.rows.map { $0[column] })
    }
    let roles = [("split", split), ("outcome", outcome), ("time", time), ("event", event)]
      .compactMap { role, column in column.map { (role: role, column: table.header[$0]) } }
    let cohort = Cohort(rows: rows, folder: folder, clinical: clinical, roles: roles)
    checkTraining(cohort, split: split)
    return cohort
  }

  /// Habitats of the cohort are fitted on training rows, so there must be some.
  mutating func checkTraining(_ cohort: Cohort, split: Int?) {
    guard let split, study.fitsCohortHabitats else { return }
    let training = cohort.rows.indices.filter(cohort.isTraining)
    let patients = Set(training.map { cohort.rows[$0].patient })
    for index in cohort.rows.indices
    where !cohort.isTraining(index) && patients.contains(cohort.rows[index].patient) {
      problems.append(
        Problem(
          "\(file), line \(cohort.rows[index].line)",
          "patient \(cohort.rows[index].patient) has rows for training and others; habitats of scope"
            + " cohort would carry one into the other"))
    }
    guard training.isEmpty else { return }
    let found = Set(table.rows.map { $0[split] }).sorted().prefix(5).map { "\"\($0)\"" }
    problems.append(
      Problem(
        file,
        "habitats of scope cohort are fitted on the rows whose \(table.header[split]) is train or"
          + " training; there is none (found: \(found.joined(separator: ", ")))"))
  }

  /// Names for a table without patients: rows with one image are one case.
  func caseNames(imageColumn: Int?) -> [String] {
    var numbers: [String: Int] = [:]
    return table.rows.map { fields in
      let image = imageColumn.map { fields[$0] } ?? ""
      let number = numbers[image] ?? numbers.count + 1
      numbers[image] = number
      let digits = String(number)
      return "case-" + String(repeating: "0", count: max(0, 4 - digits.count)) + digits
    }
  }

  mutating func labels(_ text: String, line: Int) -> [Int] {
    guard !text.isEmpty else { return study.images.map(\.label) }
    let number = Int(text) ?? Double(text).flatMap { Int(exactly: $0) }
    guard let number, (1...Int(UInt32.max)).contains(number) else {
      problems.append(
        Problem(
          "\(file), line \(line)",
          "label \"\(text)\" is not a whole number in 1...\(UInt32.max)"))
      return study.images.map(\.label)
    }
    return study.images.map { _ in number }
  }

  /// The columns that an image's standardised uptake is computed from.
  mutating func uptakeColumns(of image: ImageSection) -> [(name: String, index: Int)] {
    guard let uptake = image.uptake else { return [] }
    return uptake.columns.compactMap { name in
      column(name, "images.\(image.name).suv", usual: [], required: true).map { (name, $0) }
    }
  }

  /// Per image: what turns its values into standardised uptake.
  mutating func uptakeFactors(
    _ columns: [[(name: String, index: Int)]], _ fields: [String], line: Int
  ) -> [Double] {
    zip(study.images, columns).map { image, columns in
      guard let uptake = image.uptake else { return 1 }
      do throws(InvalidInput) {
        return try uptake.factor { name in
          columns.first { $0.name == name }.map { fields[$0.index] }
        }
      } catch {
        problems += error.problems.map {
          Problem("\(file), line \(line), \($0.location)", $0.message)
        }
        return .nan
      }
    }
  }

  mutating func check(_ row: CohortRow, _ firstLine: inout [String: Int]) {
    let place = "\(file), line \(row.line)"
    if row.patient.isEmpty { problems.append(Problem(place, "the patient_id is empty")) }
    for (image, paths) in zip(study.images, zip(row.images, row.masks)) {
      if paths.0.isEmpty, image.fusion == nil {
        problems.append(Problem(place, "patient \(row.patient): no path of image \(image.name)"))
      }
      if paths.1.isEmpty {
        problems.append(
          Problem(place, "patient \(row.patient): no path of the mask of image \(image.name)"))
      }
    }
    if let first = firstLine[row.name] {
      let what =
        "patient \"\(row.patient)\""
        + (row.lesion.isEmpty ? "" : ", lesion \"\(row.lesion)\"")
        + (row.session.isEmpty ? "" : ", session \"\(row.session)\"")
      problems.append(
        Problem(
          place,
          "\(what) stands on line \(first) already; several lesions or scans of a patient need a"
            + " lesion or session column that tells them apart"))
    } else {
      firstLine[row.name] = row.line
    }
  }
}
