package import Components
package import Imaging

/// `wavelet:` of a study file.
///
/// | Setting | Default | Range | Meaning |
/// |---|---|---|---|
/// | `wavelet` | coif1 | PyWavelets' discrete names | filter bank |
/// | `level` | 1 | 1...8 | decompositions that are given |
/// | `startLevel` | 0 | 0...8 | decompositions made before the first that is given |
/// | `force2D` | false | | no filter along one dimension: four sub-bands instead of eight |
/// | `force2Ddimension` | 0 | 0...2 | that dimension as an array axis: 0 is z, 1 is y, 2 is x |
package struct WaveletParameters: ParameterSet {
  package var wavelet = "coif1"
  package var level = 1
  package var startLevel = 0
  package var force2D = false
  package var force2Ddimension = 0

  package init() {}

  package static let fields: [Field<WaveletParameters>] = [
    .text(
      "wavelet", \.wavelet,
      "haar, db1-db38, sym2-sym20, coif1-coif17, dmey, bior or rbio 1.1-6.8"),
    .integer("level", \.level, in: 1...8, "number of levels whose sub-bands are given"),
    .integer(
      "startLevel", \.startLevel, in: 0...8, "number of levels before the first that is given"),
    .flag("force2D", \.force2D, "filter only within planes"),
    .integer(
      "force2Ddimension", \.force2Ddimension, in: 0...2,
      "dimension that force2D leaves out: 0 is z, 1 is y, 2 is x"),
  ]
}

/// Sub-bands of the undecimated wavelet transform, as PyRadiomics 3.0.1 gives them.
///
/// Each level filters the last level's approximation along x, then y, then z with the low- (L) and
/// high-pass (H) filter; the letters of a name stand for (x, y, z). Axes of odd size are extended
/// by their first element, and the image is periodic. PyRadiomics repeats the transform's first
/// level, so filters are not widened at higher levels. Computed in the type of the image: float32,
/// or float64 for all others, with PyWavelets' order of addition (see `WaveletSplit`).
package struct WaveletFilter: ImageFilter {
  package static let id: ComponentID = "wavelet"
  package static let summary =
    "Undecimated wavelet transform: one image per combination of low and high pass along x, y, z."

  package let parameters: WaveletParameters
  private let bank: WaveletFilterBank

  package init(_ parameters: WaveletParameters) throws(InvalidInput) {
    guard let bank = WaveletFilterBank(named: parameters.wavelet) else {
      let names = WaveletFilterBank.names
      let near = nearest(to: parameters.wavelet, in: names)
      let hint = near.map { "; did you mean \"\($0)\"?" } ?? ""
      throw InvalidInput(
        "wavelet",
        "unknown wavelet \"\(parameters.wavelet.prefix(60))\"\(hint) (valid: "
          + "\(names.joined(separator: ", ")))")
    }
    self.parameters = parameters
    self.bank = bank
  }

  /// Axes in the order of filtering; 0 is x.
  private var axes: [Int] {
    [0, 1, 2].filter { !parameters.force2D || $0 != 2 - parameters.force2Ddimension }
  }

  private var lowest: String { String(repeating: "L", count: axes.count) }

  private func prefix(_ level: Int) -> String { level == 1 ? "wavelet-" : "wavelet\(level)-" }

  package var responseNames: [String] {
    var bands = [""]
    for _ in axes { bands = bands.flatMap { [$0 + "L", $0 + "H"] } }
    var names: [String] = []
    for level in 1...parameters.level {
      names += bands.filter { $0 != lowest }.map { prefix(level) + $0 }
    }
    return names + [prefix(parameters.level) + lowest]
  }

  package var reach: SIMD3<Int>? {
    var reach = SIMD3<Int>.zero
    for axis in axes {
      reach[axis] = (parameters.startLevel + parameters.level) * (bank.low.count / 2)
    }
    return reach
  }

  package func forEachResponse<Failure: Error>(
    of input: FilterInput,
    _ body: (String, Result<FilterImage, FilterError>) throws(Failure) -> Void
  ) throws(Failure) {
    if input.pixelType == .float32 {
      try transform(input, WaveletSplit<SIMD16<Float>>(bank), .float32, body)
    } else {
      try transform(input, WaveletSplit<SIMD8<Double>>(bank), .float64, body)
    }
  }

  private func transform<Lanes: SIMD, Failure: Error>(
    _ input: FilterInput, _ split: WaveletSplit<Lanes>, _ type: PixelType,
    _ body: (String, Result<FilterImage, FilterError>) throws(Failure) -> Void
  ) throws(Failure) where Lanes.Scalar: BinaryFloatingPoint {
    let one = SIMD3(repeating: 1)
    let padded = input.size &+ (input.size & one)
    let levelCount = parameters.startLevel + parameters.level
    // windows[k]: where the approximation of level k is needed; the image itself is level 0.
    var windows = [input.box]
    for _ in 0..<levelCount {
      var window = windows[0]
      for axis in axes {
        let outputs = window.lower[axis]..<window.upper[axis]
        let range = WaveletSplit<Lanes>.inputs(
          of: outputs, length: split.length, count: padded[axis])
        window.lower[axis] = range.lowerBound
        window.size[axis] = range.count
      }
      windows.insert(window, at: 0)
    }
    var approximation = WaveletBlock<Lanes.Scalar>(input.image, window: windows[0])
    for level in 1...levelCount {
      var block = approximation
      approximation.values = []
      let isGiven = level > parameters.startLevel
      let step = WaveletStep(split: split, axes: axes, window: windows[level], padded: padded)
      try step.descend(&block, 0, "", all: isGiven) { band, response throws(Failure) in
        if band == lowest {
          approximation = response
        } else if isGiven {
          let name = prefix(level - parameters.startLevel) + band
          try body(name, .success(response.image(in: input.box, type: type)))
        }
      }
    }
    try body(
      prefix(parameters.level) + lowest,
      .success(approximation.image(in: input.box, type: type)))
  }
}

/// One level: the block is split along each axis in turn.
private struct WaveletStep<Lanes: SIMD> where Lanes.Scalar: BinaryFloatingPoint {
  typealias Block = WaveletBlock<Lanes.Scalar>

  let split: WaveletSplit<Lanes>
  let axes: [Int]
  /// Where the sub-bands are wanted.
  let window: IndexBox
  let padded: SIMD3<Int>

  /// Gives every sub-band below `block` to `body`, low before high; empties `block`.
  ///
  /// - Parameter all: false for the approximation alone.
  func descend<Failure: Error>(
    _ block: inout Block, _ depth: Int, _ name: String, all: Bool,
    _ body: (String, Block) throws(Failure) -> Void
  ) throws(Failure) {
    if depth == axes.count {
      try body(name, block)
      return
    }
    let axis = axes[depth]
    var (low, high) = split.apply(
      to: block, axis: axis, outputs: window.lower[axis]..<window.upper[axis],
      count: padded[axis])
    block.values = []
    try descend(&low, depth + 1, name + "L", all: all, body)
    if all { try descend(&high, depth + 1, name + "H", all: all, body) }
  }
}

extension WaveletBlock where Scalar: BinaryFloatingPoint {
  /// The window of the image, axes of odd size extended by their first element.
  init(_ image: Volume, window: IndexBox) {
    let size = image.grid.size
    self.window = window
    let width = min(window.upper.x, size.x) - window.lower.x
    let hasExtra = window.upper.x > size.x
    values = [Scalar](unsafeUninitializedCapacity: window.voxelCount) { buffer, count in
      count = window.voxelCount
      guard var target = buffer.baseAddress else { return }
      withUnsafeTemporaryAllocation(of: Double.self, capacity: window.size.x) { row in
        guard let row = row.baseAddress else { return }
        for z in window.lower.z..<window.upper.z {
          for y in window.lower.y..<window.upper.y {
            let start = ((z == size.z ? 0 : z) * size.y + (y == size.y ? 0 : y)) * size.x
            image.voxels.copy(from: start + window.lower.x, count: width, to: row)
            if hasExtra { image.voxels.copy(from: start, count: 1, to: row + width) }
            var x = 0
            while x < window.size.x {
              target[x] = Scalar(row[x])
              x &+= 1
            }
            target += window.size.x
          }
        }
      }
    }
  }

  /// The values in `box`, which the window holds.
  func image(in box: IndexBox, type: PixelType) -> FilterImage {
    precondition(window.contains(box))
    let offset = box.lower &- window.lower
    let result = [Double](unsafeUninitializedCapacity: box.voxelCount) { buffer, count in
      count = box.voxelCount
      guard var target = buffer.baseAddress else { return }
      values.withUnsafeBufferPointer { values in
        guard let values = values.baseAddress else { return }
        for z in 0..<box.size.z {
          for y in 0..<box.size.y {
            let row =
              values
              + ((z + offset.z) * window.size.y + y + offset.y) * window.size.x + offset.x
            var x = 0
            while x < box.size.x {
              target[x] = Double(row[x])
              x &+= 1
            }
            target += box.size.x
          }
        }
      }
    }
    return FilterImage(pixelType: type, values: result)
  }
}
