/// What robust standard errors need of the number of groups.
enum FewGroups {
  /// Under this many groups sandwich variances are too small (Mancl & DeRouen 2001).
  static let limit = 40

  static func warnings(_ design: ClusteredDesign) -> [String] {
    let groups = design.groups.count
    if groups <= design.width {
      return [
        "\(groups) groups and \(design.width) coefficients: a robust covariance from so few groups "
          + "is degenerate, and its standard errors must not be interpreted"
      ]
    }
    return groups < limit
      ? ["robust standard errors from \(groups) groups (fewer than \(limit)) tend to be too small"]
      : []
  }
}
