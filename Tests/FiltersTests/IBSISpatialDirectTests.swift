import Components
import Filters
import Foundation
import Imaging
import Testing

/// The fast convolutions against plain ones, and what is special about borders and settings.
@Suite struct IBSISpatialDirectTests {
  /// Whole numbers without symmetry.
  static func volume(
    _ size: SIMD3<Int>, spacing: SIMD3<Double> = .one, impulseAt impulse: SIMD3<Int>? = nil
  ) -> Volume {
    var values: [Double] = []
    for z in 0..<size.z {
      for y in 0..<size.y {
        for x in 0..<size.x {
          let isImpulse = impulse == SIMD3(x, y, z)
          let number = (7 * x * x + 13 * x * y + 5 * y * z + 11 * z * z + 3 * x * z) % 41 - 12
          values.append(impulse == nil ? Double(number) : isImpulse ? 1 : 0)
        }
      }
    }
    return Volume(grid: Grid(size: size, spacing: spacing), values: values, as: .float64)
  }

  /// A kernel over all three axes as a list of offsets and weights.
  typealias Plain = [(offset: SIMD3<Int>, weight: Double)]

  static func plain(_ kernel: [LineKernel]) -> Plain {
    var plain: Plain = []
    for (z, c) in kernel[2].taps.enumerated() {
      for (y, b) in kernel[1].taps.enumerated() {
        for (x, a) in kernel[0].taps.enumerated() {
          let offset = SIMD3(
            x - kernel[0].origin, y - kernel[1].origin, z - kernel[2].origin)
          plain.append((offset, a * b * c))
        }
      }
    }
    return plain
  }

  /// Convolution by its definition: sum of weight(k) image(n - k).
  static func convolve(
    _ image: Volume, _ kernel: Plain, _ boundary: BoundaryCondition
  ) -> [Double] {
    let size = image.grid.size
    let values = image.values(in: IndexBox(lower: .zero, size: size))
    var response: [Double] = []
    for z in 0..<size.z {
      for y in 0..<size.y {
        for x in 0..<size.x {
          var sum = 0.0
          for (offset, weight) in kernel {
            guard let i = boundary.source(of: x - offset.x, count: size.x),
              let j = boundary.source(of: y - offset.y, count: size.y),
              let k = boundary.source(of: z - offset.z, count: size.z)
            else { continue }
            sum += weight * values[(k * size.y + j) * size.x + i]
          }
          response.append(sum)
        }
      }
    }
    return response
  }

  static func worst(_ a: [Double], _ b: [Double]) -> Double {
    a.count == b.count ? zip(a, b).reduce(0) { max($0, abs($1.0 - $1.1)) } : .infinity
  }

  @Test(arguments: BoundaryCondition.allCases)
  func sourcesOfVoxelsOutside(_ boundary: BoundaryCondition) {
    let row = (-7..<10).map { boundary.source(of: $0, count: 3) ?? -1 }
    let expected =
      switch boundary {
      case .zero: [-1, -1, -1, -1, -1, -1, -1, 0, 1, 2, -1, -1, -1, -1, -1, -1, -1]
      case .nearest: [0, 0, 0, 0, 0, 0, 0, 0, 1, 2, 2, 2, 2, 2, 2, 2, 2]
      case .periodic: [2, 0, 1, 2, 0, 1, 2, 0, 1, 2, 0, 1, 2, 0, 1, 2, 0]
      case .mirror: [0, 0, 1, 2, 2, 1, 0, 0, 1, 2, 2, 1, 0, 0, 1, 2, 2]
      }
    #expect(row == expected)
  }

  /// Unsymmetric kernels of even and odd length, one of them longer than the image: the pooled
  /// response is that of 24 (or 4) plain kernels, turned by repeated quarter turns.
  @Test(arguments: BoundaryCondition.allCases, Pooling.allCases)
  func pooledRotationsEqualPlainOnes(_ boundary: BoundaryCondition, _ pooling: Pooling) {
    let image = Self.volume(SIMD3(5, 4, 3))
    let kernel = [
      LineKernel([1, -2, 4]), LineKernel([3, 1, -1, 2]), LineKernel([1, 0, 2, -1, 5, 1, 3, 2, 1]),
    ]
    for dimension in [2, 3] {
      var turned = [Self.plain(kernel)]
      var next = 0
      while next < turned.count {
        for axis in dimension == 2 ? [2] : [0, 1, 2] {
          let (a, b) = ((axis + 1) % 3, (axis + 2) % 3)
          let more: Plain = turned[next].map { entry in
            var offset = entry.offset
            (offset[a], offset[b]) = (-entry.offset[b], entry.offset[a])
            return (offset, entry.weight)
          }
          let isKnown = turned.contains { Self.weights($0) == Self.weights(more) }
          if !isKnown { turned.append(more) }
        }
        next += 1
      }
      #expect(turned.count == (dimension == 2 ? 4 : 24))
      let responses = turned.map { Self.convolve(image, $0, boundary) }
      let expected = responses[0].indices.map { i in
        let values = responses.map { $0[i] }
        return switch pooling {
        case .max: values.max() ?? 0
        case .min: values.min() ?? 0
        case .average: values.reduce(0, +) / Double(values.count)
        }
      }
      let filter = SeparableFilter(kernel, rotatedIn: dimension, pooling: pooling)
      let box = IndexBox(lower: .zero, size: image.grid.size)
      let found = filter.response(to: image, over: box, boundary: boundary).values
      // Whole numbers: only the division of the mean rounds.
      #expect(Self.worst(found, expected) <= 1e-12)
    }
  }

  private static func weights(_ plain: Plain) -> [SIMD3<Int>: Double] {
    Dictionary(plain.map { ($0.offset, $0.weight) }) { $0 + $1 }
  }

  static let filters: [SpatialFilter] = [
    .mean(9, 3), .mean(3, 2), .laplacian(2, 3), .laplacian(1.1, 2),
    .laws("E5W5S3", .max, energy: 3), .laws("L5E5", .average, energy: nil),
    .gabor(1.2, 2, 0.8, 3), .gabor(1.5, 3, 2, theta: 30, 2),
  ]

  /// A box of the response does not depend on what else is computed.
  @Test(arguments: filters.indices, BoundaryCondition.allCases)
  func boxEqualsPartOfWhole(_ index: Int, _ boundary: BoundaryCondition) throws {
    let image = Self.volume(SIMD3(11, 9, 8), spacing: SIMD3(0.9, 1.1, 1.7))
    let filter = Self.filters[index].with(boundary)
    let whole = try filter.response(of: image)
    let size = image.grid.size
    for box in [
      IndexBox(lower: .zero, size: .one), IndexBox(lower: SIMD3(2, 3, 1), size: SIMD3(4, 2, 5)),
      IndexBox(lower: SIMD3(7, 7, 7), size: SIMD3(4, 2, 1)),
    ] {
      var part: [Double] = []
      for z in box.lower.z..<box.upper.z {
        for y in box.lower.y..<box.upper.y {
          let start = (z * size.y + y) * size.x + box.lower.x
          part += whole[start..<start + box.size.x]
        }
      }
      let found = try filter.response(of: image, in: box)
      if case .gabor = filter {
        // Fourier transforms of another length round otherwise.
        #expect(Self.worst(found, part) <= 1e-11)
      } else {
        #expect(found == part)
      }
    }
  }

  /// The impulse is in the corner, so that periodic images show it at all eight.
  @Test func impulseInTheCorner() throws {
    let image = Self.volume(SIMD3(6, 5, 4), impulseAt: .zero)
    let size = image.grid.size
    func response(_ boundary: BoundaryCondition, _ place: SIMD3<Int>) throws -> Double {
      let sum =
        try SpatialFilter.mean(3, 3, boundary).response(of: image)[
          (place.z * size.y + place.y) * size.x + place.x] * 27
      return abs(sum - sum.rounded()) < 1e-12 ? sum.rounded() : sum
    }
    let last = size &- SIMD3(repeating: 1)
    #expect(try response(.zero, .zero) == 1)
    #expect(try response(.nearest, .zero) == 8)
    #expect(try response(.mirror, .zero) == 8)
    #expect(try response(.periodic, .zero) == 1)
    #expect(try response(.periodic, last) == 1)
    #expect(try response(.mirror, last) == 0)
    #expect(try response(.zero, SIMD3(1, 1, 0)) == 1)
    #expect(try response(.mirror, SIMD3(1, 1, 0)) == 2)
  }

  @Test func kernelFarLargerThanTheImageIsRefused() throws {
    let image = Self.volume(SIMD3(9, 9, 2))
    #expect(throws: FilterError.self) { try SpatialFilter.mean(19, 3).response(of: image) }
    #expect(throws: FilterError.self) { try SpatialFilter.laplacian(2.2, 3).response(of: image) }
    #expect(throws: FilterError.self) {
      try SpatialFilter.laws("L5L5L5", .max, energy: 7).response(of: image)
    }
    let error = #expect(throws: FilterError.self) {
      try SpatialFilter.gabor(5, 2, 1.5, 3).response(of: image)
    }
    #expect(
      error?.message == "the kernel reaches 30 voxels along z, where the image has 2; at most 4 "
        + "times as many are allowed")
    _ = try SpatialFilter.mean(17, 3).response(of: image)
    _ = try SpatialFilter.gabor(5, 2, 1.5, 2).response(of: image)
  }

  @Test func kernelOfOneVoxelIsRefused() throws {
    let image = Self.volume(SIMD3(5, 5, 5), spacing: SIMD3(1, 1, 3))
    let error = #expect(throws: FilterError.self) {
      try SpatialFilter.laplacian(0.3, 3).response(of: image)
    }
    #expect(
      error?.message == "the kernel with sigma 0.3 mm ends within its voxel along z, which is "
        + "3.0 mm wide; take a larger sigma, dimension 2 or smaller voxels")
    _ = try SpatialFilter.laplacian(0.3, 2).response(of: image)
  }

  @Test func oneVoxelAndFlatImages() throws {
    let voxel = Volume(grid: Grid(size: .one), values: [-7.25], as: .float64)
    #expect(try SpatialFilter.mean(3, 3).response(of: voxel) == [-7.25])
    #expect(try SpatialFilter.laws("E5E5E5", .max, energy: 2).response(of: voxel) == [0])
    let flat = Volume(
      grid: Grid(size: SIMD3(4, 4, 4)), values: [Double](repeating: -1000, count: 64), as: .int16)
    #expect(try SpatialFilter.mean(7, 3).response(of: flat).allSatisfy { $0 == -1000 })
    let edge = try SpatialFilter.laws("S5E5L5", .average, energy: nil).response(of: flat)
    #expect(edge.allSatisfy { abs($0) < 1e-10 })
  }
}

extension SpatialFilter {
  func with(_ boundary: BoundaryCondition) -> SpatialFilter {
    switch self {
    case .mean(var settings):
      settings.boundary = boundary
      return .mean(settings)
    case .laplacian(var settings):
      settings.boundary = boundary
      return .laplacian(settings)
    case .laws(var settings):
      settings.boundary = boundary
      return .laws(settings)
    case .gabor(var settings):
      settings.boundary = boundary
      return .gabor(settings)
    }
  }
}
