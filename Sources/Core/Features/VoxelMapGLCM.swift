internal import Imaging

/// Co-occurrence in kernels: both voxels of a pair lie in the kernel. What PyRadiomics 3.0.1 does
/// where a direction has no pairs is described at `VoxelMapFamily`.
extension GLCM: VoxelMapFamily {
  func rows(of kernels: VoxelMapKernels, columns: [Int]) throws(FeatureError) -> VoxelMapRows {
    let directions = try kernels.directions(parameters.distances)
    let levels = try kernels.levels(as: kernels.box.pixelType)
    let names = Self.columns.map { $0.name }
    var sweep = CooccurrenceSweep(
      kernels, levels: levels, directions: directions, parameters: parameters, columns: columns,
      mcc: columns.firstIndex { names[$0] == "MCC" })
    kernels.forEachKernel(levels) { number, cells in sweep.add(number, cells) }
    sweep.finish(
      jointAverage: columns.firstIndex { names[$0] == "JointAverage" },
      inverseVariance: columns.firstIndex { names[$0] == "InverseVariance" })
    return sweep.rows
  }
}

/// The co-occurrence features of all kernels, kernel by kernel.
private struct CooccurrenceSweep {
  private(set) var rows: VoxelMapRows
  private let columns: [Int]
  private let levels: [Int]
  /// Pairs of cells for each direction.
  private let pairs: [[Int]]
  private let symmetrical: Bool
  /// Weight of each direction; empty where directions stay separate.
  private let weights: [Double]
  private let matrix: VoxelMapCooccurrence
  private let mcc: Int?
  private var correlation: VoxelMapCorrelation
  /// Matrices that have pairs, per kernel and per direction (of all kernels).
  private var filled: [Int]
  private var isLive: [Bool]

  init(
    _ kernels: VoxelMapKernels, levels: VoxelMapKernels.Levels, directions: [Offset],
    parameters: GLCM.Parameters, columns: [Int], mcc: Int?
  ) {
    let count = kernels.voxels.count
    rows = VoxelMapRows(voxelCount: count, width: columns.count)
    self.columns = columns
    self.levels = levels.present
    pairs = directions.map { kernels.shape.pairs($0) }
    symmetrical = parameters.symmetrical
    let norm = parameters.weightingNorm
    weights =
      norm == .none
      ? []
      : directions.map { direction in
        if norm == .noWeighting { return 1 }
        let length = norm.length(direction, spacing: kernels.box.spacing)
        return exponential(-length * length)
      }
    matrix = VoxelMapCooccurrence(
      levels: levels.present, cellCount: kernels.steps.count, symmetrical: symmetrical)
    self.mcc = mcc
    correlation = VoxelMapCorrelation(levelCount: levels.present.count, kernelCount: count)
    filled = [Int](repeating: 0, count: count)
    isLive = [Bool](repeating: false, count: weights.isEmpty ? directions.count : 1)
  }

  mutating func add(_ number: Int, _ cells: UnsafePointer<UInt16>) {
    matrix.begin(cells)
    let width = columns.count
    var sums = [Double](repeating: 0, count: width)
    func use(_ direction: Int) {
      guard matrix.normalise() else { return }
      filled[number] &+= 1
      isLive[direction] = true
      matrix.computeFeatures()
      for (k, column) in columns.enumerated() { sums[k] += matrix.features[column] }
      if mcc != nil { correlation.add(matrix, kernel: number) }
    }
    if weights.isEmpty {
      for (direction, pairs) in pairs.enumerated() {
        matrix.clear()
        matrix.count(pairs, cells, weight: 1)
        use(direction)
      }
    } else {
      matrix.clear()
      for (pairs, weight) in zip(pairs, weights) { matrix.count(pairs, cells, weight: weight) }
      use(0)
    }
    let count = Double(filled[number])
    if count > 0 { for k in 0..<width { rows.values[number * width + k] = sums[k] / count } }
  }

  /// What depends on all kernels; the two are positions in `columns`.
  mutating func finish(jointAverage: Int?, inverseVariance: Int?) {
    // PyRadiomics drops a direction that no kernel has pairs in, unless it is the only one.
    let live = isLive.count == 1 ? 1 : isLive.count { $0 }
    let isComplete = filled.allSatisfy { $0 == live }
    let width = columns.count
    for number in filled.indices {
      if let jointAverage, filled[number] != live {
        rows.values[number * width + jointAverage] = .nan
      }
      // With one grey level it is a sum over no differences.
      if let inverseVariance, levels == [1], live > 0 {
        rows.values[number * width + inverseVariance] = 0
      }
      if let mcc { rows.values[number * width + mcc] = correlation.value(kernel: number) }
    }
    guard let mcc else { return }
    if !isComplete {
      rows.notes[mcc] =
        "MCC is not defined where the kernel of a voxel has a direction without pairs; "
        + "PyRadiomics 3.0.1 makes no map of it then"
    } else if levels.count > 1 && live == 0 {
      for number in filled.indices { rows.values[number * width + mcc] = .nan }
    }
  }
}
