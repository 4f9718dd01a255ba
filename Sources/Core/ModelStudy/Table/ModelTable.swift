package import Components

/// Rows of patients or lesions with named columns of numbers and texts, from one file or joined
/// from several.
package struct ModelTable: Hashable, Sendable {
  package enum Values: Hashable, Sendable {
    /// NaN is missing.
    case numbers([Double])
    /// An empty text is missing.
    case texts([String])

    package var count: Int {
      switch self {
      case .numbers(let numbers): numbers.count
      case .texts(let texts): texts.count
      }
    }

    package var missingCount: Int {
      switch self {
      case .numbers(let numbers): numbers.count { $0.isNaN }
      case .texts(let texts): texts.count { $0.isEmpty }
      }
    }
  }

  package enum ColumnKind: Hashable, Sendable {
    /// A model uses its numbers unless it is left out; its texts only where they are asked for.
    case feature
    /// A model uses it only where it is asked for: clinical columns, counts, notes.
    case information
  }

  package struct Column: Hashable, Sendable {
    package var name: String
    package var values: Values
    package var kind: ColumnKind
    /// Name of the image that a feature was computed on; "" where unknown.
    package var image: String
    /// Name of the volume of interest that a feature was computed in; "" where unknown.
    package var voi: String
    /// Index into the table's `sources`.
    package var source: Int

    package init(
      _ name: String, _ values: Values, kind: ColumnKind, image: String = "", voi: String = "",
      source: Int = 0
    ) {
      self.name = name
      self.values = values
      self.kind = kind
      self.image = image
      self.voi = voi
      self.source = source
    }

    /// Image and VOI as one name: "CT/tumour"; "" where neither is known.
    package var block: String { voi.isEmpty ? image : image + "/" + voi }
  }

  /// What tells rows apart.
  package struct Key: Hashable, Sendable {
    package var patient: String
    package var lesion: String
    package var session: String

    package init(patient: String, lesion: String = "", session: String = "") {
      self.patient = patient
      self.lesion = lesion
      self.session = session
    }

    /// As in the cohort table: "P1", "P1/lesion-2", "P1/lesion-2@follow-up".
    package var name: String {
      patient + (lesion.isEmpty ? "" : "/" + lesion) + (session.isEmpty ? "" : "@" + session)
    }
  }

  /// The file that columns come from.
  package struct Source: Hashable, Sendable {
    package var file: String
    /// What `numbers` count: "line" or "row".
    package var unit: String
    /// Where each row of the table stands in the file, 1-based.
    package var numbers: [Int]

    package init(file: String, unit: String, numbers: [Int]) {
      self.file = file
      self.unit = unit
      self.numbers = numbers
    }
  }

  package private(set) var keys: [Key]
  package private(set) var columns: [Column]
  package private(set) var sources: [Source]
  private var places: [String: Int]

  /// - Precondition: as many values and numbers as keys.
  /// - Throws: missing patient ids, rows that are given twice, columns that are given twice.
  package init(keys: [Key], columns: [Column], sources: [Source]) throws(InvalidInput) {
    precondition(columns.allSatisfy { $0.values.count == keys.count })
    precondition(columns.allSatisfy { sources.indices.contains($0.source) })
    precondition(!sources.isEmpty && sources.allSatisfy { $0.numbers.count == keys.count })
    self.keys = keys
    self.columns = columns
    self.sources = sources
    places = Dictionary(
      columns.enumerated().map { ($1.name, $0) }, uniquingKeysWith: { first, _ in first })
    var problems = keyProblems()
    for (index, column) in columns.enumerated() where places[column.name] != index {
      problems.append(
        Problem(sources[column.source].file, "column \"\(column.name)\" is given twice"))
    }
    if !problems.isEmpty { throw InvalidInput(problems) }
  }

  private func keyProblems() -> [Problem] {
    var problems: [Problem] = []
    var first: [Key: Int] = [:]
    for (row, key) in keys.enumerated() {
      if isMissingText(key.patient) {
        let source = sources[0]
        problems.append(
          Problem(
            "\(source.file), \(source.unit) \(source.numbers[row])", "the patient_id is missing"))
      } else if let earlier = first[key] {
        problems.append(
          Problem(
            place(row),
            "this row stands in \(sources[0].unit) \(sources[0].numbers[earlier]) already; several"
              + " lesions or scans of a patient need a lesion or session column that tells them"
              + " apart"))
      } else {
        first[key] = row
      }
    }
    return problems
  }

  package var rowCount: Int { keys.count }
  package var file: String { sources[0].file }
  /// Whether any row names a lesion.
  package var hasLesions: Bool { keys.contains { !$0.lesion.isEmpty } }
  /// Whether any row names a session.
  package var hasSessions: Bool { keys.contains { !$0.session.isEmpty } }

  /// Index of a column, or nil.
  package func index(of name: String) -> Int? { places[name] }

  package subscript(name: String) -> Column? { places[name].map { columns[$0] } }

  /// Where a row stands, for messages: "clinical.csv, line 5, patient P3".
  package func place(_ row: Int, source: Int = 0) -> String {
    let source = sources[source]
    var place = "\(source.file), \(source.unit) \(source.numbers[row])"
    place += ", patient \(keys[row].patient)"
    if !keys[row].lesion.isEmpty { place += ", lesion \(keys[row].lesion)" }
    if !keys[row].session.isEmpty { place += ", session \(keys[row].session)" }
    return place
  }

  /// Where a value of a column stands, for messages.
  package func place(_ row: Int, column: Column) -> String { place(row, source: column.source) }

  /// "there is no column ..." with the nearest name.
  package func missingColumnMessage(_ name: String) -> String {
    var message = "there is no column \"\(name)\""
    let names = columns.map(\.name)
    if let near = nearest(to: name, in: names) { message += "; did you mean \"\(near)\"?" }
    let listed = names.prefix(20).joined(separator: ", ")
    return message + " (columns: \(listed)\(names.count > 20 ? ", ..." : ""))"
  }
}
