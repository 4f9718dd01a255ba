internal import Components

/// Which component of a Riesz transform: how often along x, y and z; IBSI 2 reference manual, "Riesz
/// transforms". In the Fourier domain it is
/// `(-i)^L sqrt(L! / (l1! l2! l3!)) w1^l1 w2^l2 w3^l3 / |w|^L` with `L = l1 + l2 + l3`, 0 at w = 0.
struct RieszOrder: Hashable, Sendable {
  /// Along (x, y, z); 0 along z in 2D.
  let orders: SIMD3<Int>
  let dimension: Int

  var total: Int { orders.wrappedSum() }

  /// - Parameter text: one whole number for each dimension, `1-0-0`; their sum is at most 8.
  init?(_ text: String, dimension: Int) {
    let words = text.split(separator: "-", omittingEmptySubsequences: false)
    var orders = SIMD3<Int>.zero
    guard words.count == dimension, dimension <= 3 else { return nil }
    for (axis, word) in words.enumerated() {
      guard word.count == 1, let order = Int(word), (0...8).contains(order) else { return nil }
      orders[axis] = order
    }
    guard orders.wrappedSum() <= 8 else { return nil }
    (self.orders, self.dimension) = (orders, dimension)
  }

  /// As in `1-0-0`.
  var name: String { (0..<dimension).map { "\(orders[$0])" }.joined(separator: "-") }

  /// `sqrt(L! / (l1! l2! l3!))`.
  var weight: Double {
    func factorial(_ n: Int) -> Double { (0..<n).reduce(1) { $0 * Double($1 + 1) } }
    let parts = (0..<3).reduce(1) { $0 * factorial(orders[$1]) }
    return (factorial(total) / parts).squareRoot()
  }

  /// What is wrong with a list of orders.
  static func problems(_ texts: [String], dimension: Int) -> [Problem] {
    var problems = repetitions(of: texts, in: "orders") { $0 }
    if !(1...64).contains(texts.count) {
      problems.append(Problem("orders", "expected 1 to 64 orders, found \(texts.count)"))
    }
    for text in texts where RieszOrder(text, dimension: dimension) == nil {
      let example = dimension == 3 ? "1-0-0" : "1-0"
      problems.append(
        Problem(
          "orders",
          "\"\(text.prefix(60))\" is not an order such as \(example): \(dimension) whole numbers of "
            + "sum 0 to 8, joined by hyphens"))
    }
    return problems
  }
}

extension SIMD3<Double> {
  fileprivate var square: Double { x * x + y * y + z * z }
}

/// A Riesz transform of a band on the frequencies of a transform.
struct RieszFunction<Band: RieszBand>: SpectralFunction {
  private let order: RieszOrder
  private let weight: Double
  private let band: Band
  private let grid: SimoncelliGrid
  /// The frequencies to the power of their order.
  private let powers: [[Double]]
  private let oppositePowers: [[Double]]

  init(_ order: RieszOrder, of band: Band, on grid: SimoncelliGrid) {
    (self.order, self.band, self.grid) = (order, band, grid)
    weight = order.weight
    func raised(_ lines: [[Double]]) -> [[Double]] {
      (0..<3).map { axis in
        lines[axis].map { w in (0..<order.orders[axis]).reduce(1.0) { power, _ in power * w } }
      }
    }
    (powers, oppositePowers) = (raised(grid.frequencies), raised(grid.opposite))
  }

  var quarterTurns: Int { order.total }

  func fill(_ row: UnsafeMutablePointer<Double>, count: Int, y: Int, z: Int) {
    let sign = order.total % 2 == 0 ? 0.5 : -0.5
    let here = SIMD3(0, grid.frequencies[1][y], grid.frequencies[2][z]).square
    let there = SIMD3(0, grid.opposite[1][y], grid.opposite[2][z]).square
    let (power, opposite) = (
      weight * powers[1][y] * powers[2][z], weight * oppositePowers[1][y] * oppositePowers[2][z]
    )
    grid.frequencies[0].withUnsafeBufferPointer { w in
      grid.opposite[0].withUnsafeBufferPointer { v in
        powers[0].withUnsafeBufferPointer { p in
          oppositePowers[0].withUnsafeBufferPointer { q in
            var x = 0
            while x < count {
              let (a, b) = (w[x] * w[x] + here, v[x] * v[x] + there)
              row[x] =
                band.value(square: a) * direction(p[x] * power, a) * 0.5
                + band.value(square: b) * direction(q[x] * opposite, b) * sign
              x &+= 1
            }
          }
        }
      }
    }
    band.multiply(row, count: count, y: y, z: z)
  }

  /// A product of frequencies over |w|^L.
  @inline(__always)
  private func direction(_ product: Double, _ square: Double) -> Double {
    if order.total == 0 { return product }
    if square == 0 { return 0 }
    var length = order.total % 2 == 0 ? 1 : square.squareRoot()
    for _ in 0..<order.total / 2 { length *= square }
    return product / length
  }
}

/// The isotropic filter whose response is Riesz transformed.
protocol RieszBand: Sendable {
  /// A factor that depends on the square of the grid's frequency.
  func value(square: Double) -> Double
  /// Multiplies a row of the transform by a factor that is even in the frequency.
  func multiply(_ row: UnsafeMutablePointer<Double>, count: Int, y: Int, z: Int)
}

extension SimoncelliBand: RieszBand {
  func multiply(_ row: UnsafeMutablePointer<Double>, count: Int, y: Int, z: Int) {}
}
