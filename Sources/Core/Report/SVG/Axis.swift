internal import Glibc

/// From values of the data to parts of a length, with ticks at round numbers.
package struct Axis: Hashable, Sendable {
  package enum Scale: Hashable, Sendable {
    case linear
    /// Values are positive.
    case logarithmic
    /// Values are 0.5, 1.5, ...: the middle of each category.
    case categories
  }

  package struct Tick: Hashable, Sendable {
    package let value: Double
    package let label: String
  }

  package var title: String
  package let scale: Scale
  package let lower: Double
  package let upper: Double
  package let ticks: [Tick]

  /// The part of the axis at which a value lies: 0 at the lower end, 1 at the upper.
  package func position(_ value: Double) -> Double {
    scale == .logarithmic
      ? log(value / lower) / log(upper / lower) : (value - lower) / (upper - lower)
  }

  package func contains(_ value: Double) -> Bool { value >= lower && value <= upper }

  // MARK: Linear

  /// From the round number at or below the values to that at or above them.
  /// - Parameters:
  ///   - values: those that are not finite are passed over; without any the axis is 0 to 1.
  ///   - target: about how many steps.
  package static func linear(
    _ title: String, covering values: [Double], target: Int = 5
  ) -> Axis {
    let finite = values.filter { $0.isFinite }
    var (low, high) = (finite.min() ?? 0, finite.max() ?? 1)
    // Values that differ by rounding only have no span to show.
    if high - low <= 1e-9 * max(low.magnitude, high.magnitude) {
      let reach = low == 0 ? 1 : low.magnitude / 2
      (low, high) = (low - reach, high + reach)
    }
    let step = Step(span: high - low, target: target)
    let first = (low / step.size + 1e-9).rounded(.down)
    let last = (high / step.size - 1e-9).rounded(.up)
    return Axis(
      title: title, scale: .linear, lower: step.multiple(first), upper: step.multiple(last),
      ticks: step.ticks(first, last))
  }

  /// With exactly these ends.
  package static func linear(
    _ title: String, from lower: Double, to upper: Double, target: Int = 5
  ) -> Axis {
    precondition(lower.isFinite && upper.isFinite && lower < upper, "an axis needs two ends")
    let step = Step(span: upper - lower, target: target)
    return Axis(
      title: title, scale: .linear, lower: lower, upper: upper,
      ticks: step.ticks(
        (lower / step.size - 1e-9).rounded(.up), (upper / step.size + 1e-9).rounded(.down)))
  }

  /// 1, 2 or 5 times a power of ten.
  private struct Step {
    let mantissa: Double
    let power: Int
    var size: Double { power < 0 ? mantissa / tens : mantissa * tens }
    private var tens: Double { pow(10, Double(power.magnitude)) }

    init(span: Double, target: Int) {
      let ideal = span / Double(target)
      var power = Int(log10(ideal).rounded(.down))
      let leading = ideal / pow(10, Double(power))
      var mantissa = leading < 1.5 ? 1.0 : leading < 3.5 ? 2 : leading < 7.5 ? 5 : 10
      if mantissa == 10 { (mantissa, power) = (1, power + 1) }
      (self.mantissa, self.power) = (mantissa, power)
    }

    /// Divided rather than multiplied below 1, so that 3 steps of 0.1 are 0.3.
    func multiple(_ count: Double) -> Double {
      power < 0 ? count * mantissa / tens : count * mantissa * tens
    }

    func ticks(_ first: Double, _ last: Double) -> [Tick] {
      guard first <= last else { return [] }
      return (0...Int(last - first)).map { index in
        let value = multiple(first + Double(index))
        let isPlain = value.magnitude < 1e7 && power > -6
        return Tick(
          value: value,
          label: isPlain
            ? (power >= 0 ? NumberText.count(Int(value)) : NumberText.fixed(value, places: -power))
            : NumberText.significant(value, digits: 3))
      }
    }
  }

  // MARK: Logarithmic

  /// Covers the positive values with a little air; ticks at powers of ten, with 2 and 5 between them
  /// below three decades.
  package static func logarithmic(_ title: String, covering values: [Double]) -> Axis {
    let positive = values.filter { $0 > 0 && $0.isFinite }
    var (low, high) = (positive.min() ?? 0.1, positive.max() ?? 10)
    let air = high / low < 1 + 1e-9 ? 2 : pow(high / low, 0.04)
    (low, high) = (low / air, high * air)
    let powers = Int(log10(low).rounded(.down))...Int(log10(high).rounded(.up))
    let mantissas: [Double] = high / low < 1000 ? [1, 2, 5] : [1]
    var values: [Double] = []
    for power in powers {
      for mantissa in mantissas {
        values.append(
          power < 0 ? mantissa / pow(10, Double(-power)) : mantissa * pow(10, Double(power)))
      }
    }
    values = values.filter { $0 >= low && $0 <= high }
    let ticks =
      values.count > 2
      ? values.map { Tick(value: $0, label: label($0)) }
      : linear("", from: low, to: high, target: 4).ticks
    return Axis(title: title, scale: .logarithmic, lower: low, upper: high, ticks: ticks)
  }

  private static func label(_ value: Double) -> String {
    if value >= 1 && value < 1e6 { return NumberText.count(Int(value.rounded())) }
    if value < 1 && value >= 1e-4 {
      return NumberText.fixed(value, places: Int(-log10(value).rounded(.down)))
    }
    return NumberText.significant(value, digits: 1)
  }

  // MARK: Categories

  /// One unit of length each, in the given order.
  package static func categories(_ title: String, _ names: [String]) -> Axis {
    Axis(
      title: title, scale: .categories, lower: 0, upper: Double(max(1, names.count)),
      ticks: names.enumerated().map { Tick(value: Double($0) + 0.5, label: $1) })
  }
}
