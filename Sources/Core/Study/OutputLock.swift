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

  /// - Parameters:
  ///   - force: takes over from a holder on another host, where nobody can tell if it lives.
  package init(path: String, force: Bool) throws(LockError) {
    let descriptor = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0o666)
    guard descriptor >= 0 else {
      throw LockError(description: "\(path): the lock cannot be made: \(errorText())")
    }
    let holder = Self.text(of: descriptor)
    if flock(descriptor, LOCK_EX | LOCK_NB) != 0 {
      let reason = errno
      if reason == EWOULDBLOCK {
        close(descriptor)
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
    guard isWritten else {
      let message = errorText()
      close(descriptor)
      throw LockError(description: "\(path): the lock cannot be written: \(message)")
    }
  }

  deinit {
    _ = ftruncate(descriptor, 0)
    close(descriptor)
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

  /// "host node7, process 4711, Slurm job 12".
  private static func ownWords() -> String {
    let job = getenv("SLURM_JOB_ID").map { ", Slurm job " + String(cString: $0) } ?? ""
    return "host \(hostName()), process \(getpid())\(job)"
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
