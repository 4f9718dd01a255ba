package import Components
package import Study

/// The columns that tell rows apart; "" takes the first of the usual names that is there.
package struct KeyColumns: Hashable, Sendable {
  package var patient: String
  package var lesion: String
  package var session: String

  package init(patient: String = "", lesion: String = "", session: String = "") {
    self.patient = patient
    self.lesion = lesion
    self.session = session
  }

  fileprivate static let usualPatient = ["patient_id", "PatientID", "Patient", "patient", "ID"]
}

/// What the columns of a CSV file are by default.
package enum TableContent: Hashable, Sendable {
  /// All columns but PyRadiomics' `diagnostics_` and labels are features.
  case features
  /// All columns are information.
  case clinical
}

extension ModelTable {
  /// Reads a CSV file, or one with tabs where its name ends in `.tsv`.
  ///
  /// A column holds numbers where every value is one or is missing (empty, NA, NaN, n/a).
  /// - Parameters:
  ///   - name: of the file, for messages.
  ///   - keys: in a clinical table, a column that is not there is looked for by its usual names.
  /// - Throws: what `CSVFile` and `init` refuse, key columns that are not there, patients without
  ///   an id, rows and columns that are given twice.
  package static func csv(
    _ source: ByteSource, name: String, as content: TableContent, keys: KeyColumns = KeyColumns()
  ) throws(InvalidInput) -> ModelTable {
    let file = try CSVFile(source, name: name)
    var finder = KeyFinder(names: file.header, file: name)
    finder.isSecond = content == .clinical
    let found = finder.find(keys)
    let taken = [found.patient, found.lesion, found.session].compactMap { $0 }
    let read = try CSVColumns(file, asTexts: taken)
    guard finder.problems.isEmpty, let patient = found.patient else {
      throw InvalidInput(finder.problems)
    }
    let columns = file.header.indices.filter { !taken.contains($0) }.map { index in
      let column = file.header[index]
      let origin = ColumnOrigin(name: content == .features ? column : "")
      return Column(
        column, read.values(index), kind: kind(of: column, in: content), image: origin.image,
        voi: origin.voi)
    }
    func texts(_ index: Int?) -> [String] {
      index.map(read.written) ?? [String](repeating: "", count: read.lines.count)
    }
    return try ModelTable(
      keys: Self.keys(texts(patient), texts(found.lesion), texts(found.session)), columns: columns,
      sources: [Source(file: name, unit: "line", numbers: read.lines)])
  }

  private static func kind(of name: String, in content: TableContent) -> ColumnKind {
    let isAside = name.hasPrefix("diagnostics_") || name == "label" || name == "Label"
    return content == .clinical || isAside ? .information : .feature
  }

  /// A table whose features and facts about rows come apart, as in AnnData's `/X` and `/obs`.
  /// - Parameters:
  ///   - index: names of the rows; the patients where no column has them.
  ///   - facts: columns about the rows, those of the keys among them; texts as they stand.
  ///   - features: of kind `feature`.
  ///   - keys: a column that is not there is looked for by its usual names.
  /// - Throws: key columns that are not there, patients without an id, rows and columns that are
  ///   given twice.
  package static func assembled(
    file: String, index: [String], facts: [Column], features: [Column],
    keys: KeyColumns = KeyColumns()
  ) throws(InvalidInput) -> ModelTable {
    var finder = KeyFinder(names: facts.map(\.name), file: file)
    finder.hasRowNames = true
    let found = finder.find(keys)
    if !finder.problems.isEmpty { throw InvalidInput(finder.problems) }
    let taken = [found.patient, found.lesion, found.session].compactMap { $0 }
    func texts(_ place: Int?) -> [String]? { place.map { facts[$0].values.asTexts } }
    let none = [String](repeating: "", count: index.count)
    var rest = facts.indices.filter { !taken.contains($0) }.map { facts[$0] }
    for place in rest.indices {
      if case .texts(let texts) = rest[place].values {
        rest[place].values = .texts(texts.map { isMissingText($0) ? "" : $0 })
      }
    }
    return try ModelTable(
      keys: Self.keys(
        texts(found.patient) ?? index, texts(found.lesion) ?? none, texts(found.session) ?? none),
      columns: features + rest,
      sources: [Source(file: file, unit: "row", numbers: index.indices.map { $0 + 1 })])
  }

  private static func keys(
    _ patients: [String], _ lesions: [String], _ sessions: [String]
  ) -> [Key] {
    patients.indices.map {
      Key(
        patient: patients[$0], lesion: isMissingText(lesions[$0]) ? "" : lesions[$0],
        session: isMissingText(sessions[$0]) ? "" : sessions[$0])
    }
  }
}

private struct KeyFinder {
  let names: [String]
  let file: String
  var hasRowNames = false
  /// Whether the table is joined to another, which has the columns that are named.
  var isSecond = false
  var problems: [Problem] = []

  init(names: [String], file: String) {
    self.names = names
    self.file = file
  }

  mutating func find(_ keys: KeyColumns) -> (patient: Int?, lesion: Int?, session: Int?) {
    (
      column(keys.patient, usual: KeyColumns.usualPatient, required: !hasRowNames),
      column(keys.lesion, usual: ["lesion"], required: false),
      column(keys.session, usual: ["session"], required: false)
    )
  }

  private mutating func column(_ given: String, usual: [String], required: Bool) -> Int? {
    // One study names the columns of all its tables; a result file has the usual names, and a
    // clinical table mostly has one row per patient.
    if given.isEmpty || ((hasRowNames || isSecond) && !names.contains(given)),
      let name = usual.first(where: { names.contains($0) })
    {
      return names.firstIndex(of: name)
    }
    if let index = names.firstIndex(of: given) { return index }
    if !required && (given.isEmpty || isSecond) { return nil }
    let wanted = given.isEmpty ? usual[0] : given
    var message = "there is no column \"\(wanted)\", which tells the rows apart"
    if let near = nearest(to: wanted, in: names) { message += "; did you mean \"\(near)\"?" }
    let listed = names.prefix(20).joined(separator: ", ")
    message += " (columns: \(listed)\(names.count > 20 ? ", ..." : ""))"
    problems.append(Problem(file, message))
    return nil
  }
}
