internal import Glibc
package import Study

/// Ranks that are threads of this process: the coordinator's tests need no launcher.
package enum InProcessWorld {
  /// Runs `body` on `size` threads, one per rank, and waits for all of them.
  /// - Returns: what each rank returned, by rank.
  /// - Throws: the first error that a rank threw, or `InProcessAbort`; the other ranks are thrown
  ///   out of whatever they wait for by a `CommunicationError`.
  @discardableResult
  package static func run<Value>(
    size: Int, _ body: @escaping @Sendable (InProcessCommunicator) throws -> sending Value
  ) throws -> [Value] {
    precondition(size > 0)
    let exchange = Exchange(size: size)
    let results = Results<Value>(count: size)
    var threads = [pthread_t](repeating: pthread_t(), count: size)
    for rank in 0..<size {
      let task = ThreadTask {
        do {
          let value = try body(InProcessCommunicator(rank: rank, size: size, exchange: exchange))
          results.set(value, at: rank)
        } catch {
          exchange.end(error)
        }
      }
      let status = pthread_create(
        &threads[rank], nil,
        { argument in
          if let argument {
            Unmanaged<ThreadTask>.fromOpaque(argument).takeRetainedValue().body()
          }
          return nil
        }, Unmanaged.passRetained(task).toOpaque())
      precondition(status == 0, "no thread: \(String(cString: strerror(status)))")
    }
    for thread in threads { pthread_join(thread, nil) }
    if let error = exchange.error { throw error }
    return results.values.compactMap { $0 }
  }
}

/// A rank called `abort`.
package struct InProcessAbort: Error, Hashable, Sendable {
  package var exitCode: Int32

  package init(exitCode: Int32) { self.exitCode = exitCode }
}

/// One rank of an `InProcessWorld`. Waits on a condition variable, never in a loop.
package final class InProcessCommunicator: Communicator {
  package let rank: Int
  package let size: Int
  private let exchange: Exchange

  fileprivate init(rank: Int, size: Int, exchange: Exchange) {
    self.rank = rank
    self.size = size
    self.exchange = exchange
  }

  package func send(_ bytes: [UInt8], to rank: Int, tag: MessageTag) throws(CommunicationError) {
    try exchange.deliver(bytes, IncomingMessage(source: self.rank, tag: tag), to: rank)
  }

  package func probe() throws(CommunicationError) -> IncomingMessage? {
    try exchange.wait(rank, seconds: 0)
  }

  package func waitForMessage(timeout: Double) throws(CommunicationError) -> IncomingMessage? {
    try exchange.wait(rank, seconds: timeout)
  }

  package func receive(_ message: IncomingMessage) throws(CommunicationError) -> [UInt8] {
    try exchange.take(message, by: rank)
  }

  package func broadcast(_ bytes: [UInt8], from root: Int) throws(CommunicationError) -> [UInt8] {
    try exchange.together(rank, bytes)[root]
  }

  package func gather(_ bytes: [UInt8]) throws(CommunicationError) -> [[UInt8]] {
    let all = try exchange.together(rank, bytes)
    return rank == 0 ? all : []
  }

  package func barrier() throws(CommunicationError) { _ = try exchange.together(rank, []) }

  /// Throws all other ranks out and ends this one's thread where it stands.
  package func abort(exitCode: Int32) -> Never {
    exchange.end(InProcessAbort(exitCode: exitCode))
    pthread_exit(nil)
  }
}

private final class ThreadTask {
  let body: @Sendable () -> Void
  init(_ body: @escaping @Sendable () -> Void) { self.body = body }
}

/// `@unchecked Sendable`: each rank sets its own place once; all are read after the threads ended.
private final class Results<Value>: @unchecked Sendable {
  private let places: UnsafeMutableBufferPointer<Value?>

  init(count: Int) {
    places = .allocate(capacity: count)
    places.initialize(repeating: nil)
  }

  deinit {
    places.deinitialize()
    places.deallocate()
  }

  func set(_ value: Value, at rank: Int) { places[rank] = value }
  var values: [Value?] { Array(places) }
}

/// The mailboxes of all ranks and the round of collectives that is under way.
///
/// `@unchecked Sendable`: every variable is read and written under the mutex.
private final class Exchange: @unchecked Sendable {
  private let mutex = UnsafeMutablePointer<pthread_mutex_t>.allocate(capacity: 1)
  private let changed = UnsafeMutablePointer<pthread_cond_t>.allocate(capacity: 1)
  private var mail: [[(message: IncomingMessage, bytes: [UInt8])]]
  /// What each rank brought to the present collective.
  private var brought: [[UInt8]?]
  /// What all ranks brought to the last one, and how many there have been.
  private var last: [[UInt8]] = []
  private var rounds = 0
  private var ending: (any Error)?

  init(size: Int) {
    mail = Array(repeating: [], count: size)
    brought = Array(repeating: nil, count: size)
    pthread_mutex_init(mutex, nil)
    pthread_cond_init(changed, nil)
  }

  deinit {
    pthread_cond_destroy(changed)
    pthread_mutex_destroy(mutex)
    changed.deallocate()
    mutex.deallocate()
  }

  private func locked<Result>(
    _ body: () throws(CommunicationError) -> Result
  ) throws(CommunicationError) -> Result {
    pthread_mutex_lock(mutex)
    defer { pthread_mutex_unlock(mutex) }
    if ending != nil { throw Self.ended }
    return try body()
  }

  private static let ended = CommunicationError(
    call: "InProcessWorld", message: "another rank ended the world")

  var error: (any Error)? {
    pthread_mutex_lock(mutex)
    defer { pthread_mutex_unlock(mutex) }
    return ending
  }

  /// The first error ends the world.
  func end(_ error: any Error) {
    pthread_mutex_lock(mutex)
    if ending == nil { ending = error }
    pthread_cond_broadcast(changed)
    pthread_mutex_unlock(mutex)
  }

  func deliver(
    _ bytes: [UInt8], _ message: IncomingMessage, to rank: Int
  ) throws(CommunicationError) {
    try locked { () throws(CommunicationError) in
      mail[rank].append((message, bytes))
      pthread_cond_broadcast(changed)
    }
  }

  /// The oldest message of a rank, waiting for one at most `seconds`.
  func wait(_ rank: Int, seconds: Double) throws(CommunicationError) -> IncomingMessage? {
    try locked { () throws(CommunicationError) in
      var deadline = timespec()
      clock_gettime(CLOCK_REALTIME, &deadline)
      let end = Double(deadline.tv_nsec) * 1e-9 + min(seconds, 1e9)
      deadline.tv_sec += Int(end)
      deadline.tv_nsec = Int((end - end.rounded(.down)) * 1e9)
      while mail[rank].isEmpty {
        guard seconds > 0, pthread_cond_timedwait(changed, mutex, &deadline) != ETIMEDOUT else {
          return mail[rank].first?.message
        }
        if ending != nil { throw Self.ended }
      }
      return mail[rank].first?.message
    }
  }

  func take(_ message: IncomingMessage, by rank: Int) throws(CommunicationError) -> [UInt8] {
    try locked { () throws(CommunicationError) in
      while true {
        if let index = mail[rank].firstIndex(where: { $0.message == message }) {
          return mail[rank].remove(at: index).bytes
        }
        pthread_cond_wait(changed, mutex)
        if ending != nil { throw Self.ended }
      }
    }
  }

  /// Every rank brings bytes and gets everybody's.
  func together(_ rank: Int, _ bytes: [UInt8]) throws(CommunicationError) -> [[UInt8]] {
    try locked { () throws(CommunicationError) in
      brought[rank] = bytes
      if brought.allSatisfy({ $0 != nil }) {
        last = brought.compactMap { $0 }
        brought = Array(repeating: nil, count: brought.count)
        rounds += 1
        pthread_cond_broadcast(changed)
        return last
      }
      // The next round cannot end before this rank has joined it, so `last` is this round's.
      let round = rounds
      while rounds == round {
        pthread_cond_wait(changed, mutex)
        if ending != nil, rounds == round { throw Self.ended }
      }
      return last
    }
  }
}
