/// What a user may get wrong about arrays, as sentences.
enum InputChecks {
  static func finite(_ values: [Double], _ name: String) throws(StatisticsError) {
    if let row = values.firstIndex(where: { !$0.isFinite }) {
      throw StatisticsError(
        "\(name) must be finite numbers; row \(row + 1) is \(values[row])")
    }
  }

  static func count(_ count: Int, _ name: String, equals expected: Int)
    throws(StatisticsError)
  {
    if count != expected {
      throw StatisticsError("\(name): there are \(count) for \(expected) rows")
    }
  }

  static func level(_ level: Double) throws(StatisticsError) {
    if !(level > 0 && level < 1) {
      throw StatisticsError("a confidence level must be between 0 and 1; it is \(level)")
    }
  }
}
