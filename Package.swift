// swift-tools-version: 6.2
import PackageDescription

// Names that a site may have to change come from the environment, with Debian's as the default.
let environment = Context.environment
func pkgConfig(_ library: String, _ debianName: String) -> String {
  environment["RADCOHORT_PKGCONFIG_\(library)"] ?? debianName
}

let strict: [SwiftSetting] =
  environment["RADCOHORT_STRICT"] == "1" ? [.treatAllWarnings(as: .error)] : []
let settings: [SwiftSetting] =
  [
    .enableUpcomingFeature("InternalImportsByDefault"),
    .enableUpcomingFeature("MemberImportVisibility"),
  ] + strict

func module(_ name: String, in folder: String, _ dependencies: [Target.Dependency]) -> Target {
  .target(
    name: name, dependencies: dependencies, path: "Sources/\(folder)/\(name)",
    swiftSettings: settings)
}

func topModule(_ name: String, _ dependencies: [Target.Dependency]) -> Target {
  .target(
    name: name, dependencies: dependencies, path: "Sources/\(name)", swiftSettings: settings)
}

func adapter(_ name: String, _ dependencies: [Target.Dependency]) -> Target {
  .target(
    name: "\(name)Adapter", dependencies: dependencies, path: "Sources/Adapters/\(name)",
    swiftSettings: settings)
}

func library(_ name: String, pkgConfig: String?, apt: [String]) -> Target {
  .systemLibrary(
    name: name, path: "Sources/CLibraries/\(name)", pkgConfig: pkgConfig, providers: [.apt(apt)])
}

let hasGoldenFiles = [
  "Imaging", "Filters", "Features", "Habitats", "Fusion", "Learning", "Statistics", "Evaluation",
  "ModelStudy", "SVM", "XGBoost", "Report", "ModelReport", "Command", "Overlay",
  "Explanation",
]

/// Golden files are read where they stand in the repository.
func tests(_ name: String, _ dependencies: [Target.Dependency]) -> Target {
  .testTarget(
    name: "\(name)Tests", dependencies: dependencies + ["TestSupport"], path: "Tests/\(name)Tests",
    exclude: hasGoldenFiles.contains(name) ? ["Golden"] : [], swiftSettings: settings)
}

let argumentParser: Target.Dependency = .product(
  name: "ArgumentParser", package: "swift-argument-parser")
let yams: Target.Dependency = .product(name: "Yams", package: "Yams")

// MARK: - Core: pure Swift; COpenBLAS and CFFTW under Numerics are the one exception

let core: [Target] = [
  library(
    "COpenBLAS", pkgConfig: pkgConfig("OPENBLAS", "openblas"),
    apt: ["libopenblas-dev", "liblapacke-dev"]),
  library("CFFTW", pkgConfig: pkgConfig("FFTW", "fftw3"), apt: ["libfftw3-dev"]),
  module("Components", in: "Core", []),
  module("Numerics", in: "Core", ["COpenBLAS", "CFFTW"]),
  module("Imaging", in: "Core", ["Components", "Numerics"]),
  module("Features", in: "Core", ["Components", "Numerics", "Imaging"]),
  module("Filters", in: "Core", ["Components", "Numerics", "Imaging"]),
  module("Habitats", in: "Core", ["Components", "Numerics"]),
  module("Fusion", in: "Core", ["Components", "Numerics", "Imaging", "Filters"]),
  module("Statistics", in: "Core", ["Components", "Numerics"]),
  module("Learning", in: "Core", ["Components", "Numerics", "Statistics"]),
  module("Evaluation", in: "Core", ["Components", "Numerics", "Learning", "Statistics"]),
  module("Report", in: "Core", ["Statistics"]),
  module("ReportingLists", in: "Core", []),
  module(
    "Explanation", in: "Core",
    ["Components", "Numerics", "Learning", "Statistics", "Evaluation"]),
  module("Synthesis", in: "Core", ["Numerics", "Imaging"]),
  module(
    "Study", in: "Core",
    ["Components", "Numerics", "Imaging", "Filters", "Features", "Habitats", "Fusion", yams]),
  module(
    "ModelStudy", in: "Core",
    ["Components", "Numerics", "Learning", "Statistics", "Evaluation", "Study"]),
  module(
    "ModelReport", in: "Core",
    [
      "Components", "Learning", "Statistics", "Evaluation", "Study", "ModelStudy", "Report",
      "Explanation", "ReportingLists", "Numerics",
    ]),
  module("Overlay", in: "Core", ["Imaging", "Numerics"]),
  module(
    "ExtractionReport", in: "Core", ["Components", "Report", "Statistics", "Study"]),
]

// MARK: - Adapters: one target per C library

let adapters: [Target] = [
  library("CMPI", pkgConfig: pkgConfig("MPI", "ompi-c"), apt: ["libopenmpi-dev"]),
  library("CHDF5", pkgConfig: pkgConfig("HDF5", "hdf5-openmpi"), apt: ["libhdf5-openmpi-dev"]),
  library("CZlib", pkgConfig: pkgConfig("ZLIB", "zlib"), apt: ["zlib1g-dev"]),
  library("CCrypto", pkgConfig: pkgConfig("CRYPTO", "libcrypto"), apt: ["libssl-dev"]),
  library("CSVM", pkgConfig: nil, apt: ["libsvm-dev"]),
  library("CXGBoost", pkgConfig: pkgConfig("XGBOOST", "xgboost"), apt: ["libxgboost-dev"]),
  .target(name: "CNIfTI", path: "Sources/CLibraries/CNIfTI"),
  adapter("MPI", ["CMPI", "Study"]),
  adapter(
    "HDF5", ["CHDF5", "HashingAdapter", "MPIAdapter", "Components", "Study", "ModelStudy"]),
  adapter("NIfTI", ["CNIfTI", "CZlib", "Imaging"]),
  adapter("Hashing", ["CCrypto"]),
  adapter("PNG", ["CZlib", "Overlay"]),
  adapter("SVM", ["CSVM", "Components", "Numerics", "Learning"]),
  adapter("XGBoost", ["CXGBoost", "Components", "Numerics", "Learning"]),
]

// MARK: - Executables and tests

let program: [Target] = [
  topModule(
    "Catalog",
    [
      "Components", "Imaging", "Filters", "Features", "Learning", "Evaluation", "ModelStudy",
      "SVMAdapter", "XGBoostAdapter",
    ]),
  topModule("Coordinator", ["Components", "Study"]),
  topModule("Simulation", ["Coordinator", "Study", "ModelStudy", "Numerics"]),
  topModule(
    "Worker",
    [
      "Components", "Numerics", "Imaging", "Filters", "Features", "Habitats", "Fusion", "Study",
      "Catalog", "Learning", "Evaluation", "ModelStudy", "Overlay",
    ]),
  .executableTarget(
    name: "radcohort",
    dependencies: [
      "Components", "Numerics", "Imaging", "Filters", "Features", "Habitats", "Synthesis", "Study",
      "Catalog",
      "Learning", "Evaluation", "ModelStudy", "Coordinator", "Worker", "MPIAdapter", "HDF5Adapter",
      "NIfTIAdapter", "HashingAdapter", "PNGAdapter", "Report", "Statistics",
      "ModelReport", "ExtractionReport", "Overlay",
      argumentParser,
    ],
    path: "Sources/RadCohort", swiftSettings: settings),
  .target(
    name: "TestSupport", dependencies: ["Study", "Features", "Imaging", "NIfTIAdapter"],
    path: "Tests/TestSupport", swiftSettings: settings
  ),
  tests("Components", ["Components"]),
  tests("Numerics", ["Numerics"]),
  tests("Imaging", ["Imaging", "NIfTIAdapter", "Numerics", "Components"]),
  tests(
    "Features", ["Features", "Imaging", "Numerics", "Components", "Catalog", "NIfTIAdapter"]),
  tests("Filters", ["Filters", "Imaging", "Components", "Features", "NIfTIAdapter"]),
  tests("Habitats", ["Habitats", "Numerics", "Components"]),
  tests("Fusion", ["Fusion", "Filters", "Imaging", "Numerics", "Components"]),
  tests("Learning", ["Learning", "Statistics", "Numerics", "Components"]),
  tests("Study", ["Study", "Components", "Catalog", "Filters", "Features", "Imaging"]),
  tests("Evaluation", ["Evaluation", "Learning", "Statistics", "Numerics"]),
  tests("Statistics", ["Statistics", "Numerics", "Learning", "Evaluation"]),
  tests("ModelStudy", ["ModelStudy", "Learning", "Components", "Study", "Catalog", "Evaluation"]),
  tests("SVM", ["SVMAdapter", "Learning", "Numerics", "Components"]),
  tests("XGBoost", ["XGBoostAdapter", "CXGBoost", "Learning", "Numerics", "Components"]),
  tests("HDF5", ["HDF5Adapter", "MPIAdapter", "Components", "Study", "ModelStudy"]),
  tests("NIfTI", ["NIfTIAdapter", "Imaging"]),
  tests("Report", ["Report", "Statistics"]),
  tests("ModelReport", ["ModelReport", "Report", "Statistics"]),
  tests("ReportingLists", ["ReportingLists"]),
  tests("Overlay", ["Overlay", "Imaging", "PNGAdapter", "CZlib"]),
  tests("ExtractionReport", ["ExtractionReport", "Report", "Study", "Components"]),
  tests(
    "Explanation",
    [
      "Explanation", "Learning", "Evaluation", "Numerics", "Components",
      "CXGBoost", "XGBoostAdapter", "SVMAdapter",
    ]),
  tests("Synthesis", ["Synthesis", "Imaging", "Numerics"]),
  tests("Coordinator", ["Coordinator", "Worker", "Study", "Components"]),
  tests("Worker", ["Worker", "ModelStudy", "Learning", "Study", "Catalog"]),
  tests("Simulation", ["Simulation", "Coordinator", "Worker", "Study"]),
  tests(
    "Conformance",
    [
      "Catalog", "Features", "Components", "Imaging", "Synthesis", "Learning", "Evaluation",
      "ModelStudy", "Numerics",
    ]),
  tests("Command", ["radcohort", "Study", "NIfTIAdapter", "Imaging", "Synthesis"]),
]

let package = Package(
  name: "RadCohort",
  products: [.executable(name: "radcohort", targets: ["radcohort"])],
  dependencies: [
    .package(url: "https://github.com/apple/swift-argument-parser", exact: "1.8.2"),
    .package(url: "https://github.com/jpsim/Yams", exact: "6.2.2"),
  ],
  targets: core + adapters + program
)
