/// Which test a row of a cohort table has, and its p-value.
struct CohortTest {
  let method: CohortTable.Method?
  let p: Double?
  let note: String?

  private init(_ method: CohortTable.Method?, _ p: Double?, _ note: String? = nil) {
    (self.method, self.p, self.note) = (method, p, note)
  }

  /// - Parameter groups: those with a known value.
  static func numbers(_ groups: [[Double]], _ style: CohortTable.NumberStyle) -> CohortTest {
    if groups.count < 2 { return CohortTest(nil, nil, "fewer than two groups have a value") }
    let isPair = groups.count == 2
    do throws(StatisticsError) {
      switch (style, isPair) {
      case (.mean, true):
        return CohortTest(.welch, try TTest(welch: groups[0], groups[1]).p)
      case (.mean, false): return CohortTest(.welchAnalysis, try WelchAnalysis(groups).p)
      case (_, true):
        return CohortTest(.mannWhitney, try MannWhitneyTest(groups[0], groups[1]).p)
      case (_, false): return CohortTest(.kruskalWallis, try KruskalWallisTest(groups).test.p)
      }
    } catch {
      return CohortTest(nil, nil, error.message)
    }
  }

  /// - Parameter table: counts of the levels, group by group.
  static func counts(_ table: [[Int]]) -> CohortTest {
    let groups = table.filter { $0.reduce(0, +) > 0 }
    if groups.count < 2 { return CohortTest(nil, nil, "fewer than two groups have a value") }
    let levels = groups[0].indices.filter { level in groups.contains { $0[level] > 0 } }
    if levels.count < 2 { return CohortTest(nil, nil, "only one level occurs") }
    let counts = groups.map { group in levels.map { group[$0] } }
    do throws(StatisticsError) {
      let independence = try IndependenceTest(counts, continuity: false)
      let expected = Array(independence.expected.joined())
      let small = expected.count { $0 < 5 }
      if expected.allSatisfy({ $0 >= 1 }) && small * 5 <= expected.count {
        return CohortTest(.chiSquared, independence.test.p)
      }
      do throws(StatisticsError) {
        return CohortTest(.fisher, try FisherTableTest(counts, effort: 5_000_000).p)
      } catch {
        return CohortTest(
          .chiSquared, independence.test.p,
          "the table is too large for Fisher's exact test; expected counts are small")
      }
    } catch {
      return CohortTest(nil, nil, error.message)
    }
  }
}
