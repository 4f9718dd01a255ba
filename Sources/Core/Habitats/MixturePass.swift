internal import Numerics

/// The sums over voxels of a mixture of Gaussians.
///
/// Moments are those around a component's current mean m, with r the responsibility: per component
/// sum r, sum r (x - m) (d numbers), and sum r (x - m) transposed(x - m), packed as the covariances.
struct MixturePass {
  typealias Vector = SIMD4<Double>

  private let isFull: Bool
  private let d: Int
  private let count: Int
  /// Numbers of one covariance, and of all moments of one component.
  private let size: Int
  private let width: Int

  /// Vectors in a block, and in a product of likelihoods: of at most 64 components each factor is
  /// in 1...64, so the product stays below 2^384.
  private static let blockLength = 256
  private static let productLength = 64

  init(covariance: HabitatParameters.Covariance, dimension: Int, count: Int) {
    isFull = covariance == .full
    d = dimension
    self.count = count
    size = GaussianMixture.size(of: covariance, dimension: dimension)
    width = 1 + dimension + size
  }

  /// Room for one vector of voxels and the sums of a block.
  private final class Scratch {
    let differences: UnsafeMutablePointer<Vector>
    let scores: UnsafeMutablePointer<Vector>
    let sums: UnsafeMutablePointer<Vector>
    let sumCount: Int

    init(_ pass: MixturePass) {
      sumCount = pass.count * pass.width
      differences = .allocate(capacity: pass.count * pass.d)
      scores = .allocate(capacity: pass.count)
      sums = .allocate(capacity: sumCount)
    }

    deinit {
      differences.deallocate()
      scores.deallocate()
      sums.deallocate()
    }

    /// Adds the lanes of the block to the totals and clears them.
    func flush(into totals: inout [Double]) {
      for i in 0..<sumCount {
        let lanes = sums[i]
        totals[i] += (lanes[0] + lanes[1]) + (lanes[2] + lanes[3])
        sums[i] = Vector()
      }
    }
  }

  /// The moments of all voxels under a density, and ln L.
  func moments(
    of voxels: ScaledVoxels, _ density: MixtureDensity
  ) -> (logLikelihood: Double, moments: [Double]) {
    let scratch = Scratch(self)
    scratch.sums.initialize(repeating: Vector(), count: scratch.sumCount)
    var totals = [Double](repeating: 0, count: scratch.sumCount)
    var logLikelihood = 0.0
    let vectors = voxels.stride / ScaledVoxels.lanes
    withPointers(voxels, density) { x, stride, p in
      var vector = 0
      while vector < vectors {
        let end = min(vector + Self.blockLength, vectors)
        var tops = Vector()
        while vector < end {
          let productEnd = min(vector + Self.productLength, end)
          var product = Vector(repeating: 1)
          while vector < productEnd {
            let isVoxel = self.isVoxel(vector, of: voxels.count)
            let top = score(x + vector &* ScaledVoxels.lanes, stride, p, scratch)
            let sum = exponentiate(scratch.scores, top)
            tops += top.replacing(with: 0, where: .!isVoxel)
            product *= sum.replacing(with: 1, where: .!isVoxel)
            let share = (Vector(repeating: 1) / sum).replacing(with: 0, where: .!isVoxel)
            addMoments(share, scratch)
            vector &+= 1
          }
          for lane in 0..<4 { logLikelihood += PortableLogarithm.value(of: product[lane]) }
        }
        logLikelihood += (tops[0] + tops[1]) + (tops[2] + tops[3])
        scratch.flush(into: &totals)
      }
    }
    return (logLikelihood, totals)
  }

  /// The moments of voxels that belong to one component each, around given means.
  func moments(of voxels: ScaledVoxels, _ labels: [UInt8], around means: [Double]) -> [Double] {
    var totals = [Double](repeating: 0, count: count * width)
    for v in 0..<voxels.count {
      let k = Int(labels[v])
      let first = k * width
      totals[first] += 1
      let difference = (0..<d).map { voxels.values[$0 * voxels.stride + v] - means[k * d + $0] }
      for i in 0..<d {
        totals[first + 1 + i] += difference[i]
        let row = first + 1 + d + (isFull ? i * (i + 1) / 2 : 0)
        for j in (isFull ? 0 : i)...i { totals[row + j] += difference[i] * difference[j] }
      }
    }
    return totals
  }

  /// The component with the largest score of each voxel; ties: the lower.
  func labels(of voxels: ScaledVoxels, _ density: MixtureDensity) -> [UInt8] {
    let scratch = Scratch(self)
    var labels = [UInt8](repeating: 0, count: voxels.count)
    withPointers(voxels, density) { x, stride, p in
      var first = 0
      while first < voxels.count {
        let top = score(x + first, stride, p, scratch)
        for lane in 0..<min(ScaledVoxels.lanes, voxels.count - first) {
          var k = 0
          while k < count - 1 && scratch.scores[k][lane] != top[lane] { k &+= 1 }
          labels[first + lane] = UInt8(k)
        }
        first += ScaledVoxels.lanes
      }
    }
    return labels
  }

  private struct Pointers {
    let means: UnsafePointer<Double>
    let offsets: UnsafePointer<Double>
    let factors: UnsafePointer<Double>
  }

  private func withPointers(
    _ voxels: ScaledVoxels, _ density: MixtureDensity,
    _ body: (UnsafePointer<Double>, Int, Pointers) -> Void
  ) {
    precondition(voxels.dimension == d && density.means.count == count * d)
    precondition(density.offsets.count == count && density.factors.count == count * size)
    voxels.values.withUnsafeBufferPointer { x in
      density.means.withUnsafeBufferPointer { means in
        density.offsets.withUnsafeBufferPointer { offsets in
          density.factors.withUnsafeBufferPointer { factors in
            guard let x = x.baseAddress, let means = means.baseAddress,
              let offsets = offsets.baseAddress, let factors = factors.baseAddress
            else { return }
            body(x, voxels.stride, Pointers(means: means, offsets: offsets, factors: factors))
          }
        }
      }
    }
  }

  /// False for the padding.
  @inline(__always)
  private func isVoxel(_ vector: Int, of voxelCount: Int) -> SIMDMask<SIMD4<Int64>> {
    let left = voxelCount &- vector &* ScaledVoxels.lanes
    return SIMD4<Int64>(0, 1, 2, 3) .< Int64(left)
  }

  /// Writes x - mean and ln(w p(x)) of four voxels for every component.
  /// - Returns: the largest score.
  @inline(__always)
  private func score(
    _ x: UnsafePointer<Double>, _ stride: Int, _ p: Pointers, _ scratch: Scratch
  ) -> Vector {
    var top = Vector(repeating: -.infinity)
    var difference = scratch.differences
    var (mean, factor) = (p.means, p.factors)
    var k = 0
    while k < count {
      var square = Vector()
      var i = 0
      while i < d {
        let values = UnsafeRawPointer(x + i &* stride).loadUnaligned(as: Vector.self)
        difference[i] = values - mean[i]
        var y = Vector()
        if isFull {
          var j = 0
          while j <= i {
            y += difference[j] * factor[j]
            j &+= 1
          }
          factor += j
        } else {
          y = difference[i] * factor[0]
          factor += 1
        }
        square += y * y
        i &+= 1
      }
      let score = p.offsets[k] - 0.5 * square
      scratch.scores[k] = score
      top.replace(with: score, where: score .> top)
      difference += d
      mean += d
      k &+= 1
    }
    return top
  }

  /// Replaces the scores by exp(score - top).
  /// - Returns: their sum, >= 1.
  @inline(__always)
  private func exponentiate(_ scores: UnsafeMutablePointer<Vector>, _ top: Vector) -> Vector {
    var sum = Vector()
    var k = 0
    while k < count {
      let e = VectorExponential.value(of: scores[k] - top)
      scores[k] = e
      sum += e
      k &+= 1
    }
    return sum
  }

  /// Adds four voxels to the moments; a responsibility is `share` times the score.
  @inline(__always)
  private func addMoments(_ share: Vector, _ scratch: Scratch) {
    var difference = scratch.differences
    var sums = scratch.sums
    var k = 0
    while k < count {
      let r = scratch.scores[k] * share
      sums[0] += r
      let first = sums + 1
      var second = first + d
      var i = 0
      while i < d {
        let weighted = difference[i] * r
        first[i] += weighted
        if isFull {
          var j = 0
          while j <= i {
            second[j] += weighted * difference[j]
            j &+= 1
          }
          second += j
        } else {
          second[0] += weighted * difference[i]
          second += 1
        }
        i &+= 1
      }
      difference += d
      sums += width
      k &+= 1
    }
  }
}
