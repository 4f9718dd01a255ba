internal import Imaging

/// Values in a window of the padded image, x fastest.
struct WaveletBlock<Scalar> {
  var window: IndexBox
  var values: [Scalar]
}

/// One step of the undecimated wavelet transform along one axis:
/// out[o] = sum over j of filter[j] * in[(o + F/2 - j) mod N], j ascending except at the borders.
///
/// As PyWavelets 1.6.0 computes `swt` of level 1 (periodic extension): in the precision of the
/// image, and with its order of addition, in which an output whose filter reaches beyond the end
/// begins with the values from the start. So a response agrees bit for bit.
///
/// `Lanes` is a vector of 64 bytes: the interior is computed in blocks of it, both filters at once,
/// so that a block's sums stay in registers.
struct WaveletSplit<Lanes: SIMD> where Lanes.Scalar: BinaryFloatingPoint {
  typealias Scalar = Lanes.Scalar

  let low: [Scalar]
  let high: [Scalar]

  init(low: [Scalar], high: [Scalar]) {
    precondition(low.count == high.count && low.count % 2 == 0 && !low.isEmpty)
    self.low = low
    self.high = high
  }

  var length: Int { low.count }

  /// The interval of inputs that the outputs `outputs` of an axis of `count` voxels read; all of
  /// the axis where it would wrap around.
  static func inputs(of outputs: Range<Int>, length: Int, count: Int) -> Range<Int> {
    let lower = outputs.lowerBound + length / 2 - (length - 1)
    let upper = outputs.upperBound + length / 2
    return lower >= 0 && upper <= count ? lower..<upper : 0..<count
  }

  /// Low- and high-pass outputs `outputs` along `axis` (0 is x), for all of the block's other
  /// indices.
  ///
  /// - Parameters:
  ///   - count: voxels of the axis, N.
  ///   - lows, highs: get the outputs; as many elements as outputs.
  /// - Precondition: the block's window holds `inputs(of:)` along `axis`.
  func apply(
    to block: WaveletBlock<Scalar>, axis: Int, outputs: Range<Int>, count: Int,
    _ lows: inout [Scalar], _ highs: inout [Scalar]
  ) {
    let source = block.window
    let needed = Self.inputs(of: outputs, length: length, count: count)
    let total = source.voxelCount / source.size[axis] * outputs.count
    precondition(
      source.lower[axis] <= needed.lowerBound && source.upper[axis] >= needed.upperBound)
    precondition(
      lows.count == total && highs.count == total && block.values.count == source.voxelCount)
    let plan = WaveletPlan(
      low: low, high: high, outputs: outputs, count: count, origin: source.lower[axis])
    block.values.withUnsafeBufferPointer { input in
      lows.withUnsafeMutableBufferPointer { lows in
        highs.withUnsafeMutableBufferPointer { highs in
          guard let input = input.baseAddress, let lows = lows.baseAddress,
            let highs = highs.baseAddress
          else { return }
          if axis == 0 {
            alongRows(plan, input, source.size.x, lows, highs, source.size.y * source.size.z)
          } else {
            let run = axis == 1 ? source.size.x : source.size.x * source.size.y
            let outer = axis == 1 ? source.size.z : 1
            acrossRows(plan, input, source.size[axis], run, outer, lows, highs)
          }
        }
      }
    }
  }

  /// Along x: `rows` rows of `width` inputs, each output a sum over its neighbours in the row.
  private func alongRows(
    _ plan: WaveletPlan<Scalar>, _ input: UnsafePointer<Scalar>, _ width: Int,
    _ lowTarget: UnsafeMutablePointer<Scalar>, _ highTarget: UnsafeMutablePointer<Scalar>,
    _ rows: Int
  ) {
    let length = self.length
    let outputCount = plan.outputCount
    let inside = plan.inside
    withUnsafeTemporaryAllocation(of: UnsafePointer<Scalar>.self, capacity: length) { taps in
      guard let taps = taps.baseAddress else { return }
      plan.withPointers { sources, lows, highs in
        var row = 0
        while row < rows {
          let start = input + row &* width
          let lowRow = lowTarget + row &* outputCount
          let highRow = highTarget + row &* outputCount
          var o = 0
          while o < outputCount {
            if o == inside.lowerBound && !inside.isEmpty {
              let order = o &* length
              var j = 0
              while j < length {
                taps[j] = start + sources[order &+ j]
                j &+= 1
              }
              combine(
                taps, lows + order, highs + order, inside.count, lowRow + o, highRow + o)
              o = inside.upperBound
              continue
            }
            var a: Scalar = 0
            var d: Scalar = 0
            var k = o &* length
            let end = k &+ length
            while k < end {
              let value = start[sources[k]]
              a += lows[k] * value
              d += highs[k] * value
              k &+= 1
            }
            lowRow[o] = a
            highRow[o] = d
            o &+= 1
          }
          row &+= 1
        }
      }
    }
  }

  /// Along y or z: `outer` slabs of `height` rows of `run` values, each output row a sum of rows.
  private func acrossRows(
    _ plan: WaveletPlan<Scalar>, _ input: UnsafePointer<Scalar>, _ height: Int, _ run: Int,
    _ outer: Int, _ lowTarget: UnsafeMutablePointer<Scalar>,
    _ highTarget: UnsafeMutablePointer<Scalar>
  ) {
    let length = self.length
    withUnsafeTemporaryAllocation(of: UnsafePointer<Scalar>.self, capacity: length) { taps in
      guard let taps = taps.baseAddress else { return }
      plan.withPointers { sources, lows, highs in
        var target = 0
        var slab = 0
        while slab < outer {
          let start = input + slab &* height &* run
          var o = 0
          while o < plan.outputCount {
            let order = o &* length
            var j = 0
            while j < length {
              taps[j] = start + sources[order &+ j] &* run
              j &+= 1
            }
            combine(
              taps, lows + order, highs + order, run, lowTarget + target, highTarget + target)
            target &+= run
            o &+= 1
          }
          slab &+= 1
        }
      }
    }
  }

  /// low[i] = sum over j of lows[j] * taps[j][i], and the same for high, i < count.
  @inline(__always)
  private func combine(
    _ taps: UnsafePointer<UnsafePointer<Scalar>>, _ lows: UnsafePointer<Scalar>,
    _ highs: UnsafePointer<Scalar>, _ count: Int, _ low: UnsafeMutablePointer<Scalar>,
    _ high: UnsafeMutablePointer<Scalar>
  ) {
    let length = self.length
    let width = Lanes.scalarCount
    var i = 0
    while i &+ width <= count {
      var a = Lanes.zero
      var d = Lanes.zero
      var j = 0
      while j < length {
        let values = UnsafeRawPointer(taps[j] + i).loadUnaligned(as: Lanes.self)
        a += values * lows[j]
        d += values * highs[j]
        j &+= 1
      }
      UnsafeMutableRawPointer(low + i).storeBytes(of: a, as: Lanes.self)
      UnsafeMutableRawPointer(high + i).storeBytes(of: d, as: Lanes.self)
      i &+= width
    }
    while i < count {
      var a: Scalar = 0
      var d: Scalar = 0
      var j = 0
      while j < length {
        let value = taps[j][i]
        a += lows[j] * value
        d += highs[j] * value
        j &+= 1
      }
      low[i] = a
      high[i] = d
      i &+= 1
    }
  }
}

/// Which input and which coefficients each output of an axis adds up, in which order.
struct WaveletPlan<Scalar: BinaryFloatingPoint> {
  let outputCount: Int
  /// Outputs (counted from the first wanted one) whose inputs follow each other without wrapping.
  let inside: Range<Int>
  /// `outputCount * length` entries each; inputs count from the start of the window.
  private var sources: [Int] = []
  private var lows: [Scalar] = []
  private var highs: [Scalar] = []

  /// - Parameters:
  ///   - count: voxels of the axis, N.
  ///   - origin: first input that the window holds.
  init(low: [Scalar], high: [Scalar], outputs: Range<Int>, count: Int, origin: Int) {
    let length = low.count
    outputCount = outputs.count
    let first = max(outputs.lowerBound, length - 1 - length / 2)
    let last = min(outputs.upperBound, count - length / 2)
    inside =
      first < last
      ? (first - outputs.lowerBound)..<(last - outputs.lowerBound)
      : 0..<0
    for output in outputs {
      let i = output + length / 2
      func add(_ tap: Int, _ index: Int) {
        sources.append(index - origin)
        lows.append(low[tap])
        highs.append(high[tap])
      }
      // Taps that reach beyond the end, then those inside, then those before the start.
      if i >= count {
        for tap in stride(from: i - count, through: 0, by: -1) {
          add(tap, (i - count - tap) % count)
        }
      }
      for tap in max(0, i - count + 1)..<(min(i, length - 1) + 1) { add(tap, i - tap) }
      if i + 1 < length {
        for tap in (i + 1)..<length { add(tap, count - 1 - (tap - i - 1) % count) }
      }
    }
  }

  func withPointers(
    _ body: (UnsafePointer<Int>, UnsafePointer<Scalar>, UnsafePointer<Scalar>) -> Void
  ) {
    sources.withUnsafeBufferPointer { sources in
      lows.withUnsafeBufferPointer { lows in
        highs.withUnsafeBufferPointer { highs in
          guard let sources = sources.baseAddress, let lows = lows.baseAddress,
            let highs = highs.baseAddress
          else { return }
          body(sources, lows, highs)
        }
      }
    }
  }
}
