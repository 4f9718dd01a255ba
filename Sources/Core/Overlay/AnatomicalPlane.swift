internal import Glibc
package import Imaging

/// A plane of the body, shown as radiologists look at it: the patient's right at the left of the
/// picture, the front on top of an axial one and at the left of a sagittal one, the head on top of
/// the other two.
package enum AnatomicalPlane: String, Hashable, Sendable, CaseIterable {
  case axial, coronal, sagittal

  /// Slices that are this much farther apart than their voxels are thick.
  private static let thickness = 2.0

  /// The plane nearest to an image's slices where these are thick, so that they are not cut across;
  /// the axial one of all other images, and of two that are as near.
  package init(ofSlicesOf grid: Grid) {
    let spacing = grid.spacing
    let across = (0..<3).reduce(0) { spacing[$1] > spacing[$0] ? $1 : $0 }
    let others = (0..<3).filter { $0 != across }.map { spacing[$0] }
    self = .axial
    guard others.allSatisfy({ spacing[across] >= Self.thickness * $0 }) else { return }
    func share(_ plane: Self) -> Double { grid.direction[plane.across * 3 + across].magnitude }
    for plane in [Self.coronal, .sagittal] where share(plane) > share(self) + 1e-9 { self = plane }
  }

  /// Axes of the patient: 0 towards the left, 1 towards the back, 2 towards the head.
  package var across: Int {
    switch self {
    case .axial: 2
    case .coronal: 1
    case .sagittal: 0
    }
  }

  /// Along a row of the picture, to its right.
  package var right: Int { self == .sagittal ? 1 : 0 }
  /// Along a column of the picture; towards the feet where it is the long axis of the body.
  package var down: Int { self == .axial ? 1 : 2 }

  /// What stands at the edges of a picture: right (R), left (L), anterior (A), posterior (P), head
  /// (H), feet (F).
  package var letters: (left: Character, right: Character, top: Character, bottom: Character) {
    switch self {
    case .axial: ("R", "L", "A", "P")
    case .coronal: ("R", "L", "H", "F")
    case .sagittal: ("A", "P", "H", "F")
    }
  }

  /// A grid of one slice of square pixels that lies as the picture does.
  /// - Parameters:
  ///   - centre: of the picture, mm (LPS).
  ///   - side: of the picture, mm.
  ///   - pixels: along a side.
  func picture(centre: SIMD3<Double>, side: Double, pixels: Int) -> Grid {
    let spacing = side / Double(pixels)
    let isDownReversed = down == 2
    var direction = [Double](repeating: 0, count: 9)
    direction[right * 3] = 1
    direction[down * 3 + 1] = isDownReversed ? -1 : 1
    // Right-handed.
    direction[across * 3 + 2] = self == .sagittal ? -1 : 1
    let reach = (Double(pixels) - 1) / 2 * spacing
    var origin = centre
    origin[right] -= reach
    origin[down] -= isDownReversed ? -reach : reach
    return Grid(
      size: SIMD3(pixels, pixels, 1), spacing: SIMD3(repeating: spacing), origin: origin,
      direction: direction)
  }
}

extension Grid {
  /// The largest angle between an axis of the grid and the axis of the body that is nearest to it,
  /// degrees.
  package var obliquity: Double {
    let shares = (0..<3).map { column in
      (0..<3).map { direction[$0 * 3 + column].magnitude }.max() ?? 1
    }
    return acos(min(1, shares.min() ?? 1)) * 180 / .pi
  }
}
