/// Facts about one region of a unit, for `/obs`.
package struct RegionFacts: Hashable, Sendable {
  /// Voxels of the region on the mask's own grid; -1 where the region could not be had.
  package var voxelsInMask: Int
  /// Voxels that features were computed on; -1 where there were none.
  package var voxelsUsed: Int
  /// PyRadiomics' `diagnostics_` values, in the order of the plan's names; empty when not asked for.
  package var diagnostics: [String]

  package init(voxelsInMask: Int, voxelsUsed: Int, diagnostics: [String] = []) {
    self.voxelsInMask = voxelsInMask
    self.voxelsUsed = voxelsUsed
    self.diagnostics = diagnostics
  }

  /// A region that could not be had.
  package static let missing = RegionFacts(voxelsInMask: -1, voxelsUsed: -1)
}

/// What a finished unit leaves in the journal.
package protocol UnitOutput {
  /// Seconds that it took; known when it is done.
  var seconds: Double { get set }
  var payload: [UInt8] { get }
}

/// What a finished unit of extraction leaves behind: its numbers and where they came from.
package struct UnitResult: UnitOutput, Hashable, Sendable {
  /// One value per column of the block, NaN where a feature is not defined; of a sample of voxels,
  /// one after the other, the values that are clustered.
  package var values: [Double]
  /// Why values are missing, if any are.
  package var note: String
  /// In the order of the study's regions; empty for a sample.
  package var regions: [RegionFacts]
  /// SHA-256 of every input file of the unit, hexadecimal, in the plan's order.
  package var inputHashes: [String]
  package var seconds: Double

  package init(
    values: [Double], note: String = "", regions: [RegionFacts], inputHashes: [String],
    seconds: Double = 0
  ) {
    self.values = values
    self.note = note
    self.regions = regions
    self.inputHashes = inputHashes
    self.seconds = seconds
  }

  package var payload: [UInt8] {
    var writer = ByteWriter()
    writer.write(note)
    writer.write(regions.count)
    for region in regions {
      writer.write(region.voxelsInMask)
      writer.write(region.voxelsUsed)
      writer.write(region.diagnostics.count)
      for text in region.diagnostics { writer.write(text) }
    }
    writer.write(inputHashes.count)
    for hash in inputHashes { writer.write(hash) }
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
    regions = []
    for _ in 0..<max(0, try reader.readInt()) {
      var region = RegionFacts(
        voxelsInMask: try reader.readInt(), voxelsUsed: try reader.readInt())
      for _ in 0..<max(0, try reader.readInt()) {
        region.diagnostics.append(try reader.readText())
      }
      regions.append(region)
    }
    inputHashes = []
    for _ in 0..<max(0, try reader.readInt()) { inputHashes.append(try reader.readText()) }
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
