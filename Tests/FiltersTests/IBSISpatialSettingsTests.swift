import Components
import Filters
import Testing

/// Names of responses and refused settings of the spatial filters of IBSI 2.
@Suite struct IBSISpatialSettingsTests {
  @Test func responseNames() throws {
    var mean = MeanParameters()
    mean.supports = [3, 15]
    #expect(try MeanFilter(mean).responseNames == ["mean-3D-3", "mean-3D-15"])
    #expect(try MeanFilter(mean).reach == SIMD3(7, 7, 7))
    (mean.dimension, mean.boundary) = (2, .periodic)
    #expect(try MeanFilter(mean).responseNames == ["mean-2D-3", "mean-2D-15"])
    #expect(try MeanFilter(mean).reach == nil)

    #expect(
      try GaussianLaplacianFilter(GaussianLaplacianParameters()).responseNames == [
        "laplacian-of-gaussian-3D-sigma-1.5", "laplacian-of-gaussian-3D-sigma-3",
      ])

    var laws = LawsParameters()
    laws.kernels = ["L5E5E5", "E3W5R5"]
    #expect(
      try LawsFilter(laws).responseNames == [
        "laws-L5E5E5-rot3D-max-energy7", "laws-E3W5R5-rot3D-max-energy7",
      ])
    #expect(try LawsFilter(laws).reach == SIMD3(9, 9, 9))
    (laws.kernels, laws.dimension, laws.pooling) = (["L5E5"], 2, .average)
    #expect(try LawsFilter(laws).responseNames == ["laws-L5E5-rot2D-avg-energy7"])
    #expect(try LawsFilter(laws).reach == SIMD3(9, 9, 0))
    (laws.rotationInvariant, laws.energyMap) = (false, false)
    #expect(try LawsFilter(laws).responseNames == ["laws-L5E5"])

    var gabor = GaborParameters()
    #expect(
      try GaborFilter(gabor).responseNames == ["gabor-3D-sigma-5-lambda-2-gamma-1.5-rot-22.5-avg"])
    (gabor.sigmas, gabor.lambdas, gabor.dimension) = ([3, 5], [3], 2)
    (gabor.gammas, gabor.rotationInvariant, gabor.thetas) = ([1], false, [0, 112.5])
    #expect(
      try GaborFilter(gabor).responseNames == [
        "gabor-2D-sigma-3-lambda-3-gamma-1-theta-0",
        "gabor-2D-sigma-3-lambda-3-gamma-1-theta-112.5",
        "gabor-2D-sigma-5-lambda-3-gamma-1-theta-0",
        "gabor-2D-sigma-5-lambda-3-gamma-1-theta-112.5",
      ])
  }

  private func problems<Filter: ImageFilter>(_: Filter.Type, _ settings: Filter.Parameters)
    -> [String]
  {
    do throws(InvalidInput) {
      _ = try Filter(settings)
      return []
    } catch {
      return error.problems.map { $0.description }
    }
  }

  @Test func refusedSettings() {
    var mean = MeanParameters()
    mean.supports = [4, 3, 3]
    #expect(
      problems(MeanFilter.self, mean) == [
        "supports: 3 is given twice",
        "supports: 4 is even; a window has an odd width, such as 5",
      ])

    var laws = LawsParameters()
    laws.kernels = ["L5E5", "L7E5E5", "L5E5E5E5", "", "L5E5E"]
    let valid = "(valid: L3, L5, E3, E5, S3, S5, W5, R5)"
    #expect(
      problems(LawsFilter.self, laws) == [
        "kernels: \"L5E5\" names 2 kernels; dimension 3 takes 3, such as L5E5E5",
        "kernels: unknown kernel \"L7\" in \"L7E5E5\" \(valid)",
        "kernels: \"L5E5E5E5\" names 4 kernels; dimension 3 takes 3, such as L5E5E5",
        "kernels: unknown kernel \"\" in \"\" \(valid)",
        "kernels: unknown kernel \"E\" in \"L5E5E\" \(valid)",
      ])
    laws.kernels = []
    #expect(problems(LawsFilter.self, laws) == ["kernels: expected 1 to 64 names, found 0"])

    var laplacian = GaussianLaplacianParameters()
    laplacian.sigmas = [0, -1, 2]
    #expect(problems(GaussianLaplacianFilter.self, laplacian).count == 2)
    #expect(throws: InvalidInput.self) {
      try GaussianLaplacianParameters.decode(
        .map(SettingMap([.init(key: "sigmas", value: .list([.number(0)]))])), at: "filters")
    }

    var gabor = GaborParameters()
    (gabor.sigmas, gabor.gammas, gabor.deltaTheta) = ([0], [1, 1], 50)
    #expect(
      problems(GaborFilter.self, gabor) == [
        "gammas: 1 is given twice", "sigmas: 0.0 is out of range; expected a number > 0",
        "deltaTheta: 50 degrees do not divide 360; such as 22.5, 30, 45",
      ])
  }
}
