/// The scalar type an image was stored in. PyRadiomics computes in it, so it changes values:
/// resampled integers are truncated, histogram edges of float32 images are float32.
package enum PixelType: String, Hashable, Sendable, CaseIterable, Codable {
  case uint8, int8, uint16, int16, uint32, int32, uint64, int64, float32, float64

  package var isInteger: Bool { self != .float32 && self != .float64 }
}
