// swift-tools-version: 6.2
import PackageDescription

// Benchmarks of the kernels, a package of its own: the engine's build and tests do not need it.
// The engine's modules are `package`, so they are built here from the same sources, through links.
let environment = Context.environment
let settings: [SwiftSetting] = [
  .enableUpcomingFeature("InternalImportsByDefault"),
  .enableUpcomingFeature("MemberImportVisibility"),
]

func module(_ name: String, _ dependencies: [Target.Dependency]) -> Target {
  .target(
    name: name, dependencies: dependencies, path: "Sources/\(name)", swiftSettings: settings)
}

let package = Package(
  name: "RadCohortBenchmarks",
  targets: [
    .systemLibrary(
      name: "COpenBLAS", path: "Sources/COpenBLAS",
      pkgConfig: environment["RADCOHORT_PKGCONFIG_OPENBLAS"] ?? "openblas",
      providers: [.apt(["libopenblas-dev", "liblapacke-dev"])]),
    .systemLibrary(
      name: "CFFTW", path: "Sources/CFFTW",
      pkgConfig: environment["RADCOHORT_PKGCONFIG_FFTW"] ?? "fftw3",
      providers: [.apt(["libfftw3-dev"])]),
    module("Components", []),
    module("Numerics", ["COpenBLAS", "CFFTW"]),
    module("Statistics", ["Components", "Numerics"]),
    module("Learning", ["Components", "Numerics", "Statistics"]),
    module("Evaluation", ["Components", "Numerics", "Statistics", "Learning"]),
    module("Imaging", ["Components", "Numerics"]),
    module("Features", ["Components", "Numerics", "Imaging"]),
    module("Synthesis", ["Numerics", "Imaging"]),
    module("Filters", ["Components", "Numerics", "Imaging"]),
    // Features and filters alone: what learns needs libraries that no benchmark here calls.
    module("Catalog", ["Components", "Features", "Filters", "Imaging"]),
    .executableTarget(
      name: "benchmarks",
      dependencies: ["Catalog", "Components", "Features", "Imaging", "Numerics", "Synthesis"],
      path: "Sources/Benchmarks", swiftSettings: settings),
    .executableTarget(
      name: "lasso-path", dependencies: ["Learning"], path: "Sources/LassoPath",
      swiftSettings: settings),
    .executableTarget(
      name: "bootstrap-auc", dependencies: ["Evaluation", "Learning", "Numerics"],
      path: "Sources/BootstrapAUC", swiftSettings: settings),
  ]
)
