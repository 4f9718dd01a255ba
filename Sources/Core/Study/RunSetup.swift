package import Components
package import Features
package import Filters

/// What every rank needs to make the same plan: the texts of study and cohort and where they are.
/// Rank 0 reads the files once and broadcasts this.
package struct RunSetup: Hashable, Sendable {
  package var studyName: String
  package var studyText: String
  package var cohortName: String
  package var cohortText: String
  /// Folder of the cohort file; relative image paths start here.
  package var cohortFolder: String
  package var result: String
  /// Connected components of each row's mask where the study makes them rows, else empty.
  package var componentCounts: [Int] = []
  /// The fitted habitats of the cohort (`HabitatModel.encoded`); empty before they are.
  package var habitats: [Double] = []

  package init(
    studyName: String, studyText: String, cohortName: String, cohortText: String,
    cohortFolder: String, result: String
  ) {
    self.studyName = studyName
    self.studyText = studyText
    self.cohortName = cohortName
    self.cohortText = cohortText
    self.cohortFolder = cohortFolder
    self.result = result
  }

  package func plan(
    families: [any FeatureFamily.Type], filters: [any ImageFilter.Type]
  ) throws(InvalidInput) -> StudyPlan {
    let study = try StudyFile.parse(
      studyText, name: studyName, families: families, filters: filters)
    let cohort = try Cohort.parse(
      cohortText, name: cohortName, folder: cohortFolder, study: study)
    return StudyPlan(
      study: study,
      cohort: study.lesions == nil || componentCounts.isEmpty
        ? cohort : cohort.split(intoComponents: componentCounts))
  }

  package var bytes: [UInt8] {
    var writer = ByteWriter()
    for text in [studyName, studyText, cohortName, cohortText, cohortFolder, result] {
      writer.write(text)
    }
    writer.write(componentCounts)
    writer.write(habitats)
    return writer.bytes
  }

  package init(bytes: [UInt8]) throws(MalformedBytes) {
    var reader = ByteReader(bytes)
    studyName = try reader.readText()
    studyText = try reader.readText()
    cohortName = try reader.readText()
    cohortText = try reader.readText()
    cohortFolder = try reader.readText()
    result = try reader.readText()
    componentCounts = try reader.readInts()
    habitats = try reader.readDoubles()
  }
}
