/// One thing that is wrong with the user's input, said so that it helps.
package struct Problem: Hashable, Sendable, CustomStringConvertible {
  /// Where: a file, a line, a patient, a key path such as `images.CT.discretisation.binWidth`.
  package var location: String
  /// What is wrong, with the value and the allowed range.
  package var message: String

  package init(_ location: String, _ message: String) {
    self.location = location
    self.message = message
  }

  package var description: String { location.isEmpty ? message : "\(location): \(message)" }
}

/// All problems that were found, never only the first.
package struct InvalidInput: Error, Hashable, Sendable, CustomStringConvertible {
  package var problems: [Problem]

  package init(_ problems: [Problem]) { self.problems = problems }
  package init(_ location: String, _ message: String) {
    self.problems = [Problem(location, message)]
  }

  package var description: String { problems.map(\.description).joined(separator: "\n") }
}
