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
  let bytes = ModelData.bytes(loaded.header, loaded.built.data.features)
  let place = RunFolder(result: result).folder
  let hash = hexadecimal(SHA256.hash(bytes))
  // The name carries the hash: a later start with another table does not change it under a run.
  let table = "\(place)/table-\(hash.prefix(16)).bin"
  if let message = makeFolder(place) {
    throw InvalidInput(place, "the work folder cannot be made: \(message)")
  }
  try keep(bytes, at: table)
  return ModelSetup(
    studyName: path, studyText: loaded.study.text, result: result, table: table, tableHash: hash,
    inputs: loaded.inputs.map(\.name), inputHashes: loaded.inputs.map(\.hash),
    layout: loaded.built.layout.state, notes: loaded.notes,
    missing: loaded.built.columns.map(\.missing))
}

/// Writes a file whose name says what is in it, aside and then renamed: a run that has mapped it
/// never sees it change.
private func keep(_ bytes: [UInt8], at path: String) throws(InvalidInput) {
  var status = stat()
  if stat(path, &status) == 0, Int(status.st_size) == bytes.count { return }
  let aside = "\(path).\(getpid()).partial"
  do { try writeFile(bytes, to: aside) } catch {
    throw InvalidInput(aside, "the table cannot be written")
  }
  guard rename(aside, path) == 0 else {
    throw InvalidInput(path, "the table cannot be written: \(systemError())")
  }
}

/// A model study with its tables joined.
struct LoadedModelStudy {
  let study: ModelStudyFile
  let built: BuiltDataset
  /// Of lesions, one per row of the data set, or empty.
  private let volumes: [Double]
  let notes: [String]
  /// Files that were read, as the study names them, with their SHA-256.
  let inputs: [(name: String, hash: String)]

  init(_ path: String) throws(InvalidInput) {
    guard let text = readText(path) else {
      throw InvalidInput(path, "the study file cannot be read: \(String(cString: strerror(errno)))")
    }
    let study = try ModelStudyFile.parse(text, name: path, catalog: Catalog.learning)
    let folder = folderName(of: path)
    let keys = KeyColumns(
      patient: study.columns.patient, lesion: study.columns.lesion, session: study.columns.session)
    let first = resolve(study.table, in: folder)
    var notes: [String] = []
    var inputs = [(name: study.table, hash: try fileHash(first))]
    var table = try readTable(first, as: .features, keys: keys)
    if !study.clinical.isEmpty {
      let second = resolve(study.clinical, in: folder)
      inputs.append((name: study.clinical, hash: try fileHash(second)))
      let (joined, report) = try table.joined(
        with: readTable(second, as: .clinical, keys: keys), rule: study.join)
      notes += report.onlyFirst.map { "\($0): no partner in \(study.clinical), left out" }
      notes += report.onlySecond.map { "\($0): no partner in \(study.table), left out" }
      notes += report.replaced.map { "column \"\($0)\" is taken from \(study.clinical)" }
      table = joined
    }
    if let repeatability = study.repeatability {
      let paths = repeatability.tables.map { resolve($0, in: folder) }
      var measurements = paths.count == 1 ? [table] : []
      for (name, path) in zip(repeatability.tables, paths) {
        inputs.append((name: name, hash: try fileHash(path)))
        measurements.append(try readTable(path, as: .features, keys: keys))
      }
      let (left, dropped, rows) = try Repeatability(repeatability.filter).kept(
        of: table, by: measurements)
      notes.append(
        "icc: \(dropped) features that \(measurements.count) measurements of \(rows) rows do not"
          + " reproduce are left out; no outcome was looked at")
      table = left
    }
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
    let rows = table
    volumes = volumes.isEmpty ? [] : built.rows.map { volumes[$0] }
    notes += built.unknown.map { "\(rows.place($0.row)): outcome unknown, \($0.reason)" }
    notes += built.notes
    notes += built.unusedTexts.map { "column \"\($0)\" holds texts and is not used" }
    self.study = study
    self.built = built
    self.volumes = volumes
    self.notes = notes
    self.inputs = inputs
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

  var header: ModelDataHeader {
    ModelDataHeader(
      rowNames: built.keys.map(\.name), patients: built.keys.map(\.patient), roles: built.roles,
      outcome: built.data.outcome, groups: built.data.groups, sites: built.data.sites,
      weights: built.data.weights, volumes: volumes, columns: built.data.names,
      blocks: built.data.blocks, leftOut: built.leftOut)
  }
}

/// Reads a table by the end of its name: `.h5`, `.hdf5` and `.h5ad` as AnnData, others as text.
/// - Parameter content: what the columns of a text file are by default.
func readTable(
  _ path: String, as content: TableContent, keys: KeyColumns
) throws(InvalidInput) -> ModelTable {
  let isBinary = [".h5", ".hdf5", ".h5ad"].contains { path.lowercased().hasSuffix($0) }
  if isBinary { return try AnnDataTable.read(path, name: path, keys: keys) }
  guard let text = readText(path) else {
    throw InvalidInput(path, "the table cannot be read: \(String(cString: strerror(errno)))")
  }
  return try ModelTable.csv(text, name: path, as: content, keys: keys)
}

private func fileHash(_ path: String) throws(InvalidInput) -> String {
  guard let hash = SHA256.hash(ofFile: path) else {
    throw InvalidInput(path, "the table cannot be read: \(String(cString: strerror(errno)))")
  }
  return hexadecimal(hash)
}
