package import Learning
package import Study

/// What a finished unit of a model study leaves behind.
package struct ModelUnitResult: UnitOutput, Hashable, Sendable {
  /// Why grid points have no value on an inner fold.
  package struct Gap: Hashable, Sendable {
    package var reason: String
    /// Number of grid points.
    package var points: Int

    package init(reason: String, points: Int) {
      self.reason = reason
      self.points = points
    }
  }

  /// Of an inner fold: the metric of every grid point, NaN where it has none. Of an estimate: one
  /// score per test row.
  package var values: [Double]
  /// Of an estimate: one probability per test row, or empty where the model has none.
  package var probabilities: [Double]
  /// Of an estimate: the metric on the rows that it was fitted to.
  package var apparent: Double
  /// Of an estimate: places of the columns that the model saw, in its order, among those that it
  /// can see (`ModelPlan.columnNames`).
  package var selected: [UInt32]
  /// Of the final fit: the pipeline.
  package var state: FittedState?
  /// Of an inner fold: why values are missing, if any are.
  package var gaps: [Gap]
  /// Of an estimate: why `apparent` is missing, if it is.
  package var note: String
  package var seconds: Double

  package init(
    values: [Double], probabilities: [Double] = [], apparent: Double = .nan,
    selected: [UInt32] = [], state: FittedState? = nil, gaps: [Gap] = [], note: String = "",
    seconds: Double = 0
  ) {
    self.values = values
    self.probabilities = probabilities
    self.apparent = apparent
    self.selected = selected
    self.state = state
    self.gaps = gaps
    self.note = note
    self.seconds = seconds
  }

  /// Whether the model saw the first of these columns in their order: such a choice is stored as
  /// its length.
  private var isPrefix: Bool { selected.indices.allSatisfy { selected[$0] == UInt32($0) } }

  package var payload: [UInt8] {
    var writer = ByteWriter()
    writer.write(note)
    writer.write(seconds)
    writer.write(values)
    writer.write(probabilities)
    writer.write(apparent)
    writer.write(UInt8(isPrefix ? 1 : 0))
    if isPrefix { writer.write(selected.count) } else { writer.write(selected) }
    writer.write(gaps.count)
    for gap in gaps {
      writer.write(gap.reason)
      writer.write(gap.points)
    }
    writer.write(UInt8(state == nil ? 0 : 1))
    if let state { writer.write(state) }
    return writer.bytes
  }

  package init(payload: [UInt8]) throws(MalformedBytes) {
    var reader = ByteReader(payload)
    note = try reader.readText()
    seconds = try reader.readDouble()
    values = try reader.readDoubles()
    probabilities = try reader.readDoubles()
    apparent = try reader.readDouble()
    if try reader.readByte() == 1 {
      guard let count = UInt32(exactly: try reader.readInt()) else {
        throw MalformedBytes(offset: reader.offset)
      }
      selected = Array(0..<count)
    } else {
      selected = try reader.readUInt32s()
    }
    gaps = []
    for _ in 0..<max(0, try reader.readInt()) {
      gaps.append(Gap(reason: try reader.readText(), points: try reader.readInt()))
    }
    state = try reader.readByte() == 0 ? nil : try reader.readFittedState()
  }
}

extension ByteWriter {
  mutating func write(_ state: FittedState) {
    write(state.kind)
    write(state.texts)
    write(state.numbers)
    write(state.parts.count)
    for part in state.parts { write(part) }
  }
}

extension ByteReader {
  /// Deeper than a fitted pipeline ever is.
  private static let deepest = 16

  mutating func readFittedState(depth: Int = 0) throws(MalformedBytes) -> FittedState {
    if depth > Self.deepest { throw MalformedBytes(offset: offset) }
    var state = FittedState(
      kind: try readText(), texts: try readTexts(), numbers: try readDoubles())
    for _ in 0..<max(0, try readInt()) {
      state.parts.append(try readFittedState(depth: depth + 1))
    }
    return state
  }
}
