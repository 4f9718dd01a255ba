internal import Components

/// What the convolutional filters of IBSI 2 have in common: how settings are checked and responses
/// named.
extension Double {
  /// As response names write it: `3`, `1.5`.
  var nameText: String {
    self == rounded() && abs(self) < 1e15 ? "\(Int(self))" : "\(self)"
  }
}

/// One problem for each value that a list holds twice.
func repetitions<Value: Hashable>(
  of values: [Value], in field: String, text: (Value) -> String
) -> [Problem] {
  var seen: Set<Value> = []
  return values.filter { !seen.insert($0).inserted }.map {
    Problem(field, "\(text($0)) is given twice")
  }
}

extension FilterError {
  /// Why a kernel does not fit an image, if it does not: one that reaches further than 4 times the
  /// image's extent reads continued values nearly alone, and the memory for them grows without
  /// bound.
  ///
  /// - Parameters:
  ///   - reach: voxels beyond its own that a response reads along (x, y, z).
  ///   - size: voxels of the image.
  static func tooFar(_ reach: SIMD3<Int>, in size: SIMD3<Int>) -> FilterError? {
    for axis in 0..<3 where reach[axis] > 4 * size[axis] {
      let letter = ["x", "y", "z"][axis]
      return FilterError(
        "the kernel reaches \(reach[axis]) voxels along \(letter), where the image has "
          + "\(size[axis]); at most 4 times as many are allowed")
    }
    return nil
  }
}
