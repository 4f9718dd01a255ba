/// Which definitions the numbers follow.
package enum Profile: String, Hashable, Sendable, CaseIterable {
  /// Values equal to PyRadiomics 3.x, its deviations from IBSI included.
  case pyradiomics
  /// The reference manuals of IBSI 1 and IBSI 2.
  case ibsi
}
