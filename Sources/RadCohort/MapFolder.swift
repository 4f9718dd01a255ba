internal import Glibc
internal import Imaging
internal import NIfTIAdapter
internal import Worker

/// Writes label maps and feature maps as NIfTI into one folder, each aside and then renamed.
final class MapFolder: MapSink {
  private let path: String

  init(path: String) { self.path = path }

  func write(_ volume: Volume, named name: String) throws(MapError) {
    if let message = makeFolder(path) {
      throw MapError("the folder \(path) cannot be made: \(message)")
    }
    let file = "\(path)/\(name).nii.gz"
    // Two ranks never write the same map, so the name aside needs no rank.
    let aside = "\(path)/.\(name).partial.nii.gz"
    do throws(ImageFileError) {
      try ImageFile.writeVolume(volume, to: aside)
    } catch {
      throw MapError("\(file) cannot be written: \(error.message)")
    }
    guard rename(aside, file) == 0 else {
      throw MapError("\(file) cannot be written: \(systemError())")
    }
  }
}
