internal import ArgumentParser
internal import Catalog
internal import Components
internal import Imaging
internal import NIfTIAdapter
internal import Study
internal import Worker

struct MasksCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "masks",
    abstract:
      "Write every region of a study as a NIfTI mask, to look at or to give to other tools.",
    discussion: """
      Example:
        radcohort masks study.yml --output masks

      Writes <row>_<image>_<region>.nii.gz, 1 inside and 0 outside: volumes of interest on the grid of \
      the mask that they are derived from, before any resampling, habitats on the grid on which they \
      were found. Habitats of a cohort are those of `run`, which writes them itself. Exit code 4 if a \
      region cannot be had.
      """)

  @Argument(help: "Study file (YAML).")
  var study: String

  @Option(name: .shortAndLong, help: "Folder to write to.")
  var output: String

  func run() throws {
    let plan: StudyPlan
    do throws(InvalidInput) {
      plan = try loadSetup(study: study, output: nil).plan(
        families: Catalog.families, filters: Catalog.filters)
    } catch {
      throw report(error)
    }
    if let message = makeFolder(output) {
      printError("\(output): the folder cannot be made: \(message)")
      throw ExitStatus.invalid
    }
    let computer = UnitComputer(
      plan: plan, source: ImageFileSource(), versions: diagnosticVersions)
    var failures = 0
    func fail(_ unit: Int, _ message: String) {
      printError("\(plan.name(ofUnit: unit)): \(message)")
      failures += 1
    }
    for unit in plan.extractionUnits {
      let masks: [(name: String, mask: Result<LabelVolume, PreparationError>)]
      do throws(UnitFailure) {
        masks = try computer.masks(unit: unit)
      } catch {
        fail(unit, error.description)
        continue
      }
      for (name, outcome) in masks {
        switch outcome {
        case .success(let labels):
          try write(labels, to: "\(output)/\(plan.mapName(ofUnit: unit))_\(name).nii.gz")
        case .failure(let error): fail(unit, "\(name): \(error.message)")
        }
      }
    }
    if failures > 0 { throw ExitStatus.unitsFailed }
  }

  private func write(_ labels: LabelVolume, to path: String) throws(ExitStatus) {
    do throws(ImageFileError) {
      try ImageFile.writeLabels(labels, to: path)
      print(path)
    } catch {
      printError("\(path): \(error.message)")
      throw .invalid
    }
  }
}
