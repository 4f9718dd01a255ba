internal import Foundation
internal import Imaging
internal import NIfTIAdapter
internal import TestSupport

/// One row of Golden/patients.csv.
struct PatientCase: CustomStringConvertible {
  let row: [String: String]

  var description: String { "\(self["patient"]) \(self["image"])" }

  subscript(key: String) -> String { row[key] ?? "" }

  func prepared() throws -> PreparedRegion {
    let modality = self["image"].prefix(3) == "PET" ? "PET" : "CT"
    let folder = SharedData.patients.appendingPathComponent(self["patient"]).path
    var image = try ImageFile.readVolume("\(folder)/\(modality)_image.nii.gz")
    if self["image"] == "CT-int16" {
      let whole = IndexBox(lower: .zero, size: image.grid.size)
      image = Volume(grid: image.grid, values: image.values(in: whole), as: .int16)
    }
    let labels = try ImageFile.readLabels("\(folder)/\(modality)_mask.nii.gz")
    var settings = PreparationSettings()
    if modality == "CT" { settings.resample = ResampleParameters() }
    return try ImagePreparation(image, settings: settings).region(of: 1, in: labels)
  }
}
