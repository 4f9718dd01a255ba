import Report
import Testing

@Suite struct NumberTextTests {
  @Test func fixedRoundsHalvesOfTheWrittenDecimalAwayFromZero() {
    let table: [(Double, Int, String)] = [
      (1.005, 2, "1.01"), (0.125, 2, "0.13"), (-0.125, 2, "−0.13"), (2.5, 0, "3"), (-2.5, 0, "−3"),
      (0.5, 0, "1"), (0.05, 1, "0.1"), (0.049, 1, "0.0"), (-0.004, 2, "0.00"), (0, 3, "0.000"),
      (-0.0, 1, "0.0"), (9.995, 2, "10.00"), (99.95, 1, "100.0"),
      (1e21, 1, "1,000,000,000,000,000,000,000.0"),
      (1.5e-7, 2, "0.00"), (1.5e-7, 8, "0.00000015"), (12345.678, 1, "12,345.7"),
      (.nan, 2, "n/a"), (.infinity, 2, "∞"), (-.infinity, 2, "−∞"),
    ]
    for (value, places, text) in table {
      #expect(NumberText.fixed(value, places: places) == text)
    }
  }

  @Test func significantDigits() {
    let table: [(Double, Int, String)] = [
      (0.012345, 3, "0.0123"), (1.2, 3, "1.20"), (1234, 3, "1,230"), (0.9996, 3, "1.00"),
      (1.2e9, 3, "1.20 × 10⁹"), (-3.456e-8, 2, "−3.5 × 10⁻⁸"), (0, 3, "0"), (0.00012, 2, "0.00012"),
    ]
    for (value, digits, text) in table {
      #expect(NumberText.significant(value, digits: digits) == text)
    }
  }

  @Test func pValues() {
    let table: [(Double, String)] = [
      (0, "< 0.001"), (0.000999, "< 0.001"), (0.001, "0.001"), (0.0044, "0.004"), (0.0099, "0.010"),
      (0.01, "0.01"), (0.04, "0.04"), (0.0449, "0.04"), (0.0476, "0.048"), (0.04996, "0.04996"),
      (0.0499999999, "0.050000"), (0.05, "0.05"), (0.734, "0.73"), (0.99, "0.99"),
      (0.991, "> 0.99"),
      (1, "> 0.99"), (.nan, "n/a"), (-0.1, "n/a"), (1.1, "n/a"),
    ]
    for (p, text) in table { #expect(NumberText.p(p) == text) }
    #expect(NumberText.pValue(0.0001) == "p < 0.001")
    #expect(NumberText.pValue(0.04) == "p = 0.04")
  }

  @Test func countsSharesAndIntervals() {
    #expect(NumberText.count(0) == "0")
    #expect(NumberText.count(999) == "999")
    #expect(NumberText.count(1_234_567) == "1,234,567")
    #expect(NumberText.count(-12_345) == "−12,345")
    #expect(NumberText.count(.min) == "−9,223,372,036,854,775,808")
    #expect(NumberText.percentage(0.1235) == "12.4%")
    #expect(NumberText.percentage(1, places: 0) == "100%")
    #expect(NumberText.share(12, of: 48) == "12 of 48 (25.0%)")
    #expect(NumberText.share(0, of: 0) == "0 of 0")
    #expect(NumberText.interval(0.76, 0.65, 0.87) == "0.76 (0.65 to 0.87)")
    #expect(NumberText.interval(0.76, .nan, .nan) == "0.76")
    #expect(NumberText.interval(.nan, .nan, .nan) == "n/a")
    #expect(NumberText.level(0.95) == "95%")
    #expect(NumberText.level(0.975) == "97.5%")
  }
}
