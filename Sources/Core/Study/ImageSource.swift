package import Imaging

/// Where image files are read: NIfTI and NRRD in production.
package protocol ImageSource: AnyObject {
  /// The scalar image in `path`.
  func volume(at path: String) throws(UnitFailure) -> Volume
  /// The label mask in `path`.
  func labels(at path: String) throws(UnitFailure) -> LabelVolume
  /// SHA-256 of the file's bytes, hexadecimal.
  func hash(of path: String) throws(UnitFailure) -> String
}
