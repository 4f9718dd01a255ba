import Components
import ModelStudy
import Study
import Testing

@Suite struct ModelTableTests {
  @Test func numbersAndTextsAreToldApart() throws {
    let table = try features(
      """
      PatientID,volume,small,code,hospital,empty,label,diagnostics_Mean
      P1,1.5,1e-05,007,A,,1,3
      P2,NA,-2.5E+3,12,"B, C",NaN,1,4
      P3,n/a,.5,3,n/a,nan,2,5
      """)
    #expect(table.keys.map(\.patient) == ["P1", "P2", "P3"])
    let volume = try #require(table.numbers("volume"))
    #expect(volume[0] == 1.5 && volume[1].isNaN && volume[2].isNaN)
    #expect(table.numbers("small") == [1e-5, -2500, 0.5])
    #expect(table.texts("code") == ["007", "12", "3"])
    #expect(table.texts("hospital") == ["A", "B, C", ""])
    #expect(table.numbers("empty")?.allSatisfy(\.isNaN) == true)
    #expect(table["empty"]?.values.missingCount == 3)
    #expect(table["volume"]?.kind == .feature && table["label"]?.kind == .information)
    #expect(table["diagnostics_Mean"]?.kind == .information)
    #expect(table["PatientID"] == nil && table["volume"]?.block == "")
    #expect(table.place(2) == "features.csv, line 4, patient P3")
  }

  @Test(arguments: [
    ("1", 1.0), ("+1.50", 1.5), ("1E05", nil), ("1e5", nil), ("1.5e5", 150_000), ("1e+05", 100_000),
    ("0x1A", nil), ("00", nil), ("0", 0), ("-0.0", -0.0), ("5.", 5), (".", nil), ("-", nil),
    ("1,5", nil), ("1 2", nil), ("inf", Double.infinity), ("-Infinity", -Double.infinity),
    ("١", nil), ("1e", nil), ("1.2.3", nil),
  ])
  func cellsThatAreNumbers(text: String, number: Double?) throws {
    // The second row keeps the field from being blank for the CSV's sake.
    let table = try clinical("ID,x\nP1,\"\(text)\"\nP2,NA")
    if let number {
      #expect(table.numbers("x")?.first == number)
    } else {
      #expect(table.texts("x")?.first == text)
    }
  }

  /// Digits as they are written by programs, more digits than a number holds, and the ends of the
  /// range; the oracle is `strtod`.
  @Test(arguments: [
    "0.1", "1234.5678901234567", "-9.8765432109876543e-05", "123456789012345678901234567890",
    "0.000000000000000000000000000000000000012345678901234567", "4.9e-324",
    "1.7976931348623157e308",
    "1e-400", "1e+400", "9007199254740993", "179769313486231580793e289",
    "00.5e-99999999999999999999",
  ])
  func numbersAreRoundedCorrectly(text: String) throws {
    let table = try clinical("ID,x\nP1,\(text)\nP2,\"\(text)\"")
    let isCode = text.hasPrefix("00") || text.hasSuffix("3e289")
    #expect(table.numbers("x") == (isCode ? nil : [Double(text)!, Double(text)!]))
  }

  /// Texts behind numbers, for which the file is read again: they stand as they are written.
  @Test func columnsThatTurnOutToBeTexts() throws {
    let table = try features(
      "ID,x,y,z,w\n007,1.50,NA,+1,1\n1e5, 007 ,b,\"2,0\",2\nNA2,NA,3.0,1e+05,3", name: "a.csv")
    #expect(table.keys.map(\.patient) == ["007", "1e5", "NA2"])
    #expect(table.texts("x") == ["1.50", "007", ""] && table.texts("y") == ["", "b", "3.0"])
    #expect(table.texts("z") == ["+1", "2,0", "1e+05"] && table.numbers("w") == [1, 2, 3])
  }

  @Test func aTableThatChangesIsRefused() {
    var versions = ["ID,x\nP1,1\nP2,a", "ID,x\nP1,1\nP2,a", "ID,x\nP1,1\nP2,a", "ID,x\nP1,1"]
    let source = ByteSource { offset, buffer throws(InvalidInput) in
      let text = Array((versions.count > 1 ? versions.removeFirst() : versions[0]).utf8)
      buffer.copyBytes(from: text)
      return text.count
    }
    let message = problems { () throws(InvalidInput) in
      try ModelTable.csv(source, name: "a.csv", as: .features)
    }
    #expect(message == "a.csv: the table has changed while it was read")
  }

  @Test func badKeysAreAllNamed() {
    let message = problems { () throws(InvalidInput) in
      try clinical("patient_id,lesion,x\nP1,1,1\nNA,1,1\nP1,1,2\nP1,2,3\n,,4")
    }
    #expect(
      message == """
        clinical.csv, line 3: the patient_id is missing
        clinical.csv, line 4, patient P1, lesion 1: this row stands in line 2 already; several \
        lesions or scans of a patient need a lesion or session column that tells them apart
        clinical.csv, line 6: the patient_id is missing
        """)
    let noColumn = problems { () throws(InvalidInput) in try clinical("patient_i,x\nP1,1") }
    #expect(noColumn.contains("did you mean \"patient_i\"?"))
    let named = problems { () throws(InvalidInput) in
      try ModelTable.csv(
        ByteSource("patient_id,x\nP1,1"), name: "a.csv", as: .features,
        keys: KeyColumns(lesion: "tumor"))
    }
    #expect(named.contains("a.csv: there is no column \"tumor\""))
    let second = problems { () throws(InvalidInput) in
      try ModelTable.csv(
        ByteSource("patient_id,x\nP1,1"), name: "a.csv", as: .clinical,
        keys: KeyColumns(patient: "PID", lesion: "tumor"))
    }
    #expect(second.isEmpty)
    #expect(!problems { () throws(InvalidInput) in try clinical("patient_id,x,x\nP1,1,1") }.isEmpty)
    let assembled = problems { () throws(InvalidInput) in
      try ModelTable.assembled(
        file: "a.h5", index: ["r1"], facts: [.init("x", .numbers([1]), kind: .information)],
        features: [.init("x", .numbers([1]), kind: .feature)])
    }
    #expect(assembled == "a.h5: column \"x\" is given twice")
  }

  @Test func keysOfAssembledTables() throws {
    func patients(_ facts: [ModelTable.Column], _ keys: KeyColumns = .init()) throws -> [String] {
      try ModelTable.assembled(
        file: "a.h5", index: ["r1", "r2"], facts: facts, features: [], keys: keys
      ).keys.map(\.name)
    }
    func fact(_ name: String, _ values: ModelTable.Values) -> ModelTable.Column {
      .init(name, values, kind: .information)
    }
    #expect(try patients([]) == ["r1", "r2"])
    #expect(try patients([fact("patient_id", .numbers([12, 7]))]) == ["12", "7"])
    let sessions = [fact("ID", .texts(["a", "a"])), fact("session", .texts(["1", "NA"]))]
    #expect(try patients(sessions) == ["a@1", "a"])
    #expect(try patients(sessions, KeyColumns(patient: "PID")) == ["a@1", "a"])
    #expect(
      problems { () throws(InvalidInput) in
        try ModelTable.assembled(
          file: "a.h5", index: [], facts: [], features: [], keys: KeyColumns(patient: "PID"))
      }.contains("\"PID\""))
  }

  @Test func lesionsTakeTheirPatientsRow() throws {
    let lesions = try features(
      "patient_id,lesion,f\nP2,a,1\nP1,a,2\nP1,b,3\nP4,a,4", name: "lesions.csv")
    let patients = try clinical("ID,age,f2\nP1,50,x\nP2,60,y\nP3,70,z")
    let (table, report) = try lesions.joined(with: patients, rule: .inner)
    #expect(table.keys.map(\.name) == ["P2/a", "P1/a", "P1/b"])
    #expect(table.numbers("f") == [1, 2, 3] && table.numbers("age") == [60, 50, 50])
    #expect(table.texts("f2") == ["y", "x", "x"])
    #expect(report.onlyFirst == ["lesions.csv, line 5, patient P4, lesion a"])
    #expect(report.onlySecond == ["clinical.csv, line 4, patient P3"])
    let age = try #require(table["age"])
    #expect(table.place(1, column: age) == "clinical.csv, line 2, patient P1, lesion a")
    let strict = problems { () throws(InvalidInput) in
      try lesions.joined(with: patients, rule: .strict)
    }
    #expect(
      strict == """
        lesions.csv, line 5, patient P4, lesion a: this row has no partner in clinical.csv
        clinical.csv, line 4, patient P3: this row has no partner in lesions.csv
        """)
  }

  @Test func lesionAndSessionMatchWhereBothHaveThem() throws {
    let lesions = try features("ID,lesion,session,f\nP1,a,1,1\nP1,a,2,2\nP1,b,1,3")
    let both = try clinical("ID,lesion,size\nP1,b,30\nP1,a,20")
    #expect(try lesions.joined(with: both, rule: .strict).table.numbers("size") == [20, 20, 30])
    // Without lesions on one side, several rows of a patient cannot be told apart.
    let patients = try features("ID,f\nP1,1\nP2,1")
    let message = problems { () throws(InvalidInput) in
      try patients.joined(with: both, rule: .inner)
    }
    #expect(message.contains("clinical.csv, line 3, patient P1, lesion a: this row and line 2"))
    #expect(message.contains("by patient, which is what features.csv has as well"))
  }

  @Test func namesThatBothTablesHave() throws {
    let first = try ModelTable.assembled(
      file: "a.h5", index: ["P1", "P2"],
      facts: [.init("age", .numbers([1, 2]), kind: .information)],
      features: [.init("f", .numbers([5, 6]), kind: .feature, image: "CT", voi: "rim")])
    let (table, report) = try first.joined(with: clinical("ID,age\nP2,20\nP1,10"), rule: .strict)
    #expect(table.numbers("age") == [10, 20] && report.replaced == ["age"])
    #expect(table["f"]?.block == "CT/rim")
    let message = problems { () throws(InvalidInput) in
      try first.joined(with: clinical("ID,f\nP2,20\nP1,10"), rule: .strict)
    }
    #expect(message == "clinical.csv: column \"f\" has the name of a feature of a.h5; rename it")
    let none = problems { () throws(InvalidInput) in
      try first.joined(with: clinical("ID,age\n1,20\n2,10"), rule: .inner)
    }
    #expect(
      none.contains("no row is in both tables (the first rows: \"P1\", \"P2\"; \"1\", \"2\")"))
  }
}
