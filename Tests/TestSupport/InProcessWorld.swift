import Foundation
package import Study

/// Ranks as threads of one process: what MPI is to a run, for tests of the code above it.
package final class InProcessWorld: @unchecked Sendable {
  /// Guards everything below; broadcast whenever something changes.
  fileprivate let condition = NSCondition()
  fileprivate var mailboxes: [[(source: Int, tag: MessageTag, bytes: [UInt8])]]
  /// Of the collective in progress.
  fileprivate var contributions: [Int: [UInt8]] = [:]
  fileprivate var arrivals = 0
  fileprivate var generation = 0
  private var failures: [(rank: Int, error: any Error)] = []

  private init(size: Int) {
    mailboxes = Array(repeating: [], count: size)
  }

  /// Runs `body` on every rank, each on its own thread; throws the first rank's error.
  package static func run(
    size: Int, _ body: @escaping @Sendable (InProcessCommunicator) throws -> Void
  ) throws {
    let world = InProcessWorld(size: size)
    let group = DispatchGroup()
    for rank in 0..<size {
      group.enter()
      let thread = Thread {
        do {
          try body(InProcessCommunicator(world: world, rank: rank, size: size))
        } catch {
          world.condition.lock()
          world.failures.append((rank, error))
          world.condition.unlock()
        }
        group.leave()
      }
      thread.start()
    }
    group.wait()
    if let first = world.failures.min(by: { $0.rank < $1.rank }) { throw first.error }
  }
}

/// One rank of an `InProcessWorld`; belongs to its thread.
package final class InProcessCommunicator: Communicator {
  package let rank: Int
  package let size: Int
  private let world: InProcessWorld

  fileprivate init(world: InProcessWorld, rank: Int, size: Int) {
    self.world = world
    self.rank = rank
    self.size = size
  }

  package func send(_ bytes: [UInt8], to rank: Int, tag: MessageTag) throws(CommunicationError) {
    world.condition.lock()
    world.mailboxes[rank].append((self.rank, tag, bytes))
    world.condition.broadcast()
    world.condition.unlock()
  }

  package func probe() throws(CommunicationError) -> IncomingMessage? {
    world.condition.lock()
    defer { world.condition.unlock() }
    return world.mailboxes[rank].first.map { IncomingMessage(source: $0.source, tag: $0.tag) }
  }

  package func receive(_ message: IncomingMessage) throws(CommunicationError) -> [UInt8] {
    world.condition.lock()
    defer { world.condition.unlock() }
    let index = world.mailboxes[rank].firstIndex {
      $0.source == message.source && $0.tag == message.tag
    }
    guard let index else {
      throw CommunicationError(call: "receive", message: "no such message")
    }
    return world.mailboxes[rank].remove(at: index).bytes
  }

  /// Everybody brings bytes and gets everybody's, by rank.
  private func exchange(_ bytes: [UInt8]) -> [[UInt8]] {
    let condition = world.condition
    condition.lock()
    defer { condition.unlock() }
    let generation = world.generation
    if world.arrivals == 0 { world.contributions = [:] }
    world.contributions[rank] = bytes
    world.arrivals += 1
    if world.arrivals == size {
      world.arrivals = 0
      world.generation += 1
      condition.broadcast()
    } else {
      while world.generation == generation { condition.wait() }
    }
    return (0..<size).map { world.contributions[$0] ?? [] }
  }

  package func broadcast(_ bytes: [UInt8], from root: Int) throws(CommunicationError) -> [UInt8] {
    let all = exchange(rank == root ? bytes : [])
    barrier()
    return all[root]
  }

  package func gather(_ bytes: [UInt8]) throws(CommunicationError) -> [[UInt8]] {
    let all = exchange(bytes)
    barrier()
    return rank == 0 ? all : []
  }

  package func barrier() { _ = exchange([]) }

  package func abort(exitCode: Int32) -> Never {
    preconditionFailure("rank \(rank) aborted with \(exitCode)")
  }
}
