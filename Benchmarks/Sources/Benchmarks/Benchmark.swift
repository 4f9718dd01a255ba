internal import Glibc

/// Times one piece of work: the data are made before, the parameters are in the name.
struct Benchmark {
  /// Wall seconds per benchmark, at least.
  static let minimumSeconds = 0.5

  /// Runs `work` until `minimumSeconds` have passed, at least 5 times, and prints the median.
  /// - Parameters:
  ///   - items: how many voxels, draws, ... one call handles; the time per item is printed too.
  ///   - work: returns a number that depends on the result, so that nothing is optimised away.
  static func measure(_ name: String, items: Int, _ work: () -> Double) {
    var seconds: [Double] = []
    var sum = work()
    let start = now()
    while now() - start < minimumSeconds || seconds.count < 5 {
      let before = now()
      sum += work()
      seconds.append(now() - before)
    }
    seconds.sort()
    let median = seconds[seconds.count / 2]
    let perItem = median * 1e9 / Double(items)
    let text =
      pad(name, 44) + pad(decimal(median * 1e3, 3) + " ms", 14)
      + pad(decimal(perItem, 2) + " ns/item", 18) + "best " + decimal(seconds[0] * 1e3, 3) + " ms"
    print(text + (sum.isNaN ? " (NaN)" : ""))
  }

  private static func now() -> Double {
    var time = timespec()
    clock_gettime(CLOCK_MONOTONIC, &time)
    return Double(time.tv_sec) + Double(time.tv_nsec) * 1e-9
  }

  private static func pad(_ text: String, _ width: Int) -> String {
    text + String(repeating: " ", count: max(1, width - text.count))
  }

  /// A number >= 0 with this many decimals.
  private static func decimal(_ value: Double, _ places: Int) -> String {
    let scale = places == 2 ? 100 : 1000
    let units = Int((value * Double(scale)).rounded())
    let fraction = String(units % scale)
    return "\(units / scale)." + String(repeating: "0", count: places - fraction.count) + fraction
  }
}
