internal import Catalog
internal import Components
internal import Glibc
internal import Imaging
internal import NIfTIAdapter
internal import Study

/// Reads a study file and its cohort table from disk.
/// - Parameter output: replaces the study's output; relative to the working directory.
/// - Throws: what is wrong with either file, all of it.
func loadSetup(study path: String, output: String?) throws(InvalidInput) -> RunSetup {
  guard let text = readText(path) else {
    throw InvalidInput(path, "the study file cannot be read: \(String(cString: strerror(errno)))")
  }
  let study = try StudyFile.parse(
    text, name: path, families: Catalog.families, filters: Catalog.filters)
  let folder = folderName(of: path)
  let cohortPath = resolve(study.cohort, in: folder)
  guard let cohortText = readText(cohortPath) else {
    throw InvalidInput(
      "\(path): cohort",
      "the cohort table \(cohortPath) cannot be read: \(String(cString: strerror(errno)))")
  }
  var setup = RunSetup(
    studyName: path, studyText: text, cohortName: cohortPath, cohortText: cohortText,
    cohortFolder: folderName(of: cohortPath), result: output ?? resolve(study.output, in: folder))
  if let lesions = study.lesions {
    setup.componentCounts = try componentCounts(of: setup, lesions)
  }
  return setup
}

/// Number of connected components of each row's mask; 1 where the mask cannot be read, so that the
/// row is there to say why.
private func componentCounts(
  of setup: RunSetup, _ lesions: LesionParameters
) throws(InvalidInput) -> [Int] {
  let cohort = try setup.plan(families: Catalog.families, filters: Catalog.filters).cohort
  return cohort.rows.map { row in
    guard let labels = try? ImageFile.readLabels(cohort.resolve(row.masks[0])),
      let tumour = labels.region(of: UInt32(row.labels[0]))
    else { return 1 }
    return tumour.lesions(
      spacing: labels.grid.spacing, connectivity: lesions.connectivity.neighbourCount,
      minimumVolume: lesions.minimumVolume
    ).count
  }
}

/// Everything before the last slash; "" for a bare name.
func folderName(of path: String) -> String {
  path.lastIndex(of: "/").map { $0 == path.startIndex ? "/" : String(path[..<$0]) } ?? ""
}

func resolve(_ path: String, in folder: String) -> String {
  path.hasPrefix("/") || folder.isEmpty ? path : folder + "/" + path
}

/// The way from a folder to a file, so that both can move together; the file's absolute path where
/// only the root holds both.
func relativePath(of path: String, from folder: String) -> String {
  func names(_ folder: String) -> [Substring]? {
    guard let real = realpath(folder.isEmpty ? "." : folder, nil) else { return nil }
    defer { free(real) }
    return String(cString: real).split(separator: "/")
  }
  guard let there = names(folderName(of: path)), let here = names(folder),
    let name = path.split(separator: "/").last
  else { return path }
  let shared = zip(there, here).prefix { $0 == $1 }.count
  let up = [Substring](repeating: "..", count: shared > 0 ? here.count - shared : 0)
  return (shared > 0 ? "" : "/")
    + (up + there.dropFirst(shared) + [name]).joined(separator: "/")
}

/// Prints all problems, numbered, and gives the exit status for invalid input.
func report(_ invalid: InvalidInput) -> ExitStatus {
  let count = invalid.problems.count
  printError(count == 1 ? "1 problem:" : "\(count) problems:")
  for (index, problem) in invalid.problems.enumerated() {
    printError("  \(index + 1). \(problem)")
  }
  return .invalid
}
