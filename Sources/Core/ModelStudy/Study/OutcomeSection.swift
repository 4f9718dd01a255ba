internal import Components
internal import Study

extension ModelStudyFile {
  private static let outcomeKeys = [
    "binary", "continuous", "time", "event", "entry", "landmark", "positive",
  ]

  /// `outcome:`: `{binary: expression}`, `{continuous: expression}`, `{time, event}` with `entry`
  /// for survival, or with `landmark` (and `positive: event | benefit`) for a class at that time.
  static func decodeOutcome(_ section: inout SectionReader) -> OutcomeDefinition? {
    guard case .map(let map)? = section.map["outcome"] else {
      section.note(
        "outcome",
        "an outcome is needed: {binary: \"response == 1\"}, {continuous: age} or {time: days,"
          + " event: death}")
      return nil
    }
    var reader = SectionReader(map, at: "outcome", valid: outcomeKeys)
    defer { section.problems += reader.problems }
    let given = ["binary", "continuous", "time"].filter { map[$0] != nil }
    if given.count != 1 {
      reader.problems.append(
        Problem("outcome", "exactly one of binary, continuous and time is needed"))
      return nil
    }
    func unused(_ keys: [String]) {
      for key in keys where map[key] != nil {
        reader.note(key, "this does not belong to an outcome with \(given[0])")
      }
    }
    switch given[0] {
    case "binary":
      unused(["event", "entry", "landmark", "positive"])
      return expression("binary", &reader).map { .binary($0) }
    case "continuous":
      unused(["event", "entry", "landmark", "positive"])
      return expression("continuous", &reader).map { .continuous($0) }
    default:
      guard let time = expression("time", &reader), let event = expression("event", &reader)
      else { return nil }
      guard let landmark = map["landmark"] else {
        unused(["positive"])
        return .survival(
          time: time, event: event,
          entry: map["entry"] == nil ? nil : expression("entry", &reader))
      }
      unused(["entry"])
      guard let at = landmark.asNumber, at > 0 else {
        reader.note("landmark", "expected a number > 0, found \(landmark.kindDescription)")
        return nil
      }
      var positive = LandmarkPositive.event
      reader.choice("positive", into: &positive)
      return .landmark(time: time, event: event, at: at, positive: positive)
    }
  }

  private static func expression(
    _ key: String, _ reader: inout SectionReader
  ) -> OutcomeExpression? {
    guard let text = reader.text(key, required: true) else { return nil }
    do throws(InvalidInput) {
      return try OutcomeExpression(text, at: "outcome.\(key)")
    } catch {
      reader.problems += error.problems
      return nil
    }
  }
}
