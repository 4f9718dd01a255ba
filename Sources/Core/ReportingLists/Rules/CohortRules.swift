/// Patients, rows, outcomes and missing values.
extension StudyEvidence {
  /// "80 patients with 100 rows, 32 of class 1"; nil where the number of patients is not known.
  var cohort: String? {
    guard let patients else { return nil }
    var text = Wording.count(patients, "patient")
    if let rows { text += " with \(Wording.count(rows, "row"))" }
    if let events {
      let what = outcome == .survival ? Wording.count(events, "event") : "\(events) of class 1"
      text += ", \(what)"
    }
    return text
  }

  /// "20 test and 15 external rows"; nil where it is not known.
  var unseenRows: String? {
    guard let testRows, let externalRows else { return nil }
    return "\(testRows) test and \(externalRows) external rows"
  }
}

extension AnswerRule {
  static let counts = AnswerRule { evidence in
    evidence.cohort.map { .partly("\($0).") } ?? .author
  }

  /// Numbers of every analysis.
  static let countsOfAnalyses = AnswerRule { evidence in
    guard let cohort = evidence.cohort else { return .author }
    guard evidence.events != nil || evidence.outcome == .continuous,
      let unseen = evidence.unseenRows
    else { return .partly("\(cohort).") }
    return .yes("\(cohort); \(unseen) among them; sizes of every fold are in the result.")
  }

  static let flow = AnswerRule { evidence in
    guard let left = evidence.rowsLeftOut else { return .author }
    let cohort = evidence.cohort.map { "; \($0) remained" } ?? ""
    return .partly("\(Wording.count(left, "row")) of the table left out, with reasons\(cohort).")
  }

  static let sites = AnswerRule { evidence in
    guard let sites = evidence.sites else { return .author }
    return .partly("\(Wording.count(sites, "site")) in the table.")
  }

  /// A column of sites may hold scanners: several of them are the author's to confirm.
  static let severalSites = AnswerRule { evidence in
    guard let sites = evidence.sites else { return .author }
    return sites > 1
      ? .partly("\(sites) sites in the table, if each of them is an institution.")
      : .no("All rows are of one site.")
  }

  static let clinicalColumns = AnswerRule { evidence in
    .names(evidence.clinicalColumns, none: .yes("No predictors beside radiomic features.")) {
      .partly("Columns beside radiomic features: \($0).")
    }
  }

  static let outcome = AnswerRule { evidence in
    .text(evidence.outcomeDefinition, none: .no("No outcome is defined.")) {
      .partly("Outcome: \($0).")
    }
  }

  static let missingValues = AnswerRule { evidence in
    guard let missing = evidence.missingValues else { return .author }
    if missing == 0 { return .yes("No value is missing.") }
    let count = missing == 1 ? "1 value is missing" : "\(missing) values are missing"
    return .text(evidence.missingPolicy, none: .partly("\(count).")) { .yes("\(count): \($0).") }
  }

  static let imbalance = AnswerRule { evidence in
    if evidence.outcome == .continuous || evidence.outcome == .survival {
      return .notApplicable("The outcome has no classes.")
    }
    let share = evidence.cohort.map { " (\($0))" } ?? ""
    return .names(evidence.balancing, none: .yes("Classes were not balanced\(share).")) {
      .yes("Balanced within training rows only, by \($0)\(share).")
    }
  }
}
