internal import Learning
internal import Numerics

/// The five parts of the training rows by which Platt's sigmoid is fitted: each part gets decision
/// values of a machine that was trained with the others.
///
/// libsvm's procedure, except that its shuffle (libc's rand, one state for the process) is replaced
/// by the stream of the fit, and that rows of one patient stay in one part. With libsvm's order of
/// rows the sigmoid is libsvm's bit for bit.
enum PlattFolds {
  static let count = 5

  /// Rows by group in order of first appearance, class 1 first as in libsvm, then shuffled.
  static func shuffledUnits(
    _ data: Dataset, _ classes: [UInt8], using stream: inout RandomStream
  ) -> [[Int]] {
    var units: [[Int]] = []
    var place: [Int: Int] = [:]
    for row in positivesFirst(classes) {
      let group = data.groups[row]
      if let unit = place[group] {
        units[unit].append(row)
      } else {
        place[group] = units.count
        units.append([row])
      }
    }
    stream.shuffle(&units)
    return units
  }

  static func positivesFirst(_ classes: [UInt8]) -> [Int] {
    classes.indices.filter { classes[$0] == 1 } + classes.indices.filter { classes[$0] != 1 }
  }

  /// Fits the sigmoid. Rows left out together with all others of a class get 1 or -1, the class
  /// that is left, as in libsvm.
  /// - Parameter units: rows that stay together; unit u of U is in the part f with
  ///   f * U / 5 <= u < (f + 1) * U / 5.
  static func sigmoid(
    _ machine: SVMMachine, _ rows: NodeRows, _ classes: [UInt8], units: [[Int]]
  ) throws(LearningError) -> PlattSigmoid {
    var values = [Double](repeating: 0, count: classes.count)
    for fold in 0..<count {
      let part = fold * units.count / count..<(fold + 1) * units.count / count
      let left = Array(units[part].joined())
      let others = Array((units[..<part.lowerBound] + units[part.upperBound...]).joined())
      if left.isEmpty { continue }
      let positives = others.reduce(0) { $0 + (classes[$1] == 1 ? 1 : 0) }
      if positives == 0 || positives == others.count {
        for row in left { values[row] = positives == 0 ? -1 : 1 }
        continue
      }
      let (solution, vectors) = try LibSVM.solve(
        machine, rows, others, targets: others.map { classes[$0] == 1 ? 1 : -1 })
      let decisions = LibSVM.decisionValues(
        solution, machine.function, rows, vectors: vectors, rows, places: left)
      for (row, value) in zip(left, decisions) { values[row] = value }
    }
    let order = positivesFirst(classes)
    return PlattSigmoid(
      fittedTo: order.map { values[$0] }, classes: order.map { classes[$0] })
  }
}
