package import Imaging

/// A file that cannot be used; the message does not repeat its name.
package struct ImageSourceError: Error, Hashable, Sendable {
  package var message: String

  package init(_ message: String) { self.message = message }
}

/// Where image files are read: NIfTI and NRRD in production.
package protocol ImageSource: AnyObject {
  /// The scalar image in `path`.
  func volume(at path: String) throws(ImageSourceError) -> Volume
  /// The label mask in `path`.
  func labels(at path: String) throws(ImageSourceError) -> LabelVolume
  /// SHA-256 of the file's bytes, hexadecimal.
  func hash(of path: String) throws(ImageSourceError) -> String
  /// SHA-1 of bytes, hexadecimal: the name that SimpleITK gives an image's voxels.
  func voxelHash(of bytes: UnsafeRawBufferPointer) -> String
  /// Changes whenever the file does: its size and time of change.
  func stamp(of path: String) -> UInt64
}
