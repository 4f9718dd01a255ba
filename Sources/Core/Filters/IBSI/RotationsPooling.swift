/// A rotation of a kernel by multiples of 90 degrees about the image's axes; IBSI 2 reference
/// manual, "Rotation invariance".
package struct RightAngleRotation: Hashable, Sendable {
  /// The kernel's axis that comes to lie along the image's axis k.
  package let kernelAxis: SIMD3<Int>
  /// Whether that kernel axis then runs against the image's axis k.
  package let isReversed: [Bool]

  package static let identity = RightAngleRotation(
    kernelAxis: SIMD3(0, 1, 2), isReversed: [false, false, false])

  /// The rotations under which responses are pooled: 4 in the axial plane (dimension 2), or 24.
  /// The identity comes first.
  package static func all(dimension: Int) -> [RightAngleRotation] {
    precondition(dimension == 2 || dimension == 3, "rotations are 2D or 3D")
    return dimension == 2 ? inPlane : inSpace
  }

  /// The four rotations about z.
  package static let inPlane = inSpace.filter { $0.kernelAxis.z == 2 && !$0.isReversed[2] }

  /// The 24 rotations of the cube: signed permutations of the axes with determinant 1.
  package static let inSpace: [RightAngleRotation] = {
    let even = [SIMD3(0, 1, 2), SIMD3(1, 2, 0), SIMD3(2, 0, 1)]
    let odd = [SIMD3(1, 0, 2), SIMD3(0, 2, 1), SIMD3(2, 1, 0)]
    var rotations: [RightAngleRotation] = []
    for (axes, parity) in even.map({ ($0, 0) }) + odd.map({ ($0, 1) }) {
      for signs in 0..<8 where signs.nonzeroBitCount % 2 == parity {
        rotations.append(
          RightAngleRotation(kernelAxis: axes, isReversed: (0..<3).map { signs >> $0 & 1 == 1 }))
      }
    }
    return rotations
  }()

  /// What belongs to the kernel's axes, in the order of the image's axes.
  ///
  /// - Parameter reversed: what belongs to an axis that runs backwards.
  package func applied<Part>(to parts: [Part], reversed: (Part) -> Part) -> [Part] {
    precondition(parts.count == 3, "one part for each axis")
    return (0..<3).map {
      isReversed[$0] ? reversed(parts[kernelAxis[$0]]) : parts[kernelAxis[$0]]
    }
  }
}

/// How the responses to rotated kernels become one.
package enum Pooling: String, Hashable, Sendable, CaseIterable {
  case max
  case average
  case min

  /// As responses are named: `avg` for the average.
  package var shortName: String { self == .average ? "avg" : rawValue }
}

/// Responses that are pooled voxel by voxel, one after the other.
package struct ResponsePool: Sendable {
  package let pooling: Pooling
  private var pooled: [Double] = []
  private var weight = 0.0

  package init(_ pooling: Pooling) { self.pooling = pooling }

  /// Takes one response, or `times` equal ones, multiplied by `sign`.
  ///
  /// - Precondition: as many values as before; `times` > 0; `sign` is 1 or -1.
  package mutating func add(_ response: [Double], times: Int = 1, sign: Double = 1) {
    precondition(times > 0 && abs(sign) == 1)
    let factor = pooling == .average ? Double(times) * sign : sign
    if weight == 0 {
      // Adding 0 turns -0 into 0.
      pooled = factor == 1 ? response : response.map { $0 * factor + 0 }
    } else {
      precondition(response.count == pooled.count, "responses have one shape")
      combine(response, factor)
    }
    weight += Double(times)
  }

  private mutating func combine(_ response: [Double], _ factor: Double) {
    let pooling = pooling
    pooled.withUnsafeMutableBufferPointer { pooled in
      response.withUnsafeBufferPointer { response in
        var i = 0
        switch pooling {
        case .max:
          while i < response.count {
            let value = response[i] * factor + 0
            pooled[i] = value > pooled[i] ? value : pooled[i]
            i &+= 1
          }
        case .min:
          while i < response.count {
            let value = response[i] * factor + 0
            pooled[i] = value < pooled[i] ? value : pooled[i]
            i &+= 1
          }
        case .average:
          while i < response.count {
            pooled[i] += response[i] * factor
            i &+= 1
          }
        }
      }
    }
  }

  /// The pooled values.
  ///
  /// - Precondition: a response was added.
  package consuming func result() -> [Double] {
    precondition(weight > 0, "a response was added")
    if pooling == .average, weight != 1 {
      let weight = weight
      return pooled.map { $0 / weight }
    }
    return pooled
  }
}
