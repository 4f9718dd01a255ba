extension LabelVolume {
  /// The voxels of one label in their bounding box, or, for label 0, those of all labels but the
  /// background; nil where there are none.
  package func region(ofAny label: UInt32) -> MaskRegion? {
    if label != 0 { return region(of: label) }
    let foreground: [UInt8] =
      switch storage {
      case .narrow(let labels): labels.map { $0 == 0 ? 0 : 1 }
      case .wide(let labels): labels.map { $0 == 0 ? 0 : 1 }
      }
    return LabelVolume(grid: grid, labels: foreground).region(of: 1)
  }
}
