internal import HDF5Adapter
internal import Imaging
internal import MPIAdapter
internal import Numerics
internal import SVMAdapter
internal import Study
internal import XGBoostAdapter

/// Changes whenever a released version computes a different number from the same study
/// (CHANGELOG, "Numbers that change"): a journal of another one is not continued.
let numericalVersion = 5

/// What decides the last bits beside study and images.
func numericalVersions() -> NumericalVersions {
  NumericalVersions(numbers: numericalVersion, linearAlgebra: LinearAlgebraLibrary.description)
}

/// Libraries that a run used and that change no number.
func libraryVersions() -> [(name: String, version: String)] {
  [
    ("radcohort", radcohortVersion), ("compiler", compilerVersion),
    ("libsvm", LibSVM.version), ("xgboost", XGBoostLibrary.version),
    ("mpi", MPIWorld.libraryVersion), ("hdf5", HDF5ResultFile.libraryVersion),
  ]
}

/// What the `diagnostics_Versions_` columns say: PyRadiomics' columns, this program's parts.
let diagnosticVersions = DiagnosticVersions(
  radiomics: "RadCohort \(radcohortVersion)", numerics: "arithmetic \(numericalVersion)",
  imaging: "RadCohort \(radcohortVersion)", wavelets: "RadCohort \(radcohortVersion)",
  language: compilerVersion)

private let compilerVersion: String = {
  #if compiler(>=6.4)
    "Swift 6.4 or later"
  #elseif compiler(>=6.3)
    "Swift 6.3"
  #else
    "Swift 6.2"
  #endif
}()
