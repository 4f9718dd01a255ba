internal import Glibc

/// A world of one rank: a program that no launcher started has nobody to talk to, and needs no
/// message-passing library for it.
package final class LoneCommunicator: Communicator {
  package let rank = 0
  package let size = 1
  private var inbox: [(message: IncomingMessage, bytes: [UInt8])] = []

  package init() {}

  package func send(_ bytes: [UInt8], to rank: Int, tag: MessageTag) {
    precondition(rank == 0, "there is no rank \(rank) in a world of one")
    inbox.append((IncomingMessage(source: 0, tag: tag), bytes))
  }

  package func probe() -> IncomingMessage? { inbox.first?.message }

  package func receive(_ message: IncomingMessage) -> [UInt8] {
    guard let index = inbox.firstIndex(where: { $0.message == message }) else {
      preconditionFailure("a message is received after `probe` announced it")
    }
    return inbox.remove(at: index).bytes
  }

  package func broadcast(_ bytes: [UInt8], from root: Int) -> [UInt8] { bytes }
  package func gather(_ bytes: [UInt8]) -> [[UInt8]] { [bytes] }
  package func barrier() {}
  package func abort(exitCode: Int32) -> Never { exit(exitCode) }
}
