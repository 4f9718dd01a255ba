internal import Report
internal import Statistics

extension HTMLReport.Block {
  /// A figure, or the reason why there is none.
  static func drawn(
    _ title: String, _ draw: () throws(StatisticsError) -> Figure
  ) -> HTMLReport.Block {
    do throws(StatisticsError) {
      return .figure(try draw())
    } catch {
      return .paragraph("\(title): not drawn, because \(error.message).")
    }
  }
}

/// A number with its limits, for a cell.
func cell(_ value: Double?, _ interval: Interval?, places: Int = 2) -> ReportCell {
  .interval(value, interval, places: places)
}
