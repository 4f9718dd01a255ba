/// A VOI cannot be prepared, for a reason that the user should read.
package struct PreparationError: Error, Hashable, Sendable, CustomStringConvertible {
  package enum Kind: String, Hashable, Sendable {
    case geometryMismatch, labelAbsent, emptyMask, outsideImage, singleVoxel, tooFewDimensions
    case tooSmall, resegmentation, constantImage, tooLarge, habitats, emptyVOI, features
    /// An image that was aligned does not reach far enough; the message names its file.
    case notCovered
  }

  package var kind: Kind
  package var message: String

  package init(_ kind: Kind, _ message: String) {
    self.kind = kind
    self.message = message
  }

  package var description: String { message }
}

/// "(1.0, 2.0, 3.0)": vectors in messages.
func text<Scalar>(_ vector: SIMD3<Scalar>) -> String {
  "(\(vector.x), \(vector.y), \(vector.z))"
}

/// A number of millimetres with at most six decimals.
func millimetres(_ value: Double) -> String {
  let rounded = (value * 1e6).rounded() / 1e6
  return rounded == 0 && value != 0 ? "\(value) mm" : "\(rounded) mm"
}
