import Components
import Filters
import Foundation
import Imaging
import NIfTIAdapter
import TestSupport

/// The first kernels of IBSI 2 with their settings.
enum SpatialFilter: Sendable {
  case mean(MeanParameters)
  case laplacian(GaussianLaplacianParameters)
  case laws(LawsParameters)
  case gabor(GaborParameters)

  /// All responses in the input's box, by name.
  /// - Throws: the first response that fails.
  func responses(of input: FilterInput) throws -> [(name: String, values: [Double])] {
    switch self {
    case .mean(let settings): try Self.run(MeanFilter(settings), input)
    case .laplacian(let settings): try Self.run(GaussianLaplacianFilter(settings), input)
    case .laws(let settings): try Self.run(LawsFilter(settings), input)
    case .gabor(let settings): try Self.run(GaborFilter(settings), input)
    }
  }

  /// The one response to the entire image.
  func response(of image: Volume) throws -> [Double] {
    let box = IndexBox(lower: .zero, size: image.grid.size)
    return try response(of: image, in: box)
  }

  func response(of image: Volume, in box: IndexBox) throws -> [Double] {
    let mask = [UInt8](repeating: 1, count: box.voxelCount)
    return try responses(of: FilterInput(image: image, box: box, mask: mask))[0].values
  }

  private static func run<Filter: ImageFilter>(
    _ filter: Filter, _ input: FilterInput
  ) throws -> [(name: String, values: [Double])] {
    var found: [(name: String, values: [Double])] = []
    try filter.forEachResponse(of: input) { name, result throws(FilterError) in
      let image = try result.get()
      precondition(image.pixelType == .float64 && image.values.count == input.box.voxelCount)
      found.append((name, image.values))
    }
    precondition(found.map { $0.name } == filter.responseNames)
    return found
  }
}

extension SpatialFilter {
  static func mean(_ support: Int, _ dimension: Int, _ boundary: BoundaryCondition = .mirror)
    -> SpatialFilter
  {
    var settings = MeanParameters()
    (settings.supports, settings.dimension, settings.boundary) = ([support], dimension, boundary)
    return .mean(settings)
  }

  static func laplacian(
    _ sigma: Double, _ dimension: Int, _ boundary: BoundaryCondition = .mirror
  ) -> SpatialFilter {
    var settings = GaussianLaplacianParameters()
    (settings.sigmas, settings.dimension, settings.boundary) = ([sigma], dimension, boundary)
    return .laplacian(settings)
  }

  /// - Parameters:
  ///   - pooling: over rotations; nil: none.
  ///   - energy: distance; nil: the response itself.
  static func laws(
    _ kernel: String, _ pooling: Pooling?, energy: Int?, _ boundary: BoundaryCondition = .mirror
  ) -> SpatialFilter {
    var settings = LawsParameters()
    (settings.kernels, settings.dimension) = ([kernel], kernel.count / 2)
    (settings.rotationInvariant, settings.pooling) = (pooling != nil, pooling ?? .max)
    (settings.energyMap, settings.energyDistance) = (energy != nil, energy ?? 7)
    settings.boundary = boundary
    return .laws(settings)
  }

  /// - Parameters:
  ///   - theta: one orientation, degrees; nil: all that are `delta` apart, averaged.
  static func gabor(
    _ sigma: Double, _ lambda: Double, _ gamma: Double, theta: Double? = nil, delta: Double = 22.5,
    _ dimension: Int, _ boundary: BoundaryCondition = .mirror
  ) -> SpatialFilter {
    var settings = GaborParameters()
    (settings.sigmas, settings.lambdas, settings.gammas) = ([sigma], [lambda], [gamma])
    (settings.rotationInvariant, settings.thetas) = (theta == nil, [theta ?? 0])
    (settings.deltaTheta, settings.dimension) = (delta, dimension)
    settings.boundary = boundary
    return .gabor(settings)
  }
}

/// Reference tables and images of IBSI 2, which are not part of the project.
enum IBSISpatialData {
  static var isPresent: Bool {
    FileManager.default.fileExists(atPath: path("reference/ibsi2_phase1_filters.csv"))
      && FileManager.default.fileExists(atPath: path("data/ibsi"))
  }

  static func path(_ name: String) -> String { SharedData.folder.appendingPathComponent(name).path }

  /// Rows of a table, by the names of its columns.
  static func rows(_ name: String) throws -> [[String: String]] {
    let lines = try String(contentsOfFile: path("reference/\(name)"), encoding: .utf8)
      .split(whereSeparator: \.isNewline).map { fields($0) }
    return lines.dropFirst().map { Dictionary(uniqueKeysWithValues: zip(lines[0], $0)) }
  }

  static func image(_ name: String) throws -> Volume {
    try ImageFile.readVolume(path("data/\(name)"))
  }

  private static func fields(_ line: Substring) -> [String] {
    var fields = [""]
    var quoted = false
    for character in line {
      switch character {
      case "\"": quoted.toggle()
      case "," where !quoted: fields.append("")
      default: fields[fields.count - 1].append(character)
      }
    }
    return fields
  }
}
