/// A selector that can tell at a glance which columns it will not choose, so that most of a wide
/// table need not be prepared.
package protocol ScreeningSelector: Selector {
  /// Whether anything can be ruled out with these settings.
  var canScreen: Bool { get }

  /// Columns among which all chosen ones are, ascending, whether the columns are as they are here or
  /// have been shifted and multiplied by positive numbers since. Columns that are not finite
  /// throughout are always among them.
  /// - Parameter sums: of these rows and columns, where they are known.
  /// - Returns: nil where nothing can be ruled out.
  func candidates(in data: Dataset, sums: ClassSums?) -> [Int]?
}

/// A preparation that treats every column by itself, looks at no outcome, draws no random number,
/// and does no more to a finite column than shift it, multiply it by a positive number, or drop it
/// or make it 0 where it is constant.
package protocol AffinePreparation: Preparation {
  /// Whether this is so with these settings.
  var isAffine: Bool { get }
}

extension Imputation: AffinePreparation {
  package var isAffine: Bool { true }
}

extension VarianceFilter: AffinePreparation {
  package var isAffine: Bool { parameters.threshold == 0 }
}

extension Scaling: AffinePreparation {
  package var isAffine: Bool { true }
}
