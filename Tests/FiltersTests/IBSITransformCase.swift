import Components
import Filters
import Foundation
import Imaging
import Testing

/// The wavelets and Riesz transforms of IBSI 2 with their settings.
enum TransformFilter: Sendable {
  case separable(SeparableWaveletParameters)
  case simoncelli(SimoncelliWaveletParameters)
  case rieszSimoncelli(RieszSimoncelliParameters)
  case rieszLaplacian(RieszLaplacianParameters)

  /// - Parameter pooling: over rotations; nil: none.
  static func wavelet(
    _ name: String, _ map: String, _ level: Int, _ pooling: Pooling?,
    _ boundary: BoundaryCondition = .mirror
  ) -> TransformFilter {
    var settings = SeparableWaveletParameters()
    (settings.wavelet, settings.maps, settings.levels) = (name, [map], [level])
    (settings.rotationInvariant, settings.pooling) = (pooling != nil, pooling ?? .average)
    (settings.dimension, settings.boundary) = (map.count, boundary)
    return .separable(settings)
  }

  /// - Parameter order: nil: no Riesz transform.
  static func band(
    _ dimension: Int, _ level: Int, _ order: String? = nil,
    _ boundary: BoundaryCondition = .periodic
  ) -> TransformFilter {
    if let order {
      var settings = RieszSimoncelliParameters()
      (settings.orders, settings.levels) = ([order], [level])
      (settings.dimension, settings.boundary) = (dimension, boundary)
      return .rieszSimoncelli(settings)
    }
    var settings = SimoncelliWaveletParameters()
    (settings.levels, settings.dimension, settings.boundary) = ([level], dimension, boundary)
    return .simoncelli(settings)
  }

  static func rieszLog(
    _ dimension: Int, _ sigma: Double, _ order: String, _ boundary: BoundaryCondition = .mirror
  ) -> TransformFilter {
    var settings = RieszLaplacianParameters()
    (settings.orders, settings.sigmas) = ([order], [sigma])
    (settings.dimension, settings.boundary) = (dimension, boundary)
    return .rieszLaplacian(settings)
  }

  func with(_ boundary: BoundaryCondition) -> TransformFilter {
    switch self {
    case .separable(var settings):
      settings.boundary = boundary
      return .separable(settings)
    case .simoncelli(var settings):
      settings.boundary = boundary
      return .simoncelli(settings)
    case .rieszSimoncelli(var settings):
      settings.boundary = boundary
      return .rieszSimoncelli(settings)
    case .rieszLaplacian(var settings):
      settings.boundary = boundary
      return .rieszLaplacian(settings)
    }
  }

  /// All responses in the input's box, by name.
  /// - Throws: the first response that fails.
  func responses(of input: FilterInput) throws -> [(name: String, values: [Double])] {
    switch self {
    case .separable(let settings): try Self.run(SeparableWaveletFilter(settings), input)
    case .simoncelli(let settings): try Self.run(SimoncelliWaveletFilter(settings), input)
    case .rieszSimoncelli(let settings): try Self.run(RieszSimoncelliFilter(settings), input)
    case .rieszLaplacian(let settings): try Self.run(RieszLaplacianFilter(settings), input)
    }
  }

  /// The first response, to the entire image.
  func response(of image: Volume) throws -> [Double] {
    try response(of: image, in: IndexBox(lower: .zero, size: image.grid.size))
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
      #expect(image.pixelType == .float64 && image.values.count == input.box.voxelCount)
      found.append((name, image.values))
    }
    #expect(found.map { $0.name } == filter.responseNames)
    return found
  }
}
