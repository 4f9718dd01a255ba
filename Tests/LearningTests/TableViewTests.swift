import Components
import Learning
import Numerics
import Testing

/// A table of its own in memory that views can be of.
private final class Columns: ColumnStore {
  let rowCount: Int
  let all: FeatureMatrix
  private nonisolated(unsafe) let values: UnsafeMutableBufferPointer<Double>

  init(_ all: FeatureMatrix) {
    self.all = all
    rowCount = all.rowCount
    values = .allocate(capacity: all.rowCount * all.columnCount)
    _ = values.initialize(fromContentsOf: all.values)
  }

  deinit { values.deallocate() }

  func column(_ index: Int) -> UnsafePointer<Double> {
    UnsafePointer(values.baseAddress! + index * rowCount)
  }

  var view: FeatureMatrix {
    FeatureMatrix(
      TableView(self, rows: Array(0..<rowCount), columns: Array(0..<all.columnCount)))
  }
}

/// A view of a table must be what a copy of it is, bit for bit.
@Suite struct TableViewTests {
  private static let rows = 40

  /// Ties, a constant column and, where asked, missing values.
  private func table(missing: Bool) -> FeatureMatrix {
    var columns = SelectorTables.columns("signal", Self.rows, 30)
    columns[4] = [Double](repeating: 7, count: Self.rows)
    columns[9] = columns[8].map { 2 * $0 }
    if missing { for row in [2, 5, 31] { columns[6][row] = .nan } }
    return FeatureMatrix(rowCount: Self.rows, columns: columns)
  }

  private func bits(_ table: FeatureMatrix) -> [UInt64] { table.values.map(\.bitPattern) }

  private func dataset(_ features: FeatureMatrix) -> Dataset {
    Dataset(
      features: features, names: (0..<features.columnCount).map { "c\($0)" },
      outcome: .binary(SelectorTables.classes(Self.rows)))
  }

  @Test func rowsAndColumnsAreThoseOfACopy() {
    let store = Columns(table(missing: true))
    let (view, copy) = (store.view, store.all)
    #expect(view.isView && !copy.isView && !view.materialised.isView)
    #expect(bits(view) == bits(copy) && bits(view.materialised) == bits(copy))
    let (rows, columns) = ([3, 3, 0, 39, 17], [6, 2, 29])
    #expect(bits(view.rows(rows).columns(columns)) == bits(copy.rows(rows).columns(columns)))
    #expect(bits(view.columns(columns).rows(rows)) == bits(copy.columns(columns).rows(rows)))
    #expect(view.column(6).map(\.bitPattern) == copy.column(6).map(\.bitPattern))
    let sums = [view, copy].map { $0.withColumn(7) { $0.reduce(0, +) } }
    #expect(sums[0] == sums[1])
    #expect(view.columns([1]) == copy.columns([1]) && view.columns([1]) != copy.columns([2]))
    #expect(view.rows([]).values.isEmpty && view.columns([]).values.isEmpty)
  }

  @Test(arguments: ImputationMethod.allCases, ScalingMethod.allCases)
  func stepsDoTheSameToAView(method: ImputationMethod, scaling: ScalingMethod) throws {
    let store = Columns(table(missing: method != .refuse))
    var stream = RandomStream(seed: 1, domain: .fit, index: 0)
    var results: [[UInt64]] = []
    for features in [store.view, store.all] {
      var imputation = ImputationParameters()
      imputation.method = method
      var scale = ScalingParameters()
      (scale.method, scale.clip) = (scaling, true)
      var data = dataset(features)
      let imputed = try Imputation(imputation).fit(data, using: &stream)
      data.features = data.features.changed(by: imputed)
      data.names = imputed.names
      let varied = try VarianceFilter(VarianceFilterParameters()).fit(data, using: &stream)
      data.features = data.features.changed(by: varied)
      data.names = varied.names
      let scaled = try Scaling(scale).fit(data, using: &stream)
      data.features = data.features.changed(by: scaled)
      #expect(data.features.isView == features.isView)
      results.append(bits(data.features))
      results.append(bits(data.features.rows([5, 1]).columns([3, 20])))
      let applied = try scaled.apply(
        try varied.apply(try imputed.apply(features, sites: []), sites: []), sites: [])
      #expect(bits(applied) == bits(data.features))
    }
    #expect(results[0] == results[2] && results[1] == results[3])
  }

  /// New rows may hold what the training rows did not; the step says which column and row.
  @Test func aStepRefusesWhatItCannotChange() throws {
    var stream = RandomStream(seed: 1, domain: .fit, index: 0)
    let scaled = try Scaling(ScalingParameters()).fit(
      dataset(table(missing: false)), using: &stream)
    #expect {
      try scaled.apply(table(missing: true), sites: [])
    } throws: { error in
      "\(error)".contains("\"c6\" is missing in row 3")
    }
  }

  @Test(arguments: TTestVariant.allCases)
  func screeningLosesNoColumnThatIsChosen(variant: TTestVariant) throws {
    var stream = RandomStream(seed: 3, domain: .synthesis, index: 1)
    let classes = SelectorTables.classes(Self.rows)
    for trial in 0..<60 {
      var columns = (0..<200).map { _ in (0..<Self.rows).map { _ in stream.normal() } }
      columns[3] = [Double](repeating: 0.1, count: Self.rows)
      columns[5] = classes.map { Double($0) }
      columns[8] = columns[7].map { -3 * $0 + 1e6 }
      columns[9] = columns[7].map { $0 * 1e120 }
      columns[11] = columns[12].map { $0 > 0 ? 1 : 0 }
      columns[14][3] = 1e9
      var parameters = TTestParameters()
      parameters.variant = variant
      (parameters.rule.top, parameters.rule.p) = [(1, 1), (10, 1), (0, 0.05), (20, 0.2)][trial % 4]
      let selector = try TTestSelector(parameters)
      let data = dataset(FeatureMatrix(rowCount: Self.rows, columns: columns))
      let candidates = try #require(selector.candidates(in: data, sums: nil))
      #expect(candidates.count < 80)
      let parts = PartSums(
        data.features, classes, parts: (0..<4).map { Array(stride(from: $0, to: Self.rows, by: 4)) }
      )
      #expect(selector.candidates(in: data, sums: parts.whole) == candidates)
      let rows = PartSums.all(
        of: RowTable(data.features), [(classes, [Array(0..<9), Array(9..<Self.rows)])])[0]
      let wider = try #require(selector.candidates(in: data, sums: rows.whole))
      for method in [ScalingMethod.zscore, .robust, .minmax] {
        var scaling = ScalingParameters()
        scaling.method = method
        let step = try Scaling(scaling).fit(data, using: &stream)
        var scaled = data
        scaled.features = data.features.changed(by: step)
        let chosen = try selector.select(from: scaled, using: &stream)
        #expect(Set(chosen).isSubset(of: candidates) && Set(chosen).isSubset(of: wider))
        let again = try selector.select(from: scaled.columns(candidates), using: &stream)
        #expect(again.map { candidates[$0] } == chosen)
      }
    }
  }

  /// What a fold leaves is known from the other folds' sums, an outlier among the left-out rows and
  /// repeated rows included.
  @Test(arguments: TTestVariant.allCases)
  func sumsOfTheOtherPartsScreenAsTheRowsDo(variant: TTestVariant) throws {
    let store = Columns(table(missing: true))
    let classes = SelectorTables.classes(Self.rows)
    let pieces = [
      [0, 1, 2, 3, 30, 39], [4, 4, 5, 6, 7, 8, 20, 21], Array(9..<20), Array(22..<30),
    ]
    let sums = PartSums(store.view, classes, parts: pieces)
    var parameters = TTestParameters()
    (parameters.variant, parameters.rule.top) = (variant, 5)
    let selector = try TTestSelector(parameters)
    for left in pieces.indices {
      let rows = pieces.indices.filter { $0 != left }.flatMap { pieces[$0] }
      let data = dataset(store.view).rows(rows)
      let known = sums.leavingOut(left)
      #expect(known.columnCount == 30 && known.columns([4, 2]).columnCount == 2)
      let candidates = try #require(selector.candidates(in: data, sums: known))
      #expect(candidates == selector.candidates(in: data, sums: nil))
      let cuts = PartSums.all(
        of: RowTable(store.view), [(classes.map { 1 - $0 }, [pieces[1]]), (classes, pieces)])
      let single = cuts[1].leavingOut(left)
      let wider = try #require(selector.candidates(in: data, sums: single))
      #expect(Set(candidates).isSubset(of: wider) && wider.count <= candidates.count + 2)
      #expect(!wider.contains(4))
      #expect(candidates.contains(6), "a column with missing values cannot be ruled out")
      #expect(!candidates.contains(4), "a constant column is ruled out")
    }
  }

  @Test func screeningKeepsQuietWhereItCannotTell() throws {
    var parameters = TTestParameters()
    parameters.rule.top = 3
    let data = dataset(table(missing: true))
    #expect(try TTestSelector(parameters).candidates(in: data, sums: nil)?.contains(6) == true)
    for change: (inout TTestParameters) -> Void in [
      { $0.rule.adjust = .benjaminiHochberg }, { $0.rule.top = 29 },
      { ($0.rule.top, $0.rule.p) = (0, 1) },
    ] {
      var other = parameters
      change(&other)
      #expect(try TTestSelector(other).candidates(in: data, sums: nil) == nil)
    }
    var oneClass = data
    oneClass.outcome = .binary([UInt8](repeating: 1, count: Self.rows))
    #expect(try TTestSelector(parameters).candidates(in: oneClass, sums: nil) == nil)
  }
}
