internal import CZlib
internal import Glibc

/// The bytes of a file or of the gzip stream in it, read once from front to back.
///
/// A gzip stream is checked whole: zlib compares CRC-32 and length with the trailer, and
/// `finish` demands that the trailer was there and that nothing follows it.
final class ByteSource {
  let path: String
  /// Size of the file, bytes.
  let fileSize: Int
  let isCompressed: Bool
  private let descriptor: Int32
  /// On the heap, because zlib keeps its address.
  private let stream: UnsafeMutablePointer<z_stream>
  private let buffer: UnsafeMutablePointer<UInt8>
  private static let bufferSize = 1 << 18
  private var isAtStreamEnd = false

  /// Opens the file at `offset`; a gzip magic number there makes it a compressed source.
  init(_ path: String, offset: Int = 0, mayBeCompressed: Bool = true) throws(ImageFileError) {
    self.path = path
    // Not blocking: the opening of a pipe would wait for a writer.
    descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
    guard descriptor >= 0 else {
      let reason = errno == ENOENT ? "the file does not exist" : String(cString: strerror(errno))
      throw ImageFileError(path, reason)
    }
    var status = stat()
    guard fstat(descriptor, &status) == 0, status.st_mode & S_IFMT == S_IFREG else {
      close(descriptor)
      throw ImageFileError(path, "this is not a regular file")
    }
    fileSize = Int(status.st_size)
    stream = .allocate(capacity: 1)
    stream.initialize(to: z_stream())
    buffer = .allocate(capacity: Self.bufferSize)
    var magic: [UInt8] = [0, 0]
    let found = pread(descriptor, &magic, 2, offset)
    isCompressed = mayBeCompressed && found == 2 && magic == [0x1f, 0x8b]
    lseek(descriptor, offset, SEEK_SET)
    if isCompressed {
      let code = inflateInit2_(
        stream, 31, ZLIB_VERSION, Int32(MemoryLayout<z_stream>.size))
      guard code == Z_OK else { throw ImageFileError(path, "zlib cannot start (code \(code))") }
    }
  }

  deinit {
    if isCompressed { inflateEnd(stream) }
    close(descriptor)
    buffer.deallocate()
    stream.deallocate()
  }

  /// The uncompressed size of a single-member gzip stream modulo 2^32, from the trailer.
  func trailerSize() -> UInt32? {
    guard isCompressed, fileSize >= 20 else { return nil }
    var bytes: [UInt8] = [0, 0, 0, 0]
    guard pread(descriptor, &bytes, 4, fileSize - 4) == 4 else { return nil }
    return bytes.reversed().reduce(0) { $0 << 8 | UInt32($1) }
  }

  /// Reads at most `count` bytes; fewer only at the end.
  func read(
    _ target: UnsafeMutableRawPointer, upTo count: Int
  ) throws(ImageFileError) -> Int {
    isCompressed ? try inflated(target, count) : try plain(target, count)
  }

  /// Reads exactly `count` bytes of what the messages call `name`.
  func read(
    _ target: UnsafeMutableRawPointer, count: Int, name: String
  ) throws(ImageFileError) {
    let found = try read(target, upTo: count)
    guard found == count else {
      throw ImageFileError(
        path, "the file is truncated: \(name) needs \(count) bytes, \(found) are there")
    }
  }

  func skip(_ count: Int, name: String) throws(ImageFileError) {
    guard count > 0 else { return }
    let size = min(count, 1 << 16)
    let waste = UnsafeMutableRawPointer.allocate(byteCount: size, alignment: 1)
    defer { waste.deallocate() }
    var left = count
    while left > 0 {
      let step = min(left, size)
      try read(waste, count: step, name: name)
      left -= step
    }
  }

  /// Demands that all bytes were read and, in a gzip stream, that the trailer was right.
  func finish() throws(ImageFileError) {
    var extra: UInt8 = 0
    let found = try read(&extra, upTo: 1)
    guard found == 0 else {
      throw ImageFileError(path, "there are more bytes than the header's dimensions need")
    }
    if isCompressed && !isAtStreamEnd {
      throw ImageFileError(path, "the gzip stream is truncated: its trailer is missing")
    }
  }

  private func plain(
    _ target: UnsafeMutableRawPointer, _ count: Int
  ) throws(ImageFileError) -> Int {
    var done = 0
    while done < count {
      let step = Glibc.read(descriptor, target + done, min(count - done, 1 << 30))
      if step < 0 && errno == EINTR { continue }
      guard step >= 0 else {
        throw ImageFileError(path, "reading failed: \(String(cString: strerror(errno)))")
      }
      if step == 0 { break }
      done += step
    }
    return done
  }

  private func inflated(
    _ target: UnsafeMutableRawPointer, _ count: Int
  ) throws(ImageFileError) -> Int {
    var done = 0
    let bytes = target.assumingMemoryBound(to: UInt8.self)
    while true {
      if stream.pointee.avail_in == 0 {
        stream.pointee.next_in = buffer
        stream.pointee.avail_in = UInt32(try plain(buffer, Self.bufferSize))
      }
      if isAtStreamEnd {
        try checkAfterStream()
        return done
      }
      let wanted = min(count - done, 1 << 30)
      stream.pointee.next_out = bytes + done
      stream.pointee.avail_out = UInt32(wanted)
      let inputBefore = stream.pointee.avail_in
      let code = inflate(stream, Z_NO_FLUSH)
      done += wanted - Int(stream.pointee.avail_out)
      switch code {
      case Z_STREAM_END: isAtStreamEnd = true
      case Z_OK, Z_BUF_ERROR:
        if done == count && count > 0 { return done }
        if stream.pointee.avail_in == 0 && inputBefore == 0 {
          throw ImageFileError(
            path, "the gzip stream is truncated: it ends before its trailer")
        }
        if code == Z_BUF_ERROR && count == 0 { return 0 }
      default:
        let reason = stream.pointee.msg.map { String(cString: $0) } ?? "code \(code)"
        throw ImageFileError(path, "the gzip stream is damaged (\(reason))")
      }
    }
  }

  /// Only zero padding may follow the stream.
  private func checkAfterStream() throws(ImageFileError) {
    while stream.pointee.avail_in > 0, let next = stream.pointee.next_in {
      guard next.pointee == 0 else {
        throw ImageFileError(
          path, "there are bytes after the end of the gzip stream; one stream is allowed")
      }
      stream.pointee.next_in = next + 1
      stream.pointee.avail_in -= 1
      if stream.pointee.avail_in == 0 {
        stream.pointee.next_in = buffer
        stream.pointee.avail_in = UInt32(try plain(buffer, Self.bufferSize))
      }
    }
  }
}
