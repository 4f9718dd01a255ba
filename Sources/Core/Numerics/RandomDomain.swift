/// What a random stream is for. Part of a stream's address, so that streams of the same seed and
/// index never overlap between purposes.
///
/// Raw values are frozen: changing one changes published numbers. New domains are appended.
package enum RandomDomain: UInt32, Hashable, Sendable, CaseIterable {
  /// The synthetic cohort.
  case synthesis = 1
  /// The voxels that a patient gives to the habitats of the cohort; index: the cohort's row.
  case habitatSample = 2
  /// The starts of a clustering; index: the cohort's row, or UInt64.max for the cohort.
  case habitatStart = 3
  /// The folds of a cross-validation with all its repeats; index: the address of what is divided.
  case fold = 4
  /// Everything random in one fit, balancing and selection included; index: the address of the fit.
  case fit = 5
  /// The outcomes of one permutation; index: the permutation.
  case permutation = 6
  /// Resampled patients; index: the replicate, or the metric where all its replicates are one
  /// stream.
  case bootstrap = 7
  /// A split into training and test rows; index: the split of a sweep.
  case split = 8
  /// One tree of a random forest, under a seed drawn for the forest; index: the tree.
  case forestTree = 9
}
