internal import Synchronization

/// Set by a signal, read between units: hand out nothing new, finish what is in flight.
package final class StopRequest: Sendable {
  private let signal = Atomic<Int32>(0)

  package init() {}

  /// - Parameter number: the signal that asked for it.
  package func request(signal number: Int32) { signal.store(number, ordering: .releasing) }

  package var isRequested: Bool { signal.load(ordering: .acquiring) != 0 }
}
