internal import Glibc
internal import Study

/// Turns signals into a `StopRequest`.
///
/// USR1 and USR2 (what batch systems send before the time limit) and INT ask to stop between
/// units. TERM means that the kill follows within a second or two: finished units are in the
/// journal already, so the process ends at once.
enum Signals {
  /// Blocks the signals in this thread and all that it starts, and waits for them in a thread of
  /// its own. Called once, before MPI starts threads.
  static func watch(_ stop: StopRequest) {
    var set = sigset_t()
    sigemptyset(&set)
    for number in [SIGUSR1, SIGUSR2, SIGINT, SIGTERM] { sigaddset(&set, number) }
    pthread_sigmask(SIG_BLOCK, &set, nil)
    let context = Unmanaged.passRetained(Watch(stop: stop, set: set))
    var thread = pthread_t()
    let status = pthread_create(
      &thread, nil,
      { context in
        guard let context else { return nil }
        Unmanaged<Watch>.fromOpaque(context).takeRetainedValue().loop()
        return nil
      }, context.toOpaque())
    if status == 0 {
      pthread_detach(thread)
    } else {
      context.release()
      pthread_sigmask(SIG_UNBLOCK, &set, nil)
    }
  }

  private final class Watch {
    let stop: StopRequest
    var set: sigset_t

    init(stop: StopRequest, set: sigset_t) {
      self.stop = stop
      self.set = set
    }

    func loop() {
      while true {
        var number: Int32 = 0
        guard sigwait(&set, &number) == 0 else { continue }
        if number == SIGTERM || (number == SIGINT && stop.isRequested) {
          _exit(ExitStatus.stopped.rawValue)
        }
        stop.request(signal: number)
      }
    }
  }
}
