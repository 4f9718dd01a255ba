import Features
import Filters
import Components
import Imaging
import Study
import Testing

@Suite struct PyRadiomicsImportTests {
  private func importing(_ text: String) throws -> StudyFile {
    try parseStudy(try PyRadiomicsImport(text, name: "Params.yaml").study)
  }

  @Test func everySettingIsTranslated() throws {
    let study = try importing(
      """
      imageType: {Original: {}}
      featureClass:
        shape:
        firstorder: []
        glcm: [Contrast, Idm]
        gldm:
        ngtdm:
        glrlm:
      setting:
        binWidth: 10
        label: 3
        normalize: true
        normalizeScale: 100
        removeOutliers: 3
        resampledPixelSpacing: [1, 1, 0]
        interpolator: sitkLinear
        padDistance: 8
        distances: [1, 2]
        force2D: true
        force2Ddimension: 1
        resegmentRange: [-3, 3]
        resegmentMode: sigma
        resegmentShape: true
        preCrop: true
        correctMask: true
        minimumROIDimensions: 3
        minimumROISize: 50
        voxelArrayShift: 300
        symmetricalGLCM: false
        weightingNorm: euclidean
        gldm_a: 1
        additionalInfo: false
      """)
    let image = study.images[0]
    #expect(image.label == 3)
    #expect(image.discretisation.binWidth == 10)
    #expect(image.preparation.normalize?.scale == 100)
    #expect(image.preparation.normalize?.removeOutliers == 3)
    #expect(image.preparation.resample?.spacing == [1, 1, 0])
    #expect(image.preparation.resample?.interpolator == .linear)
    #expect(image.preparation.resample?.padDistance == 8)
    #expect(image.neighbourhood.force2D)
    #expect(image.neighbourhood.force2Ddimension == 1)
    #expect(image.preparation.resegment?.range == [-3, 3])
    #expect(image.preparation.resegment?.mode == .sigma)
    #expect(image.preparation.resegment?.shape == true)
    #expect(image.preparation.region.preCrop)
    #expect(image.preparation.region.minimumDimensions == 3)
    #expect(image.preparation.region.minimumSize == 50)
    #expect(image.preparation.geometry.policy == .resampleMask)
    let settings = image.families.map { "\(type(of: $0.family).id) \(text(of: $0.family))" }
    #expect(settings.contains { $0.hasPrefix("firstorder") && $0.contains("voxelArrayShift: 300") })
    #expect(
      settings.contains {
        $0.hasPrefix("glcm") && $0.contains("symmetrical: false") && $0.contains("euclidean")
          && $0.contains("distances: [1, 2]")
      })
    #expect(settings.contains { $0.hasPrefix("glrlm") && $0.contains("euclidean") })
    #expect(settings.contains { $0.hasPrefix("gldm") && $0.contains("alpha: 1") })
  }

  private func text(of component: some Component) -> String {
    component.parameters.encoded().flowText
  }

  @Test func nothingMeansPyRadiomicsDefaults() throws {
    let study = try importing("setting: {}")
    #expect(study.images[0].families.count == 7)
    #expect(study.images[0].discretisation.binWidth == 25)
  }

  @Test func imageTypesBecomeFilters() throws {
    let study = try importing(
      """
      imageType:
        Original: {}
        Wavelet: {wavelet: db2}
        LoG: {sigma: [1.0, 3.0]}
        Gradient: {}
        LBP3D: {}
      setting: {gradientUseSpacing: false, lbp3DLevels: 1}
      """)
    let texts = study.images[0].filters.map { text(of: $0.filter) }
    #expect(
      study.images[0].filters.map { $0.id.name } == [
        "original", "wavelet", "log", "gradient", "lbp-3D",
      ])
    #expect(texts[1].contains("wavelet: db2"))
    #expect(texts[2].contains("sigma: [1, 3]"))
    #expect(texts[3].contains("useSpacing: false"))
    #expect(texts[4].contains("levels: 1"))
  }

  @Test func imageTypeSettingsOverride() throws {
    let study = try importing("setting: {binWidth: 25}\nimageType: {Original: {binWidth: 5}}")
    #expect(study.images[0].discretisation.binWidth == 5)
  }

  @Test(arguments: [
    ("imageType: {LBP4D: {}}", "LBP3D"), ("imageType: {Wavelett: {}}", "Wavelet"),
    ("imageType: {Original: {}, LoG: {binWidth: 5}}", "binWidth"),
    ("featureClass: {shape2D: }", "shape2D"),
    ("setting: {binwidth: 3}", "binWidth"),
    ("voxelSetting: {kernelRadius: 2}", "voxel-based"),
    ("setting: {resampledPixelSpacing: [1,1,1], interpolator: sitkGaussian}", "sitkGaussian"),
    ("setting: {label_channel: 1}", "channels"), ("settings: {}", "setting"),
  ])
  func whatIsNotSupportedIsSaid(_ text: String, _ word: String) {
    let found = problems { try PyRadiomicsImport(text, name: "Params.yaml") }
    #expect(found.contains { $0.contains(word) }, "\(found)")
  }
}
