/// How a unit ended.
package enum UnitStatus: UInt8, Hashable, Sendable {
  case finished = 0
  case failed = 1

  package var word: String { self == .finished ? "finished" : "failed" }
}

/// One ended unit, as a worker reports it after it is in the journal.
package struct UnitReport: Hashable, Sendable {
  package var unit: Int
  package var status: UnitStatus
  package var seconds: Double
  /// Why it failed; "" if it did not.
  package var message: String

  package init(unit: Int, status: UnitStatus, seconds: Double, message: String) {
    self.unit = unit
    self.status = status
    self.seconds = seconds
    self.message = message
  }
}

/// Worker to coordinator: what is done.
package struct WorkerReport: Hashable, Sendable {
  package var ended: [UnitReport]
  /// The worker takes no more: a signal told it to stop, or its journal cannot be written.
  package var isStopping: Bool
  /// Why, if the worker cannot go on at all (a full disk); ends the run with an error.
  package var fault: String

  package init(
    ended: [UnitReport] = [], isStopping: Bool = false, fault: String = ""
  ) {
    self.ended = ended
    self.isStopping = isStopping
    self.fault = fault
  }

  package var bytes: [UInt8] {
    var writer = ByteWriter()
    writer.write(ended.count)
    for report in ended {
      writer.write(report.unit)
      writer.write(report.status.rawValue)
      writer.write(report.seconds)
      writer.write(report.message)
    }
    writer.write(UInt8(isStopping ? 1 : 0))
    writer.write(fault)
    return writer.bytes
  }

  package init(bytes: [UInt8]) throws(MalformedBytes) {
    var reader = ByteReader(bytes)
    let count = try reader.readInt()
    ended = []
    for _ in 0..<max(0, count) {
      let unit = try reader.readInt()
      let status = UnitStatus(rawValue: try reader.readByte()) ?? .failed
      let seconds = try reader.readDouble()
      ended.append(
        UnitReport(unit: unit, status: status, seconds: seconds, message: try reader.readText()))
    }
    isStopping = try reader.readByte() != 0
    fault = try reader.readText()
  }
}

/// Coordinator to worker: units to do in this order, or the end.
///
/// Units that follow one another travel as a range, so an order of thousands is some bytes long.
package struct WorkOrder: Hashable, Sendable {
  package var units: [Int]
  /// Units in the first batch, after which the worker reports; those behind it are a second batch.
  package var reportAfter: Int
  /// Of these, the ones to do in a child process: they were in flight at two deaths.
  package var isolated: [Int]
  package var isEnd: Bool

  /// Units in an order, at most.
  package static let largestCount = 1 << 20

  /// - Parameter reportAfter: 0 ... units.count; nil where all units are one batch.
  package init(
    units: [Int], reportAfter: Int? = nil, isolated: [Int] = [], isEnd: Bool = false
  ) {
    precondition(units.count <= Self.largestCount)
    self.units = units
    self.reportAfter = reportAfter ?? units.count
    precondition((0...units.count).contains(self.reportAfter))
    self.isolated = isolated
    self.isEnd = isEnd
  }

  package var bytes: [UInt8] {
    var ranges: [Int] = []
    var index = 0
    while index < units.count {
      let first = index
      repeat { index += 1 } while index < units.count && units[index] == units[index - 1] + 1
      ranges += [units[first], index - first]
    }
    var writer = ByteWriter()
    writer.write(ranges)
    writer.write(reportAfter)
    writer.write(isolated)
    writer.write(UInt8(isEnd ? 1 : 0))
    return writer.bytes
  }

  package init(bytes: [UInt8]) throws(MalformedBytes) {
    var reader = ByteReader(bytes)
    let ranges = try reader.readInts()
    units = []
    var index = 0
    while index + 1 < ranges.count {
      let (first, count) = (ranges[index], ranges[index + 1])
      guard (0...(Self.largestCount - units.count)).contains(count), first <= Int.max - count else {
        throw MalformedBytes(offset: reader.offset)
      }
      units += first..<(first + count)
      index += 2
    }
    reportAfter = try reader.readInt()
    guard (0...units.count).contains(reportAfter) else {
      throw MalformedBytes(offset: reader.offset)
    }
    isolated = try reader.readInts()
    isEnd = try reader.readByte() != 0
  }
}
