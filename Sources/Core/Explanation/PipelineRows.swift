package import Learning

/// Rows of the table as a pipeline takes them, without an outcome.
package struct PipelineRows: Hashable, Sendable {
  /// With the columns `FittedPipeline.inputs`.
  package var features: FeatureMatrix
  /// One per row, or empty.
  package var sites: [String]
  /// One per row: rows of one patient have one number.
  package var groups: [Int]

  /// - Parameter groups: nil: every row is a patient.
  package init(features: FeatureMatrix, sites: [String] = [], groups: [Int]? = nil) {
    precondition(sites.isEmpty || sites.count == features.rowCount)
    self.features = features
    self.sites = sites
    self.groups = groups ?? Array(0..<features.rowCount)
    precondition(self.groups.count == features.rowCount)
  }

  package init(_ data: Dataset) {
    self.init(features: data.features, sites: data.sites, groups: data.groups)
  }

  package var rowCount: Int { features.rowCount }

  /// The rows of each patient, ascending; patients in the order of their first rows.
  static func rowsOfPatients(_ groups: [Int]) -> [[Int]] {
    var places: [Int: Int] = [:]
    var rows: [[Int]] = []
    for (row, group) in groups.enumerated() {
      if let place = places[group] {
        rows[place].append(row)
      } else {
        places[group] = rows.count
        rows.append([row])
      }
    }
    return rows
  }
}

extension FeatureMatrix {
  /// Means over rows that belong together, in the order of the rows; missing values are left out, and
  /// a mean of none is missing.
  func means(over sets: [[Int]]) -> FeatureMatrix {
    if sets.allSatisfy({ $0.count == 1 }) { return rows(sets.map { $0[0] }) }
    var values: [Double] = []
    values.reserveCapacity(sets.count * columnCount)
    for column in 0..<columnCount {
      withColumn(column) { x in
        for rows in sets {
          let present = rows.map { x[$0] }.filter { !$0.isNaN }
          values.append(present.isEmpty ? .nan : present.reduce(0, +) / Double(present.count))
        }
      }
    }
    return FeatureMatrix(rowCount: sets.count, columnCount: columnCount, values: values)
  }

  /// The same table with other values in one column.
  func replacing(_ column: Int, with values: [Double]) -> FeatureMatrix {
    var all = self.values
    all.replaceSubrange(column * rowCount..<(column + 1) * rowCount, with: values)
    return FeatureMatrix(rowCount: rowCount, columnCount: columnCount, values: all)
  }
}
