import Foundation
import Study
import TestSupport
import Testing

private let plan = [UInt8](repeating: 7, count: 32)

private func withFolder<Result>(_ body: (String) throws -> Result) throws -> Result {
  let folder = try TestFolder()
  return try withExtendedLifetime(folder) { try body(folder.path) }
}

private func onlyFile(_ folder: String) throws -> String {
  folder + "/" + (try #require(FileManager.default.contentsOfDirectory(atPath: folder).first))
}

/// What crashes, full disks, clocks and other people do to journals.
@Suite struct JournalFaultTests {
  /// A machine that loses power can leave a file short, or long and full of zeros.
  @Test(arguments: [0, 1, 47, 48, 4096])
  func aHeaderThatNeverReachedTheDiskIsNoOtherStudy(count: Int) throws {
    try withFolder { folder in
      try Data(count: count).write(to: URL(fileURLWithPath: folder + "/rank-0-1-1.journal"))
      let index = try JournalReader.readAll(folder: folder, fingerprint: plan)
      #expect(index.ignoredBytes == count && index.recordCount == 0)
      #expect(try !JournalReader.holdsOtherStudy(folder: folder, fingerprint: plan))
    }
  }

  @Test func theLaterFileCountsWhateverItsTimeOfChange() throws {
    try withFolder { folder in
      for (input, value) in [(1, 11), (2, 22), (3, 33)] as [(UInt64, UInt8)] {
        // Descending ranks: the order of names is not the order of files.
        let writer = try JournalWriter(folder: folder, rank: 9 - Int(input), fingerprint: plan)
        try writer.append(.finished, unit: 0, fingerprint: input, payload: [value])
        try writer.close()
      }
      for name in try FileManager.default.contentsOfDirectory(atPath: folder) {
        try FileManager.default.setAttributes(
          [.modificationDate: Date(timeIntervalSince1970: 0)], ofItemAtPath: folder + "/" + name)
      }
      let index = try JournalReader.readAll(folder: folder, fingerprint: plan)
      let record = try #require(index.record(of: 0))
      #expect(record.fingerprint == 3)
      #expect(try index.payload(of: record) == [33])
    }
  }

  /// More files than may stay open at once, each payload longer than the reader's buffer.
  @Test func manyFilesAndLongPayloads() throws {
    try withFolder { folder in
      for rank in 0..<200 {
        let writer = try JournalWriter(folder: folder, rank: rank, fingerprint: plan)
        let payload = [UInt8](repeating: UInt8(rank), count: rank == 7 ? 9 << 20 : 10)
        try writer.append(.finished, unit: rank, fingerprint: 0, payload: payload)
        try writer.append(.finished, unit: rank + 1000, fingerprint: 0, payload: [UInt8(rank)])
        try writer.close()
      }
      let index = try JournalReader.readAll(folder: folder, fingerprint: plan)
      for rank in 0..<200 {
        let record = try #require(index.record(of: rank))
        let payload = try index.payload(of: record)
        #expect(payload.count == (rank == 7 ? 9 << 20 : 10))
        #expect(payload.allSatisfy { $0 == UInt8(rank) })
        let second = try #require(index.record(of: rank + 1000))
        #expect(try index.payload(of: second) == [UInt8(rank)])
      }
    }
  }

  @Test func journalsOfOthersAreRefused() throws {
    try withFolder { folder in
      try JournalWriter(folder: folder, rank: 0, fingerprint: plan).close()
      let other = [UInt8](repeating: 8, count: 32)
      #expect(try !JournalReader.holdsOtherStudy(folder: folder, fingerprint: plan))
      #expect(try JournalReader.holdsOtherStudy(folder: folder, fingerprint: other))
      let error = #expect(throws: JournalError.self) {
        try JournalReader.readAll(folder: folder, fingerprint: other)
      }
      #expect(error?.message.contains("another study") == true)
      let path = try onlyFile(folder)
      var bytes = try Data(contentsOf: URL(fileURLWithPath: path))
      bytes[bytes.startIndex + 8] = 2
      try bytes.write(to: URL(fileURLWithPath: path))
      let newer = #expect(throws: JournalError.self) {
        try JournalReader.readAll(folder: folder, fingerprint: plan)
      }
      #expect(newer?.message.contains("newer") == true)
      try Data(repeating: 65, count: 100).write(to: URL(fileURLWithPath: path))
      let text = #expect(throws: JournalError.self) {
        try JournalReader.readAll(folder: folder, fingerprint: plan)
      }
      #expect(text?.message == "is not a journal")
    }
  }
}
