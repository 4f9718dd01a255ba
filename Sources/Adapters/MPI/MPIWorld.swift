internal import CMPI
internal import Glibc
package import Study

/// Calls MPI and turns its code into an error: no code is dropped.
@inline(__always)
func check(_ call: String, _ body: () -> Int32) throws(CommunicationError) {
  let code = body()
  guard code != MPI_SUCCESS else { return }
  var text = [CChar](repeating: 0, count: Int(MPI_MAX_ERROR_STRING))
  var length: Int32 = 0
  MPI_Error_string(code, &text, &length)
  let bytes = text.prefix(Int(length)).map { UInt8(bitPattern: $0) }
  throw CommunicationError(call: call, message: String(decoding: bytes, as: UTF8.self))
}

/// The one owner of MPI: initialises, lends the communicator to a closure, finalises.
package enum MPIWorld {
  /// Runs `body` between MPI_Init and MPI_Finalize. If it throws, all ranks are ended by
  /// MPI_Abort with code 70: the others may be waiting for this one.
  ///
  /// Without a launcher MPI is not started: `body` runs in a world of one rank. (MPI_Init would
  /// start a daemon for it, which costs a tenth of a second.)
  /// - Throws: also where several ranks were started that do not find each other.
  package static func run(_ body: (any Communicator) throws -> Void) throws {
    guard isLaunched else { return try body(LoneCommunicator()) }
    // Only for files on communicators other than the world; it prints an error there.
    setenv("OMPI_MCA_sharedfp", "^sm", 0)
    var provided: Int32 = 0
    try check("MPI_Init_thread") {
      MPI_Init_thread(nil, nil, Int32(MPI_THREAD_FUNNELED), &provided)
    }
    let world = try MPICommunicator()
    do {
      let mismatch = launcherMismatch(size: world.size) { name in
        getenv(name).map { String(cString: $0) }
      }
      if let mismatch { throw LauncherMismatch(description: mismatch) }
      try body(world)
      // MPI_Finalize waits for all ranks and spins while it does; this waits asleep.
      try world.barrier()
    } catch {
      if world.size > 1 {
        writeError("rank \(world.rank): \(error)")
        world.abort(exitCode: 70)
      }
      _ = MPI_Finalize()
      throw error
    }
    try check("MPI_Finalize") { MPI_Finalize() }
  }

  /// Whether mpirun, or srun with a process-management interface, started this process.
  private static var isLaunched: Bool {
    let names = ["OMPI_COMM_WORLD_SIZE", "PMIX_NAMESPACE", "PMIX_RANK", "PMI_RANK"]
    return names.contains { name in getenv(name) != nil }
  }

  /// "Open MPI v4.1.4, ..." in one line.
  package static var libraryVersion: String {
    var text = [CChar](repeating: 0, count: Int(MPI_MAX_LIBRARY_VERSION_STRING))
    var length: Int32 = 0
    MPI_Get_library_version(&text, &length)
    let bytes = text.prefix(Int(length)).map { UInt8(bitPattern: $0) }
    let whole = String(decoding: bytes, as: UTF8.self)
    return whole.split(separator: ",").first.map(String.init) ?? whole
  }

  /// The MPI standard that the library follows: "3.1".
  package static var standardVersion: String {
    var version: Int32 = 0
    var subversion: Int32 = 0
    MPI_Get_version(&version, &subversion)
    return "\(version).\(subversion)"
  }

  private static func writeError(_ text: String) {
    let bytes = Array((text + "\n").utf8)
    _ = write(STDERR_FILENO, bytes, bytes.count)
  }
}
