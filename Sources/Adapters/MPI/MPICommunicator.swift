internal import CMPI
internal import Glibc
package import Study

/// All ranks of an MPI job. Every wait sleeps: 50 microseconds first, 10 ms at most, so that a
/// waiting rank costs under 1 % of a core, inside collectives too.
///
/// Whoever waits also takes in messages that have arrived, so two ranks that send each other long
/// messages at the same time never wait for one another. Belongs to the thread that called
/// MPI_Init.
package final class MPICommunicator: Communicator {
  package let rank: Int
  package let size: Int
  private let handle: MPI_Comm
  /// Messages have a communicator of their own: `probe` never sees a part of a `gather`.
  private let messages: MPI_Comm
  /// Messages that were taken in and not received yet, oldest first.
  private var inbox: [(message: IncomingMessage, bytes: [UInt8])] = []

  /// A message is cut into pieces of at most this many bytes: counts are 32-bit.
  private static let pieceBytes = 1 << 28
  private static let gatherTag: Int32 = 0

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
    var copy: MPI_Comm?
    try check("MPI_Comm_dup") { MPI_Comm_dup(handle, &copy) }
    guard let copy else {
      throw CommunicationError(call: "MPI_Comm_dup", message: "no communicator came back")
    }
    messages = copy
  }

  /// The communicator for libraries that take one (parallel HDF5).
  package func withHandle<Result>(_ body: (OpaquePointer?) -> Result) -> Result { body(handle) }

  /// Sleeps between tests until the request is complete.
  private func finish(
    _ request: inout MPI_Request?, _ call: String, takesMessages: Bool = true
  ) throws(CommunicationError) {
    var backoff = Backoff()
    while true {
      var isDone: Int32 = 0
      try check(call) { MPI_Test(&request, &isDone, cmpi_status_ignore()) }
      if isDone != 0 { return }
      if takesMessages, try takeMessage() { continue }
      backoff.sleep()
    }
  }

  // MARK: Messages

  package func send(_ bytes: [UInt8], to rank: Int, tag: MessageTag) throws(CommunicationError) {
    try send(bytes, to: rank, tag: tag.rawValue, on: messages)
  }

  /// A message is its length (8 bytes), then its bytes in pieces, all with the message's tag. MPI
  /// keeps the order of messages between two ranks, so the pieces follow their length. All pieces
  /// are on offer before any is waited for: a receiver that saw the length can count on them.
  private func send(
    _ bytes: [UInt8], to rank: Int, tag: Int32, on communicator: MPI_Comm
  ) throws(CommunicationError) {
    let length = [Int64(bytes.count)]
    try length.withUnsafeBufferPointer { (length) throws(CommunicationError) in
      try bytes.withUnsafeBufferPointer { (bytes) throws(CommunicationError) in
        var requests: [MPI_Request?] = []
        func offer(_ start: UnsafeRawPointer?, _ count: Int) throws(CommunicationError) {
          var request: MPI_Request?
          try check("MPI_Isend") {
            MPI_Isend(start, Int32(count), cmpi_byte(), Int32(rank), tag, communicator, &request)
          }
          requests.append(request)
        }
        try offer(length.baseAddress, 8)
        for piece in Self.pieces(bytes.count) {
          try offer(bytes.baseAddress.map { $0 + piece.lowerBound }, piece.count)
        }
        for index in requests.indices { try finish(&requests[index], "MPI_Isend") }
      }
    }
  }

  private static func pieces(_ count: Int) -> [Range<Int>] {
    stride(from: 0, to: count, by: pieceBytes).map { $0..<min(count, $0 + pieceBytes) }
  }

  package func probe() throws(CommunicationError) -> IncomingMessage? {
    if inbox.isEmpty { _ = try takeMessage() }
    return inbox.first?.message
  }

  package func receive(_ message: IncomingMessage) throws(CommunicationError) -> [UInt8] {
    var backoff = Backoff()
    while true {
      if let index = inbox.firstIndex(where: { $0.message == message }) {
        return inbox.remove(at: index).bytes
      }
      if try !takeMessage() { backoff.sleep() }
    }
  }

  /// Takes one message that has arrived into the inbox, if there is one.
  private func takeMessage() throws(CommunicationError) -> Bool {
    var isThere: Int32 = 0
    var status = MPI_Status()
    try check("MPI_Iprobe") {
      MPI_Iprobe(MPI_ANY_SOURCE, MPI_ANY_TAG, messages, &isThere, &status)
    }
    guard isThere != 0 else { return false }
    guard let tag = MessageTag(rawValue: status.MPI_TAG) else {
      throw CommunicationError(call: "MPI_Iprobe", message: "unknown tag \(status.MPI_TAG)")
    }
    let source = Int(status.MPI_SOURCE)
    let bytes = try receive(from: source, tag: tag.rawValue, on: messages)
    inbox.append((IncomingMessage(source: source, tag: tag), bytes))
    return true
  }

  /// Receives a message whose length has arrived. Takes in no other message meanwhile: the sender
  /// offers its pieces whatever else it waits for.
  private func receive(
    from source: Int, tag: Int32, on communicator: MPI_Comm
  ) throws(CommunicationError) -> [UInt8] {
    var length: Int64 = 0
    try check("MPI_Recv") {
      MPI_Recv(
        &length, 8, cmpi_byte(), Int32(source), tag, communicator, cmpi_status_ignore())
    }
    var bytes = [UInt8](repeating: 0, count: Int(length))
    try bytes.withUnsafeMutableBufferPointer { (bytes) throws(CommunicationError) in
      var requests: [MPI_Request?] = []
      for piece in Self.pieces(bytes.count) {
        var request: MPI_Request?
        try check("MPI_Irecv") {
          MPI_Irecv(
            bytes.baseAddress.map { $0 + piece.lowerBound }, Int32(piece.count), cmpi_byte(),
            Int32(source), tag, communicator, &request)
        }
        requests.append(request)
      }
      for index in requests.indices {
        try finish(&requests[index], "MPI_Irecv", takesMessages: false)
      }
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
      try send(bytes, to: 0, tag: Self.gatherTag, on: handle)
      return []
    }
    var all = [bytes]
    for source in 1..<max(1, size) {
      var backoff = Backoff()
      var isThere: Int32 = 0
      while true {
        try check("MPI_Iprobe") {
          MPI_Iprobe(
            Int32(source), Self.gatherTag, handle, &isThere, cmpi_status_ignore())
        }
        if isThere != 0 { break }
        if try takeMessage() { continue }
        backoff.sleep()
      }
      all.append(try receive(from: source, tag: Self.gatherTag, on: handle))
    }
    return all
  }

  package func abort(exitCode: Int32) -> Never {
    MPI_Abort(handle, exitCode)
    exit(exitCode)
  }
}
