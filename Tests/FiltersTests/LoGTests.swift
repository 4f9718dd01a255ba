import Components
import Filters
import Imaging
import Testing

@Suite struct LaplacianOfGaussianTests {
  /// Oracle: PyRadiomics 3.0.1 with SimpleITK 2.5.7; equal bits. A sigma that PyRadiomics skips is
  /// not in the file and must fail here.
  @Test(arguments: WaveletLoGCase.read("log.csv"))
  func responsesEqualPyRadiomics(_ golden: WaveletLoGCase) throws {
    var parameters = LaplacianOfGaussianParameters()
    parameters.sigma = golden.settings.compactMap { Double($0) }
    try expectEqual(golden, LaplacianOfGaussianFilter(parameters))
  }

  @Test func tooLargeSigmaFailsAlone() throws {
    var parameters = LaplacianOfGaussianParameters()
    parameters.sigma = [1, 9, 2]
    let image = WaveletLoGCase.volume(SIMD3(9, 9, 9), SIMD3(1, 1, 2), .int16)
    var failures: [String] = []
    try filter(parameters, image) { failures.append($0 + ": " + $1) }
    #expect(
      failures == [
        "log-sigma-9-0-mm-3D: the image has 9 voxels of 1.0 mm along x; LoG with sigma 9.0 mm "
          + "needs at least 10"
      ])
  }

  @Test func threeSlicesAreTooFew() throws {
    let image = WaveletLoGCase.volume(SIMD3(9, 9, 3), .one, .int16)
    var failures = 0
    try filter(LaplacianOfGaussianParameters(), image) { _, reason in
      failures += 1
      #expect(reason.contains("along z"))
    }
    #expect(failures == 5)
  }

  @Test func namesAndRepeatedSigma() throws {
    var parameters = LaplacianOfGaussianParameters()
    parameters.sigma = [0.5, 3]
    #expect(
      try LaplacianOfGaussianFilter(parameters).responseNames == [
        "log-sigma-0-5-mm-3D", "log-sigma-3-0-mm-3D",
      ])
    parameters.sigma = [2, 1, 2]
    #expect(throws: InvalidInput.self) { try LaplacianOfGaussianFilter(parameters) }
  }

  private func filter(
    _ parameters: LaplacianOfGaussianParameters, _ image: Volume,
    _ failed: (String, String) -> Void
  ) throws {
    let box = IndexBox(lower: SIMD3(1, 1, 1), size: SIMD3(2, 2, 2))
    let input = FilterInput(image: image, box: box, mask: [UInt8](repeating: 1, count: 8))
    try LaplacianOfGaussianFilter(parameters).forEachResponse(of: input) { name, result in
      if case .failure(let error) = result { failed(name, error.message) }
    }
  }
}
