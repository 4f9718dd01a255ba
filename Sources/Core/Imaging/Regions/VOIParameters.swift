package import Components

/// How a volume of interest follows from the tumour's mask. Raw values are the words of the study
/// file.
package enum VOIKind: String, Hashable, Sendable, CaseIterable {
  /// The mask itself.
  case tumour
  /// Intratumour: the voxels of the tumour that are deeper than a distance.
  case erosion
  /// Peritumour: the voxels outside the tumour that are nearer than a distance.
  case ring
  /// The tumour and the ring around it.
  case dilation
  /// All voxels of the tumour's bounding box, and a margin around it.
  case boundingBox = "bounding-box"
  /// The tumour in the slice (third array axis) in which it has most voxels.
  case largestSlice = "largest-slice"
}

/// One entry of `vois:` of a study file.
///
/// Distances are those between voxel centres, in mm, with the mask's spacing, before anything is
/// resampled. A distance that exceeds a limit by less than a millionth of it counts as equal to it:
/// spacings in files have seven digits, so 10 voxels of 0.3 mm would else be farther than 3 mm.
///
/// | setting | default | range | kinds | meaning |
/// |---|---|---|---|---|
/// | `kind` | tumour | | | see `VOIKind` |
/// | `distance` | | > 0 | erosion | depth: voxels farther than this from every voxel outside |
/// | | | | ring, dilation | width: voxels at most so far from a voxel of the tumour |
/// | `gap` | 0 | 0 <= gap < distance | ring | the ring begins beyond this distance |
/// | `margin` | 0 | >= 0 | bounding-box | voxels at most so far from the box along an axis |
/// | `exclude` | "" | a column of the cohort | all | mask of anatomy to leave out |
/// | `excludeLabel` | 0 | 0 or a label | all | its label; 0 is every label |
/// | `range` | [] | lower <= upper | ring, dilation, bounding-box | intensities to keep |
///
/// - What lies beyond the image is unknown: it is not outside the tumour (an erosion does not begin
///   at the border of the image), and it belongs to no VOI.
/// - `exclude` takes voxels from the VOI wherever they are, the tumour included. `largest-slice`
///   chooses the slice before.
/// - `range` concerns the voxels outside the tumour only: the tumour's own voxels stay, whatever
///   their intensities. A voxel outside of the image has no intensity and is left out.
package struct VOIParameters: ParameterSet {
  package var kind = VOIKind.tumour
  /// mm; 0 where it is not given.
  package var distance = 0.0
  /// mm.
  package var gap = 0.0
  /// mm.
  package var margin = 0.0
  /// Name of a column of the cohort; "" is none.
  package var exclude = ""
  /// 0 is every label.
  package var excludeLabel = 0
  /// None, or the lowest and the highest intensity that are kept.
  package var range: [Double] = []

  package init() {}

  package static let fields: [Field<Self>] = [
    .choice(
      "kind", \.kind,
      "tumour: the mask; erosion: its voxels deeper than distance; ring: the voxels around it "
        + "within distance, beyond gap; dilation: tumour and ring; bounding-box: all voxels of its "
        + "box and margin; largest-slice: the tumour in the slice with most of its voxels"),
    .number(
      "distance", \.distance, in: 0...1000,
      "depth of the erosion, width of ring and dilation, mm; > 0"),
    .number("gap", \.gap, in: 0...1000, "mm around the tumour that the ring leaves out"),
    .number("margin", \.margin, in: 0...1000, "mm around the bounding box"),
    .text(
      "exclude", \.exclude,
      "column of the cohort with a mask of anatomy to leave out; none when left out"),
    .integer(
      "excludeLabel", \.excludeLabel, in: 0...Int(UInt32.max),
      "label of that anatomy; 0 is every label"),
    .numbers(
      "range", \.range,
      in: -Double.greatestFiniteMagnitude...Double.greatestFiniteMagnitude, count: 0...2,
      "lowest and highest intensity of voxels outside the tumour that are kept; all without it"),
  ]
}

extension VOIParameters {
  /// Settings that contradict each other, or that mean nothing for the kind; the location is the
  /// setting's name.
  package var problems: [Problem] {
    var problems: [Problem] = []
    func add(_ location: String, _ message: String) {
      problems.append(Problem(location, message))
    }
    func refuse(_ location: String, _ value: String, _ isGiven: Bool, unless kinds: [VOIKind]) {
      if !isGiven || kinds.contains(kind) { return }
      let names = kinds.map(\.rawValue).joined(separator: ", ")
      add(location, "\(value) has no effect with kind \(kind.rawValue); it is for kind \(names)")
    }
    let withDistance: [VOIKind] = [.erosion, .ring, .dilation]
    if withDistance.contains(kind) && distance == 0 {
      add("distance", "kind \(kind.rawValue) needs a distance > 0 mm (at most 1000)")
    }
    refuse("distance", "\(distance)", distance > 0, unless: withDistance)
    refuse("gap", "\(gap)", gap > 0, unless: [.ring])
    if kind == .ring && distance > 0 && gap >= distance {
      add("gap", "\(gap) is not less than distance, \(distance): the ring would be empty")
    }
    refuse("margin", "\(margin)", margin > 0, unless: [.boundingBox])
    refuse("range", "\(range)", !range.isEmpty, unless: [.ring, .dilation, .boundingBox])
    if range.count == 1 {
      add("range", "\(range) has one value; expected the lowest and the highest intensity")
    } else if range.count == 2 && range[0] > range[1] {
      add("range", "\(range): the lowest intensity, \(range[0]), is above the highest, \(range[1])")
    }
    if excludeLabel > 0 && exclude.isEmpty {
      add("excludeLabel", "\(excludeLabel) has no effect without exclude, the mask's column")
    }
    return problems
  }
}
