import Foundation
import Study
import TestSupport
import Testing

@Suite struct OutputLockRaceTests {
  /// `status` asks for the holder by taking the lock for an instant.
  @Test func askingForTheHolderNeverKeepsAJobOut() throws {
    let folder = try TestFolder()
    let path = folder.path + "/lock"
    do { _ = try OutputLock(path: path, force: false) }
    let group = DispatchGroup()
    for _ in 0..<2 {
      DispatchQueue.global().async(group: group) {
        for _ in 0..<2000 { _ = OutputLock.holder(path: path) }
      }
    }
    for _ in 0..<200 { _ = try OutputLock(path: path, force: false) }
    group.wait()
    withExtendedLifetime(folder) {}
  }

  /// Force is for file systems without locks; it never takes over a lock that is held.
  @Test func forceDoesNotBreakAHeldLock() throws {
    let folder = try TestFolder()
    let path = folder.path + "/lock"
    let lock = try OutputLock(path: path, force: false)
    let error = #expect(throws: LockError.self) { try OutputLock(path: path, force: true) }
    #expect(error?.description.contains("since 20") == true)
    withExtendedLifetime((lock, folder)) {}
  }

  @Test func aFolderThatIsNotThereIsNamed() {
    let error = #expect(throws: LockError.self) {
      try OutputLock(path: "/nowhere/at/all/lock", force: false)
    }
    #expect(error?.description.contains("/nowhere/at/all/lock") == true)
  }
}
