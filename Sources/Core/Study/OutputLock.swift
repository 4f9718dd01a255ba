internal import Glibc

/// Another job holds the output, or the lock cannot be made.
package struct LockError: Error, CustomStringConvertible {
  package var description: String
}

/// Keeps a second job off an output: a locked file that says who holds it.
///
/// The kernel's lock ends with the process, however it dies. Where the file system has no locks
/// (some NFS), the file's words decide: host and process, alive or not.
package final class OutputLock {
  private let descriptor: Int32
  private let path: String

  /// - Parameter force: on a file system without locks, takes over from a holder on another host,
  ///   where nobody can tell whether it lives. A lock that is really held is never taken over.
  package init(path: String, force: Bool) throws(LockError) {
    let descriptor = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0o666)
    guard descriptor >= 0 else {
      throw LockError(description: "\(path): the lock cannot be made: \(errorText())")
    }
    var holder = Self.text(of: descriptor)
    let reason = Self.lock(descriptor)
    if reason != 0 {
      if reason == EWOULDBLOCK {
        close(descriptor)
        if holder.isEmpty { holder = "it is just starting" }
        throw LockError(
          description: "another job is running on this output: \(holder). Wait for it, or choose"
            + " another --output.")
      }
      // No locks here: believe the file.
      if !holder.isEmpty, !force, Self.mayBeAlive(holder) {
        close(descriptor)
        throw LockError(
          description: "another job seems to be running on this output: \(holder). This file system"
            + " has no locks; if that job is dead, give --force-unlock.")
      }
    }
    self.descriptor = descriptor
    self.path = path
    let words = Array(Self.ownWords().utf8)
    let isWritten =
      ftruncate(descriptor, 0) == 0 && pwrite(descriptor, words, words.count, 0) == words.count
    // From here on deinit closes the file, also when this throws.
    guard isWritten else {
      throw LockError(description: "\(path): the lock cannot be written: \(errorText())")
    }
  }

  deinit {
    _ = ftruncate(descriptor, 0)
    close(descriptor)
  }

  /// Tries for a while: who only asks for the holder has the lock for an instant.
  /// - Returns: 0, or why not.
  private static func lock(_ descriptor: Int32) -> Int32 {
    for attempt in 0... {
      if flock(descriptor, LOCK_EX | LOCK_NB) == 0 { return 0 }
      if errno == EINTR { continue }
      if errno != EWOULDBLOCK || attempt >= 20 { break }
      usleep(10_000)
    }
    return errno
  }

  /// Who holds the lock now; nil where nobody does.
  package static func holder(path: String) -> String? {
    let descriptor = open(path, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else { return nil }
    defer { close(descriptor) }
    let words = text(of: descriptor)
    if flock(descriptor, LOCK_SH | LOCK_NB) == 0 {
      flock(descriptor, LOCK_UN)
      return nil
    }
    return errno == EWOULDBLOCK ? words : (words.isEmpty || !mayBeAlive(words) ? nil : words)
  }

  private static func text(of descriptor: Int32) -> String {
    var bytes = [UInt8](repeating: 0, count: 512)
    let count = pread(descriptor, &bytes, bytes.count, 0)
    return String(decoding: bytes.prefix(max(0, count)), as: UTF8.self)
  }

  /// "host node7, process 4711, Slurm job 12, since 2026-01-31T12:00:00Z".
  private static func ownWords() -> String {
    let job = getenv("SLURM_JOB_ID").map { ", Slurm job " + String(cString: $0) } ?? ""
    var now = time(nil)
    var parts = tm()
    gmtime_r(&now, &parts)
    var text = [CChar](repeating: 0, count: 32)
    let count = strftime(&text, text.count, "%Y-%m-%dT%H:%M:%SZ", &parts)
    let start = String(decoding: text[..<count].map { UInt8(bitPattern: $0) }, as: UTF8.self)
    return "host \(hostName()), process \(getpid())\(job), since \(start)"
  }

  private static func hostName() -> String {
    var name = [CChar](repeating: 0, count: 256)
    gethostname(&name, name.count - 1)
    return String(decoding: name.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
  }

  /// A process of this host that is gone is dead; one of another host may live.
  private static func mayBeAlive(_ words: String) -> Bool {
    guard words.hasPrefix("host \(hostName()), process ") else { return true }
    let digits = words.drop { $0 != "," }.dropFirst(", process ".count).prefix { $0.isNumber }
    guard let process = pid_t(String(digits)) else { return true }
    return kill(process, 0) == 0 || errno == EPERM
  }
}
