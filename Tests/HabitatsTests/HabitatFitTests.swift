import Habitats
import Testing

@Suite("Habitats of a sample")
struct HabitatFitTests {
  typealias Method = HabitatParameters.Method
  typealias Covariance = HabitatParameters.Covariance

  private func parameters(
    _ method: Method, k: Int, _ criterion: HabitatParameters.Criterion = .fixed
  ) -> HabitatParameters {
    var parameters = HabitatParameters()
    (parameters.method, parameters.k, parameters.criterion) = (method, k, criterion)
    return parameters
  }

  private func blobs(_ count: Int, features: Int = 2, voxels: Int = 700, seed: Int = 3)
    -> SyntheticVoxels
  {
    SyntheticVoxels(
      voxels: voxels, features: features, blobs: count, gap: 5, spread: 1000, seed: seed)
  }

  /// By construction: blobs five units apart with an SD of 0.58.
  @Test(
    "BIC finds the number of separate blobs", arguments: [1, 2, 3, 5], [Method.kmeans, .gmm])
  func bicFindsBlobs(_ count: Int, _ method: Method) throws {
    for covariance in Covariance.allCases {
      let blobs = blobs(count, seed: 40 + count)
      var parameters = parameters(method, k: 7, .bic)
      parameters.covariance = covariance
      // Scaling makes the blobs flat where a feature does not separate them; k-means' BIC takes
      // clusters to be round.
      if method == .kmeans { parameters.scaling = .none }
      let model = try HabitatModel.fit(blobs.sample, parameters, seed: 9, index: 0)
      #expect(model.count == count)
      #expect(model.bic.count == 7)
      #expect(model.bic.min() == model.bic[count - 1])
      let labels = model.assign(blobs.sample)
      #expect(labels == (0..<blobs.voxels).map { UInt8(blobs.blob($0) + 1) })
    }
  }

  @Test("the same number, fixed or by BIC, gives the same habitats", arguments: Method.allCases)
  func fixedEqualsChosen(_ method: Method) throws {
    let sample = blobs(3).sample
    let chosen = try HabitatModel.fit(sample, parameters(method, k: 5, .bic), seed: 1, index: 2)
    let fixed = try HabitatModel.fit(
      sample, parameters(method, k: chosen.count), seed: 1, index: 2)
    #expect(chosen.means == fixed.means)
    #expect(chosen.weights == fixed.weights)
    #expect(chosen.covariances == fixed.covariances)
  }

  @Test("more restarts are never worse", arguments: Method.allCases)
  func restarts(_ method: Method) throws {
    let sample = SyntheticVoxels(
      voxels: 400, features: 2, blobs: 1, gap: 0, spread: 2000, seed: 5
    ).sample
    var last = Double.infinity
    var distinct: Set<Double> = []
    for restarts in [1, 2, 3, 5, 8, 13] {
      var parameters = parameters(method, k: 6)
      parameters.restarts = restarts
      let objective = try HabitatModel.fit(sample, parameters, seed: 2, index: 0).objective
      let cost = method == .kmeans ? objective : -objective
      #expect(cost <= last)
      last = cost
      distinct.insert(cost)
    }
    #expect(distinct.count > 1, "the starts should matter here")
  }

  @Test("two runs give the same bits; another seed or row other draws", arguments: Method.allCases)
  func determinism(_ method: Method) throws {
    let sample = SyntheticVoxels(
      voxels: 401, features: 3, blobs: 3, gap: 1, spread: 2000, seed: 6
    ).sample
    var parameters = parameters(method, k: 5)
    parameters.restarts = 1
    func bits(_ seed: UInt64, _ index: UInt64) throws -> [UInt64] {
      try HabitatModel.fit(sample, parameters, seed: seed, index: index).encoded.map(\.bitPattern)
    }
    let first = try bits(1, 1)
    #expect(try bits(1, 1) == first)
    #expect(try bits(2, 1) != first)
    #expect(try bits(1, 2) != first)
  }

  @Test("the order of separate voxels does not matter", arguments: Method.allCases)
  func orderOfVoxels(_ method: Method) throws {
    let sample = blobs(3, voxels: 500).sample
    let order = (0..<500).map { $0 * 37 % 500 }
    let parameters = parameters(method, k: 3)
    let one = try HabitatModel.fit(sample, parameters, seed: 4, index: 0)
    let other = try HabitatModel.fit(sample.rows(order), parameters, seed: 4, index: 0)
    let labels = one.assign(sample)
    #expect(other.assign(sample) == labels)
    #expect(other.assign(sample.rows(order)) == order.map { labels[$0] })
  }

  @Test("labels rise with the first feature, ties by the next", arguments: Method.allCases)
  func labelOrder(_ method: Method) throws {
    let model = try HabitatModel.fit(blobs(5).sample, parameters(method, k: 5), seed: 3, index: 0)
    let first = (1...5).map { model.centre(of: $0)[0] }
    #expect(first == first.sorted())
    for (value, wanted) in zip(first, [0.0, 5, 10, 15, 20]) { #expect(abs(value - wanted) < 0.3) }
    // Two groups with the same first feature, exactly.
    let rows: [[Double]] = (0..<40).map { [Double($0 / 2 % 2), $0 % 2 == 0 ? 9 : 2] }
    let tied = VoxelSample(names: ["a", "b"], values: rows.flatMap { $0 })
    let halves = try HabitatModel.fit(tied, parameters(method, k: 4), seed: 3, index: 0)
    for label in 1...4 {
      let centre = halves.centre(of: label)
      let wanted: [Double] = [label <= 2 ? 0 : 1, label % 2 == 1 ? 2 : 9]
      for (value, goal) in zip(centre, wanted) { #expect(abs(value - goal) < 1e-6) }
    }
  }

  @Test("a constant feature is left out")
  func constantFeature() throws {
    let blobs = blobs(3, features: 1)
    let plain = try HabitatModel.fit(blobs.sample, parameters(.gmm, k: 3), seed: 1, index: 0)
    let column = (0..<blobs.voxels).map { blobs.row($0)[0] }
    let wide = VoxelSample(
      names: ["flat", "f0"], columns: [.init(repeating: 0.1, count: blobs.voxels), column])
    let model = try HabitatModel.fit(wide, parameters(.gmm, k: 3), seed: 1, index: 0)
    #expect(model.means == plain.means)
    #expect(model.covariances == plain.covariances)
    #expect(model.centre(of: 2)[0] == 0.1)
    #expect(model.assign(wide) == plain.assign(blobs.sample))
  }

  @Test("a tumour of one colour", arguments: Method.allCases)
  func oneColour(_ method: Method) throws {
    let flat = VoxelSample(names: ["CT"], values: .init(repeating: 37.5, count: 60))
    let one = try HabitatModel.fit(flat, parameters(method, k: 4, .bic), seed: 1, index: 0)
    #expect(one.count == 1)
    #expect(one.centre(of: 1) == [37.5])
    #expect(one.assign(flat) == .init(repeating: 1, count: 60))
    #expect(throws: HabitatError.self) {
      try HabitatModel.fit(flat, parameters(method, k: 3), seed: 1, index: 0)
    }
    #expect(try HabitatModel.fit(flat, parameters(method, k: 1), seed: 1, index: 0).count == 1)
  }

  @Test("fewer different voxels than habitats", arguments: Method.allCases)
  func tooFew(_ method: Method) throws {
    let values = (0..<90).map { Double($0 % 3) }
    let sample = VoxelSample(names: ["CT"], values: values)
    let error = #expect(throws: HabitatError.self) {
      try HabitatModel.fit(sample, parameters(method, k: 5), seed: 1, index: 0)
    }
    #expect(
      error?.message
        == "k = 5 habitats need at least 5 different voxels; of 90 voxels 3 are different")
    let model = try HabitatModel.fit(sample, parameters(method, k: 8, .bic), seed: 1, index: 0)
    #expect(model.count == 3)
    #expect(model.bic.count == 3)
    let none = VoxelSample(names: ["CT", "PET"], values: [1, .nan, .infinity, 2])
    let empty = #expect(throws: HabitatError.self) {
      try HabitatModel.fit(none, parameters(method, k: 1), seed: 1, index: 0)
    }
    #expect(empty?.message.contains("of 2 voxels none") == true)
  }

  @Test("voxels that are not finite belong to no habitat", arguments: Method.allCases)
  func notFinite(_ method: Method) throws {
    let blobs = blobs(2)
    let whole = blobs.sample
    var values = whole.values
    values[2 * 10 + 1] = .nan
    values[2 * 699] = -.infinity
    let kept = (0..<700).filter { $0 != 10 && $0 != 699 }
    let holes = VoxelSample(names: whole.names, values: values)
    let model = try HabitatModel.fit(holes, parameters(method, k: 2), seed: 1, index: 0)
    #expect(
      model == (try HabitatModel.fit(whole.rows(kept), parameters(method, k: 2), seed: 1, index: 0))
    )
    #expect(model.voxelCount == 698)
    let labels = model.assign(holes)
    #expect(labels[10] == 0 && labels[699] == 0)
    #expect(labels.filter { $0 == 0 }.count == 2)
  }

  /// A plain mixture on two exact values has no variance within a component.
  @Test("regularisation keeps covariances positive definite")
  func singular() throws {
    let sample = VoxelSample(names: ["CT"], values: (0..<50).map { Double($0 % 2) })
    var parameters = parameters(.gmm, k: 2)
    let model = try HabitatModel.fit(sample, parameters, seed: 1, index: 0)
    for variance in model.covariances { #expect(abs(variance - 1e-6) < 1e-9) }
    parameters.regularisation = 0
    #expect(throws: HabitatError.self) {
      try HabitatModel.fit(sample, parameters, seed: 1, index: 0)
    }
  }

  @Test("features are scaled by the mean and the population SD")
  func scaled() throws {
    let sample = VoxelSample(names: ["a", "b"], columns: [[1, 2, 3, 4], [5, 5, -5, -5]])
    let model = try HabitatModel.fit(sample, parameters(.kmeans, k: 1), seed: 1, index: 0)
    #expect(model.scaling.means == [2.5, 0])
    let variance = 1.25
    #expect(model.scaling.deviations == [variance.squareRoot(), 5])
    #expect(model.centre(of: 1) == [2.5, 0])
    for huge in [1e-170, 1e150, 1e308] {
      let error = #expect(throws: HabitatError.self) {
        let sample = VoxelSample(names: ["CT"], values: [huge, -huge, 0])
        return try HabitatModel.fit(sample, parameters(.kmeans, k: 2), seed: 1, index: 0)
      }
      #expect(error?.message.hasPrefix("CT cannot be scaled") == true)
    }
  }

  @Test("unscaled features keep their units")
  func unscaled() throws {
    let sample = VoxelSample(names: ["CT"], values: (0..<60).map { -1000 + 300 * Double($0 % 3) })
    var parameters = parameters(.kmeans, k: 3)
    parameters.scaling = .none
    let model = try HabitatModel.fit(sample, parameters, seed: 1, index: 0)
    #expect(model.means == [-1000, -700, -400])
    #expect(model.objective == 0)
  }
}
