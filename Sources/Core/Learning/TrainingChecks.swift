package import Components

// What the components of this module need of training rows; see `TrainingChecked`.

// MARK: Preparations and balancing

extension ComBat: TrainingChecked {
  package func problems(with facts: TrainingFacts) -> [Problem] {
    if facts.siteRows.isEmpty {
      return [Problem("", "it needs columns.site, the column with the site of each row")]
    }
    let sites = facts.siteRows.keys.sorted()
    var problems: [Problem] = []
    if sites.count < 2 {
      problems.append(
        Problem("", "all training rows are of site \"\(sites[0])\"; two sites or more are needed"))
    }
    if !parameters.reference.isEmpty, facts.siteRows[parameters.reference] == nil {
      problems.append(
        Problem(
          "reference",
          "\"\(parameters.reference)\" is no site of the training rows"
            + " (\(sites.joined(separator: ", ")))"))
    }
    for name in parameters.covariates where !facts.columns.contains(name) {
      problems.append(Problem("covariates", "\"\(name)\" is not among the feature columns"))
    }
    if !parameters.meanOnly, let alone = sites.first(where: { facts.siteRows[$0] == 1 }) {
      problems.append(
        Problem(
          "meanOnly",
          "false: site \"\(alone)\" has one training row, so it has no variance; merge"
            + " sites or set meanOnly: true"))
    }
    if parameters.unseen == .refuse, let site = facts.unseenSite {
      problems.append(
        Problem(
          "unseen",
          "refuse: rows of site \"\(site)\" are scored by fits that have no row of it;"
            + " unseen: unadjusted leaves such rows as they are"))
    }
    return problems
  }
}

private func needsClasses(_ facts: TrainingFacts) -> [Problem] {
  facts.kind == .binary
    ? [] : [Problem("", "it balances classes, and the outcome is \(facts.kind.rawValue)")]
}

extension ClassWeights: TrainingChecked {
  package func problems(with facts: TrainingFacts) -> [Problem] { needsClasses(facts) }
}

extension RandomOversampling: TrainingChecked {
  package func problems(with facts: TrainingFacts) -> [Problem] { needsClasses(facts) }
}

extension SMOTE: TrainingChecked {
  package func problems(with facts: TrainingFacts) -> [Problem] {
    guard let patients = facts.patientsByClass, facts.kind == .binary else {
      return needsClasses(facts)
    }
    // Where classes are equal nothing is made; a patient can have rows of both.
    let fewest = min(patients.with, patients.without)
    if patients.with == patients.without || parameters.neighbours < fewest
      || facts.variesWithinPatients
    {
      return []
    }
    return [
      Problem(
        "neighbours",
        "\(parameters.neighbours): the smaller class has \(fewest) patients in the"
          + " smallest training part; at most \(max(0, fewest - 1)) neighbours")
    ]
  }
}

// MARK: Selectors

extension UnivariableStrength {
  fileprivate func problems(with facts: TrainingFacts) -> [Problem] {
    let isPossible =
      switch self {
      case .automatic, .variance: true
      case .t, .auc: facts.kind == .binary
      case .correlation, .spearman: facts.kind != .survival
      case .cox: facts.kind == .survival
      }
    let kind = facts.kind.rawValue
    return isPossible ? [] : [Problem("strength", "\(rawValue) is nothing for a \(kind) outcome")]
  }
}

extension TopKSelector: TrainingChecked {
  package func problems(with facts: TrainingFacts) -> [Problem] {
    parameters.strength.problems(with: facts)
  }
}

extension CorrelationSelector: TrainingChecked {
  package func problems(with facts: TrainingFacts) -> [Problem] {
    parameters.rule == .strength ? parameters.strength.problems(with: facts) : []
  }
}

extension LassoSelector: TrainingChecked {
  package func problems(with facts: TrainingFacts) -> [Problem] {
    parameters.problems(with: facts)
  }
}

extension RecursiveElimination: TrainingChecked {
  package func problems(with facts: TrainingFacts) -> [Problem] {
    var problems = facts.problems(within: model, at: "model.\(Wrapped.id)")
    if !Wrapped.outcomes.contains(facts.kind) {
      problems.append(
        Problem("model", "\(Wrapped.id) does not take a \(facts.kind.rawValue) outcome"))
    }
    if (model as? any ImportanceGiving)?.givesImportances != true {
      problems.append(
        Problem(
          "model",
          "\(model.settingsText) says of no column how much it matters; models that do are"
            + " logistic, linear, cox, rad-score, lda, forest, xgboost, support vector machines"
            + " with a linear kernel, glmm, cluster-logistic and gee"))
    }
    return problems
  }
}

extension StabilitySelection: TrainingChecked {
  package func problems(with facts: TrainingFacts) -> [Problem] {
    var own = facts
    func part(_ patients: Int) -> Int { Int(parameters.share * Double(patients)) }
    if let classes = facts.patientsByClass, parameters.stratified {
      own.patientsByClass = (part(classes.with), part(classes.without))
      own.patientCount = part(classes.with) + part(classes.without)
    } else {
      own.patientsByClass = nil
      own.patientCount = part(facts.patientCount)
    }
    var problems = own.problems(within: inner, at: "selector.\(Inner.id)")
    if !Inner.outcomes.contains(facts.kind) {
      problems.append(
        Problem("selector", "\(Inner.id) does not take a \(facts.kind.rawValue) outcome"))
    }
    if own.patientCount == 0 {
      problems.append(
        Problem(
          "share",
          "\(parameters.share) of the \(facts.patientCount) patients of the smallest"
            + " training part leaves none"))
    }
    return problems
  }
}

// MARK: Elastic nets

extension ElasticNetChoice {
  fileprivate func problems(with facts: TrainingFacts) -> [Problem] {
    if choice == .fixed { return [] }
    var problems: [Problem] = []
    if measure == .auc, facts.kind != .binary {
      problems.append(Problem("measure", "auc needs a binary outcome; choose deviance"))
    }
    // Folds without an event or a class measure nothing.
    var (most, what) = (facts.patientCount, "patients")
    if let classes = facts.patientsByClass, !facts.variesWithinPatients {
      if facts.kind == .survival {
        (most, what) = (min(most, classes.with), "patients with an event")
      }
      if facts.kind == .binary, measure == .auc {
        (most, what) = (min(most, classes.with, classes.without), "patients of the rarer class")
      }
    }
    if folds > most {
      problems.append(
        Problem(
          "folds",
          "\(folds): the smallest training part has \(most) \(what); at most that many"
            + " folds, or choice: fixed"))
    }
    return problems
  }
}

private func netProblems(
  _ penalty: RegressionPenalty, _ net: ElasticNetChoice, _ facts: TrainingFacts
) -> [Problem] {
  penalty == .none ? [] : net.problems(with: facts)
}

extension LogisticModel: TrainingChecked, ImportanceGiving {
  package func problems(with facts: TrainingFacts) -> [Problem] {
    netProblems(parameters.penalty, parameters.net, facts)
  }
}

extension LinearModel: TrainingChecked, ImportanceGiving {
  package func problems(with facts: TrainingFacts) -> [Problem] {
    netProblems(parameters.penalty, parameters.net, facts)
  }
}

extension CoxModel: TrainingChecked, ImportanceGiving {
  package func problems(with facts: TrainingFacts) -> [Problem] {
    netProblems(parameters.penalty, parameters.net, facts)
  }
}

extension RadScore: TrainingChecked, ImportanceGiving {
  package func problems(with facts: TrainingFacts) -> [Problem] {
    parameters.coefficients.isEmpty
      ? netProblems(parameters.penalty, parameters.net, facts) : []
  }
}

// MARK: Other models

extension ForestModel: TrainingChecked, ImportanceGiving {
  package func problems(with facts: TrainingFacts) -> [Problem] {
    parameters.classWeights == .none || facts.kind == .binary
      ? []
      : [
        Problem(
          "classWeights", "\(parameters.classWeights.rawValue) needs a binary outcome; choose none")
      ]
  }
}

extension NearestNeighboursModel: TrainingChecked {
  package func problems(with facts: TrainingFacts) -> [Problem] {
    var problems = facts.weightsProblem("balance classes by oversample or smote instead")
    if parameters.neighbours > facts.rowCount {
      problems.append(
        Problem(
          "neighbours",
          "\(parameters.neighbours): the smallest training part has"
            + " \(facts.rowCount) rows; at most that many"))
    }
    return problems
  }
}

extension DiscriminantModel: TrainingChecked, ImportanceGiving {
  package func problems(with facts: TrainingFacts) -> [Problem] {
    facts.weightsProblem("balance classes by oversample or smote instead")
  }
}

extension MultilayerPerceptron: TrainingChecked {
  package func problems(with facts: TrainingFacts) -> [Problem] {
    guard parameters.earlyStopping, let classes = facts.patientsByClass, facts.kind == .binary,
      !facts.variesWithinPatients, min(classes.with, classes.without) < 1
    else { return [] }
    return [Problem("earlyStopping", "true: a training part has patients of one class only")]
  }
}

extension MixedLogisticModel: TrainingChecked, ImportanceGiving {
  package func problems(with facts: TrainingFacts) -> [Problem] {
    facts.hasRowsOfOnePatient
      ? []
      : [
        Problem(
          "",
          "every patient has one row, so there is no variance between patients to estimate;"
            + " logistic is the model for such rows")
      ]
  }

  package func notes(with facts: TrainingFacts) -> [String] {
    facts.variesWithinPatients
      ? []
      : [
        "the outcome is the same in all rows of a patient: the variance of the intercepts is not"
          + " identified; cluster-logistic, and gee with independence, answer the question"
      ]
  }
}

extension ClusterLogisticModel: ImportanceGiving {}

extension GEELogisticModel: TrainingChecked, ImportanceGiving {
  package func problems(with facts: TrainingFacts) -> [Problem] {
    facts.weightsProblem("cluster-logistic does")
  }

  package func notes(with facts: TrainingFacts) -> [String] {
    facts.hasRowsOfOnePatient
      ? [] : ["every patient has one row: the working correlation is that of independence"]
  }
}

extension Stacking: TrainingChecked {
  package func problems(with facts: TrainingFacts) -> [Problem] {
    var problems: [Problem] = []
    func check(_ model: any Model, at place: String) {
      problems += facts.problems(within: model, at: "\(place).\(type(of: model).id)")
      if !type(of: model).outcomes.contains(facts.kind) {
        let (id, kind) = (type(of: model).id, facts.kind.rawValue)
        problems.append(Problem(place, "\(id) does not take a \(kind) outcome"))
      }
    }
    for member in members {
      check(member.model, at: "members.\(member.name).model")
    }
    if let final { check(final, at: "final") }
    let names = members.map(\.name)
    if case .named(let columns)? = further, let both = columns.first(where: names.contains) {
      problems.append(Problem("further.columns", "\"\(both)\" is the name of a member too"))
    }
    if parameters.folds > facts.patientCount {
      problems.append(
        Problem(
          "folds",
          "\(parameters.folds): the smallest training part has \(facts.patientCount)"
            + " patients; at most that many folds"))
    }
    return problems
  }

  package func notes(with facts: TrainingFacts) -> [String] {
    (members.map(\.model) + (final.map { [$0] } ?? [])).flatMap { facts.notes(of: $0) }
  }
}
