import Components
import Study
import Testing

@Suite struct CohortTests {
  private func cohort(_ text: String, study: String = twoImages) throws -> Cohort {
    try Cohort.parse(text, name: "cohort.csv", folder: "data", study: parseStudy(study))
  }

  @Test func rowsPathsAndClinicalColumns() throws {
    let cohort = try cohort(
      """
      patient_id,lesion,ct_image,ct_mask,pet_image,pet_mask,label,age,outcome
      P1,a,c.nii,cm.nii,/abs/p.nii,pm.nii,2,50,1
      P1,b,c.nii,cm2.nii,p.nii,pm.nii,,51,0
      """)
    #expect(cohort.rows.map(\.name) == ["P1/a", "P1/b"])
    #expect(cohort.rows[0].images == ["c.nii", "/abs/p.nii"])
    #expect(cohort.rows[0].images.map(cohort.resolve) == ["data/c.nii", "/abs/p.nii"])
    #expect(cohort.rows[0].labels == [2, 2])
    #expect(cohort.rows[1].labels == [1, 1])
    #expect(cohort.clinical.map(\.name) == ["age", "outcome"])
    #expect(cohort.roles.map(\.role) == ["outcome"])
  }

  @Test func pyRadiomicsBatchTablesAreAcceptedAsTheyAre() throws {
    let cohort = try cohort(
      "Image,Mask,Label\na.nii,m.nii,1\na.nii,m.nii,2\nb.nii,n.nii,1\n",
      study: "cohort: c.csv\nimages: {CT: }")
    #expect(cohort.rows.map(\.patient) == ["case-0001", "case-0001", "case-0002"])
    #expect(cohort.rows.map(\.labels) == [[1], [2], [1]])
    #expect(Set(cohort.rows.map(\.name)).count == 3)
  }

  @Test func columnsCanHaveOtherNames() throws {
    let cohort = try cohort(
      "who,image,mask\nX,a.nii,m.nii\n",
      study: "cohort: c.csv\ncolumns: {patient_id: who}\nimages: {CT: }")
    #expect(cohort.rows[0].patient == "X")
  }

  @Test func namesAreUnique() throws {
    let columns = "patient_id,lesion,session,image,mask\n"
    let study = "cohort: c.csv\nimages: {CT: }"
    let cohort = try cohort(columns + "a,1,,i,m\na,,1,i,m\n", study: study)
    #expect(cohort.rows.map(\.name) == ["a/1", "a@1"])
    let found = problems { try self.cohort(columns + "a,1,,i,m\na/1,,,i,m\n", study: study) }
    #expect(found.contains { $0.contains("stands on line 2 already") })
  }

  @Test func everyMissingColumnIsNamed() {
    let found = problems { try cohort("patient_id,ct_imag,ct_mask\nP,a,b\n") }
    #expect(found.count == 3)
    #expect(found.contains { $0.contains("did you mean \"ct_imag\"?") })
  }

  @Test func everyBadRowIsNamed() {
    let header = "patient_id,ct_image,ct_mask,pet_image,pet_mask,label\n"
    let found = problems {
      try cohort(header + "P1,a,b,c,d,1\n,a,b,c,d,1\nP2,,b,c,d,x\nP1,a,b,c,d,0\n")
    }
    #expect(found.contains { $0.contains("line 3: the patient_id is empty") })
    #expect(found.contains { $0.contains("line 4: patient P2: no path of image CT") })
    #expect(found.contains { $0.contains("label \"x\" is not a whole number") })
    #expect(found.contains { $0.contains("label \"0\" is not a whole number") })
    #expect(found.contains { $0.contains("line 5") && $0.contains("stands on line 2 already") })
  }
}

@Suite struct StudyPlanTests {
  private func plan(_ rows: String) throws -> StudyPlan {
    let study = try parseStudy(twoImages)
    let cohort = try Cohort.parse(
      "patient_id,ct_image,ct_mask,pet_image,pet_mask\n" + rows, name: "c.csv", folder: "",
      study: study)
    return StudyPlan(study: study, cohort: cohort)
  }

  @Test func columnsAndUnits() throws {
    let plan = try plan("P1,a,b,c,d\nP2,a,b,c,d\n")
    #expect(plan.columns.count == 214)
    #expect(plan.columns[0].name.hasPrefix("CT_original_"))
    #expect(plan.columns[107].name.hasPrefix("PET_original_"))
    #expect(Set(plan.columns.map(\.name)).count == 214)
    #expect(plan.unitCount == 4)
    #expect(
      (0..<4).map(plan.task) == [
        .extract(row: 0, image: 0), .extract(row: 0, image: 1), .extract(row: 1, image: 0),
        .extract(row: 1, image: 1),
      ])
    #expect(plan.name(ofUnit: 3) == "P2 (PET)")
  }

  @Test func identityFollowsWhatChangesNumbers() throws {
    let base = try plan("P1,a,b,c,d\n").identity
    #expect(try plan("P1,moved/a,b,c,d\n").identity == base)
    #expect(try plan("P2,a,b,c,d\n").identity != base)
    let other = StudyPlan(
      study: try parseStudy(twoImages.replacing("binWidth: 25", with: "binWidth: 10")),
      cohort: try plan("P1,a,b,c,d\n").cohort)
    #expect(other.identity != base)
  }
}
