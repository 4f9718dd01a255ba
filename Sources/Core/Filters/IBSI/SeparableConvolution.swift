internal import Imaging

/// The weights of a convolution along one axis: `out[i]` is the sum over k of
/// `taps[k] * in[i + origin - k]`.
package struct LineKernel: Hashable, Sendable {
  package let taps: [Double]
  /// Index of the tap that meets the voxel itself.
  package let origin: Int

  /// Leaves a line as it is.
  package static let identity = LineKernel([1])

  /// - Parameters:
  ///   - taps: not empty.
  ///   - origin: where absent the middle tap, or the later one of the two middle taps.
  package init(_ taps: [Double], origin: Int? = nil) {
    precondition(!taps.isEmpty, "a kernel has weights")
    self.taps = taps
    self.origin = origin ?? taps.count / 2
    precondition(taps.indices.contains(self.origin), "the origin is one of the taps")
  }

  /// The kernel mirrored about its origin.
  package var reversed: LineKernel {
    LineKernel(taps.reversed(), origin: taps.count - 1 - origin)
  }

  /// Voxels that are read before and after the voxel itself.
  package var reachBefore: Int { taps.count - 1 - origin }
  package var reachAfter: Int { origin }

  /// Whether the first tap other than 0 is negative.
  var isNegated: Bool { (taps.first { $0 != 0 } ?? 0) < 0 }

  var negated: LineKernel { LineKernel(taps.map { 0 - $0 }, origin: origin) }
}

extension ImageBlock {
  /// The block filtered along one axis, as far as its values reach: it becomes shorter by
  /// `reachBefore` and `reachAfter`.
  package func convolved(with kernel: LineKernel, along axis: Int) -> ImageBlock {
    convolved(
      with: kernel, along: axis,
      over: box.lower[axis] + kernel.reachBefore..<box.upper[axis] - kernel.reachAfter)
  }

  /// The block filtered along one axis, for indices `range` of that axis only.
  ///
  /// A value is the sum of tap 0, 1, ... times its voxel, in this order, in Double; it does not
  /// depend on the block's extent.
  ///
  /// - Precondition: the block has the voxels that the kernel reads.
  package func convolved(
    with kernel: LineKernel, along axis: Int, over range: Range<Int>
  ) -> ImageBlock {
    precondition(
      range.lowerBound - kernel.reachBefore >= box.lower[axis]
        && range.upperBound + kernel.reachAfter <= box.upper[axis], "the kernel's voxels are known")
    var target = box
    target.lower[axis] = range.lowerBound
    target.size[axis] = range.count
    let strides = SIMD3(1, box.size.x, box.size.x * box.size.y)
    let first = (range.lowerBound - box.lower[axis] + kernel.origin) * strides[axis]
    let size = target.size
    let result = [Double](unsafeUninitializedCapacity: target.voxelCount) { buffer, initialized in
      initialized = target.voxelCount
      values.withUnsafeBufferPointer { source in
        kernel.taps.withUnsafeBufferPointer { taps in
          guard var out = buffer.baseAddress, let start = source.baseAddress else { return }
          for z in 0..<size.z {
            for y in 0..<size.y {
              convolveRow(
                start + (first &+ z &* strides.z &+ y &* strides.y), step: strides[axis], taps,
                to: out, count: size.x)
              out += size.x
            }
          }
        }
      }
    }
    return ImageBlock(box: target, values: result)
  }
}

/// `target[i]` = sum over k of `taps[k] * source[i - k * step]`, for `count` values.
private func convolveRow(
  _ source: UnsafePointer<Double>, step: Int, _ taps: UnsafeBufferPointer<Double>,
  to target: UnsafeMutablePointer<Double>, count: Int
) {
  typealias Lanes = SIMD8<Double>
  let width = Lanes.scalarCount
  var i = 0
  while i &+ width <= count {
    var sum = Lanes.zero
    var line = UnsafeRawPointer(source + i)
    var k = 0
    while k < taps.count {
      sum += line.loadUnaligned(as: Lanes.self) * taps[k]
      line -= step &* MemoryLayout<Double>.stride
      k &+= 1
    }
    UnsafeMutableRawPointer(target + i).storeBytes(of: sum, as: Lanes.self)
    i &+= width
  }
  while i < count {
    var sum = 0.0
    var place = i
    var k = 0
    while k < taps.count {
      sum += source[place] * taps[k]
      place &-= step
      k &+= 1
    }
    target[i] = sum
    i &+= 1
  }
}
