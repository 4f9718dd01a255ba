/// What a finished unit leaves behind: its numbers and where they came from.
package struct UnitResult: Hashable, Sendable {
  /// One value per column of the unit's block; NaN where a feature is not defined.
  package var values: [Double]
  /// Why values are missing, if any are.
  package var note: String
  /// Facts about the region, for `/obs`.
  package var voxelsInMask: Int
  package var voxelsUsed: Int
  /// SHA-256 of the image and mask file, hexadecimal.
  package var imageHash: String
  package var maskHash: String
  package var seconds: Double

  package init(
    values: [Double], note: String = "", voxelsInMask: Int, voxelsUsed: Int, imageHash: String,
    maskHash: String, seconds: Double
  ) {
    self.values = values
    self.note = note
    self.voxelsInMask = voxelsInMask
    self.voxelsUsed = voxelsUsed
    self.imageHash = imageHash
    self.maskHash = maskHash
    self.seconds = seconds
  }

  package var payload: [UInt8] {
    var writer = ByteWriter()
    writer.write(note)
    writer.write(voxelsInMask)
    writer.write(voxelsUsed)
    writer.write(imageHash)
    writer.write(maskHash)
    writer.write(seconds)
    writer.write(values)
    return writer.bytes
  }

  /// Bytes of a payload that hold all but the values of nearly every unit.
  package static let headBytes = 16 << 10

  /// - Parameters:
  ///   - payload: whole, or without `withValues` at least all in front of the values.
  ///   - withValues: false leaves `values` empty.
  package init(payload: [UInt8], withValues: Bool = true) throws(MalformedBytes) {
    var reader = ByteReader(payload)
    note = try reader.readText()
    voxelsInMask = try reader.readInt()
    voxelsUsed = try reader.readInt()
    imageHash = try reader.readText()
    maskHash = try reader.readText()
    seconds = try reader.readDouble()
    values = withValues ? try reader.readDoubles() : []
  }
}

/// Why a unit could not be computed.
package struct UnitFailure: Error, Hashable, Sendable, CustomStringConvertible {
  /// The file at fault as the cohort table says, or "".
  package var file: String
  /// Without the file.
  package var message: String
  package var seconds: Double

  package init(file: String, message: String, seconds: Double = 0) {
    self.file = file
    self.message = message
    self.seconds = seconds
  }

  package var description: String { file.isEmpty ? message : "\(file): \(message)" }

  package var payload: [UInt8] {
    var writer = ByteWriter()
    writer.write(file)
    writer.write(message)
    writer.write(seconds)
    return writer.bytes
  }

  package init(payload: [UInt8]) throws(MalformedBytes) {
    var reader = ByteReader(payload)
    file = try reader.readText()
    message = try reader.readText()
    seconds = try reader.readDouble()
  }
}
