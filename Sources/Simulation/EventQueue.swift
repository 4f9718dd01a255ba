/// What happens next in a simulated cluster.
struct Event: Hashable, Sendable {
  enum Kind: Hashable, Sendable {
    /// A worker looks for messages and begins a unit if it has one.
    case workerLooks
    /// A worker has computed a unit.
    case unitEnds
    /// An order has come to a worker.
    case orderArrives
    /// A worker's report has come to rank 0.
    case reportArrives
  }

  /// Seconds on the virtual clock.
  var time: Double
  var kind: Kind
  /// Rank of the worker.
  var worker: Int
}

/// Events by time; those of one time in the order in which they were added, so that a simulation
/// is the same each time. A binary heap.
struct EventQueue: Sendable {
  private struct Entry {
    var event: Event
    var number: Int

    func precedes(_ other: Entry) -> Bool {
      event.time != other.event.time
        ? event.time < other.event.time : number < other.number
    }
  }

  private var heap: [Entry] = []
  private var added = 0

  var first: Event? { heap.first?.event }

  mutating func add(_ event: Event) {
    let entry = Entry(event: event, number: added)
    added += 1
    heap.append(entry)
    var index = heap.count - 1
    while index > 0 {
      let parent = (index - 1) / 2
      guard entry.precedes(heap[parent]) else { break }
      heap[index] = heap[parent]
      index = parent
    }
    heap[index] = entry
  }

  mutating func removeFirst() -> Event? {
    guard let first = heap.first, let last = heap.popLast() else { return nil }
    guard !heap.isEmpty else { return first.event }
    var index = 0
    while true {
      var child = 2 * index + 1
      guard child < heap.count else { break }
      if child + 1 < heap.count, heap[child + 1].precedes(heap[child]) { child += 1 }
      guard heap[child].precedes(last) else { break }
      heap[index] = heap[child]
      index = child
    }
    heap[index] = last
    return first.event
  }
}
