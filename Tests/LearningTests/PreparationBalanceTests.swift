import Components
import Learning
import Numerics
import Testing

@Suite struct PreparationBalanceTests {
  private let classes: [UInt8] = (0..<30).map { $0 % 4 == 0 ? 1 : 0 }

  private func data(groups: [Int]? = nil) -> Dataset {
    makeDataset(preparationTable(0..<30, 3), .binary(classes), groups: groups)
  }

  private func weighted(_ data: Dataset) throws -> Dataset {
    var stream = newStream()
    return try make(ClassWeights.self).balanced(data, using: &stream)
  }

  @Test func weightsGiveClassesEqualTotals() throws {
    let balanced = try weighted(data())
    // scikit-learn's "balanced": n / (2 n_class), 8 positive rows of 30.
    #expect(balanced.weights[0] == 30.0 / 16 && balanced.weights[1] == 30.0 / 44)
    let again = try weighted(balanced)
    #expect(deviation(again.weights, balanced.weights) < 1e-15)
    let oneClass = makeDataset([[1, 2]], .binary([1, 1]))
    #expect(refusal { _ = try weighted(oneClass) }.contains("0 negative rows"))
  }

  @Test func oversamplingRepeatsTheSmallerClass() throws {
    var stream = newStream()
    let source = data()
    let balanced = try make(RandomOversampling.self).balanced(source, using: &stream)
    #expect(balanced.rowCount == 44)
    #expect(balanced.rows(Array(0..<30)) == source)
    for row in 30..<44 {
      let origin = balanced.groups[row]
      #expect(classes[origin] == 1 && balanced.rows([row]) == source.rows([origin]))
    }
  }

  /// Every synthetic row lies on the segment from its origin to one of the 5 nearest other rows of
  /// the class, by distances on standardised columns; in plain Swift from the definition.
  @Test func smoteStaysOnSegments() throws {
    var stream = newStream()
    let source = data()
    let balanced = try make(SMOTE.self).balanced(source, using: &stream)
    #expect(balanced.rowCount == 44 && balanced.rows(Array(0..<30)) == source)
    let minority = classes.indices.filter { classes[$0] == 1 }
    let columns = (0..<3).map { Array(source.features.column($0)) }
    let widths = columns.map { column -> Double in
      let mean = column.reduce(0, +) / 30
      return (column.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / 30).squareRoot()
    }
    func distance(_ a: Int, _ b: Int) -> Double {
      (0..<3).reduce(0) {
        let d = (columns[$1][a] - columns[$1][b]) / widths[$1]
        return $0 + d * d
      }
    }
    var uses = [Int](repeating: 0, count: 30)
    for row in 30..<44 {
      let origin = balanced.groups[row]
      uses[origin] += 1
      let near = minority.filter { $0 != origin }
        .sorted { distance($0, origin) < distance($1, origin) }.prefix(5)
      let point = (0..<3).map { balanced.features.values[$0 * 44 + row] }
      let isOnSegment = near.contains { end in
        let gap = (point[0] - columns[0][origin]) / (columns[0][end] - columns[0][origin])
        return gap >= 0 && gap < 1
          && (0..<3).allSatisfy { c in
            abs(columns[c][origin] + gap * (columns[c][end] - columns[c][origin]) - point[c])
              < 1e-12
          }
      }
      #expect(isOnSegment)
    }
    #expect(minority.allSatisfy { (1...2).contains(uses[$0]) })
    var again = newStream()
    #expect(try make(SMOTE.self).balanced(source, using: &again) == balanced)
  }

  @Test func methodsAreComponents() throws {
    let methods: [any Balancing] = [
      try make(ClassWeights.self), try make(RandomOversampling.self), try make(SMOTE.self),
    ]
    #expect(methods.map { type(of: $0).id.name } == ["class-weights", "oversample", "smote"])
    let oneClass = makeDataset([[1, 2]], .binary([1, 1]))
    for method in methods {
      var stream = newStream()
      let balanced = try method.balanced(data(), using: &stream)
      #expect(balanced.names == data().names && balanced.rowCount >= 30)
      let message = refusal { _ = try method.balanced(oneClass, using: &stream) }
      #expect(message.contains("0 negative rows") && message.contains(type(of: method).id.name))
    }
    #expect(refusal { _ = try make(SMOTE.self) { $0.neighbours = 0 } }.contains("neighbours: 0"))
  }

  @Test func smoteNeverJoinsRowsOfOnePatient() throws {
    // Patients have two positive rows each, close together: without the rule they are neighbours.
    let positives = (0..<12).map { Double($0 / 2 * 100 + $0 % 2) }
    let negatives = (0..<40).map { Double($0) * 7 }
    let source = makeDataset(
      [positives + negatives],
      .binary([UInt8](repeating: 1, count: 12) + [UInt8](repeating: 0, count: 40)),
      groups: (0..<12).map { $0 / 2 } + (100..<140))
    var parameters = SMOTEParameters()
    parameters.neighbours = 2
    var stream = newStream()
    let balanced = try SMOTE(parameters).balanced(source, using: &stream)
    for row in 52..<balanced.rowCount {
      let value = balanced.features.values[row]
      let group = Double(balanced.groups[row])
      #expect(value <= group * 100 || value >= group * 100 + 1)
    }
  }

  @Test func smoteIgnoresCopies() throws {
    // A bootstrap sample: patient 0 three times. Copies are no neighbours: 5 patients are too few.
    let rows = [0, 0, 0, 4, 8, 12, 16] + (0..<30).filter { classes[$0] == 0 }
    let sample = data().rows(rows)
    var stream = newStream()
    #expect(
      refusal { _ = try make(SMOTE.self).balanced(sample, using: &stream) }
        .contains("5 neighbours of other patients"))
    var parameters = SMOTEParameters()
    parameters.neighbours = 4
    let balanced = try SMOTE(parameters).balanced(sample, using: &stream)
    #expect(balanced.rowCount == 44)
  }
}
