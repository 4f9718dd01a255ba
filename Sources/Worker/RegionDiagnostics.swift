internal import Components
internal import Imaging
internal import Study

/// Makes PyRadiomics' `diagnostics_` values of the regions of one image of a row.
struct RegionDiagnostics {
  let plan: StudyPlan
  let source: any ImageSource
  let versions: DiagnosticVersions
  let section: ImageSection
  /// As it was read, aligned or fused, before any preparation.
  let image: Volume
  private let imageHash: String

  init(
    plan: StudyPlan, source: any ImageSource, versions: DiagnosticVersions, section: ImageSection,
    image: Volume
  ) {
    self.plan = plan
    self.source = source
    self.versions = versions
    self.section = section
    self.image = image
    imageHash = image.voxels.withUnsafeBytes(source.voxelHash)
  }

  /// Values in the order of `PyRadiomicsDiagnostics.names`.
  func texts(of region: PlacedRegion) -> [String] {
    let mask = LabelVolume(grid: region.grid, regions: [region.mask]).wideLabels
    let texts = DiagnosticTexts(
      versions: versions,
      settings: ImageSection.settings.map { "\($0.key): \($0.text(section))" }
        .joined(separator: "; "),
      imageTypes: section.filters.map { text($0.filter) }.joined(separator: "; "),
      imageHash: imageHash, maskHash: mask.withUnsafeBytes(source.voxelHash))
    return PyRadiomicsDiagnostics.columns(
      image: image, region: region.mask, maskGrid: region.grid, texts: texts
    ).map(\.text)
  }

  private func text(_ filter: some Component) -> String {
    "\(type(of: filter).id): \(filter.parameters.encoded().flowText)"
  }
}
