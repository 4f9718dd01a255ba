/// What a random stream is for. Part of a stream's address, so that streams of the same seed and
/// index never overlap between purposes.
///
/// Raw values are frozen: changing one changes published numbers. New domains are appended.
package enum RandomDomain: UInt32, Hashable, Sendable, CaseIterable {
  /// The synthetic cohort.
  case synthesis = 1
}
