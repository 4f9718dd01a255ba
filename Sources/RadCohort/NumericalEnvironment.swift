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

/// Sets OpenBLAS' kernels and thread count and starts the program again if they were not set so:
/// the library reads them before `main`. The user's choice of kernels is kept; one thread it is
/// always, because a rank is one core and the number of threads changes bits.
func pinNumericalEnvironment() {
  var changed = false
  if getenv("OPENBLAS_CORETYPE") == nil {
    setenv("OPENBLAS_CORETYPE", pinnedCoreType(), 1)
    changed = true
  }
  if environmentText("OPENBLAS_NUM_THREADS") != "1" {
    setenv("OPENBLAS_NUM_THREADS", "1", 1)
    changed = true
  }
  guard changed else { return }
  // The C library keeps freed blocks for the next ones. By default it gives large blocks back to
  // the system, which clears their pages anew: a tenth of the time of a run.
  setenv("MALLOC_MMAP_THRESHOLD_", "33554432", 0)
  setenv("MALLOC_TRIM_THRESHOLD_", "268435456", 0)
  var arguments: [UnsafeMutablePointer<CChar>?] = CommandLine.arguments.map { strdup($0) }
  arguments.append(nil)
  execv(executablePath(), arguments)
  // Where that fails the program goes on with what OpenBLAS chose; the result records it.
  for argument in arguments { free(argument) }
}

/// Where this program is: its own path, so that `ps` shows its name.
func executablePath() -> String {
  var buffer = [CChar](repeating: 0, count: 4096)
  let count = readlink("/proc/self/exe", &buffer, buffer.count)
  guard count > 0, count < buffer.count else { return "/proc/self/exe" }
  return String(decoding: buffer.prefix(count).map { UInt8(bitPattern: $0) }, as: UTF8.self)
}
