package import Imaging

/// Where a unit puts images that are to be looked at.
package protocol MapSink: AnyObject {
  /// Writes an image; what was there is replaced.
  /// - Parameter name: without folder and extension.
  /// - Throws: why it cannot be written.
  func write(_ volume: Volume, named name: String) throws(MapError)
}

/// A map that could not be written.
package struct MapError: Error, Hashable, Sendable {
  package var message: String

  package init(_ message: String) { self.message = message }
}
