internal import HDF5Adapter
internal import MPIAdapter
internal import NIfTIAdapter
internal import Study

/// The software behind the numbers. Equal for equal builds; hosts and times are facts of the run.
func softwareVersions() -> SoftwareVersions {
  SoftwareVersions([
    ("radcohort", radcohortVersion),
    ("numbers", "\(numericalVersion)"),
    ("compiler", compilerVersion),
    ("mpi", MPIWorld.libraryVersion),
    ("hdf5", HDF5ResultFile.libraryVersion),
    ("openblas_kernels", coreTypeInUse()),
  ])
}

private let compilerVersion: String = {
  #if compiler(>=6.4)
    "Swift 6.4 or later"
  #elseif compiler(>=6.3)
    "Swift 6.3"
  #else
    "Swift 6.2"
  #endif
}()
