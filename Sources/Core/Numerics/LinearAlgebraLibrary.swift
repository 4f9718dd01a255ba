internal import COpenBLAS

/// The linear algebra library that is linked: its release and kernels decide last bits.
package enum LinearAlgebraLibrary {
  /// Such as "OpenBLAS 0.3.21, Haswell": release, and the kernels in use on this processor.
  package static var description: String {
    let configuration = openblas_get_config().map { String(cString: $0) } ?? ""
    let release = configuration.split(separator: " ").prefix(2).joined(separator: " ")
    let kernels = openblas_get_corename().map { String(cString: $0) } ?? "unknown"
    return "\(release), \(kernels)"
  }
}
