import Foundation
import TestSupport
import Testing

/// A study of models as a user runs it: what is found before compute, and what is done again.
@Suite(.serialized, .timeLimit(.minutes(3))) struct ModelRunTests {
  /// 48 patients, six columns, one of them informative; an integer formula decides all values.
  private func table(shift: Int = 0) -> String {
    let rows = (0..<48).map { row in
      let values = (0..<6).map { column in
        let noise = (row * 7919 + column * 104_729 + shift) % 1009
        return "\(Double(noise) / 100 + (column == 2 && row % 3 == 0 ? 4 : 0))"
      }
      return "P\(row),\(row % 3 == 0 ? 1 : 0),\(row % 2 == 0 ? "A" : "B"),"
        + values.joined(separator: ",")
    }
    return "patient_id,y,site,a,b,c,d,e,f\n" + rows.joined(separator: "\n") + "\n"
  }

  private static let study = """
    table: t.csv
    outcome: {binary: y}
    columns: {site: site}
    pipelines:
      ridge:
        steps: [scale]
        model: {logistic: {penalty: ridge, choice: fixed, lambda: [0.01, 1]}}
      near: {model: {knn: {neighbours: 5}}}
    validation: {folds: 3, innerFolds: 3}
    """

  private func folder(_ study: String = study) throws -> TestFolder {
    let folder = try TestFolder()
    try folder.write(table(), to: "t.csv")
    try folder.write(study, to: "m.yml")
    return folder
  }

  private func digest(_ folder: TestFolder) throws -> String {
    let ending = try Program.run(["digest", folder.path + "/models.h5"])
    #expect(ending.status == 0)
    return ending.output
  }

  @Test func ranksChangeNothingAndIntervalsComputeNothingAgain() throws {
    let alone = try folder()
    #expect(try Program.run(["run", alone.path + "/m.yml"]).status == 0)
    let shared = try folder()
    #expect(try Program.run(ranks: 3, ["run", shared.path + "/m.yml"]).status == 0)
    #expect(try digest(alone) == digest(shared))
    let first = try digest(alone)
    for change in ["\nintervals: {level: 0.8}", "\nintervals: {level: 0.8, resamples: 300}"] {
      try alone.write(Self.study + change, to: "m.yml")
      let again = try Program.run(["run", alone.path + "/m.yml"])
      #expect(again.status == 0)
      // 4 training parts: 3 inner folds of one pipeline, and 2 fits.
      #expect(again.errors.contains("12 of 12 units are done already"))
      #expect(again.errors.contains("8 of 8 units are done already"))
    }
    #expect(try digest(alone) != first)
  }

  @Test func anotherTableLeavesOneTableFile() throws {
    let folder = try folder()
    #expect(try Program.run(["run", folder.path + "/m.yml"]).status == 0)
    try folder.write(table(shift: 5), to: "t.csv")
    let refused = try Program.run(["run", folder.path + "/m.yml"])
    #expect(refused.status == 3)
    #expect(try Program.run(["run", "--overwrite", folder.path + "/m.yml"]).status == 0)
    let work = try FileManager.default.contentsOfDirectory(atPath: folder.path + "/models.h5.work")
    #expect(work.count { $0.hasPrefix("table-") } == 1, "\(work)")
  }

  @Test(arguments: [
    ("folds: 3", "folds: 30", "validation.folds"),
    ("innerFolds: 3", "innerFolds: 15", "validation.innerFolds"),
    ("binary: y", "binary: z", "outcome.binary"),
    ("site: site", "site: sites", "columns.site"),
    ("neighbours: 5", "neighbours: 40", "pipelines.near.model.knn.neighbours: 40"),
    ("[scale]", "[{rfe: {model: naive-bayes}}]", "pipelines.ridge.steps.rfe.model"),
    ("[scale]", "[{top-k: {strength: cox}}]", "pipelines.ridge.steps.top-k.strength"),
  ])
  func whatIsWrongIsSaidWithFileAndSetting(old: String, new: String, place: String) throws {
    let folder = try folder(Self.study.replacing(old, with: new))
    for command in ["check", "plan", "run"] {
      let ending = try Program.run([command, "m.yml"], in: folder.path)
      #expect(ending.status == 3)
      #expect(
        ending.errors.contains("m.yml: ") && ending.errors.contains(place), "\(ending.errors)")
    }
  }

  @Test func theSchemaOfModelsIsAskedForByName() throws {
    let schema = try Program.run(["describe", "--schema", "models"])
    #expect(schema.status == 0 && schema.output.contains("RadCohort study of models"))
    #expect(try Program.run(["describe", "--schema", "glcm"]).status == 2)
  }
}
