internal import Glibc

/// Brings a file's data to the disk a second after they were written, or after 64 MiB, on a thread
/// that sleeps otherwise: a unit that takes minutes must not keep the one before it off the disk.
///
/// `@unchecked Sendable`: every variable is read and written under the mutex.
final class JournalDurability: @unchecked Sendable {
  private let descriptor: Int32
  private let mutex = UnsafeMutablePointer<pthread_mutex_t>.allocate(capacity: 1)
  private let changed = UnsafeMutablePointer<pthread_cond_t>.allocate(capacity: 1)
  private var thread: pthread_t?
  private var unsyncedBytes = 0
  private var isEnding = false
  private var failureCode: Int32 = 0

  private static let seconds = 1
  private static let byteLimit = 64 << 20

  init(descriptor: Int32) {
    self.descriptor = descriptor
    pthread_mutex_init(mutex, nil)
    pthread_cond_init(changed, nil)
  }

  deinit {
    pthread_cond_destroy(changed)
    pthread_mutex_destroy(mutex)
    changed.deallocate()
    mutex.deallocate()
  }

  private func locked<Result>(_ body: () -> Result) -> Result {
    pthread_mutex_lock(mutex)
    defer { pthread_mutex_unlock(mutex) }
    return body()
  }

  /// The code of a sync that failed, or 0.
  var failure: Int32 { locked { failureCode } }

  /// Starts the second; the first call starts the thread.
  func wrote(_ count: Int) {
    let mustSync = locked {
      if thread == nil { startThread() }
      unsyncedBytes += count
      if unsyncedBytes == count || unsyncedBytes >= Self.byteLimit { pthread_cond_signal(changed) }
      return thread == nil
    }
    // Without a thread every record goes to the disk at once.
    if mustSync { _ = sync() }
  }

  /// - Returns: false with `errno` set where the data are not on the disk.
  func sync() -> Bool {
    locked { unsyncedBytes = 0 }
    // EINVAL: a file that has no disk behind it.
    if fdatasync(descriptor) == 0 || errno == EINVAL { return true }
    let code = errno
    locked { failureCode = code }
    errno = code
    return false
  }

  /// Ends the thread; what is not on the disk stays so.
  func end() {
    let running = locked {
      isEnding = true
      pthread_cond_signal(changed)
      return thread
    }
    if let running { pthread_join(running, nil) }
    locked { thread = nil }
  }

  private func startThread() {
    var started = pthread_t()
    let reference = Unmanaged.passRetained(self)
    let status = pthread_create(
      &started, nil,
      { argument in
        if let argument {
          Unmanaged<JournalDurability>.fromOpaque(argument).takeRetainedValue().serve()
        }
        return nil
      }, reference.toOpaque())
    if status == 0 { thread = started } else { reference.release() }
  }

  private func serve() {
    while waitUntilDue() { _ = sync() }
  }

  /// - Returns: false when the thread has to end.
  private func waitUntilDue() -> Bool {
    locked {
      while unsyncedBytes == 0, !isEnding { pthread_cond_wait(changed, mutex) }
      var deadline = timespec()
      clock_gettime(CLOCK_REALTIME, &deadline)
      deadline.tv_sec += Self.seconds
      while unsyncedBytes < Self.byteLimit, !isEnding {
        if pthread_cond_timedwait(changed, mutex, &deadline) == ETIMEDOUT { break }
      }
      return !isEnding
    }
  }
}
