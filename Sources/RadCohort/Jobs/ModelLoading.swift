internal import Catalog
internal import Components
internal import Glibc
internal import HDF5Adapter
internal import HashingAdapter
internal import Learning
internal import ModelStudy
internal import Study

/// Whether a study file is one of models: it names a table and no images.
func isModelStudy(_ path: String) throws(InvalidInput) -> Bool {
  guard let text = readText(path) else {
    throw InvalidInput(path, "the study file cannot be read: \(String(cString: strerror(errno)))")
  }
  return try ModelStudyFile.isModelStudy(text, name: path)
}

/// Reads a model study and its tables, and writes the table that all ranks map beside the result.
/// - Parameter output: replaces the study's output; relative to the working directory.
/// - Throws: what is wrong with study or tables, all of it.
func loadModelSetup(study path: String, output: String?) throws(InvalidInput) -> ModelSetup {
  let loaded = try LoadedModelStudy(path)
  let folder = folderName(of: path)
  let result = output ?? resolve(loaded.study.output, in: folder)
  let place = RunFolder(result: result).folder
  if let message = makeFolder(place) {
    throw InvalidInput(place, "the work folder cannot be made: \(message)")
  }
  let table = try TableFile(loaded.header, loaded.built.data.features, in: place)
  return ModelSetup(
    studyName: path, studyText: loaded.study.text, result: result, table: table.path,
    tableHash: table.hash,
    inputs: loaded.inputs.map(\.name), inputHashes: loaded.inputs.map(\.hash),
    layout: loaded.built.layout.state, notes: loaded.notes,
    missing: loaded.built.columns.map(\.missing))
}

/// A model study with its tables joined, and its plan.
struct LoadedModelStudy {
  let study: ModelStudyFile
  let built: BuiltDataset
  let header: ModelDataHeader
  let plan: ModelPlan
  let notes: [String]
  /// Files that were read, as the study names them, with their SHA-256.
  let inputs: [(name: String, hash: String)]

  /// - Throws: everything that is wrong with study and tables and can be known before a fit; the
  ///   study's file and setting, or the table's file and line, stand in front.
  init(_ path: String) throws(InvalidInput) {
    guard let text = readText(path) else {
      throw InvalidInput(path, "the study file cannot be read: \(String(cString: strerror(errno)))")
    }
    study = try ModelStudyFile.parse(text, name: path, catalog: Catalog.learning)
    var tables = StudyTables(study, in: folderName(of: path))
    do throws(InvalidInput) {
      let table = try tables.read()
      var notes = tables.notes
      var volumes = try Self.volumes(study, table)
      var built = try DatasetBuilder(study.definition).build(table)
      // A column without a value in any training row can be learnt by nothing; whether a row has a
      // value says nothing about outcomes.
      let empty = Self.emptyColumns(built)
      if !empty.isEmpty {
        var definition = study.definition
        definition.exclude += empty
        built = try DatasetBuilder(definition).build(table)
        notes += empty.map { "column \"\($0)\" has no value in any training row and is left out" }
      }
      try study.checkColumns(names: built.data.names, blocks: built.data.blocks)
      volumes = volumes.isEmpty ? [] : built.rows.map { volumes[$0] }
      notes += built.unknown.map { "\(table.place($0.row)): outcome unknown, \($0.reason)" }
      notes += built.notes
      notes += built.unusedTexts.map { "column \"\($0)\" holds texts and is not used" }
      header = Self.header(built, volumes)
      plan = try ModelPlan(study: study, header: header)
      self.notes =
        try notes
        + plan.checkPipelines(
          missing: built.columns.map(\.missing), features: built.data.features)
      self.built = built
    } catch {
      throw error.named(path, but: tables.files)
    }
    inputs = tables.inputs
  }

  /// Feature columns that are missing in all training rows.
  private static func emptyColumns(_ built: BuiltDataset) -> [String] {
    let training = built.rows(of: .train)
    return built.columns.indices.filter { column in
      guard built.columns[column].block != "clinical", built.columns[column].missing > 0 else {
        return false
      }
      let values = built.data.features.column(column)
      return training.allSatisfy { values[values.startIndex + $0].isNaN }
    }.map { built.columns[$0].name }
  }

  /// Of lesions, one per row of the table, or empty.
  private static func volumes(
    _ study: ModelStudyFile, _ table: ModelTable
  ) throws(InvalidInput) -> [Double] {
    guard let name = study.aggregate?.volume, !name.isEmpty else { return [] }
    guard let column = table[name] else {
      throw InvalidInput("aggregate.volume", table.missingColumnMessage(name))
    }
    guard case .numbers(let numbers) = column.values else {
      throw InvalidInput("aggregate.volume", "column \"\(name)\" of \(table.file) holds texts")
    }
    return numbers
  }

  private static func header(_ built: BuiltDataset, _ volumes: [Double]) -> ModelDataHeader {
    ModelDataHeader(
      rowNames: built.keys.map(\.name), patients: built.keys.map(\.patient),
      lesions: built.keys.map(\.lesion), sessions: built.keys.map(\.session), roles: built.roles,
      outcome: built.data.outcome, groups: built.data.groups, sites: built.data.sites,
      weights: built.data.weights, volumes: volumes, columns: built.data.names,
      blocks: built.data.blocks, leftOut: built.leftOut)
  }
}

extension InvalidInput {
  /// With the study's file in front of problems that name no file.
  fileprivate func named(_ study: String, but files: [String]) -> InvalidInput {
    InvalidInput(
      problems.map { problem in
        let hasFile = (files + [study]).contains { problem.location.hasPrefix($0) }
        return hasFile ? problem : Problem("\(study): \(problem.location)", problem.message)
      })
  }
}

/// Reads and joins the tables of a model study.
private struct StudyTables {
  private let study: ModelStudyFile
  private let folder: String
  private let keys: KeyColumns
  private(set) var notes: [String] = []
  private(set) var inputs: [(name: String, hash: String)] = []
  /// Paths of what was read.
  private(set) var files: [String] = []

  init(_ study: ModelStudyFile, in folder: String) {
    self.study = study
    self.folder = folder
    keys = KeyColumns(
      patient: study.columns.patient, lesion: study.columns.lesion, session: study.columns.session)
  }

  mutating func read() throws(InvalidInput) -> ModelTable {
    var table = try read(study.table, as: .features, at: "table")
    if !study.clinical.isEmpty {
      let (joined, report) = try table.joined(
        with: read(study.clinical, as: .clinical, at: "clinical"), rule: study.join)
      notes += report.onlyFirst.map { "\($0): no partner in \(study.clinical), left out" }
      notes += report.onlySecond.map { "\($0): no partner in \(study.table), left out" }
      notes += report.replaced.map { "column \"\($0)\" is taken from \(study.clinical)" }
      table = joined
    }
    guard let repeatability = study.repeatability else { return table }
    var measurements = repeatability.tables.count == 1 ? [table] : []
    for name in repeatability.tables {
      measurements.append(try read(name, as: .features, at: "repeatability.tables"))
    }
    let (left, dropped, rows) = try Repeatability(repeatability.criterion).kept(
      of: table, by: measurements)
    notes.append(
      "icc: \(dropped) features that \(measurements.count) measurements of \(rows) rows do not"
        + " reproduce are left out; no outcome was looked at")
    return left
  }

  private mutating func read(
    _ name: String, as content: TableContent, at setting: String
  ) throws(InvalidInput) -> ModelTable {
    let path = resolve(name, in: folder)
    guard let hash = SHA256.hash(ofFile: path) else {
      throw InvalidInput(setting, "the table \(path) cannot be read: \(systemError())")
    }
    inputs.append((name: name, hash: hexadecimal(hash)))
    files.append(path)
    return try readTable(path, as: content, keys: keys)
  }
}

/// Reads a table by the end of its name: `.h5`, `.hdf5` and `.h5ad` as AnnData, others as text.
/// - Parameter content: what the columns of a text file are by default.
func readTable(
  _ path: String, as content: TableContent, keys: KeyColumns
) throws(InvalidInput) -> ModelTable {
  let isBinary = [".h5", ".hdf5", ".h5ad"].contains { path.lowercased().hasSuffix($0) }
  if isBinary { return try AnnDataTable.read(path, name: path, keys: keys) }
  func unreadable() -> InvalidInput {
    InvalidInput(path, "the table cannot be read: \(systemError())")
  }
  guard let file = OpenFile(path) else { throw unreadable() }
  let source = ByteSource { offset, buffer throws(InvalidInput) in
    guard let count = file.read(buffer, from: offset) else { throw unreadable() }
    return count
  }
  return try ModelTable.csv(source, name: path, as: content, keys: keys)
}
