import Study
import TestSupport
import Testing

private struct Trouble: Error, Equatable {}

@Suite(.timeLimit(.minutes(1))) struct InProcessCommunicatorTests {
  @Test func messagesKeepTheirOrderAndSource() throws {
    let sums = try InProcessWorld.run(size: 4) { communicator -> Int in
      if communicator.rank > 0 {
        for value in 0..<100 {
          try communicator.send(
            [UInt8(value), UInt8(communicator.rank)], to: 0, tag: .report)
        }
        return try communicator.waitForMessage(timeout: 30).map {
          Int(try communicator.receive($0)[0])
        } ?? -1
      }
      var next = [0, 0, 0, 0]
      while next[1...].reduce(0, +) < 300 {
        guard let message = try communicator.waitForMessage(timeout: 30) else { return -1 }
        let bytes = try communicator.receive(message)
        guard bytes == [UInt8(next[message.source]), UInt8(message.source)] else { return -2 }
        next[message.source] += 1
      }
      for worker in 1..<4 { try communicator.send([UInt8(worker)], to: worker, tag: .order) }
      return 0
    }
    #expect(sums == [0, 1, 2, 3])
  }

  @Test(arguments: [1, 2, 3, 5])
  func collectives(size: Int) throws {
    let answers = try InProcessWorld.run(size: size) { communicator -> [[UInt8]] in
      let rank = UInt8(communicator.rank)
      var seen: [[UInt8]] = []
      for round in 0..<50 {
        let root = round % communicator.size
        seen.append(try communicator.broadcast([rank, UInt8(round)], from: root))
        try communicator.barrier()
        seen += try communicator.gather([rank])
      }
      return seen
    }
    var expected: [[UInt8]] = []
    var others: [[UInt8]] = []
    for round in 0..<50 {
      let sent = [UInt8(round % size), UInt8(round)]
      expected += [sent] + (0..<size).map { [UInt8($0)] }
      others.append(sent)
    }
    #expect(answers == [expected] + Array(repeating: others, count: size - 1))
  }

  @Test func waitingEndsAtTheTimeout() throws {
    let found = try InProcessWorld.run(size: 1) { communicator in
      let probed = try communicator.probe()
      let start = ContinuousClock.now
      let waited = try communicator.waitForMessage(timeout: 0.05)
      return probed == nil && waited == nil && ContinuousClock.now - start >= .milliseconds(49)
    }
    #expect(found == [true])
  }

  /// A rank that throws ends the others' waits, and its error is the world's.
  @Test func anErrorEndsAllRanks() {
    #expect(throws: Trouble.self) {
      _ = try InProcessWorld.run(size: 3) { communicator in
        if communicator.rank == 1 { throw Trouble() }
        if communicator.rank == 2 { try communicator.barrier() }
        _ = try communicator.waitForMessage(timeout: 1000)
      }
    }
  }

  @Test func abortEndsAllRanks() {
    #expect(throws: InProcessAbort(exitCode: 75)) {
      _ = try InProcessWorld.run(size: 3) { communicator in
        if communicator.rank == 0 { communicator.abort(exitCode: 75) }
        try communicator.barrier()
      }
    }
  }
}
