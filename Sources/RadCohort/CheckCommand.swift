internal import ArgumentParser
internal import Catalog
internal import Components
internal import MPIAdapter
internal import Study
internal import Worker

struct CheckCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "check",
    abstract: "Find everything that is wrong with study, cohort, images and masks.",
    discussion: """
      Examples:
        radcohort check study.yml
        mpirun -n 4 radcohort check --deep study.yml

      Lists all problems, not the first, and computes nothing. Without --deep the headers are read; \
      with it every voxel is, and every VOI is prepared as `run` would, spread over the ranks. \
      Exit code 3 if there is any problem.
      """)

  @Argument(help: "Study file (YAML).")
  var study: String

  @Flag(help: "Read every voxel of every image and mask.")
  var deep = false

  func run() throws {
    if try checkedModels() { return }
    if !deep {
      let (plan, problems) = try checkHeaders()
      if !problems.isEmpty { throw report(InvalidInput(problems)) }
      printSummary(plan, "headers")
      return
    }
    try runOnAllRanks(checkDeeply)
  }

  /// Checks a model study, if it is one: the table is read whole in any case.
  private func checkedModels() throws(ExitStatus) -> Bool {
    do throws(InvalidInput) {
      guard try isModelStudy(study) else { return false }
      let report = try ModelPlanReport(study)
      for note in ModelPlanReport.shortened(report.notes) { print("note: \(note)") }
      print("\(study): \(report.summary); all is in order")
      return true
    } catch {
      throw report(error)
    }
  }

  private func checkHeaders() throws(ExitStatus) -> (StudyPlan, [Problem]) {
    do throws(InvalidInput) {
      let plan = try loadSetup(study: study, output: nil).plan(
        families: Catalog.families, filters: Catalog.filters)
      return (plan, Inventory(plan: plan).problems)
    } catch {
      throw report(error)
    }
  }

  private func printSummary(_ plan: StudyPlan, _ what: String) {
    print(
      "\(study): \(plan.cohort.rows.count) rows, \(plan.study.images.count) images,"
        + " \(plan.columns.count) columns; all \(what) are in order")
  }

  /// Collective: units are dealt round robin; rank 0 lists what all ranks found, in unit order.
  private func checkDeeply(_ world: any Communicator) throws -> ExitStatus {
    var message: [UInt8] = []
    var plan: StudyPlan?
    if world.rank == 0 {
      do throws(InvalidInput) {
        let setup = try loadSetup(study: study, output: nil)
        plan = try setup.plan(families: Catalog.families, filters: Catalog.filters)
        message = setup.bytes
      } catch {
        _ = report(error)
      }
    }
    message = try world.broadcast(message, from: 0)
    if message.isEmpty { return .invalid }
    let shared =
      try plan
      ?? RunSetup(bytes: message).plan(families: Catalog.families, filters: Catalog.filters)
    let computer = UnitComputer(
      plan: shared, source: ImageFileSource(), versions: diagnosticVersions)
    var writer = ByteWriter()
    for unit in stride(from: world.rank, to: shared.unitCount, by: world.size) {
      do throws(UnitFailure) {
        try computer.verify(unit: unit)
      } catch {
        writer.write(unit)
        writer.write(error.description)
      }
    }
    let found = try world.gather(writer.bytes)
    var status = ExitStatus.done
    if world.rank == 0 {
      var problems: [(unit: Int, message: String)] = []
      for bytes in found {
        var reader = ByteReader(bytes)
        while !reader.isAtEnd { problems.append((try reader.readInt(), try reader.readText())) }
      }
      problems.sort { $0.unit < $1.unit }
      if problems.isEmpty {
        printSummary(shared, "voxels")
      } else {
        status = report(
          InvalidInput(
            problems.map { Problem("patient \(shared.name(ofUnit: $0.unit))", $0.message) }))
      }
    }
    let answer = try world.broadcast([UInt8(status.rawValue)], from: 0)
    return answer.first.flatMap { ExitStatus(rawValue: Int32($0)) } ?? .internalError
  }
}
