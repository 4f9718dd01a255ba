internal import ArgumentParser
internal import Foundation
internal import HDF5Adapter
internal import Study

struct StatusCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "status",
    abstract: "How far a run is, or where it died.",
    discussion: """
      Example:
        radcohort status results.h5

      Reads the work folder beside the result; works while the run goes on, from any host.
      """)

  @Argument(help: "Result file of the run, whether it exists yet or not.")
  var result: String

  func run() throws {
    let folder = RunFolder(result: result)
    let isComplete = FileStamp(result) != nil
    guard let text = readText(folder.progress) else {
      guard isComplete else {
        printError("\(result): there is no result and no run (\(folder.progress) does not exist)")
        throw ExitStatus.invalid
      }
      try describeResult()
      return
    }
    let progress = RunProgress(lines: text)
    print("units     \(progress.done) of \(progress.units) done")
    if !progress.failed.isEmpty { print("failed    \(progress.failed.count)") }
    print("starts    \(progress.starts)")
    if let holder = OutputLock.holder(path: folder.lock) {
      print("running   \(holder)")
      if let left = progress.secondsLeft { print("left      about \(duration(left))") }
    } else if isComplete, progress.ending == "complete" {
      print("complete  \(result)")
    } else {
      let ending = progress.ending ?? "died"
      print("state     \(ending) at \(progress.lastTime.map(isoTime) ?? "an unknown time")")
      print("resume    the same `radcohort run` command goes on from here")
    }
    for failure in progress.failed.suffix(20) { print("  failed: \(failure.reason)") }
    if isComplete { try describeResult() }
  }

  private func describeResult() throws {
    do throws(StorageError) {
      let file = try HDF5ResultFile(path: result)
      print("result    \(file.rowCount) rows x \(file.columnCount) columns")
    } catch {
      printError(error.description)
      throw ExitStatus.invalid
    }
  }

  private func isoTime(_ time: Double) -> String {
    Date(timeIntervalSince1970: time).ISO8601Format()
  }
}

/// What `progress.jsonl` says, over all starts.
private struct RunProgress {
  var units = 0
  var done = 0
  var starts = 0
  /// Unit and why it failed, for those that did not succeed later.
  var failed: [(unit: Int, reason: String)] = []
  var ending: String?
  var lastTime: Double?
  var secondsLeft: Double?

  init(lines: String) {
    var startTime = 0.0
    var doneNow = 0
    for line in lines.split(separator: "\n") {
      // A line that a crash cut off is left out.
      guard let event = try? JSONDecoder().decode(Event.self, from: Data(line.utf8)) else {
        continue
      }
      lastTime = event.time
      switch event.event {
      case "start":
        starts += 1
        units = event.units ?? 0
        done = 0
        startTime = event.time
        doneNow = 0
        ending = nil
      case "unit":
        done += 1
        doneNow += 1
        failed.removeAll { $0.unit == event.unit }
        if event.status == "failed" {
          failed.append((event.unit ?? -1, "\(event.name): \(event.message ?? "")"))
        }
      case "units":
        done += event.count ?? 0
        doneNow += event.count ?? 0
      case "stage": done = (event.done ?? 0) + doneNow
      case "end": ending = event.status
      default: break
      }
    }
    if doneNow > 0, let lastTime, lastTime > startTime {
      secondsLeft = (lastTime - startTime) / Double(doneNow) * Double(units - done)
    }
  }

  private struct Event: Decodable {
    var event: String
    var time: Double
    var units: Int?
    var unit: Int?
    var done: Int?
    var status: String?
    var count: Int?
    var patient: String?
    var image: String?
    var pipeline: String?
    var message: String?

    /// What a failed unit is called.
    var name: String {
      if let pipeline { return "pipeline \(pipeline)" }
      return (patient ?? "") + (image.map { " (\($0))" } ?? "")
    }
  }
}
