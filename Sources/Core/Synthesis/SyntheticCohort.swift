internal import Numerics

/// A seeded cohort. Patient k is the same whatever the size of the cohort: it is addressed by
/// (seed, k), and nothing else is drawn for it.
package struct SyntheticCohort: Sendable {
  package let patientCount: Int
  package let seed: UInt64

  /// - Parameter patientCount: >= 1.
  package init(patients patientCount: Int, seed: UInt64) {
    precondition(patientCount >= 1, "a cohort has at least one patient")
    self.patientCount = patientCount
    self.seed = seed
  }

  /// What a patient's random numbers are for; part of the stream's index. Frozen.
  private enum Part: UInt64 {
    case record = 0
    case lesions = 1
    case ct = 2
    case pet = 3
  }

  private func stream(_ index: Int, _ part: Part) -> RandomStream {
    RandomStream(seed: seed, domain: .synthesis, index: UInt64(index) << 8 | part.rawValue)
  }

  /// The clinical data of patient `index`, 0 ..< patientCount.
  package func record(at index: Int) -> SyntheticRecord {
    precondition((0..<patientCount).contains(index), "no patient \(index)")
    var stream = stream(index, .record)
    return SyntheticRecord(index: index, stream: &stream)
  }

  /// Patient `index`, 0 ..< patientCount, with images and masks.
  package func patient(at index: Int) -> SyntheticPatient {
    let record = record(at: index)
    var lesionStream = stream(index, .lesions)
    var ctStream = stream(index, .ct)
    var petStream = stream(index, .pet)
    let anatomy = SyntheticAnatomy(record: record, stream: &lesionStream)
    return SyntheticPatient(
      record: record,
      ct: anatomy.ct(&ctStream), ctMask: anatomy.mask(on: anatomy.ctGrid),
      pet: anatomy.pet(&petStream), petMask: anatomy.mask(on: anatomy.petGrid))
  }
}

extension SyntheticCohort {
  /// The columns of the cohort table.
  package static let tableHeader = [
    "patient_id", "lesion", "ct_image", "ct_mask", "pet_image", "pet_mask", "label", "age", "sex",
    "site", "outcome", "time_days", "event",
  ]

  /// Where a patient's files stand, relative to the cohort table.
  package static func paths(
    of id: String
  ) -> (ctImage: String, ctMask: String, petImage: String, petMask: String) {
    (
      "images/\(id)_ct.nii.gz", "images/\(id)_ct_mask.nii.gz", "images/\(id)_pet.nii.gz",
      "images/\(id)_pet_mask.nii.gz"
    )
  }

  /// The rows of the cohort table, one per lesion, in `tableHeader`'s order; no field needs quotes.
  package func tableRows() -> [[String]] {
    (0..<patientCount).flatMap { index in
      let record = record(at: index)
      let paths = Self.paths(of: record.id)
      return (1...record.lesionCount).map { lesion in
        [
          record.id, String(lesion), paths.ctImage, paths.ctMask, paths.petImage, paths.petMask,
          String(lesion), String(record.age), record.sex, record.site, String(record.outcome),
          String(record.timeDays), String(record.event),
        ]
      }
    }
  }

  /// The cohort table as CSV text.
  package func tableText() -> String {
    ([Self.tableHeader] + tableRows()).map { $0.joined(separator: ",") + "\n" }.joined()
  }

  /// A study file for this cohort.
  package func studyText() -> String {
    """
    study: synthetic
    cohort: cohort.csv
    columns: {time: time_days}
    output: results.h5
    profile: pyradiomics
    seed: \(seed)
    images:
      CT:
        image: ct_image
        mask: ct_mask
        resample: {spacing: [1, 1, 1], interpolator: bspline}
        discretisation: {binWidth: 25}
      PET:
        image: pet_image
        mask: pet_mask
        discretisation: {binWidth: 0.25}

    """
  }
}
