internal import Report
internal import Statistics

extension ExtractionResult {
  /// Columns that are drawn in the correlation map and listed one by one, at most.
  package static let largestMap = 200
  /// Histograms of columns, at most, and of volumes and of intensities.
  private static let largestGrid = 40
  private static let largestParts = 12
  /// Columns in the table of correlations with volume.
  private static let strongestCount = 30

  /// Whether a column has two different values.
  private func varies(_ column: Int) -> Bool {
    var first = Double.nan
    for row in rows.indices {
      let value = values[row * columns.count + column]
      if !value.isFinite { continue }
      if first.isNaN { first = value } else if value != first { return true }
    }
    return false
  }

  // MARK: Volumes and intensities

  func regionSection() -> HTMLReport.Section {
    var table = ReportTable(
      caption: "Size of each region: median (quartiles) over the rows that have it.",
      columns: [
        .init("Image"), .init("Region"), .init("Rows", isNumeric: true),
        .init("Voxels in the mask", isNumeric: true), .init("Voxels used", isNumeric: true),
        .init("Volume, mL", isNumeric: true), .init("Mean intensity", isNumeric: true),
      ])
    var figures: [HTMLReport.Block] = []
    for (index, part) in parts.enumerated() {
      let volumes = volumeColumn(of: part).map { values(ofColumn: $0).map { $0 / 1000 } }
      let means = column(withCode: "Q4LE", in: part).map { values(ofColumn: $0) }
      table.append([
        part.image, part.region, ReportCell.count(part.voxelsUsed.count { $0.isFinite }),
        Self.quartiles(part.voxelsInMask), Self.quartiles(part.voxelsUsed),
        Self.quartiles(volumes),
        Self.quartiles(means),
      ])
      if index >= Self.largestParts || rows.count < 2 { continue }
      let name = self.name(of: part)
      let ending = name.isEmpty ? "" : ": " + name
      if let volumes {
        figures.append(
          .figure(
            .distribution(
              volumes, title: "Volume" + ending, axis: "Volume, mL", counted: "Rows")))
      }
      if let means {
        figures.append(
          .figure(
            .distribution(
              means, title: "Mean intensity" + ending, axis: "Mean intensity, unfiltered image",
              counted: "Rows")))
      }
    }
    var blocks: [HTMLReport.Block] = [.table(table)]
    if parts.count > Self.largestParts {
      blocks.append(
        .paragraph(
          "Figures are drawn for the first \(Self.largestParts) of \(parts.count) regions of images."
        ))
    }
    return .init("Volumes and intensities", blocks + figures)
  }

  private static func quartiles(_ values: [Double]?) -> ReportCell {
    let finite = (values ?? []).filter { $0.isFinite }
    if finite.isEmpty { return ReportCell(NumberText.undefined) }
    let box = BoxSummary(finite)
    return ReportCell(
      "\(NumberText.significant(box.median)) (\(NumberText.significant(box.lowerQuartile)) to "
        + "\(NumberText.significant(box.upperQuartile)))",
      [
        ("", box.median), ("lower quartile", box.lowerQuartile),
        ("upper quartile", box.upperQuartile),
      ])
  }

  // MARK: Correlation with volume

  func volumeSection() -> HTMLReport.Section {
    let title = "Correlation with volume"
    if rows.count < FeatureCorrelation.leastRows {
      return .init(
        title,
        [.paragraph("\(rows.count) rows are too few; \(FeatureCorrelation.leastRows) are needed.")])
    }
    var found: [VolumeFollower] = []
    var measured = 0
    for part in parts {
      guard let volume = volumeColumn(of: part) else { continue }
      measured += 1
      found += followers(ofVolume: volume, in: part)
    }
    if measured == 0 {
      return .init(
        title,
        [
          .paragraph(
            "No volume was computed (shape: MeshVolume or VoxelVolume), so nothing is compared with"
              + " it.")
        ])
    }
    var blocks: [HTMLReport.Block] = [
      .paragraph(
        "Spearman's correlation of each column with the volume of its own region, over the rows that"
          + " have both. A feature that follows the volume says little that the volume does not say."
      )
    ]
    if measured < parts.count {
      blocks.append(
        .paragraph(
          "\(parts.count - measured) of \(parts.count) regions of images have no volume and are left"
            + " out."))
    }
    blocks.append(.table(volumeCounts(found)))
    blocks.append(.table(strongest(found)))
    return .init(title, blocks)
  }

  private struct VolumeFollower {
    var column: Int
    var correlation: Correlation
  }

  /// The columns of a part that vary, the volumes themselves left out.
  private func followers(ofVolume volume: Int, in part: Part) -> [VolumeFollower] {
    let measures = [volume, column(withCode: "YEKZ", in: part)]
    let volumes = values(ofColumn: volume)
    let known = rows.indices.filter { volumes[$0].isFinite }
    let others = part.columns.filter { !measures.contains($0) }
    let table = try? VolumeCorrelation(
      others.map { column in
        (
          name: columns[column].name,
          values: known.map { row -> Double? in
            let value = values[row * columns.count + column]
            return value.isFinite ? value : nil
          }
        )
      }, volumes: known.map { volumes[$0] })
    return zip(others, table?.rows ?? []).compactMap { column, row in
      guard let correlation = row.correlation, row.rowCount >= FeatureCorrelation.leastRows else {
        return nil
      }
      return VolumeFollower(column: column, correlation: correlation)
    }
  }

  private func volumeCounts(_ found: [VolumeFollower]) -> ReportTable {
    let limits = [0.5, 0.7, 0.9]
    var table = ReportTable(
      caption: "Columns by the size of their correlation with volume.",
      columns: [
        .init("Family"), .init("Columns", isNumeric: true), .init("Median |ρ|", isNumeric: true),
      ] + limits.map { .init("|ρ| ≥ \(NumberText.fixed($0, places: 1))", isNumeric: true) })
    let families = distinct(columns.map(\.family))
    for family in families + (families.count > 1 ? ["All"] : []) {
      let sizes = found.filter { family == "All" || columns[$0.column].family == family }
        .map(\.correlation.coefficient.magnitude)
      if sizes.isEmpty { continue }
      table.append(
        [ReportCell(family), .count(sizes.count), .fixed(BoxSummary(sizes).median)]
          + limits.map { limit in
            ReportCell.share(sizes.count { $0 >= limit }, of: sizes.count, places: 0)
          })
    }
    return table
  }

  private func strongest(_ found: [VolumeFollower]) -> ReportTable {
    let sorted = found.sorted {
      ($1.correlation.coefficient.magnitude, $0.column)
        < ($0.correlation.coefficient.magnitude, $1.column)
    }.prefix(Self.strongestCount)
    var table = ReportTable(
      caption: "The \(sorted.count) strongest of \(NumberText.count(found.count)) correlations with"
        + " volume; 95% intervals by Fisher's z (Bonett and Wright 2000), as if rows were independent.",
      columns: [
        .init("Column"), .init("Family"), .init("Spearman's ρ", isNumeric: true),
        .init("Rows", isNumeric: true),
      ])
    for follower in sorted {
      let correlation = follower.correlation
      table.append([
        columns[follower.column].name, columns[follower.column].family,
        ReportCell.interval(correlation.coefficient, correlation.interval),
        ReportCell.count(correlation.rowCount),
      ])
    }
    return table
  }

  // MARK: Columns one by one

  /// The columns that are drawn and listed, and which these are, in words.
  package func shownColumns() -> (columns: [Int], sentence: String) {
    let all = columns.indices.filter { varies($0) }
    let whole = NumberText.count(all.count)
    if all.count <= Self.largestMap { return (all, "All \(whole) columns that vary are shown.") }
    let original = all.filter { columns[$0].imageType == "original" }
    if original.isEmpty {
      return (
        Self.spread(all, Self.largestMap),
        "\(Self.largestMap) of the \(whole) columns that vary are shown, at even steps."
      )
    }
    if original.count <= Self.largestMap {
      return (
        original,
        "Of \(whole) columns that vary, the \(NumberText.count(original.count)) of unfiltered images"
          + " are shown."
      )
    }
    let groups = parts.map { part in original.filter { part.columns.contains($0) } }
      .filter { !$0.isEmpty }
    let share = max(1, Self.largestMap / groups.count)
    let shown = groups.flatMap { Self.spread($0, share) }.prefix(Self.largestMap)
    return (
      Array(shown),
      "Of \(whole) columns that vary, \(NumberText.count(shown.count)) of unfiltered images are shown:"
        + " up to \(share) of each region of an image, at even steps."
    )
  }

  /// Up to `count` of some places, at even steps from the first.
  private static func spread(_ places: [Int], _ count: Int) -> [Int] {
    if places.count <= count { return places }
    return (0..<count).map { places[$0 * places.count / count] }
  }

  func featureSection() -> HTMLReport.Section {
    let title = "Features"
    let (shown, sentence) = shownColumns()
    guard rows.count >= FeatureCorrelation.leastRows, !shown.isEmpty else {
      return .init(
        title,
        [
          .paragraph(
            "Nothing is drawn: that needs \(FeatureCorrelation.leastRows) rows, and columns that vary."
          )
        ])
    }
    let taken = shown.map { values(ofColumn: $0) }
    let matrix = FeatureCorrelation.matrix(taken)
    let order = FeatureCorrelation.clusteredOrder(matrix, count: shown.count)
    let count = shown.count
    let map = Figure.correlation(
      names: order.map { columns[shown[$0]].name },
      matrix: order.flatMap { row in order.map { matrix[row * count + $0] } }, kind: "Spearman",
      count: rows.count,
      note: sentence + " Columns that go together stand together (average linkage of 1 − |ρ|). "
        + Self.redundancy(matrix, count: count))
    let small = Self.spread(Array(shown.indices), Self.largestGrid)
    let grid = Figure.smallHistograms(
      small.map { (name: columns[shown[$0]].name, values: taken[$0]) },
      note: small.count < count
        ? "\(small.count) of the \(NumberText.count(count)) columns of the table, at even steps."
        : "")
    return .init(
      title, [.figure(map), .figure(grid), .table(distributionTable(shown, taken, sentence))])
  }

  private static func redundancy(_ matrix: [Double], count: Int) -> String {
    var pairs = 0
    var strong = 0
    for row in 0..<count {
      for column in 0..<row where matrix[row * count + column].isFinite {
        pairs += 1
        if matrix[row * count + column].magnitude >= 0.9 { strong += 1 }
      }
    }
    return "|ρ| is at least 0.9 in \(NumberText.share(strong, of: pairs)) pairs."
  }

  private func distributionTable(
    _ shown: [Int], _ taken: [[Double]], _ sentence: String
  ) -> ReportTable {
    var table = ReportTable(
      caption: "Distributions. \(sentence) Far out: by more than three distances of the quartiles.",
      columns: [
        .init("Column"), .init("Rows", isNumeric: true), .init("Median", isNumeric: true),
        .init("Quartiles", isNumeric: true), .init("Range", isNumeric: true),
        .init("Far out", isNumeric: true),
      ])
    for (column, all) in zip(shown, taken) {
      let finite = all.filter { $0.isFinite }
      let box = BoxSummary(finite)
      let reach = 3 * (box.upperQuartile - box.lowerQuartile)
      let far = finite.count {
        $0 < box.lowerQuartile - reach || $0 > box.upperQuartile + reach
      }
      func range(_ lower: Double, _ upper: Double) -> ReportCell {
        ReportCell(
          "\(NumberText.significant(lower)) to \(NumberText.significant(upper))",
          [("lower", lower), ("upper", upper)])
      }
      table.append([
        columns[column].name, ReportCell.count(finite.count), ReportCell.significant(box.median),
        range(box.lowerQuartile, box.upperQuartile), range(finite.min() ?? 0, finite.max() ?? 0),
        ReportCell.count(far),
      ])
    }
    return table
  }
}
