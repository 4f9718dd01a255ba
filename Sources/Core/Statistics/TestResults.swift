/// Two limits that hold a value with a stated confidence.
package struct Interval: Hashable, Sendable {
  package let lower: Double
  package let upper: Double

  package init(_ lower: Double, _ upper: Double) {
    self.lower = lower
    self.upper = upper
  }
}

/// A statistic that is chi-squared distributed if the hypothesis holds.
package struct ChiSquaredTest: Hashable, Sendable {
  package let chiSquared: Double
  package let degreesOfFreedom: Int
  /// 1 where no degree of freedom is left.
  package let p: Double

  init(_ chiSquared: Double, degreesOfFreedom: Int) {
    self.chiSquared = chiSquared
    self.degreesOfFreedom = degreesOfFreedom
    p =
      degreesOfFreedom == 0
      ? 1 : ChiSquared(degreesOfFreedom: Double(degreesOfFreedom)).upperTail(at: chiSquared)
  }
}

/// A statistic that is standard normal if the hypothesis holds; two-sided.
package struct NormalTest: Hashable, Sendable {
  package let z: Double
  package let p: Double

  init(_ z: Double) {
    self.z = z
    p = Normal.twoSided(z)
  }
}
