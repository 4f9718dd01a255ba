internal import CHDF5
internal import Glibc
internal import MPIAdapter
package import Study

/// Writes a result file from all ranks.
///
/// Rank 0 makes the file with everything small in it and closes it; then all ranks open it through
/// MPI-IO and write their contiguous rows of `/X` collectively. After every step the ranks agree on
/// whether to go on, so that an error on one of them never leaves the others waiting.
package final class HDF5ResultStore: ResultStore {
  package enum Mode: Sendable {
    /// MPI-IO, all ranks.
    case parallel
    /// Rank 0 alone.
    case serial
  }

  private let world: any Communicator
  private let mode: Mode

  /// Bytes of `/X` that a rank writes at once.
  private static let slabBytes = 32 << 20

  /// - Parameters:
  ///   - world: the ranks that write together.
  ///   - mode: ranks that are not MPI's write serially.
  package init(world: any Communicator, mode: Mode) {
    self.world = world
    self.mode = world.size > 1 && world is MPICommunicator ? mode : .serial
  }

  package func write(
    _ document: ResultDocument?, rowCount: Int, columnCount: Int, to path: String,
    rows: (Range<Int>, UnsafeMutableBufferPointer<Double>) throws(StorageError) -> Void
  ) throws(StorageError) {
    let partial = path + ".partial"
    do throws(StorageError) {
      try together(path) { () throws(StorageError) in
        guard world.rank == 0, let document else { return }
        try Self.make(
          partial, smallBytes: document.storedBytes, matrixBytes: 8 * rowCount * columnCount)
        try DocumentWriter(path: partial).write(
          document, rowCount: rowCount, columnCount: columnCount)
        try Self.reserve(partial)
      }
      // The library cannot write nothing at all.
      switch rowCount == 0 || columnCount == 0 ? nil : mode {
      case nil: break
      case .serial:
        try together(path) { () throws(StorageError) in
          guard world.rank == 0 else { return }
          try writeAlone(rowCount: rowCount, columnCount: columnCount, to: partial, rows: rows)
        }
      case .parallel:
        try writeTogether(rowCount: rowCount, columnCount: columnCount, to: partial, rows: rows)
      }
      try together(path) { () throws(StorageError) in
        guard world.rank == 0 else { return }
        try Self.verify(partial, rowCount: rowCount, columnCount: columnCount)
        try Self.publish(partial, as: path)
      }
    } catch {
      if world.rank == 0 { unlink(partial) }
      throw error
    }
  }

  /// Runs `body` on every rank; if it throws on any, all throw the first such error.
  private func together(
    _ path: String, _ body: () throws(StorageError) -> Void
  ) throws(StorageError) {
    var message = ""
    do throws(StorageError) { try body() } catch { message = error.description }
    guard world.size > 1 else {
      if !message.isEmpty { throw StorageError(path: path, message: message) }
      return
    }
    do throws(CommunicationError) {
      let all = try world.gather(Array(message.utf8))
      let first = try world.broadcast(all.first { !$0.isEmpty } ?? [], from: 0)
      if first.isEmpty { return }
      message = String(decoding: first, as: UTF8.self)
    } catch {
      message = error.description
    }
    throw StorageError(path: path, message: message)
  }

  // MARK: Rows

  /// `/X` of an open file.
  private struct OpenMatrix {
    let h5: H5
    let file: H5Handle
    let matrix: H5Handle
    let transfer: H5Handle
    let columnCount: Int
    /// Rows that are written at once.
    let slabRows: Int
  }

  private func open(
    _ partial: String, columnCount: Int, isCollective: Bool
  ) throws(StorageError) -> OpenMatrix {
    let h5 = H5(path: partial)
    let access = try h5.handle("H5Pcreate", H5Pclose) { H5Pcreate(ch5_file_access()) }
    let transfer = try h5.handle("H5Pcreate", H5Pclose) { H5Pcreate(ch5_dataset_xfer()) }
    if isCollective {
      try h5.call("H5Pset_fapl_mpio") {
        (world as? MPICommunicator)?.withHandle { handle in
          ch5_set_mpio(access.id, handle.map { UnsafeMutableRawPointer($0) })
        } ?? -1
      }
      try h5.call("H5Pset_dxpl_mpio") { H5Pset_dxpl_mpio(transfer.id, H5FD_MPIO_COLLECTIVE) }
    }
    let file = try h5.handle("H5Fopen", H5Fclose) {
      H5Fopen(partial, ch5_read_write(), access.id)
    }
    let matrix = try h5.handle("H5Dopen2", H5Dclose) { H5Dopen2(file.id, "X", ch5_default()) }
    return OpenMatrix(
      h5: h5, file: file, matrix: matrix, transfer: transfer, columnCount: columnCount,
      slabRows: max(1, Self.slabBytes / max(8, 8 * columnCount)))
  }

  private func writeAlone(
    rowCount: Int, columnCount: Int, to partial: String,
    rows: (Range<Int>, UnsafeMutableBufferPointer<Double>) throws(StorageError) -> Void
  ) throws(StorageError) {
    let target = try open(partial, columnCount: columnCount, isCollective: false)
    let buffer = UnsafeMutableBufferPointer<Double>.allocate(
      capacity: max(1, min(target.slabRows, rowCount) * columnCount))
    defer { buffer.deallocate() }
    for start in stride(from: 0, to: rowCount, by: target.slabRows) {
      let slab = start..<min(rowCount, start + target.slabRows)
      let part = UnsafeMutableBufferPointer(rebasing: buffer[..<(slab.count * columnCount)])
      try rows(slab, part)
      try writeSlab(target, slab, UnsafeBufferPointer(part))
    }
    try close(target)
  }

  private func writeTogether(
    rowCount: Int, columnCount: Int, to partial: String,
    rows: (Range<Int>, UnsafeMutableBufferPointer<Double>) throws(StorageError) -> Void
  ) throws(StorageError) {
    // MPI cannot take back an open that fails on some ranks only, so each tries alone first.
    try together(partial) { () throws(StorageError) in try Self.waitUntilWritable(partial) }
    var opened: OpenMatrix?
    try together(partial) { () throws(StorageError) in
      opened = try open(partial, columnCount: columnCount, isCollective: true)
    }
    guard let target = opened else { return }
    // Contiguous shares that differ by one row at most; some may be empty.
    let first = rowCount * world.rank / world.size
    let last = rowCount * (world.rank + 1) / world.size
    let largest = (rowCount + world.size - 1) / world.size
    let buffer = UnsafeMutableBufferPointer<Double>.allocate(
      capacity: max(1, min(target.slabRows, last - first) * columnCount))
    defer { buffer.deallocate() }
    // Every rank makes the same number of collective calls, whatever goes wrong on the way: a rank
    // that has failed goes on with empty slabs.
    var failure: StorageError?
    var checksums: [UInt32] = []
    for step in stride(from: 0, to: largest, by: target.slabRows) {
      var slab = min(last, first + step)..<min(last, first + step + target.slabRows)
      if failure != nil { slab = slab.lowerBound..<slab.lowerBound }
      let part = UnsafeMutableBufferPointer(rebasing: buffer[..<(slab.count * columnCount)])
      do throws(StorageError) {
        if !slab.isEmpty {
          try rows(slab, part)
          checksums.append(CRC32C.checksum(UnsafeRawBufferPointer(part)))
        }
      } catch {
        failure = error
        slab = slab.lowerBound..<slab.lowerBound
      }
      // The collective write spins until all ranks are in it; this waits asleep.
      do throws(CommunicationError) { try world.barrier() } catch {
        throw StorageError(path: partial, message: error.description)
      }
      do throws(StorageError) {
        try writeSlab(target, slab, UnsafeBufferPointer(part))
      } catch {
        failure = failure ?? error
      }
    }
    let failed = failure
    try together(partial) { () throws(StorageError) in if let failed { throw failed } }
    try together(partial) { () throws(StorageError) in try close(target) }
    try together(partial) { () throws(StorageError) in
      try Self.compare(partial, first..<last, slabRows: target.slabRows, checksums)
    }
  }

  /// Reads back what this rank wrote: MPI-IO calls a write a success that a full disk cut off.
  private static func compare(
    _ partial: String, _ rows: Range<Int>, slabRows: Int, _ checksums: [UInt32]
  ) throws(StorageError) {
    let file = try HDF5ResultFile(path: partial)
    for (index, start) in stride(from: rows.lowerBound, to: rows.upperBound, by: slabRows)
      .enumerated()
    {
      let end = min(rows.upperBound, start + slabRows)
      let found = try file.rows(start..<end).withUnsafeBytes { CRC32C.checksum($0) }
      guard found == checksums[index] else {
        throw StorageError(
          path: partial,
          message: "rows \(start) to \(end - 1) of /X did not reach the file through MPI-IO: the"
            + " disk is full, or this file system needs --writer serial")
      }
    }
  }

  /// Brings everything to the file and closes it; collective where the file is.
  private func close(_ target: OpenMatrix) throws(StorageError) {
    var failure: StorageError?
    do throws(StorageError) {
      try target.h5.call("H5Fflush") { H5Fflush(target.file.id, H5F_SCOPE_GLOBAL) }
    } catch {
      failure = error
    }
    try target.h5.close(target.matrix, "H5Dclose")
    try target.h5.close(target.file, "H5Fclose")
    if let failure { throw failure }
  }

  private func writeSlab(
    _ target: OpenMatrix, _ slab: Range<Int>, _ values: UnsafeBufferPointer<Double>
  ) throws(StorageError) {
    let (h5, columnCount) = (target.h5, target.columnCount)
    let fileSpace = try h5.handle("H5Dget_space", H5Sclose) { H5Dget_space(target.matrix.id) }
    let memorySpace = try h5.space([slab.count, columnCount])
    if slab.isEmpty || columnCount == 0 {
      try h5.call("H5Sselect_none") { H5Sselect_none(fileSpace.id) }
      try h5.call("H5Sselect_none") { H5Sselect_none(memorySpace.id) }
    } else {
      try h5.call("H5Sselect_hyperslab") {
        H5Sselect_hyperslab(
          fileSpace.id, H5S_SELECT_SET, [hsize_t(slab.lowerBound), 0], nil,
          [hsize_t(slab.count), hsize_t(columnCount)], nil)
      }
    }
    try h5.call("H5Dwrite") {
      H5Dwrite(
        target.matrix.id, ch5_native_double(), memorySpace.id, fileSpace.id, target.transfer.id,
        values.baseAddress)
    }
  }

  // MARK: The file itself

  /// Waits, 30 s at most, until this rank sees the file: network file systems are late at times.
  private static func waitUntilWritable(_ partial: String) throws(StorageError) {
    var reason: Int32 = 0
    for _ in 0..<300 {
      let descriptor = Glibc.open(partial, O_RDWR | O_CLOEXEC)
      if descriptor >= 0 {
        Glibc.close(descriptor)
        return
      }
      reason = errno
      guard reason == ENOENT || reason == ESTALE else { break }
      usleep(100_000)
    }
    throw StorageError(path: partial, message: String(cString: strerror(reason)))
  }

  /// Makes a file that has its space on the disk. Where the file system cannot reserve, the small
  /// parts get theirs by being written, and `/X` must fit by what the file system says is free.
  private static func make(
    _ partial: String, smallBytes: Int, matrixBytes: Int
  ) throws(StorageError) {
    let descriptor = Glibc.open(partial, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o666)
    guard descriptor >= 0 else {
      throw StorageError(path: partial, message: String(cString: strerror(errno)))
    }
    defer { Glibc.close(descriptor) }
    let bytes = smallBytes + matrixBytes
    if try reserve(descriptor, bytes, partial) { return }
    var system = statvfs()
    if fstatvfs(descriptor, &system) == 0, system.f_blocks > 0,
      Int(clamping: system.f_bavail) < bytes / max(1, Int(clamping: system.f_frsize))
    {
      throw shortage(partial, ENOSPC, bytes)
    }
    let zeros = [UInt8](repeating: 0, count: 1 << 16)
    for _ in stride(from: 0, to: smallBytes, by: zeros.count) {
      guard Glibc.write(descriptor, zeros, zeros.count) == zeros.count else {
        throw shortage(partial, errno, bytes)
      }
    }
  }

  private static func shortage(_ partial: String, _ reason: Int32, _ bytes: Int) -> StorageError {
    StorageError(
      path: partial,
      message: "\(String(cString: strerror(reason))): the result needs \(bytes) bytes")
  }

  /// Reserves the file's space on the disk, so that a full disk is found by rank 0 alone and not
  /// in the middle of a collective write.
  private static func reserve(_ partial: String) throws(StorageError) {
    let descriptor = Glibc.open(partial, O_WRONLY | O_CLOEXEC)
    guard descriptor >= 0 else {
      throw StorageError(path: partial, message: String(cString: strerror(errno)))
    }
    defer { Glibc.close(descriptor) }
    var status = stat()
    guard fstat(descriptor, &status) == 0 else { return }
    _ = try reserve(descriptor, Int(status.st_size), partial)
  }

  /// - Returns: false where the file system cannot do it.
  private static func reserve(
    _ descriptor: Int32, _ bytes: Int, _ partial: String
  ) throws(StorageError) -> Bool {
    if ch5_reserve(descriptor, bytes) == 0 { return true }
    let reason = errno
    guard ![ENOSPC, EDQUOT, EFBIG].contains(reason) else {
      throw shortage(partial, reason, bytes)
    }
    return false
  }

  /// Reads back the frame of the file: the library refuses one that is shorter than it should be.
  private static func verify(
    _ partial: String, rowCount: Int, columnCount: Int
  ) throws(StorageError) {
    let file = try HDF5ResultFile(path: partial)
    guard file.rowCount == rowCount, file.columnCount == columnCount else {
      throw StorageError(path: partial, message: "/X did not become what was written")
    }
  }

  /// Makes the complete file durable and gives it its name.
  private static func publish(_ partial: String, as path: String) throws(StorageError) {
    let descriptor = Glibc.open(partial, O_RDONLY | O_CLOEXEC)
    let isDurable = descriptor >= 0 && fsync(descriptor) == 0
    let reason = String(cString: strerror(errno))
    if descriptor >= 0 { Glibc.close(descriptor) }
    guard isDurable else { throw StorageError(path: partial, message: reason) }
    guard rename(partial, path) == 0 else {
      throw StorageError(path: path, message: String(cString: strerror(errno)))
    }
  }
}
