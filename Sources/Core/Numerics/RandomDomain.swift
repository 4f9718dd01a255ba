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
}
