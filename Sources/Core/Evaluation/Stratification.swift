internal import Learning

/// What is spread evenly over folds, splits or resamples.
package struct Stratification: Hashable, Sendable {
  /// Binary: whether a patient has a positive row; survival: whether an event; continuous: see
  /// `continuousBins`.
  package var byOutcome: Bool
  /// Bins of a patient's mean outcome with equally many patients, equal means in one bin; below 2:
  /// a continuous outcome is not stratified.
  package var continuousBins: Int
  /// Sites as well; patients must be of one site.
  package var bySite: Bool

  package init(byOutcome: Bool = true, continuousBins: Int = 0, bySite: Bool = false) {
    self.byOutcome = byOutcome
    self.continuousBins = continuousBins
    self.bySite = bySite
  }

  package static let none = Stratification(byOutcome: false)
  package static let outcome = Stratification()
}

/// The strata of patients: class of outcome, then site.
struct Strata {
  /// Binary and survival: 0 with event or positive row, 1 without; continuous: the bin.
  let classOfPatient: [Int]
  let classCount: Int
  /// `class * sites + site`.
  let stratumOfPatient: [Int]
  let stratumCount: Int

  init(_ patients: Patients, _ stratification: Stratification) throws(LearningError) {
    var classes = [Int](repeating: 0, count: patients.count)
    if stratification.byOutcome {
      if let hasEvent = patients.hasEvent {
        classes = hasEvent.map { $0 ? 0 : 1 }
      } else if stratification.continuousBins > 1 {
        classes = Self.bins(patients, stratification.continuousBins)
      }
    }
    let classCount = (classes.max() ?? 0) + 1
    classOfPatient = classes
    self.classCount = classCount
    guard stratification.bySite else {
      stratumOfPatient = classes
      stratumCount = classCount
      return
    }
    let sites = try patients.siteOfPatient()
    if sites.isEmpty { throw LearningError("there are no sites to stratify by") }
    let names = Set(sites).sorted()
    var place: [String: Int] = [:]
    for (k, name) in names.enumerated() { place[name] = k }
    stratumOfPatient = classes.indices.map {
      classes[$0] * names.count + place[sites[$0], default: 0]
    }
    stratumCount = classCount * names.count
  }

  /// The patients of each stratum, ascending.
  var members: [[Int]] {
    var members = [[Int]](repeating: [], count: stratumCount)
    for (patient, stratum) in stratumOfPatient.enumerated() { members[stratum].append(patient) }
    return members
  }

  private static func bins(_ patients: Patients, _ count: Int) -> [Int] {
    guard case .continuous(let values) = patients.outcome else { return [] }
    let means = patients.rows.map { rows in
      rows.reduce(0) { $0 + values[$1] } / Double(rows.count)
    }
    let order = means.indices.sorted { (means[$0], $0) < (means[$1], $1) }
    var bins = [Int](repeating: 0, count: means.count)
    var last = 0
    for (rank, patient) in order.enumerated() {
      let isTied = rank > 0 && means[order[rank - 1]] == means[patient]
      if !isTied { last = rank * count / order.count }
      bins[patient] = last
    }
    return bins
  }
}
