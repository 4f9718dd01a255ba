import Foundation
import Study
import TestSupport
import Testing

@Suite struct JournalTests {
  private let mine = [UInt8](repeating: 1, count: 32)
  private let other = [UInt8](repeating: 2, count: 32)

  /// Oracle: RFC 3720, appendix B.4, and the check value of the CRC catalogue.
  @Test func checksumsMatchPublishedValues() {
    #expect(CRC32C.checksum(Array("123456789".utf8)) == 0xE306_9283)
    #expect(CRC32C.checksum([UInt8](repeating: 0, count: 32)) == 0x8A91_36AA)
    #expect(CRC32C.checksum([UInt8](repeating: 0xff, count: 32)) == 0x62A8_AB43)
    #expect(CRC32C.checksum((0..<32).map { UInt8($0) }) == 0x46DD_794E)
    #expect(CRC32C.checksum([]) == 0)
  }

  @Test func whatWasAppendedIsRead() throws {
    let folder = try TestFolder()
    let writer = try JournalWriter(folder: folder.path, rank: 3, fingerprint: mine)
    for unit in 0..<100 {
      try writer.append(.started, unit: unit, fingerprint: 9, payload: [])
      let payload = (0..<unit).map { UInt8($0 & 255) }
      try writer.append(
        unit % 7 == 0 ? .failed : .finished, unit: unit, fingerprint: UInt64(unit),
        payload: payload)
    }
    try writer.close()
    let index = try JournalReader.readAll(folder: folder.path, fingerprint: mine)
    #expect(index.recordCount == 100)
    for unit in 0..<100 {
      let record = try #require(index.record(of: unit))
      #expect(record.kind == (unit % 7 == 0 ? .failed : .finished))
      #expect(record.fingerprint == UInt64(unit))
      #expect(try index.payload(of: record).count == unit)
      #expect(index.deaths(of: unit) == 0)
    }
    #expect(index.ignoredBytes == 0)
  }

  @Test func aTornTailIsLeftOutWhereverItIsCut() throws {
    let folder = try TestFolder()
    let writer = try JournalWriter(folder: folder.path, rank: 0, fingerprint: mine)
    try writer.append(.finished, unit: 1, fingerprint: 0, payload: [1, 2, 3])
    try writer.append(.finished, unit: 2, fingerprint: 0, payload: [4, 5, 6])
    try writer.close()
    let path = folder.path + "/" + (try #require(folder.files.first))
    let whole = try Data(contentsOf: URL(fileURLWithPath: path))
    let recordBytes = 32 + 3
    for cut in 1..<recordBytes {
      try whole.dropLast(cut).write(to: URL(fileURLWithPath: path))
      let index = try JournalReader.readAll(folder: folder.path, fingerprint: mine)
      #expect(index.record(of: 1) != nil)
      #expect(index.record(of: 2) == nil)
      #expect(index.ignoredBytes == recordBytes - cut)
    }
    // A flipped bit anywhere in the last record.
    for offset in (whole.count - recordBytes)..<whole.count {
      var damaged = whole
      damaged[offset] ^= 0x10
      try damaged.write(to: URL(fileURLWithPath: path))
      let index = try JournalReader.readAll(folder: folder.path, fingerprint: mine)
      #expect(index.record(of: 2) == nil, "a flipped bit at \(offset) was not seen")
      #expect(index.record(of: 1) != nil)
    }
    // A process that died while it made the file.
    try whole.prefix(20).write(to: URL(fileURLWithPath: path))
    #expect(try JournalReader.readAll(folder: folder.path, fingerprint: mine).recordCount == 0)
  }

  @Test func deathsAreStartsWithoutAnEndInTheirOwnFile() throws {
    let folder = try TestFolder()
    for life in 0..<3 {
      let writer = try JournalWriter(folder: folder.path, rank: 1, fingerprint: mine)
      try writer.append(.started, unit: 5, fingerprint: 0, payload: [])
      if life == 2 { try writer.append(.finished, unit: 5, fingerprint: 0, payload: []) }
      try writer.append(.started, unit: 6, fingerprint: 0, payload: [])
      try writer.append(.finished, unit: 6, fingerprint: 0, payload: [])
    }
    let index = try JournalReader.readAll(folder: folder.path, fingerprint: mine)
    #expect(index.deaths(of: 5) == 2)
    #expect(index.deaths(of: 6) == 0)
    #expect(index.record(of: 5)?.kind == .finished)
  }

  @Test func startRecordsSayWhenAndFilesSayWhere() throws {
    let folder = try TestFolder()
    let writer = try JournalWriter(folder: folder.path, rank: 7, fingerprint: mine)
    var time = ByteWriter()
    time.write(1_700_000_000.25)
    try writer.append(.started, unit: 0, fingerprint: 0, payload: time.bytes)
    try writer.append(.finished, unit: 0, fingerprint: 0, payload: [1])
    time = ByteWriter()
    time.write(1_700_000_003.75)
    try writer.append(.started, unit: 2, fingerprint: 0, payload: time.bytes)
    try writer.append(.failed, unit: 2, fingerprint: 0, payload: [2])
    try writer.append(.started, unit: 3, fingerprint: 0, payload: [])
    try writer.append(.finished, unit: 3, fingerprint: 0, payload: [3])
    try writer.close()
    let index = try JournalReader.readAll(folder: folder.path, fingerprint: mine)
    let timings = UnitTimings(index, seconds: [0.5, .nan, 1, 2])
    #expect(timings.ranks == [7, -1, 7, 7])
    #expect(timings.starts[0] == 0 && timings.starts[2] == 3.5)
    #expect(timings.starts[1].isNaN && timings.starts[3].isNaN)
  }

  @Test func finishedCountsBeforeFailedAndNewInputsBeforeOld() throws {
    let folder = try TestFolder()
    func append(_ kind: JournalRecordKind, _ unit: Int, _ fingerprint: UInt64) throws {
      let writer = try JournalWriter(folder: folder.path, rank: 0, fingerprint: mine)
      try writer.append(kind, unit: unit, fingerprint: fingerprint, payload: [])
      try writer.close()
      usleep(20_000)
    }
    try append(.finished, 1, 10)
    try append(.failed, 1, 10)
    try append(.finished, 2, 10)
    try append(.failed, 2, 11)
    let index = try JournalReader.readAll(folder: folder.path, fingerprint: mine)
    #expect(index.record(of: 1)?.kind == .finished)
    #expect(index.record(of: 2)?.kind == .failed)
  }

  @Test func anotherStudysJournalIsRefused() throws {
    let folder = try TestFolder()
    try JournalWriter(folder: folder.path, rank: 0, fingerprint: other).close()
    #expect(throws: JournalError.self) {
      try JournalReader.readAll(folder: folder.path, fingerprint: mine)
    }
    #expect(try JournalReader.holdsOtherStudy(folder: folder.path, fingerprint: mine))
    #expect(try !JournalReader.holdsOtherStudy(folder: folder.path, fingerprint: other))
  }

  @Test func aFullDiskIsAnErrorThatNamesTheFile() throws {
    // /dev/full cannot be a folder; a folder that is gone stands for any failing open.
    let error = #expect(throws: JournalError.self) {
      try JournalWriter(folder: "/proc/none", rank: 0, fingerprint: mine)
    }
    #expect(error?.description.contains("/proc/none") == true)
  }

  @Test func resultsSurviveTheirPayload() throws {
    let result = UnitResult(
      values: [1, .nan, -0.0, .infinity], note: "ä",
      regions: [
        RegionFacts(voxelsInMask: 3, voxelsUsed: 2, diagnostics: ["x", ""]), .missing,
      ],
      inputHashes: ["a", "b"], seconds: 0.25)
    let back = try UnitResult(payload: result.payload)
    #expect(back.values.map(\.bitPattern) == result.values.map(\.bitPattern))
    #expect(back.note == "ä")
    let failure = UnitFailure(file: "f", message: "m", seconds: 1)
    #expect(try UnitFailure(payload: failure.payload) == failure)
  }
}

@Suite struct OutputLockTests {
  @Test func aSecondHolderIsRefusedAndToldWhoHoldsIt() throws {
    let folder = try TestFolder()
    let path = folder.path + "/lock"
    do {
      let lock = try OutputLock(path: path, force: false)
      let error = #expect(throws: LockError.self) { try OutputLock(path: path, force: false) }
      #expect(error?.description.contains("process \(getpid())") == true)
      #expect(OutputLock.holder(path: path)?.contains("process \(getpid())") == true)
      withExtendedLifetime(lock) {}
    }
    #expect(OutputLock.holder(path: path) == nil)
    _ = try OutputLock(path: path, force: false)
  }

  @Test func aDeadHoldersWordsDoNotMatter() throws {
    let folder = try TestFolder()
    try folder.write("host elsewhere, process 1", to: "lock")
    _ = try OutputLock(path: folder.path + "/lock", force: false)
  }
}
