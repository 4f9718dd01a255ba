/// A statistic is not defined for its input, for a reason that the user should read.
package struct StatisticsError: Error, Hashable, Sendable, CustomStringConvertible {
  package var message: String
  package init(_ message: String) { self.message = message }
  package var description: String { message }
}
