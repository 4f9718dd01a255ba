package import Components
internal import Imaging

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

  package var responseNames: [String] {
    var bands = [""]
    for _ in axes { bands = bands.flatMap { [$0 + "L", $0 + "H"] } }
    var names: [String] = []
    for level in 1...parameters.level {
      names += bands.filter { $0 != lowest }.map { waveletPrefix(level) + $0 }
    }
    return names + [waveletPrefix(parameters.level) + lowest]
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
    // The types are concrete here, so that the bands are compiled for them.
    if input.pixelType == .float32 {
      let split = WaveletSplit<SIMD16<Float>>(low: bank.lowFloat, high: bank.highFloat)
      var bands = WaveletBands(input, split, .float32, parameters, axes)
      while let (name, image) = bands.next() { try body(name, .success(image)) }
    } else {
      let split = WaveletSplit<SIMD8<Double>>(low: bank.low, high: bank.high)
      var bands = WaveletBands(input, split, .float64, parameters, axes)
      while let (name, image) = bands.next() { try body(name, .success(image)) }
    }
  }
}

/// The sub-bands of all levels, one after the other, in PyRadiomics' order.
private struct WaveletBands<Lanes: SIMD> where Lanes.Scalar: BinaryFloatingPoint {
  typealias Block = WaveletBlock<Lanes.Scalar>

  private let split: WaveletSplit<Lanes>
  private let axes: [Int]
  private let box: IndexBox
  private let type: PixelType
  private let startLevel: Int
  /// Size of the image with even axes.
  private let padded: SIMD3<Int>
  /// Where the approximation of each level is needed; level 0 is the image.
  private var windows: [IndexBox]
  private var level = 0
  /// Of the last level that is finished; nil once it was given.
  private var approximation: Block?
  /// Blocks that wait to be split further, with their letters; the next one is last.
  private var waiting: [(name: String, block: Block)] = []
  /// Memory of finished blocks, by the number of their letters.
  private var spares: [[[Lanes.Scalar]]] = [[], [], [], []]

  init(
    _ input: FilterInput, _ split: WaveletSplit<Lanes>, _ type: PixelType,
    _ parameters: WaveletParameters, _ axes: [Int]
  ) {
    self.split = split
    self.axes = axes
    self.type = type
    box = input.box
    startLevel = parameters.startLevel
    padded = input.size &+ (input.size & SIMD3(repeating: 1))
    windows = [box]
    for _ in 0..<(parameters.startLevel + parameters.level) {
      var window = windows[0]
      for axis in axes {
        let range = WaveletSplit<Lanes>.inputs(
          of: window.lower[axis]..<window.upper[axis], length: split.length, count: padded[axis])
        window.lower[axis] = range.lowerBound
        window.size[axis] = range.count
      }
      windows.insert(window, at: 0)
    }
    approximation = Block(input.image, window: windows[0])
  }

  /// The next response with its name; nil after the last, which is the approximation.
  mutating func next() -> (String, FilterImage)? {
    while true {
      while let (name, block) = waiting.popLast() {
        if name.utf8.count < axes.count {
          divide(block, name)
          if !name.isEmpty { spares[name.utf8.count].append(block.values) }
        } else if name.utf8.contains(UInt8(ascii: "H")) {
          let image = block.image(in: box, type: type)
          spares[name.utf8.count].append(block.values)
          return (prefix + name, image)
        } else {
          approximation = block
        }
      }
      guard let block = approximation else { return nil }
      approximation = nil
      if level == windows.count - 1 {
        let lowest = String(repeating: "L", count: axes.count)
        return (prefix + lowest, block.image(in: box, type: type))
      }
      level += 1
      waiting.append(("", block))
    }
  }

  private var prefix: String { waveletPrefix(level - startLevel) }

  private mutating func divide(_ block: Block, _ name: String) {
    let depth = name.utf8.count
    let axis = axes[depth]
    var window = block.window
    let outputs = windows[level].lower[axis]..<windows[level].upper[axis]
    window.lower[axis] = outputs.lowerBound
    window.size[axis] = outputs.count
    var low = taken(depth + 1, count: window.voxelCount)
    var high = taken(depth + 1, count: window.voxelCount)
    split.apply(
      to: block, axis: axis, outputs: outputs, count: padded[axis], &low, &high)
    if level > startLevel { waiting.append((name + "H", Block(window: window, values: high))) }
    waiting.append((name + "L", Block(window: window, values: low)))
  }

  /// An array of an earlier block of the same depth, or a new one. Fresh memory costs more than
  /// the transform: the system clears it page by page.
  private mutating func taken(_ depth: Int, count: Int) -> [Lanes.Scalar] {
    if let spare = spares[depth].popLast(), spare.count == count { return spare }
    return [Lanes.Scalar](repeating: 0, count: count)
  }
}

/// PyRadiomics numbers the levels after the first.
private func waveletPrefix(_ level: Int) -> String {
  level == 1 ? "wavelet-" : "wavelet\(level)-"
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
