internal import ArgumentParser
internal import Imaging
internal import NIfTIAdapter
internal import Synthesis

struct SynthCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "synth",
    abstract: "Make a synthetic cohort: CT, PET, masks, outcome and survival.",
    discussion: """
      Example:
        radcohort synth --output trial --patients 8 --seed 1

      Writes trial/cohort.csv, trial/study.yml and trial/images. The same seed gives the same bytes, \
      and patient k is the same whatever the number of patients. Outcome and survival depend on the \
      texture of the lesions, so that a model has something to find.
      """)

  @Option(name: .shortAndLong, help: "Folder to write to; made if it does not exist.")
  var output: String

  @Option(help: "Number of patients, 1...1000000.")
  var patients = 8

  @Option(help: "Seed of all random draws, >= 0.")
  var seed = 1

  func validate() throws {
    guard (1...1_000_000).contains(patients) else {
      throw ValidationError("--patients \(patients) is not in 1...1000000")
    }
    guard seed >= 0 else { throw ValidationError("--seed \(seed) is negative") }
  }

  func run() throws {
    if let message = makeFolder(output + "/images") {
      printError("\(output)/images: cannot be made: \(message)")
      throw ExitStatus.invalid
    }
    let cohort = SyntheticCohort(patients: patients, seed: UInt64(seed))
    do throws(ImageFileError) {
      for index in 0..<patients { try write(cohort.patient(at: index)) }
    } catch {
      printError(error.description)
      throw ExitStatus.invalid
    }
    try writeFile(cohort.tableText(), to: output + "/cohort.csv")
    try writeFile(cohort.studyText(), to: output + "/study.yml")
    print("\(patients) synthetic patients in \(output); study file \(output)/study.yml")
  }

  private func write(_ patient: SyntheticPatient) throws(ImageFileError) {
    let paths = SyntheticCohort.paths(of: patient.record.id)
    try ImageFile.writeVolume(
      Volume(grid: patient.ct.grid, voxels: .int16(patient.ct.voxels)),
      to: output + "/" + paths.ctImage)
    try ImageFile.writeLabels(
      LabelVolume(grid: patient.ctMask.grid, labels: patient.ctMask.voxels),
      to: output + "/" + paths.ctMask)
    try ImageFile.writeVolume(
      Volume(grid: patient.pet.grid, voxels: .float32(patient.pet.voxels)),
      to: output + "/" + paths.petImage)
    try ImageFile.writeLabels(
      LabelVolume(grid: patient.petMask.grid, labels: patient.petMask.voxels),
      to: output + "/" + paths.petMask)
  }
}
