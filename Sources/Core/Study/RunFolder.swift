/// Where a run keeps its files: the result, and the work folder beside it.
package struct RunFolder: Hashable, Sendable {
  /// The result file.
  package let result: String

  package init(result: String) { self.result = result }

  /// `<result>.work`: journal, lock, progress and log; may be deleted when the result is complete.
  package var folder: String { result + ".work" }
  /// Label maps and feature maps, to look at; kept with the result.
  package var maps: String { result + ".maps" }
  package var journal: String { folder + "/journal" }
  package var lock: String { folder + "/lock" }
  package var progress: String { folder + "/progress.jsonl" }
  package var log: String { folder + "/run.log" }
  /// Study and cohort as the run read them, for child processes.
  package var setup: String { folder + "/setup.bin" }
}
