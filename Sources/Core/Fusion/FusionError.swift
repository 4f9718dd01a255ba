/// Two images could not be brought together, for a reason that the user should read.
package struct FusionError: Error, Hashable, Sendable, CustomStringConvertible {
  package var message: String
  package init(_ message: String) { self.message = message }
  package var description: String { message }
}
