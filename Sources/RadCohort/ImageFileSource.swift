internal import HashingAdapter
internal import Imaging
internal import NIfTIAdapter
internal import Study

/// Reads NIfTI and NRRD files for the workers.
final class ImageFileSource: ImageSource {
  func volume(at path: String) throws(ImageSourceError) -> Volume {
    do throws(ImageFileError) {
      return try ImageFile.readVolume(path)
    } catch {
      throw ImageSourceError(error.message)
    }
  }

  func labels(at path: String) throws(ImageSourceError) -> LabelVolume {
    do throws(ImageFileError) {
      return try ImageFile.readLabels(path)
    } catch {
      throw ImageSourceError(error.message)
    }
  }

  func hash(of path: String) throws(ImageSourceError) -> String {
    guard let hash = SHA256.hash(ofFile: path) else {
      throw ImageSourceError("cannot be read: \(systemError())")
    }
    return hexadecimal(hash)
  }

  func voxelHash(of bytes: UnsafeRawBufferPointer) -> String { hexadecimal(SHA1.hash(bytes)) }

  func stamp(of path: String) -> UInt64 { fileFingerprint(ofFiles: [(name: "", path: path)]) }
}
