internal import Glibc

/// What a message is for. The raw value is the MPI tag.
package enum MessageTag: Int32, Sendable, CaseIterable {
  /// Worker to coordinator: hello, or finished units; carries a `WorkerReport`.
  case report = 1
  /// Coordinator to worker: units to do, or the order to stop; carries a `WorkOrder`.
  case order = 2
}

/// A message that has arrived and is waiting to be received.
package struct IncomingMessage: Hashable, Sendable {
  package var source: Int
  package var tag: MessageTag

  package init(source: Int, tag: MessageTag) {
    self.source = source
    self.tag = tag
  }
}

/// A failed call of the message-passing library.
package struct CommunicationError: Error, CustomStringConvertible {
  package var call: String
  package var message: String

  package init(call: String, message: String) {
    self.call = call
    self.message = message
  }

  package var description: String { "\(call) failed: \(message)" }
}

/// The ranks of one run: MPI in production, threads in tests.
///
/// No call spins: whatever waits, sleeps between probes, so an idle rank costs under 1 % of a core.
/// Not `Sendable`: a communicator belongs to the one thread of its rank.
package protocol Communicator: AnyObject {
  /// 0 ..< size; rank 0 coordinates.
  var rank: Int { get }
  var size: Int { get }
  /// Sends a message of any length (over 2 GiB in pieces); returns when `bytes` may be reused.
  func send(_ bytes: [UInt8], to rank: Int, tag: MessageTag) throws(CommunicationError)
  /// The next waiting message, if there is one; returns at once.
  func probe() throws(CommunicationError) -> IncomingMessage?
  /// Takes a message that `probe` announced.
  func receive(_ message: IncomingMessage) throws(CommunicationError) -> [UInt8]
  /// Collective: every rank gets the bytes of rank `root`.
  func broadcast(_ bytes: [UInt8], from root: Int) throws(CommunicationError) -> [UInt8]
  /// Collective: rank 0 gets everybody's bytes by rank, the others get [].
  func gather(_ bytes: [UInt8]) throws(CommunicationError) -> [[UInt8]]
  /// Collective: waits, sleeping, until all ranks have arrived.
  func barrier() throws(CommunicationError)
  /// Sleeps until a message is there, `timeout` seconds at most.
  func waitForMessage(timeout: Double) throws(CommunicationError) -> IncomingMessage?
  /// Ends all ranks at once with this exit code; does not return.
  func abort(exitCode: Int32) -> Never
}

extension Communicator {
  package func waitForMessage(timeout: Double) throws(CommunicationError) -> IncomingMessage? {
    var backoff = Backoff()
    while true {
      if let message = try probe() { return message }
      if backoff.slept >= timeout { return nil }
      backoff.sleep()
    }
  }
}

/// Sleeps that grow from 50 microseconds to 10 ms: quick while something happens, under 1 % of a
/// core while nothing does.
package struct Backoff: Sendable {
  /// Seconds slept so far.
  package private(set) var slept = 0.0
  private var next: UInt32 = 50

  package init() {}

  package mutating func sleep() {
    usleep(next)
    slept += Double(next) * 1e-6
    next = min(10_000, next * 2)
  }
}
