/// A tree of named values, as it is stored in the result file.
package indirect enum ResultNode: Hashable, Sendable {
  case group([Entry])
  case text(String)
  case number(Double)
  case integer(Int)
  case texts([String])
  case numbers([Double])
  case integers([Int])
  /// Row-major, as wide as it says.
  case matrix([Double], columnCount: Int)
  /// An AnnData dataframe: an index and columns of equal length.
  case table(ResultTable)

  package struct Entry: Hashable, Sendable {
    package var name: String
    package var node: ResultNode

    package init(_ name: String, _ node: ResultNode) {
      self.name = name
      self.node = node
    }
  }
}

/// A table with a text index, stored as AnnData's dataframe encoding.
package struct ResultTable: Hashable, Sendable {
  package struct Column: Hashable, Sendable {
    package var name: String
    package var values: Values

    package init(_ name: String, _ values: Values) {
      self.name = name
      self.values = values
    }
  }

  package enum Values: Hashable, Sendable {
    case texts([String])
    /// NaN is a missing value.
    case numbers([Double])
    case integers([Int])
  }

  package var index: [String]
  package var columns: [Column]

  package init(index: [String], columns: [Column] = []) {
    self.index = index
    self.columns = columns
  }

  /// What is wrong with a table that was read: a column with another number of values than there are
  /// rows; nil where nothing is.
  package var fault: String? {
    columns.lazy.filter { $0.values.count != index.count }.first.map {
      "column \"\($0.name)\" has \($0.values.count) values, but there are \(index.count) rows"
    }
  }
}

extension ResultTable.Values {
  package var count: Int {
    switch self {
    case .texts(let texts): texts.count
    case .numbers(let numbers): numbers.count
    case .integers(let integers): integers.count
    }
  }
}

/// Everything in a result file but the numbers of `/X`.
package struct ResultDocument: Hashable, Sendable {
  /// `/obs`: one row per (patient, lesion, session), in cohort order.
  package var observations: ResultTable
  /// `/var`: one row per column of `/X`.
  package var variables: ResultTable
  /// Further groups at the top of the file, `uns` in AnnData's layout, in this order.
  package var groups: [ResultNode.Entry]

  package init(
    observations: ResultTable, variables: ResultTable, groups: [ResultNode.Entry]
  ) {
    self.observations = observations
    self.variables = variables
    self.groups = groups
  }

  package var rowCount: Int { observations.index.count }
  package var columnCount: Int { variables.index.count }
}

/// A failed call of the storage library or the file system below it.
package struct StorageError: Error, CustomStringConvertible {
  package var path: String
  package var message: String

  package init(path: String, message: String) {
    self.path = path
    self.message = message
  }

  package var description: String { "\(path): \(message)" }
}

/// Writes one result file; every rank calls it together.
package protocol ResultStore: AnyObject {
  /// Collective. Rank 0 writes `document`; every rank writes its own contiguous rows of `/X`;
  /// the file is made aside (`path` + ".partial") and renamed when it is complete.
  /// - Parameters:
  ///   - document: read on rank 0 only; the others may pass nil.
  ///   - rowCount, columnCount: of `/X`, the same on every rank.
  ///   - rows: fills rows `range` of `/X`, row-major `range.count * columnCount`.
  func write(
    _ document: ResultDocument?, rowCount: Int, columnCount: Int, to path: String,
    rows: (Range<Int>, UnsafeMutableBufferPointer<Double>) throws(StorageError) -> Void
  ) throws(StorageError)
}
