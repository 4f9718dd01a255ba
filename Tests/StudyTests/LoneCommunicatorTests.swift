import Study
import Testing

@Suite struct LoneCommunicatorTests {
  /// Everything that the ranks of a larger world may ask of one another.
  private func conversation(_ world: some Communicator) throws -> [[UInt8]] {
    var seen = [try world.broadcast([7], from: 0)] + (try world.gather([8]))
    try world.barrier()
    try world.send([1], to: 0, tag: .report)
    try world.send([2], to: 0, tag: .order)
    for _ in 0..<2 {
      guard let message = try world.waitForMessage(timeout: 1) else { return [] }
      seen.append(try world.receive(message) + [UInt8(message.tag.rawValue)])
    }
    return seen
  }

  @Test func talksToItself() throws {
    let lone = LoneCommunicator()
    #expect(lone.rank == 0 && lone.size == 1)
    #expect(try conversation(lone) == [[7], [8], [1, 1], [2, 2]])
    #expect(lone.probe() == nil)
    #expect(try lone.waitForMessage(timeout: 0.01) == nil)
  }
}
