internal import Glibc

/// The OpenBLAS kernels that results are computed with, by what the processor offers.
///
/// OpenBLAS chooses its kernels when it is loaded and each choice rounds differently, so the choice
/// is pinned, recorded in the result, and a run on another one is not resumed.
func pinnedCoreType() -> String {
  let flags =
    readText("/proc/cpuinfo")?.split(separator: "\n")
    .first { $0.hasPrefix("flags") }?.split(separator: " ").map(String.init) ?? []
  let known = Set(flags)
  return known.isSuperset(of: ["avx2", "fma"]) ? "Haswell" : "Nehalem"
}

/// The kernels in use: what the environment said when OpenBLAS was loaded.
func coreTypeInUse() -> String {
  getenv("OPENBLAS_CORETYPE").map { String(cString: $0) } ?? "unpinned"
}

/// Sets OpenBLAS' kernels and thread count and starts the program again if they were not set:
/// the library reads them before `main`. A setting of the user's is kept.
func pinNumericalEnvironment() {
  var changed = false
  func pin(_ name: String, _ value: String) {
    guard getenv(name) == nil else { return }
    setenv(name, value, 1)
    changed = true
  }
  pin("OPENBLAS_CORETYPE", pinnedCoreType())
  pin("OPENBLAS_NUM_THREADS", "1")
  guard changed else { return }
  var arguments: [UnsafeMutablePointer<CChar>?] = CommandLine.arguments.map { strdup($0) }
  arguments.append(nil)
  execv("/proc/self/exe", arguments)
  // Without /proc the program goes on with what OpenBLAS chose; the result records it.
  for argument in arguments { free(argument) }
}

/// A small text file's content, or nil.
func readText(_ path: String) -> String? {
  guard let file = fopen(path, "re") else { return nil }
  defer { fclose(file) }
  var bytes: [UInt8] = []
  var buffer = [UInt8](repeating: 0, count: 1 << 16)
  while true {
    let count = fread(&buffer, 1, buffer.count, file)
    if count == 0 { break }
    bytes += buffer[..<count]
  }
  return ferror(file) == 0 ? String(decoding: bytes, as: UTF8.self) : nil
}
