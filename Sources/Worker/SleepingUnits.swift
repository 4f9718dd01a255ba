internal import Glibc
package import Study

/// Units that sleep instead of computing: a real run of them shows what handing out costs, and
/// whether a simulation of the run is right. Each leaves its number as its only value.
package final class SleepingUnits: UnitComputing {
  private let seconds: (Int) -> Double

  /// - Parameter seconds: how long a unit sleeps, 0 ... 1e9.
  package init(seconds: @escaping (Int) -> Double) { self.seconds = seconds }

  package func compute(unit: Int) throws(UnitFailure) -> any UnitOutput {
    let time = seconds(unit)
    var asked = timespec(
      tv_sec: Int(time), tv_nsec: Int((time - time.rounded(.down)) * 1e9))
    var left = timespec()
    while nanosleep(&asked, &left) != 0, errno == EINTR { asked = left }
    return UnitResult(values: [Double(unit)], regions: [], inputHashes: [])
  }
}
