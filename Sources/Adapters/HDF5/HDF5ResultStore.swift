internal import CHDF5
internal import Glibc
package import MPIAdapter
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

  private let world: MPICommunicator
  private let mode: Mode

  /// Bytes of `/X` that a rank writes at once.
  private static let slabBytes = 256 << 20

  package init(world: MPICommunicator, mode: Mode) {
    self.world = world
    self.mode = world.size == 1 ? .serial : mode
  }

  package func write(
    _ document: ResultDocument?, rowCount: Int, columnCount: Int, to path: String,
    rows: (Range<Int>, UnsafeMutableBufferPointer<Double>) throws(StorageError) -> Void
  ) throws(StorageError) {
    let partial = path + ".partial"
    do throws(StorageError) {
      try together(path) { () throws(StorageError) in
        guard world.rank == 0, let document else { return }
        try DocumentWriter(path: partial).write(
          document, rowCount: rowCount, columnCount: columnCount)
        try Self.reserve(partial)
      }
      switch mode {
      case .serial:
        try together(path) { () throws(StorageError) in
          guard world.rank == 0 else { return }
          try writeRows(
            0..<rowCount, steps: nil, columnCount: columnCount, to: partial, rows: rows)
        }
      case .parallel:
        try writeTogether(rowCount: rowCount, columnCount: columnCount, to: partial, rows: rows)
      }
      try together(path) { () throws(StorageError) in
        if world.rank == 0 { try Self.publish(partial, as: path) }
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

  private func writeTogether(
    rowCount: Int, columnCount: Int, to partial: String,
    rows: (Range<Int>, UnsafeMutableBufferPointer<Double>) throws(StorageError) -> Void
  ) throws(StorageError) {
    // Contiguous shares that differ by one row at most; some may be empty.
    let first = rowCount * world.rank / world.size
    let last = rowCount * (world.rank + 1) / world.size
    let largest = (rowCount + world.size - 1) / world.size
    let perSlab = max(1, Self.slabBytes / max(8, 8 * columnCount))
    // Every rank makes the same number of collective writes.
    let steps = (largest + perSlab - 1) / perSlab
    try writeRows(first..<last, steps: steps, columnCount: columnCount, to: partial, rows: rows)
  }

  /// - Parameter steps: the number of collective writes, or nil where this process writes alone.
  private func writeRows(
    _ range: Range<Int>, steps: Int?, columnCount: Int, to partial: String,
    rows: (Range<Int>, UnsafeMutableBufferPointer<Double>) throws(StorageError) -> Void
  ) throws(StorageError) {
    let h5 = H5(path: partial)
    let access = try h5.handle("H5Pcreate", H5Pclose) { H5Pcreate(ch5_file_access()) }
    let transfer = try h5.handle("H5Pcreate", H5Pclose) { H5Pcreate(ch5_dataset_xfer()) }
    if steps != nil {
      try h5.call("H5Pset_fapl_mpio") {
        world.withHandle { ch5_set_mpio(access.id, $0.map { UnsafeMutableRawPointer($0) }) }
      }
      try h5.call("H5Pset_dxpl_mpio") { H5Pset_dxpl_mpio(transfer.id, H5FD_MPIO_COLLECTIVE) }
    }
    let file = try h5.handle("H5Fopen", H5Fclose) {
      H5Fopen(partial, ch5_read_write(), access.id)
    }
    let matrix = try h5.handle("H5Dopen2", H5Dclose) { H5Dopen2(file.id, "X", ch5_default()) }
    let perSlab = max(1, Self.slabBytes / max(8, 8 * columnCount))
    let count = steps ?? (range.count + perSlab - 1) / perSlab
    let buffer = UnsafeMutableBufferPointer<Double>.allocate(
      capacity: max(1, min(perSlab, range.count) * columnCount))
    defer { buffer.deallocate() }
    var failure: StorageError?
    for step in 0..<count {
      let start = min(range.upperBound, range.lowerBound + step * perSlab)
      let slab = start..<min(range.upperBound, start + perSlab)
      let part = UnsafeMutableBufferPointer(rebasing: buffer[..<(slab.count * columnCount)])
      // A rank that cannot read its rows still takes part, so that nobody hangs.
      if failure == nil {
        do throws(StorageError) { try rows(slab, part) } catch { failure = error }
      }
      try writeSlab(h5, matrix, transfer, slab, columnCount, UnsafeBufferPointer(part))
    }
    try h5.call("H5Fflush") { H5Fflush(file.id, H5F_SCOPE_GLOBAL) }
    if steps != nil {
      let failed = failure
      try together(partial) { () throws(StorageError) in
        if let failed { throw failed }
      }
    } else if let failure {
      throw failure
    }
  }

  private func writeSlab(
    _ h5: H5, _ matrix: H5Handle, _ transfer: H5Handle, _ slab: Range<Int>, _ columnCount: Int,
    _ values: UnsafeBufferPointer<Double>
  ) throws(StorageError) {
    let fileSpace = try h5.handle("H5Dget_space", H5Sclose) { H5Dget_space(matrix.id) }
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
        matrix.id, ch5_native_double(), memorySpace.id, fileSpace.id, transfer.id,
        values.baseAddress)
    }
  }

  /// Reserves the file's space on the disk, so that a full disk is found by rank 0 alone and not
  /// in the middle of a collective write. File systems that cannot do it are believed.
  private static func reserve(_ partial: String) throws(StorageError) {
    let descriptor = open(partial, O_WRONLY | O_CLOEXEC)
    guard descriptor >= 0 else {
      throw StorageError(path: partial, message: String(cString: strerror(errno)))
    }
    defer { close(descriptor) }
    var status = stat()
    guard fstat(descriptor, &status) == 0, status.st_size > 0 else { return }
    if ch5_reserve(descriptor, status.st_size) != 0, errno == ENOSPC || errno == EDQUOT {
      let reason = String(cString: strerror(errno))
      throw StorageError(
        path: partial, message: "\(reason): the result needs \(status.st_size) bytes")
    }
  }

  /// Makes the complete file durable and gives it its name.
  private static func publish(_ partial: String, as path: String) throws(StorageError) {
    let descriptor = open(partial, O_RDONLY | O_CLOEXEC)
    let isDurable = descriptor >= 0 && fsync(descriptor) == 0
    let reason = String(cString: strerror(errno))
    if descriptor >= 0 { close(descriptor) }
    guard isDurable else { throw StorageError(path: partial, message: reason) }
    guard rename(partial, path) == 0 else {
      throw StorageError(path: path, message: String(cString: strerror(errno)))
    }
  }
}
