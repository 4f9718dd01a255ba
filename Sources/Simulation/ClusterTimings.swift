/// How long things take in a simulated cluster besides the units themselves. By default what rank 0
/// does is as measured on one node with Open MPI 4.1 (`handling`, `messageSeconds`); the others are
/// estimates for one node.
package struct ClusterTimings: Hashable, Sendable {
  /// Where the time of rank 0 comes from.
  package enum Handling: Hashable, Sendable {
    /// So many seconds per report and per unit in it: the same outcome each time.
    case fixed(perReport: Double, perUnit: Double)
    /// The time that the real code takes here and now.
    case measured
  }

  /// Seconds from sending a message to its being there.
  package var latency = 20e-6
  /// Of a message on its way.
  package var bytesPerSecond = 1e9
  /// What rank 0 does about a report, the order that answers it included.
  package var handling = Handling.fixed(perReport: 4e-6, perUnit: 0.2e-6)
  /// Seconds that rank 0 spends in the message-passing library for a message in or out.
  package var messageSeconds = 5e-6
  /// Seconds that a worker spends for a report.
  package var reportSeconds = 10e-6
  /// Seconds of a worker per unit that are not computing: the records in the journal.
  package var unitOverhead = 50e-6
  /// Seconds from the start of rank 0's hand-out to a worker's readiness for orders.
  package var startUp = 0.0
  /// Seconds by which a sleep between two looks for messages is longer than asked for.
  package var oversleep = 60e-6

  package init() {}
}

/// When a rank that sleeps between looks for messages, as `Backoff` does, sees one.
struct Polling: Sendable {
  /// Seconds from the start of a wait to its looks, the last one at or behind its end.
  private let looks: [Double]

  /// - Parameters:
  ///   - timeout: seconds of one wait.
  ///   - oversleep: seconds by which a sleep is longer than asked for.
  init(timeout: Double, oversleep: Double) {
    var looks = [0.0]
    var asked = 0.0
    var slept = 0.0
    var sleep = 50e-6
    while asked < timeout {
      asked += sleep
      slept += sleep + oversleep
      looks.append(slept)
      sleep = min(0.01, 2 * sleep)
    }
    self.looks = looks
  }

  /// Seconds of a whole wait.
  var length: Double { looks[looks.count - 1] }

  /// The first look at or after `time` of a wait that began at `start`.
  /// - Returns: nil where the wait has ended by then.
  func look(at time: Double, waitingSince start: Double) -> Double? {
    let elapsed = time - start
    if elapsed <= 0 { return start }
    var low = 0
    var high = looks.count
    while low < high {
      let middle = (low + high) / 2
      if looks[middle] < elapsed { low = middle + 1 } else { high = middle }
    }
    return low < looks.count ? start + looks[low] : nil
  }

  /// As `look(at:waitingSince:)` of a rank that waits again whenever a wait has ended.
  func endlessLook(at time: Double, waitingSince start: Double) -> Double {
    let waits = max(0, ((time - start) / length).rounded(.down))
    let begin = start + waits * length
    return look(at: time, waitingSince: begin) ?? begin + length
  }
}
