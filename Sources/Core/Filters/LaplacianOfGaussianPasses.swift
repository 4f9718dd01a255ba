internal import Imaging

/// The nine passes of a Laplacian of Gaussian: for each axis its second derivative, then smoothing
/// along the two others in ascending order.
///
/// A pass needs whole lines and gives only the part of them that lies in the wanted box, so that
/// later passes have less to do; the values are those of filtering everything.
struct LaplacianOfGaussian {
  private let smoothing: [RecursiveGaussian]
  private let derivative: [RecursiveGaussian]
  private let spacing: SIMD3<Double>

  init(sigma: Double, spacing: SIMD3<Double>) {
    self.spacing = spacing
    smoothing = (0..<3).map {
      RecursiveGaussian(sigma: sigma, spacing: spacing[$0], order: .smoothing)
    }
    derivative = (0..<3).map {
      RecursiveGaussian(sigma: sigma, spacing: spacing[$0], order: .secondDerivative)
    }
  }

  /// The response in the input's box, float32 values, x fastest.
  ///
  /// - Precondition: the image has at least 4 voxels along each axis.
  func response(of input: FilterInput) -> [Double] {
    precondition(input.size.min() >= 4)
    var sum = [Float](repeating: 0, count: input.box.voxelCount)
    for axis in 0..<3 {
      let others = [0, 1, 2].filter { $0 != axis }
      var size = input.size
      var block = pass(derivative[axis], axis, &size, input) { start, count, target in
        input.image.voxels.copy(from: start, count: count, to: target)
      }
      for other in others {
        block = block.withUnsafeBufferPointer { values in
          pass(smoothing[other], other, &size, input) { start, count, target in
            var i = 0
            while i < count {
              target[i] = Double(values[start &+ i])
              i &+= 1
            }
          }
        }
      }
      let factor = 1 / (spacing[axis] * spacing[axis])
      block.withUnsafeBufferPointer { block in
        sum.withUnsafeMutableBufferPointer { sum in
          var i = 0
          while i < block.count {
            sum[i] = Float(Double(sum[i]) + Double(block[i]) * factor)
            i &+= 1
          }
        }
      }
    }
    return sum.map { Double($0) }
  }

  /// Filters along `axis`; `size` is that of the source and becomes that of the result, which is
  /// cut to the box along `axis`.
  ///
  /// - Parameter read: copies so many values from an index of the source.
  @inline(__always)
  private func pass(
    _ filter: RecursiveGaussian, _ axis: Int, _ size: inout SIMD3<Int>, _ input: FilterInput,
    _ read: (Int, Int, UnsafeMutablePointer<Double>) -> Void
  ) -> [Float] {
    let lanes = RecursiveGaussian.laneCount
    let source = size
    let lower = input.box.lower[axis]
    let kept = input.box.size[axis]
    size[axis] = kept
    let total = size.x * size.y * size.z
    let length = source[axis]
    return [Float](unsafeUninitializedCapacity: total) { buffer, initialized in
      initialized = total
      guard let target = buffer.baseAddress else { return }
      withUnsafeTemporaryAllocation(of: Double.self, capacity: (3 * lanes + 1) * length) { room in
        guard let lines = room.baseAddress else { return }
        // Lanes without a line are filtered, too, and not stored.
        lines.initialize(repeating: 0, count: room.count)
        let result = lines + lanes * length
        let scratch = result + lanes * length
        let row = scratch + lanes * length
        if axis == 0 {
          let lineCount = source.y * source.z
          var first = 0
          while first < lineCount {
            let width = min(lanes, lineCount &- first)
            var k = 0
            while k < width {
              read((first &+ k) &* length, length, row)
              var i = 0
              while i < length {
                lines[i &* lanes &+ k] = row[i]
                i &+= 1
              }
              k &+= 1
            }
            filter.filter(lines, length, result, scratch)
            k = 0
            while k < width {
              let out = target + (first &+ k) &* kept
              let column = result + lower &* lanes + k
              var i = 0
              while i < kept {
                out[i] = Float(column[i &* lanes])
                i &+= 1
              }
              k &+= 1
            }
            first &+= width
          }
        } else {
          // Lines side by side lie next to each other in memory.
          let run = axis == 1 ? source.x : source.x * source.y
          let outer = axis == 1 ? source.z : 1
          for slab in 0..<outer {
            var first = 0
            while first < run {
              let width = min(lanes, run &- first)
              var i = 0
              while i < length {
                read((slab &* length &+ i) &* run &+ first, width, lines + i &* lanes)
                i &+= 1
              }
              filter.filter(lines, length, result, scratch)
              i = 0
              while i < kept {
                let out = target + (slab &* kept &+ i) &* run + first
                let values = result + (i &+ lower) &* lanes
                var k = 0
                while k < width {
                  out[k] = Float(values[k])
                  k &+= 1
                }
                i &+= 1
              }
              first &+= width
            }
          }
        }
      }
    }
  }
}
