internal import CMPI
internal import Glibc
package import Study

/// All ranks of an MPI job. Every wait sleeps: 50 microseconds first, 10 ms at most, so that a
/// waiting rank costs under 1 % of a core, inside collectives too.
///
/// Belongs to the thread that called MPI_Init.
package final class MPICommunicator: Communicator {
  package let rank: Int
  package let size: Int
  private let handle: MPI_Comm

  /// A message is cut into pieces of at most this many bytes: counts are 32-bit.
  private static let pieceBytes = 1 << 28

  init() throws(CommunicationError) {
    handle = cmpi_comm_world()
    let handle = handle
    try check("MPI_Comm_set_errhandler") {
      MPI_Comm_set_errhandler(handle, cmpi_errors_return())
    }
    var rank: Int32 = 0
    var size: Int32 = 0
    try check("MPI_Comm_rank") { MPI_Comm_rank(handle, &rank) }
    try check("MPI_Comm_size") { MPI_Comm_size(handle, &size) }
    self.rank = Int(rank)
    self.size = Int(size)
  }

  /// The communicator for libraries that take one (parallel HDF5).
  package func withHandle<Result>(_ body: (OpaquePointer?) -> Result) -> Result { body(handle) }

  /// Sleeps between tests until the request is complete.
  private func finish(_ request: inout MPI_Request?, _ call: String) throws(CommunicationError) {
    var backoff = Backoff()
    while true {
      var isDone: Int32 = 0
      try check(call) { MPI_Test(&request, &isDone, cmpi_status_ignore()) }
      if isDone != 0 { return }
      backoff.sleep()
    }
  }

  // MARK: Messages

  /// A message is its length (8 bytes), then its bytes in pieces, all with the message's tag. MPI
  /// keeps the order of messages between two ranks, so the pieces follow their length.
  package func send(_ bytes: [UInt8], to rank: Int, tag: MessageTag) throws(CommunicationError) {
    let length = [Int64(bytes.count)]
    try sendPiece(length, 8, to: rank, tag: tag)
    var offset = 0
    while offset < bytes.count {
      let count = min(Self.pieceBytes, bytes.count - offset)
      var failure: CommunicationError?
      bytes.withUnsafeBytes { buffer in
        do throws(CommunicationError) {
          try sendPiece(buffer.baseAddress.map { $0 + offset }, count, to: rank, tag: tag)
        } catch {
          failure = error
        }
      }
      if let failure { throw failure }
      offset += count
    }
  }

  private func sendPiece(
    _ bytes: UnsafeRawPointer?, _ count: Int, to rank: Int, tag: MessageTag
  ) throws(CommunicationError) {
    var request: MPI_Request?
    try check("MPI_Isend") {
      MPI_Isend(bytes, Int32(count), cmpi_byte(), Int32(rank), tag.rawValue, handle, &request)
    }
    try finish(&request, "MPI_Isend")
  }

  package func probe() throws(CommunicationError) -> IncomingMessage? {
    var isThere: Int32 = 0
    var status = MPI_Status()
    try check("MPI_Iprobe") {
      MPI_Iprobe(MPI_ANY_SOURCE, MPI_ANY_TAG, handle, &isThere, &status)
    }
    guard isThere != 0, let tag = MessageTag(rawValue: status.MPI_TAG) else { return nil }
    return IncomingMessage(source: Int(status.MPI_SOURCE), tag: tag)
  }

  package func receive(_ message: IncomingMessage) throws(CommunicationError) -> [UInt8] {
    var length: Int64 = 0
    try check("MPI_Recv") {
      MPI_Recv(
        &length, 8, cmpi_byte(), Int32(message.source), message.tag.rawValue, handle,
        cmpi_status_ignore())
    }
    var bytes = [UInt8](repeating: 0, count: Int(length))
    var offset = 0
    while offset < bytes.count {
      let count = min(Self.pieceBytes, bytes.count - offset)
      var request: MPI_Request?
      var failure: CommunicationError?
      bytes.withUnsafeMutableBytes { buffer in
        do throws(CommunicationError) {
          try check("MPI_Irecv") {
            MPI_Irecv(
              buffer.baseAddress.map { $0 + offset }, Int32(count), cmpi_byte(),
              Int32(message.source), message.tag.rawValue, handle, &request)
          }
          try finish(&request, "MPI_Irecv")
        } catch {
          failure = error
        }
      }
      if let failure { throw failure }
      offset += count
    }
    return bytes
  }

  // MARK: Collectives

  package func barrier() throws(CommunicationError) {
    var request: MPI_Request?
    try check("MPI_Ibarrier") { MPI_Ibarrier(handle, &request) }
    try finish(&request, "MPI_Ibarrier")
  }

  package func broadcast(_ bytes: [UInt8], from root: Int) throws(CommunicationError) -> [UInt8] {
    var length = Int64(bytes.count)
    var request: MPI_Request?
    try check("MPI_Ibcast") {
      MPI_Ibcast(&length, 1, cmpi_int64(), Int32(root), handle, &request)
    }
    try finish(&request, "MPI_Ibcast")
    var all = rank == root ? bytes : [UInt8](repeating: 0, count: Int(length))
    var offset = 0
    while offset < all.count {
      let count = min(Self.pieceBytes, all.count - offset)
      var failure: CommunicationError?
      all.withUnsafeMutableBytes { buffer in
        do throws(CommunicationError) {
          try check("MPI_Ibcast") {
            MPI_Ibcast(
              buffer.baseAddress.map { $0 + offset }, Int32(count), cmpi_byte(), Int32(root),
              handle, &request)
          }
          try finish(&request, "MPI_Ibcast")
        } catch {
          failure = error
        }
      }
      if let failure { throw failure }
      offset += count
    }
    return all
  }

  /// Rank 0 takes the others' messages in rank order, sleeping for each.
  package func gather(_ bytes: [UInt8]) throws(CommunicationError) -> [[UInt8]] {
    guard rank == 0 else {
      try send(bytes, to: 0, tag: .gather)
      try barrier()
      return []
    }
    var all = [bytes]
    for source in 1..<max(1, size) {
      var backoff = Backoff()
      var isThere: Int32 = 0
      while true {
        try check("MPI_Iprobe") {
          MPI_Iprobe(
            Int32(source), MessageTag.gather.rawValue, handle, &isThere, cmpi_status_ignore())
        }
        if isThere != 0 { break }
        backoff.sleep()
      }
      all.append(try receive(IncomingMessage(source: source, tag: .gather)))
    }
    try barrier()
    return all
  }

  package func abort(exitCode: Int32) -> Never {
    MPI_Abort(handle, exitCode)
    exit(exitCode)
  }
}
