package import Components
package import Learning

// What support vector machines need of training rows; see `TrainingChecked`.

extension SVCModel: TrainingChecked, ImportanceGiving {
  package var givesImportances: Bool { parameters.machine.kernel == .linear }

  package func problems(with facts: TrainingFacts) -> [Problem] {
    facts.hasWeights && parameters.classWeight == .balanced
      ? [Problem("classWeight", "balanced: the rows are weighted already; choose none")] : []
  }
}

extension EpsilonSVRModel: TrainingChecked, ImportanceGiving {
  package var givesImportances: Bool { parameters.machine.kernel == .linear }

  package func problems(with facts: TrainingFacts) -> [Problem] {
    facts.weightsProblem("give none")
  }
}

extension NuSVRModel: TrainingChecked, ImportanceGiving {
  package var givesImportances: Bool { parameters.machine.kernel == .linear }

  package func problems(with facts: TrainingFacts) -> [Problem] {
    facts.weightsProblem("give none")
  }
}
