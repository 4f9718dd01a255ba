package import Components

/// Bytes of a file that can be read from any place, as often as needed.
package struct ByteSource {
  private let read: (Int, UnsafeMutableRawBufferPointer) throws(InvalidInput) -> Int

  /// - Parameter read: fills the buffer from an offset on and says how many bytes it wrote; fewer
  ///   than there is room for only at the end.
  package init(
    _ read:
      @escaping (
        _ offset: Int, _ buffer: UnsafeMutableRawBufferPointer
      ) throws(InvalidInput) -> Int
  ) {
    self.read = read
  }

  package init(_ text: String) {
    let bytes = Array(text.utf8)
    self.init { offset, buffer in
      let count = max(0, min(buffer.count, bytes.count - offset))
      bytes.withUnsafeBytes {
        buffer.copyMemory(from: UnsafeRawBufferPointer(rebasing: $0[offset..<offset + count]))
      }
      return count
    }
  }

  package func fill(
    _ buffer: UnsafeMutableRawBufferPointer, from offset: Int
  ) throws(InvalidInput) -> Int {
    try read(offset, buffer)
  }

  /// How often a byte occurs.
  func count(of byte: UInt8) throws(InvalidInput) -> Int {
    let piece = UnsafeMutableRawBufferPointer.allocate(byteCount: 1 << 18, alignment: 64)
    defer { piece.deallocate() }
    var found = 0
    var offset = 0
    while true {
      let filled = try read(offset, piece)
      for index in 0..<filled where piece[index] == byte { found &+= 1 }
      if filled < piece.count { return found }
      offset += filled
    }
  }
}
