import Components
import Habitats
import Testing

@Suite("Habitats as numbers, partitions, samples and settings")
struct HabitatCodingTests {
  private func model(
    _ method: HabitatParameters.Method, _ blobs: SyntheticVoxels,
    _ criterion: HabitatParameters.Criterion = .fixed
  ) throws -> HabitatModel {
    var parameters = HabitatParameters()
    (parameters.method, parameters.criterion) = (method, criterion)
    return try HabitatModel.fit(blobs.sample, parameters, seed: 1, index: .max)
  }

  private let blobs = SyntheticVoxels(
    voxels: 300, features: 2, blobs: 3, gap: 4, spread: 1000, seed: 8)

  @Test("a model survives its encoding", arguments: HabitatParameters.Method.allCases)
  func encoding(_ method: HabitatParameters.Method) throws {
    for criterion in HabitatParameters.Criterion.allCases {
      let model = try model(method, blobs, criterion)
      let copy = try #require(HabitatModel(encoded: model.encoded))
      #expect(copy == model)
      #expect(copy.assign(blobs.sample) == model.assign(blobs.sample))
      for length in 0..<model.encoded.count {
        #expect(HabitatModel(encoded: Array(model.encoded[..<length])) == nil)
      }
      #expect(HabitatModel(encoded: model.encoded + [0]) == nil)
      let changes: [(Int, Double)] = [
        (0, 2), (1, 7), (3, 0), (3, 300), (4, -1), (6, .nan), (9, .nan),
      ]
      for (place, value) in changes {
        var broken = model.encoded
        broken[place] = value
        #expect(HabitatModel(encoded: broken) == nil)
      }
    }
    var parameters = HabitatParameters()
    parameters.criterion = .bic
    let flat = VoxelSample(names: ["CT"], values: [5, 5, 5])
    let one = try HabitatModel.fit(flat, parameters, seed: 1, index: 0)
    #expect(HabitatModel(encoded: one.encoded) == one)
  }

  /// Three groups on a line: 12 voxels at about 0, 3 at 10, 5 at 14.
  private func line() throws -> (VoxelSample, HabitatModel) {
    var values: [Double] = (0..<12).map { 0.01 * Double($0) }
    values += [10, 10.1, 10.2]
    values += (0..<5).map { 14 + 0.1 * Double($0) }
    let sample = VoxelSample(names: ["CT"], values: values)
    let model = try HabitatModel.fit(sample, HabitatParameters(), seed: 1, index: 0)
    return (sample, model)
  }

  @Test("small habitats are missing or merged")
  func smallHabitats() throws {
    let (sample, model) = try line()
    var parameters = HabitatParameters()
    #expect(model.partition(sample, parameters).sizes == [12, 3, 5])
    #expect(model.partition(sample, parameters).labels == model.assign(sample))
    parameters.minimumSize = 4
    let missing = model.partition(sample, parameters)
    #expect(missing.sizes == [12, 0, 5])
    #expect(missing.labels[12...14] == [0, 0, 0])
    parameters.emptyPolicy = .merge
    let merged = model.partition(sample, parameters)
    #expect(merged.sizes == [12, 0, 8])
    #expect(merged.labels[12...14] == [3, 3, 3])
    // The smallest goes first; what it is merged with may be large enough then.
    parameters.minimumSize = 6
    #expect(model.partition(sample, parameters).sizes == [12, 0, 8])
    parameters.minimumSize = 9
    #expect(model.partition(sample, parameters).sizes == [20, 0, 0])
    parameters.minimumSize = 21
    #expect(model.partition(sample, parameters).sizes == [0, 0, 0])
    parameters.emptyPolicy = .missing
    #expect(model.partition(sample, parameters).labels == .init(repeating: 0, count: 20))
  }

  @Test("a habitat without voxels takes none when others are merged")
  func emptyHabitat() throws {
    let (_, model) = try line()
    var parameters = HabitatParameters()
    (parameters.minimumSize, parameters.emptyPolicy) = (3, .merge)
    let few = VoxelSample(names: ["CT"], values: [0, 0.1, 0.2, 14, 14.2, .nan])
    let partition = model.partition(few, parameters)
    #expect(partition.sizes == [5, 0, 0])
    #expect(partition.labels == [1, 1, 1, 1, 1, 0])
  }

  @Test("a sample is ascending, without repeats, and of the right size")
  func sampler() {
    let cases = [(0, 0), (0, 5), (1, 1), (10, 0), (10, 9), (10, 10), (10, 11), (5000, 37)]
    for (count, size) in cases {
      let taken = VoxelSampler.indices(count: count, size: size, seed: 3, row: 4)
      #expect(taken.count == min(count, size))
      #expect(zip(taken, taken.dropFirst()).allSatisfy { $0 < $1 })
      #expect(taken.allSatisfy { (0..<count).contains($0) })
      #expect(taken == VoxelSampler.indices(count: count, size: size, seed: 3, row: 4))
    }
    #expect(
      VoxelSampler.indices(count: 5000, size: 37, seed: 3, row: 4)
        != VoxelSampler.indices(count: 5000, size: 37, seed: 3, row: 5))
  }

  /// All 10 pairs of 5 voxels are equally likely: chi-squared with 9 degrees of freedom, whose
  /// upper 0.001 quantile is 27.9.
  @Test("every sample is equally likely")
  func samplerIsUniform() {
    var counts = [Int](repeating: 0, count: 25)
    for row in 0..<5000 {
      let pair = VoxelSampler.indices(count: 5, size: 2, seed: 11, row: UInt64(row))
      counts[pair[0] * 5 + pair[1]] += 1
    }
    let used = counts.filter { $0 > 0 }
    #expect(used.count == 10)
    let chiSquared = used.reduce(0.0) { $0 + Double(($1 - 500) * ($1 - 500)) / 500 }
    #expect(chiSquared < 27.9)
  }

  @Test("samples are joined in order")
  func joining() {
    let one = VoxelSample(names: ["a", "b"], columns: [[1, 2], [3, 4]])
    #expect(one.values == [1, 3, 2, 4])
    let two = VoxelSample(names: ["a", "b"], values: [5, 6])
    #expect(VoxelSample(joining: [one, two]).values == [1, 3, 2, 4, 5, 6])
    #expect(VoxelSample(joining: [two, one]).count == 3)
    #expect(one.rows([1]).values == [2, 4])
  }

  @Test("settings are read, written and refused")
  func settings() throws {
    var parameters = HabitatParameters()
    #expect(try HabitatParameters.decode(.null, at: "habitats") == parameters)
    parameters.method = .gmm
    parameters.covariance = .diagonal
    parameters.criterion = .bic
    parameters.scope = .cohort
    parameters.scaling = .none
    parameters.emptyPolicy = .merge
    (parameters.k, parameters.restarts, parameters.iterations) = (6, 2, 50)
    (parameters.tolerance, parameters.regularisation) = (0.01, 0)
    (parameters.minimumSize, parameters.sampleSize) = (64, 500)
    #expect(try HabitatParameters.decode(parameters.encoded(), at: "habitats") == parameters)
    let bad = SettingMap([
      .init(key: "method", value: .text("dbscan")), .init(key: "k", value: .integer(65)),
      .init(key: "tolerance", value: .number(-1)), .init(key: "restart", value: .integer(3)),
    ])
    let error = #expect(throws: InvalidInput.self) {
      try HabitatParameters.decode(.map(bad), at: "habitats")
    }
    #expect(error?.problems.count == 4)
  }
}
