internal import HashingAdapter
internal import Imaging
internal import NIfTIAdapter
internal import Study

/// Reads NIfTI and NRRD files for the workers.
final class ImageFileSource: ImageSource {
  func volume(at path: String) throws(UnitFailure) -> Volume {
    do throws(ImageFileError) {
      return try ImageFile.readVolume(path)
    } catch {
      throw UnitFailure(file: path, message: error.description)
    }
  }

  func labels(at path: String) throws(UnitFailure) -> LabelVolume {
    do throws(ImageFileError) {
      return try ImageFile.readLabels(path)
    } catch {
      throw UnitFailure(file: path, message: error.description)
    }
  }

  func hash(of path: String) throws(UnitFailure) -> String {
    guard let hash = SHA256.hash(ofFile: path) else {
      throw UnitFailure(file: path, message: "\(path): cannot be read: \(systemError())")
    }
    return hexadecimal(hash)
  }
}
