internal import Components
package import Learning
package import Study

/// What every rank needs to make the same plan of a model study.
package struct ModelSetup: Hashable, Sendable {
  package var studyName: String
  package var studyText: String
  package var result: String
  /// The file that `ModelData` maps, and the SHA-256 of its bytes, hexadecimal.
  package var table: String
  package var tableHash: String
  /// The files that the table was made from, and their SHA-256, hexadecimal.
  package var inputs: [String]
  package var inputHashes: [String]
  /// How columns are made from a table, for `apply`.
  package var layout: FittedState
  /// Rows that are left out because their outcome is unknown, and what else the reader should know.
  package var notes: [String]
  /// Rows without a value, per column.
  package var missing: [Int]
  /// The grid point of every estimate; empty before they are chosen.
  package var choices: [Int] = []

  package init(
    studyName: String, studyText: String, result: String, table: String, tableHash: String,
    inputs: [String], inputHashes: [String], layout: FittedState, notes: [String], missing: [Int]
  ) {
    self.studyName = studyName
    self.studyText = studyText
    self.result = result
    self.table = table
    self.tableHash = tableHash
    self.inputs = inputs
    self.inputHashes = inputHashes
    self.layout = layout
    self.notes = notes
    self.missing = missing
  }

  package var bytes: [UInt8] {
    var writer = ByteWriter()
    for text in [studyName, studyText, result, table, tableHash] { writer.write(text) }
    writer.write(inputs)
    writer.write(inputHashes)
    writer.write(layout)
    writer.write(notes)
    writer.write(missing)
    writer.write(choices)
    return writer.bytes
  }

  package init(bytes: [UInt8]) throws(MalformedBytes) {
    var reader = ByteReader(bytes)
    studyName = try reader.readText()
    studyText = try reader.readText()
    result = try reader.readText()
    table = try reader.readText()
    tableHash = try reader.readText()
    inputs = try reader.readTexts()
    inputHashes = try reader.readTexts()
    layout = try reader.readFittedState()
    notes = try reader.readTexts()
    missing = try reader.readInts()
    choices = try reader.readInts()
  }
}
