internal import CCrypto
internal import Glibc

/// SHA-256 by OpenSSL's libcrypto, which uses the processor's instructions for it.
package enum SHA256 {
  /// Bytes of a hash.
  package static let byteCount = 32

  package static func hash(_ bytes: [UInt8]) -> [UInt8] {
    let hasher = SHA256Hasher()
    bytes.withUnsafeBytes { hasher.update($0) }
    return hasher.finish()
  }

  /// The hash of a file's bytes; nil, with `errno` set, where it cannot be read whole.
  package static func hash(ofFile path: String) -> [UInt8]? {
    // Not blocking: a named pipe would be waited for for ever.
    let descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
    guard descriptor >= 0 else { return nil }
    defer { close(descriptor) }
    var status = stat()
    guard fstat(descriptor, &status) == 0 else { return nil }
    guard status.st_mode & S_IFMT == S_IFREG else {
      errno = status.st_mode & S_IFMT == S_IFDIR ? EISDIR : EINVAL
      return nil
    }
    let hasher = SHA256Hasher()
    let size = 1 << 18
    let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: size, alignment: 64)
    defer { buffer.deallocate() }
    while true {
      let count = read(descriptor, buffer.baseAddress, size)
      if count < 0, errno == EINTR { continue }
      guard count >= 0 else { return nil }
      if count == 0 { return hasher.finish() }
      hasher.update(UnsafeRawBufferPointer(rebasing: buffer[..<count]))
    }
  }
}

/// A hash in the making.
package final class SHA256Hasher {
  private let digest: MessageDigest

  package init() { digest = MessageDigest(EVP_sha256(), byteCount: SHA256.byteCount) }

  package func update(_ bytes: UnsafeRawBufferPointer) { digest.update(bytes) }

  /// The 32 bytes; nothing can be added afterwards.
  package func finish() -> [UInt8] { digest.finish() }
}

/// SHA-1 (FIPS 180-4), for names that other tools have given by it; never for security.
package enum SHA1 {
  /// 20 bytes.
  package static func hash(_ bytes: UnsafeRawBufferPointer) -> [UInt8] {
    let digest = MessageDigest(EVP_sha1(), byteCount: 20)
    digest.update(bytes)
    return digest.finish()
  }
}

private final class MessageDigest {
  private let context: OpaquePointer
  private let byteCount: Int

  init(_ algorithm: OpaquePointer?, byteCount: Int) {
    guard let context = EVP_MD_CTX_new(), EVP_DigestInit_ex(context, algorithm, nil) == 1 else {
      preconditionFailure("libcrypto does not have the hash")
    }
    self.context = context
    self.byteCount = byteCount
  }

  deinit { EVP_MD_CTX_free(context) }

  func update(_ bytes: UnsafeRawBufferPointer) {
    let status = EVP_DigestUpdate(context, bytes.baseAddress, bytes.count)
    precondition(status == 1, "libcrypto refused bytes to hash")
  }

  func finish() -> [UInt8] {
    var hash = [UInt8](repeating: 0, count: byteCount)
    let status = EVP_DigestFinal_ex(context, &hash, nil)
    precondition(status == 1, "libcrypto refused to finish a hash")
    return hash
  }
}
