package import Components
package import Learning

extension XGBoostModel: TrainingChecked, ImportanceGiving, MissingTolerant {
  package func problems(with facts: TrainingFacts) -> [Problem] {
    var problems: [Problem] = []
    let kind = facts.kind.rawValue
    if facts.kind != .binary {
      if parameters.balanced {
        problems.append(Problem("balanced", "true needs a binary outcome, this one is \(kind)"))
      }
      if parameters.scalePosWeight != 1 {
        problems.append(
          Problem(
            "scalePosWeight",
            "\(parameters.scalePosWeight) needs a binary outcome, this one is"
              + " \(kind)"))
      }
    }
    if facts.hasEntryTimes {
      problems.append(
        Problem("", "it cannot use entry times (left truncation); cox and its penalised forms can"))
    }
    let rarest =
      switch (facts.kind, facts.patientsByClass) {
      case (.binary, let classes?): min(classes.with, classes.without)
      case (.survival, let classes?): classes.with
      default: facts.patientCount
      }
    if parameters.earlyStopping > 0, rarest < 2, !facts.variesWithinPatients {
      problems.append(
        Problem(
          "earlyStopping",
          "\(parameters.earlyStopping): both parts need patients of every class or"
            + " with an event, and a training part has \(rarest) of the rarer kind"))
    }
    return problems
  }
}
