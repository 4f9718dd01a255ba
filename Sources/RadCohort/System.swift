internal import Glibc

/// Seconds since 1970.
func wallClock() -> Double {
  var time = timespec()
  clock_gettime(CLOCK_REALTIME, &time)
  return Double(time.tv_sec) + Double(time.tv_nsec) * 1e-9
}

/// A clock that never goes back, seconds.
func monotonicClock() -> Double {
  var time = timespec()
  clock_gettime(CLOCK_MONOTONIC, &time)
  return Double(time.tv_sec) + Double(time.tv_nsec) * 1e-9
}

/// CPU seconds of this process, user and system.
func processSeconds() -> Double {
  var usage = rusage()
  getrusage(__rusage_who_t(RUSAGE_SELF.rawValue), &usage)
  return Double(usage.ru_utime.tv_sec + usage.ru_stime.tv_sec)
    + Double(usage.ru_utime.tv_usec + usage.ru_stime.tv_usec) * 1e-6
}

/// Peak resident memory of this process, bytes.
func peakMemory() -> Int {
  var usage = rusage()
  getrusage(__rusage_who_t(RUSAGE_SELF.rawValue), &usage)
  return usage.ru_maxrss * 1024
}

/// Now, as UTC in ISO 8601: 2026-01-31T12:00:00Z.
func timestamp() -> String {
  var now = time(nil)
  var parts = tm()
  gmtime_r(&now, &parts)
  var text = [CChar](repeating: 0, count: 32)
  let count = strftime(&text, text.count, "%Y-%m-%dT%H:%M:%SZ", &parts)
  return String(decoding: text[..<count].map { UInt8(bitPattern: $0) }, as: UTF8.self)
}

func environmentText(_ name: String) -> String? {
  getenv(name).map { String(cString: $0) }
}

func hostName() -> String {
  var name = [CChar](repeating: 0, count: 256)
  gethostname(&name, name.count - 1)
  return String(decoding: name.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
}

/// The processor's model name, or "unknown".
func processorModel() -> String {
  let line = readText("/proc/cpuinfo")?.split(separator: "\n")
    .first { $0.hasPrefix("model name") }
  let name = line?.split(separator: ":", maxSplits: 1).last.map(String.init)
  return name?.drop { $0 == " " }.description ?? "unknown"
}

/// The system's words for `errno`.
func systemError() -> String { String(cString: strerror(errno)) }

/// Size and time of last change of a file: what tells whether an input is still the same.
struct FileStamp: Hashable {
  var bytes: Int
  /// Nanoseconds since 1970.
  var modified: Int

  init?(_ path: String) {
    var status = stat()
    guard stat(path, &status) == 0 else { return nil }
    bytes = status.st_size
    modified = status.st_mtim.tv_sec * 1_000_000_000 + status.st_mtim.tv_nsec
  }
}

/// A 64-bit fingerprint of a unit's input files: names, sizes and times of change (FNV-1a). A
/// missing file counts as one of size -1.
/// - Parameters:
///   - files: the name as the cohort table says, and the path that opens it.
///   - numbers: further input.
func fileFingerprint(
  ofFiles files: [(name: String, path: String)], with numbers: [Double] = []
) -> UInt64 {
  var hash: UInt64 = 0xcbf2_9ce4_8422_2325
  func mix(byte: UInt8) { hash = (hash ^ UInt64(byte)) &* 0x100_0000_01b3 }
  func mix(_ value: Int) {
    withUnsafeBytes(of: Int64(value).littleEndian) { for byte in $0 { mix(byte: byte) } }
  }
  for (name, path) in files {
    for byte in name.utf8 { mix(byte: byte) }
    mix(byte: 0)
    let stamp = FileStamp(path)
    mix(stamp?.bytes ?? -1)
    mix(stamp?.modified ?? -1)
  }
  for number in numbers { mix(Int(bitPattern: UInt(number.bitPattern))) }
  return hash
}

func isFolder(_ path: String) -> Bool {
  var status = stat()
  return stat(path, &status) == 0 && status.st_mode & S_IFMT == S_IFDIR
}

/// Names of what is in a folder, in no order; none where it cannot be read.
func fileNames(in folder: String) -> [String] {
  guard let directory = opendir(folder) else { return [] }
  defer { closedir(directory) }
  var names: [String] = []
  while let entry = readdir(directory) {
    let name = withUnsafePointer(to: &entry.pointee.d_name) { pointer in
      pointer.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
    }
    if name != ".", name != ".." { names.append(name) }
  }
  return names
}

/// Makes a folder and its parents.
/// - Returns: why not, or nil.
func makeFolder(_ path: String) -> String? {
  var partial = path.hasPrefix("/") ? "/" : ""
  for part in path.split(separator: "/") {
    partial += (partial.isEmpty || partial.hasSuffix("/") ? "" : "/") + part
    if mkdir(partial, 0o777) != 0, errno != EEXIST { return systemError() }
  }
  var status = stat()
  guard stat(path.isEmpty ? "." : path, &status) == 0 else { return systemError() }
  return status.st_mode & S_IFMT == S_IFDIR ? nil : "it is a file, not a folder"
}

/// Appends lines to a file; a failure to write (a full disk) never ends the run.
final class LineFile {
  private let descriptor: Int32

  init(_ path: String) {
    descriptor = open(path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0o666)
  }

  deinit { if descriptor >= 0 { close(descriptor) } }

  func append(_ line: String) {
    if descriptor >= 0 { writeAll(line + "\n", to: descriptor) }
  }
}

/// A plain file that is open for reading.
final class OpenFile {
  private let descriptor: Int32

  /// Nil, with `errno` set, where the file cannot be read or is no plain file.
  init?(_ path: String) {
    // Not blocking: a named pipe would be waited for for ever.
    descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
    guard descriptor >= 0 else { return nil }
    var status = stat()
    guard fstat(descriptor, &status) == 0 else { return nil }
    guard status.st_mode & S_IFMT == S_IFREG else {
      errno = status.st_mode & S_IFMT == S_IFDIR ? EISDIR : EINVAL
      return nil
    }
  }

  deinit {
    let reason = errno
    if descriptor >= 0 { close(descriptor) }
    errno = reason
  }

  /// Fills the buffer from an offset on, as far as the file goes.
  /// - Returns: the number of bytes read; nil, with `errno` set, where they cannot be.
  func read(_ buffer: UnsafeMutableRawBufferPointer, from offset: Int) -> Int? {
    var filled = 0
    while filled < buffer.count {
      let rest = UnsafeMutableRawBufferPointer(rebasing: buffer[filled...])
      let count = pread(descriptor, rest.baseAddress, rest.count, offset + filled)
      if count < 0, errno == EINTR { continue }
      guard count >= 0 else { return nil }
      if count == 0 { break }
      filled += count
    }
    return filled
  }
}

/// A text file's content; nil, with `errno` set, where it cannot be read, is no plain file, or is
/// longer than 1 GiB.
func readText(_ path: String) -> String? {
  guard let file = OpenFile(path) else { return nil }
  var bytes: [UInt8] = []
  var buffer = [UInt8](repeating: 0, count: 1 << 16)
  while true {
    guard let count = buffer.withUnsafeMutableBytes({ file.read($0, from: bytes.count) }) else {
      return nil
    }
    if count == 0 { return String(decoding: bytes, as: UTF8.self) }
    bytes += buffer[..<count]
    guard bytes.count <= 1 << 30 else {
      errno = EFBIG
      return nil
    }
  }
}
