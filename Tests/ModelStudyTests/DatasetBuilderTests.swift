import Components
import Foundation
import Learning
import ModelStudy
import Testing

@Suite struct DatasetBuilderTests {
  /// Eight lesions of six patients, two blocks of features, clinical columns joined on.
  private static func table() throws -> ModelTable {
    func feature(_ name: String, _ image: String, _ values: [Double]) -> ModelTable.Column {
      .init(name, .numbers(values), kind: .feature, image: image, voi: "tumour")
    }
    let patients = ["P3", "P1", "P1", "P2", "P4", "P5", "P5", "P6"]
    let lesions = ["1", "1", "2", "1", "1", "1", "2", "1"]
    let none = [Double](repeating: .nan, count: 8)
    let table = try ModelTable.assembled(
      file: "result.h5", index: zip(patients, lesions).map { "\($0)/\($1)" },
      facts: [
        .init("patient_id", .texts(patients), kind: .information),
        .init("lesion", .texts(lesions), kind: .information),
        .init("voxels_used", .numbers([1, 2, 3, 4, 5, 6, 7, 8]), kind: .information),
      ],
      features: [
        feature("CT_Mean", "CT", [1, 2, 3, 4, 5, 6, 7, 8]),
        feature("CT_Energy", "CT", [1, 1, 1, 1, 1, 1, 1, 1]),
        feature("PET_Mean", "PET", [1, .nan, 3, 4, 5, .nan, 7, 8]),
        feature("PET_Energy", "PET", none),
      ])
    let patientsTable = try clinical(
      """
      patient_id,response,age,sex,stage,histology,centre,weight,split,days,death
      P1,CR,50,f,I,1,A,1,train,100,1
      P2,PD,60,m,II,2,A,2,train,200,0
      P3,PR,NA,f,III,1,B,1,train,300,1
      P4,PD,70,m,,2,B,1,test,400,0
      P5,NA,65,f,I,3,A,1,test,500,1
      P6,CR,55,m,IV,1,B,3,external,600,1
      """)
    return try table.joined(with: patientsTable, rule: .strict).table
  }

  private static func definition() throws(InvalidInput) -> DatasetDefinition {
    DatasetDefinition(
      outcome: .binary(
        try OutcomeExpression("response in [\"CR\", \"PR\"]", at: "outcome.binary")),
      at: "features")
  }

  private func build(
    _ change: (inout DatasetDefinition) -> Void = { _ in }
  ) throws -> BuiltDataset {
    var definition = try Self.definition()
    change(&definition)
    return try DatasetBuilder(definition).build(try Self.table())
  }

  private func message(_ change: (inout DatasetDefinition) -> Void) throws -> String {
    let table = try Self.table()
    var definition = try Self.definition()
    change(&definition)
    return problems { () throws(InvalidInput) in try DatasetBuilder(definition).build(table) }
  }

  @Test func rowsGroupsAndColumns() throws {
    let built = try build()
    #expect(built.rows == [0, 1, 2, 3, 4, 7])
    #expect(built.unknown.map(\.row) == [5, 6])
    #expect(built.data.outcome == .binary([1, 1, 1, 0, 0, 1]))
    #expect(built.data.groups == [0, 1, 1, 2, 3, 4])
    #expect(built.patients == ["P3", "P1", "P2", "P4", "P6"])
    #expect(built.data.names == ["CT_Mean", "CT_Energy", "PET_Mean", "PET_Energy"])
    #expect(built.data.blocks == ["CT/tumour", "CT/tumour", "PET/tumour", "PET/tumour"])
    #expect(Array(built.data.features.column(0)) == [1, 2, 3, 4, 5, 8])
    #expect(built.columns.map(\.missing) == [0, 0, 1, 6])
    #expect(built.emptyColumns == ["PET_Energy"])
    #expect(built.roles.allSatisfy { $0 == .train } && built.data.sites.isEmpty)
    #expect(built.keys.map(\.name) == ["P3/1", "P1/1", "P1/2", "P2/1", "P4/1", "P6/1"])
  }

  @Test func patternsChooseFeatures() throws {
    #expect(try build { $0.include = ["*_Mean"] }.data.names == ["CT_Mean", "PET_Mean"])
    #expect(
      try build { $0.exclude = ["PET*", "CT_Energ?"] }.data.names == ["CT_Mean"])
    #expect(
      try build {
        $0.blocks = ["PET/*"]
        $0.include = ["*_Mean", "CT_Energy"]
      }.data.names == ["PET_Mean"])
    let clinicalOnly = try build {
      $0.exclude = ["*"]
      $0.clinical = ["age"]
    }
    #expect(clinicalOnly.data.names == ["age"] && clinicalOnly.data.blocks == ["clinical"])
  }

  /// By hand; `ifBinary` leaves out the first of two levels, `missing` marks all columns.
  @Test func textsBecomeLevels() throws {
    let built = try build {
      $0.include = ["CT_Mean"]
      $0.clinical = ["age", "sex", "stage", "histology"]
      $0.categories = ["histology"]
    }
    #expect(
      built.data.names == [
        "CT_Mean", "age", "sex=m", "stage=I", "stage=II", "stage=III", "stage=IV", "histology=2",
      ])
    #expect(Array(built.data.features.column(2)) == [0, 0, 0, 1, 1, 1])
    let stage = Array(built.data.features.column(3))
    #expect(stage[0] == 0 && stage[1] == 1 && stage[4].isNaN)
    #expect(built.columns.map(\.missing) == [0, 1, 0, 1, 1, 1, 1, 0])
    #expect(
      try build { ($0.clinical, $0.levels) = (["sex"], .all) }.data.names.suffix(2)
        == ["sex=f", "sex=m"])
    #expect(try build { ($0.clinical, $0.levels) = (["stage"], .dropFirst) }.data.columnCount == 7)
    #expect(
      try build { ($0.clinical, $0.missingText) = (["stage"], .level) }.data.names
        .contains("stage=missing"))
    // What a model is fitted with can be stored and applied to a table to come.
    let back = try FeatureLayout(built.layout.state)
    #expect(back == built.layout)
    let again = try back.features(of: Self.table(), rows: built.rows)
    #expect(again.values.map(\.bitPattern) == built.data.features.values.map(\.bitPattern))
  }

  /// Rows beside the training decide neither levels nor columns.
  @Test func levelsAreThoseOfTheTraining() throws {
    let built = try build {
      $0.split = "split"
      $0.clinical = ["stage"]
      $0.include = ["CT_Mean"]
    }
    #expect(built.data.names == ["CT_Mean", "stage=I", "stage=II", "stage=III"])
    #expect(built.roles == [.train, .train, .train, .train, .test, .external])
    #expect(built.rows(of: .external) == [5])
    #expect((1...3).map { Array(built.data.features.column($0))[5] } == [0, 0, 0])
    #expect(
      built.notes.contains {
        $0.hasPrefix("column \"stage\": 1 rows have a text that no training row has (\"IV\")")
      })
    #expect(built.notes.contains { $0.contains("all 1 rows are of class 1") })
  }

  /// The outcome decides which rows there are and nothing else of the features.
  @Test func outcomesDoNotReachTheFeatures() throws {
    var other = try Self.definition()
    other.clinical = ["stage", "sex"]
    var first = other
    first.outcome = .binary(try expression("days > 250 || death == 2"))
    other.outcome = .binary(try expression("death == 1 || days < 0"))
    let table = try Self.table()
    let (a, b) = (try DatasetBuilder(first).build(table), try DatasetBuilder(other).build(table))
    #expect(a.data.outcome != b.data.outcome && a.data.names == b.data.names)
    #expect(
      a.data.features.values.map(\.bitPattern) == b.data.features.values.map(\.bitPattern))
  }

  @Test func sitesAndWeights() throws {
    let built = try build {
      $0.site = "centre"
      $0.weight = "weight"
    }
    #expect(built.data.sites == ["B", "A", "A", "A", "B", "B"])
    #expect(built.data.weights == [1, 1, 1, 2, 1, 3])
  }

  @Test func everythingWrongIsSaidAtOnce() throws {
    let found = try message {
      $0.include = ["CT_Maen", "XR*", "response", "stage", "age", "voxels_used"]
      $0.exclude = ["*_Entropy"]
      $0.blocks = ["MR/*"]
      $0.clinical = ["agge", "response", "split", "sex", "sex"]
      $0.categories = ["stage"]
      $0.site = "site"
      $0.split = "split"
      $0.weight = "sex"
    }
    for part in [
      "features.include: \"CT_Maen\" matches no feature of result.h5; did you mean \"CT_Mean\"?",
      "features.include: \"XR*\" matches no feature",
      "features.include: column \"response\" is part of the outcome",
      "patient P3, lesion 1, column \"stage\": \"III\" is not a number (7 of 7 values are not)",
      "features.include: column \"age\" is no feature; add it by features.clinical",
      "features.include: column \"voxels_used\" is no feature",
      "features.exclude: \"*_Entropy\" matches no column",
      "features.blocks: \"MR/*\" matches no image and VOI",
      "features.clinical: there is no column \"agge\"; did you mean \"age\"?",
      "features.clinical: column \"response\" is part of the outcome",
      "features.clinical: column \"split\" is the weight or the split",
      "features.clinical: column \"sex\" is given twice",
      "features.categories: column \"stage\" is not among those of features.clinical",
      "columns.site: there is no column \"site\"",
      "column \"sex\": \"f\" is not a number (6 of 6 values are not)",
    ] {
      #expect(found.contains(part), "\(part)\n in \n\(found)")
    }
  }

  @Test func badRolesOfRows() throws {
    let table = try features(
      """
      ID,lesion,f,w,s,site,y
      P1,1,1,0,train,A,1
      P1,2,2,NA,test,,0
      P2,1,3,-1,valid,B,1
      P3,1,inf,1,,B,0
      P4,1,x3,1,Train,B,0
      """)
    var definition = DatasetDefinition(outcome: .binary(try expression("y")), at: "")
    definition.weight = "w"
    definition.split = "s"
    definition.site = "site"
    let found = problems { () throws(InvalidInput) in try DatasetBuilder(definition).build(table) }
    for part in [
      "line 2, patient P1, lesion 1, column \"w\": the weight 0 is not a finite number > 0",
      "line 3, patient P1, lesion 2, column \"w\": the weight is missing",
      "line 4, patient P2, lesion 1, column \"w\": the weight -1 is not",
      "line 4, patient P2, lesion 1, column \"s\": \"valid\" is no split; expected one of train,",
      "line 5, patient P3, lesion 1, column \"s\": the split is missing",
      "line 3, patient P1, lesion 2, column \"s\": the patient is in test here and in train in line 2",
      "line 3, patient P1, lesion 2, column \"site\": the site is missing",
      "line 6, patient P4, lesion 1, column \"f\": \"x3\" is not a number (1 of 5 values are not)",
    ] {
      #expect(found.contains(part), "\(part)\n in \n\(found)")
    }
    let infinite = try features("ID,f,y\nP1,1,1\nP2,-inf,0\nP3,inf,0")
    #expect(
      problems { () throws(InvalidInput) in
        try DatasetBuilder(.init(outcome: .binary(try expression("y")), at: "")).build(infinite)
      }.contains("line 3, patient P2, column \"f\": -inf is not finite, and 1 more of the column"))
  }

  @Test(arguments: [
    ("age > 0", "all 8 rows are of class 1; both classes are needed"),
    ("age - age", "all 7 rows have the outcome 0"), ("age * 1e308 * 1e308", "no row has a known"),
  ])
  func outcomesThatTeachNothing(text: String, part: String) throws {
    let table = try Self.table()
    let parsed = try expression(text)
    let outcome: OutcomeDefinition = text.contains(">") ? .binary(parsed) : .continuous(parsed)
    let found = problems { () throws(InvalidInput) in
      try DatasetBuilder(.init(outcome: outcome, at: "")).build(table)
    }
    #expect(found.contains(part.replacing("all 8", with: "all 7")), "\(found)")
  }

  @Test func survivalWithoutEvents() throws {
    let table = try Self.table()
    let outcome = OutcomeDefinition.survival(
      time: try expression("days"), event: try expression("death == 3"), entry: nil)
    #expect(
      problems { () throws(InvalidInput) in
        try DatasetBuilder(.init(outcome: outcome, at: "")).build(table)
      } == "outcome: none of 8 rows has an event")
  }

  @Test func tooManyLevelsAreNoCategory() throws {
    let rows = (0..<60).map { "P\($0),\($0),note \($0),\($0 % 2)" }.joined(separator: "\n")
    let table = try features("ID,f,note,y\n" + rows)
    var definition = DatasetDefinition(outcome: .binary(try expression("y")), at: "features")
    #expect(try DatasetBuilder(definition).build(table).unusedTexts == ["note"])
    definition.clinical = ["note"]
    #expect(
      problems { () throws(InvalidInput) in try DatasetBuilder(definition).build(table) }
        == "features.clinical: column \"note\" has 60 different texts; at most 50 can be levels")
  }
}

/// Real table of 103 glioma patients; counts by pandas 2.2.3.
@Suite(.enabled(if: GliomaTable.isPresent, "needs ../shared"))
struct GliomaTableTests {
  @Test func survivalOfGliomaPatients() throws {
    let text = try String(contentsOf: GliomaTable.path, encoding: .utf8)
    var definition = DatasetDefinition(
      outcome: .survival(
        time: try expression("days"), event: try expression("death"), entry: nil),
      at: "features")
    definition.include = ["*__scale1*"]
    definition.clinical = ["age", "sex", "grade"]
    let table = try features(text, name: "glioma.csv")
    let built = try DatasetBuilder(definition).build(table)
    #expect(table.rowCount == 103)
    #expect(built.data.rowCount == 99 && built.unknown.count == 4)
    #expect(built.data.columnCount == 364)
    #expect(built.columns.prefix(361).reduce(0) { $0 + $1.missing } == 297)
    guard case .survival(_, let events, _) = built.data.outcome else {
      Issue.record("no survival")
      return
    }
    #expect(events.count { $0 == 1 } == 26)
    #expect(!built.data.names.contains("idh") && !built.data.names.contains("death"))
    #expect(built.data.names.suffix(3) == ["age", "sex=MALE", "grade=G3"])
  }
}

private enum GliomaTable {
  static let path = URL(fileURLWithPath: #filePath).resolvingSymlinksInPath()
    .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
    .deletingLastPathComponent().appendingPathComponent("shared/data/tables/glioma_t1ce.csv")

  static var isPresent: Bool { FileManager.default.fileExists(atPath: path.path) }
}
