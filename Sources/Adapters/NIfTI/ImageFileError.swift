/// An image file that cannot be used: which file, which field, what was found, what is allowed.
package struct ImageFileError: Error, Hashable, Sendable, CustomStringConvertible {
  package var file: String
  package var message: String

  package init(_ file: String, _ message: String) {
    self.file = file
    self.message = message
  }

  package var description: String { "\(file): \(message)" }
}
