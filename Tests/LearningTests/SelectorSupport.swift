import Learning

/// The tables of scripts/oracles/learning_selectors.py.
enum SelectorTables {
  static func noise(_ seed: UInt64, _ n: Int) -> Double {
    var z = ((seed << 32) &+ UInt64(n) &+ 1) &* 0x9E37_79B9_7F4A_7C15
    z = (z ^ z >> 30) &* 0xBF58_476D_1CE4_E5B9
    z = (z ^ z >> 27) &* 0x94D0_49BB_1331_11EB
    z ^= z >> 31
    return Double(z >> 11) * 0x1p-53
  }

  static func classes(_ rows: Int) -> [UInt8] { (0..<rows).map { noise(3, $0) < 0.45 ? 1 : 0 } }

  static func columns(_ kind: String, _ rows: Int, _ count: Int) -> [[Double]] {
    let classes = self.classes(rows)
    return (0..<count).map { c in
      (0..<rows).map { r in
        let value = noise(1, r + 1000 * c)
        if kind == "related" { return value + 2 * noise(2, r + 1000 * (c / 3)) }
        let signal = value + Double(classes[r]) * 0.05 * Double(c)
        return kind == "tied" ? (6 * signal).rounded(.down) : signal
      }
    }
  }

  static func data(_ kind: String, _ rows: Int, _ count: Int) -> Dataset {
    makeDataset(columns(kind, rows, count), .binary(classes(rows)))
  }

  static func survival(entry: Bool) -> Dataset {
    let time = (0..<60).map { 1 + (20 * noise(4, $0)).rounded(.down) }
    let starts = (0..<60).map { 0.5 * (time[$0] * noise(6, $0)).rounded(.down) }
    return makeDataset(
      columns("tied", 60, 8),
      .survival(
        time: time, event: (0..<60).map { noise(5, $0) < 0.7 ? 1 : 0 },
        entry: entry ? starts : []))
  }

  static func measurements(_ rows: Int, _ raters: Int) -> [FeatureMatrix] {
    (0..<raters).map { m in
      FeatureMatrix(
        rowCount: rows,
        columns: [
          (0..<rows).map { noise(7, $0) * 3 + noise(8, $0 + 100 * m) + 0.3 * Double(m) }
        ])
    }
  }
}
