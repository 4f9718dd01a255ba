package import Learning
package import Numerics

extension Partitions {
  /// A random split of the patients in the ratio `training` : `test`, such as 3 : 2 or 70 : 30.
  ///
  /// The training part gets training / (training + test) of the patients, rounded to the nearest
  /// whole number, halves up, at least 1 and at most all but 1. Classes of outcome share them by
  /// largest remainders (of equal ones the first class, that is the positive). A class (not a bin) of
  /// two or more that would be missing in one part then gets one there; the class with the most in
  /// that part gives one up, if it has two, so that the total stays. Sites share the patients of
  /// their class by largest remainders. Which patients they are is drawn.
  /// - Throws: a part of the ratio below 1, fewer than two patients, or, stratified, fewer than two
  ///   patients of a class (binary) or with an event (survival).
  package static func split(
    training: Int, test: Int, of patients: Patients, stratification: Stratification = .outcome,
    using stream: inout RandomStream
  ) throws(LearningError) -> Partitions {
    if min(training, test) < 1 || max(training, test) > 1_000_000_000 {
      throw LearningError(
        "both parts of a split are whole numbers in 1...1000000000; they are \(training) and"
          + " \(test)")
    }
    if patients.count < 2 {
      throw LearningError("a split needs at least 2 patients; there is \(patients.count)")
    }
    let strata = try Strata(patients, stratification)
    try requireBothParts(patients, stratification)
    let members = strata.members
    let sites = strata.stratumCount / strata.classCount
    let classSizes = (0..<strata.classCount).map { k in
      members[k * sites..<(k + 1) * sites].reduce(0) { $0 + $1.count }
    }
    let wanted = (2 * patients.count * training + training + test) / (2 * (training + test))
    let total = min(max(wanted, 1), patients.count - 1)
    let byRemainder = shared(total, over: classSizes)
    let shares =
      patients.outcome.kind == .continuous ? byRemainder : inBothParts(byRemainder, of: classSizes)
    var isTest = [Bool](repeating: true, count: patients.count)
    for k in 0..<strata.classCount {
      let ofClass = Array(members[k * sites..<(k + 1) * sites])
      for (stratum, count) in zip(ofClass, shared(shares[k], over: ofClass.map(\.count))) {
        var drawn = stratum
        stream.shuffle(&drawn)
        for patient in drawn.prefix(count) { isTest[patient] = false }
      }
    }
    return Partitions(
      rowCount: patients.rowCount, all: [partition(of: patients, testPatients: isTest)])
  }

  private static func requireBothParts(_ patients: Patients, _ stratification: Stratification)
    throws(LearningError)
  {
    guard stratification.byOutcome, let hasEvent = patients.hasEvent else { return }
    let with = hasEvent.count { $0 }
    let without = hasEvent.count - with
    if patients.outcome.kind == .survival {
      if with < 2 {
        throw LearningError(
          "a split stratified by event needs at least 2 patients with an event; there are \(with)"
            + " of \(hasEvent.count)")
      }
    } else if min(with, without) < 2 {
      throw LearningError(
        "a split stratified by class needs at least 2 patients of each class; \(with) patients have"
          + " a positive row, \(without) have none")
    }
  }

  /// Training shares with at least one patient of each class of two or more in either part.
  private static func inBothParts(_ shares: [Int], of sizes: [Int]) -> [Int] {
    if sizes.count(where: { $0 > 0 }) < 2 { return shares }
    var result = shares
    for k in sizes.indices where sizes[k] > 1 && (shares[k] == 0 || shares[k] == sizes[k]) {
      let isMissingInTraining = shares[k] == 0
      // What each class has in the part that gives one up in exchange.
      let stock = sizes.indices.map { isMissingInTraining ? result[$0] : sizes[$0] - result[$0] }
      result[k] += isMissingInTraining ? 1 : -1
      var giver = 0
      for other in sizes.indices where stock[other] > stock[giver] { giver = other }
      if giver != k && stock[giver] > 1 { result[giver] -= isMissingInTraining ? 1 : -1 }
    }
    return result
  }

  /// `total` in proportion to `sizes` by largest remainders, ties to the first.
  private static func shared(_ total: Int, over sizes: [Int]) -> [Int] {
    let all = sizes.reduce(0, +)
    if all == 0 { return sizes }
    var shares = sizes.map { total * $0 / all }
    let remainders = sizes.map { total * $0 % all }
    let order = sizes.indices.sorted { (-remainders[$0], $0) < (-remainders[$1], $1) }
    for k in order.prefix(total - shares.reduce(0, +)) { shares[k] += 1 }
    return shares
  }
}
