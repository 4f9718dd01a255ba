/// The decomposition filters of a discrete wavelet, as PyWavelets names them.
///
/// The coefficients are data with their source, in `WaveletDaubechies.swift` and its neighbours;
/// high-pass filters and the reverse biorthogonal families follow from them exactly (quadrature
/// mirror: h[k] = (-1)^(k+1) times the low-pass reconstruction filter).
package struct WaveletFilterBank: Hashable, Sendable {
  /// Low- and high-pass filter, in the order of convolution; equal, even lengths.
  package let low: [Double]
  package let high: [Double]
  /// The same in float32, as PyWavelets has them. It makes coiflets by multiplying tabulated
  /// values with the square root of 2, in each precision on its own.
  package let lowFloat: [Float]
  package let highFloat: [Float]

  /// - Parameter name: any case.
  /// - Returns: nil for an unknown name.
  package init?(named name: String) {
    var key = name.lowercased()
    if key == "haar" { key = "db1" }
    let isReverse = key.hasPrefix("rbio")
    if isReverse { key = "bior" + key.dropFirst(4) }
    guard !key.hasSuffix(".dual"), let stored = Self.table[key] else { return nil }
    // The low-pass filter that reconstructs; an orthogonal wavelet's is its own mirror.
    let dual = Self.table[key + ".dual"] ?? stored.reversed()
    low = isReverse ? dual.reversed() : stored
    let reconstruction = isReverse ? stored.reversed() : dual
    high = reconstruction.enumerated().map { $0.offset % 2 == 0 ? -$0.element : $0.element }
    let root = 2.0.squareRoot()
    func single(_ value: Double) -> Float {
      key.hasPrefix("coif") ? Float(value / root) * Float(root) : Float(value)
    }
    lowFloat = low.map(single)
    highFloat = high.map(single)
  }

  /// All names, in families.
  package static let names: [String] = {
    let stored = order.filter { !$0.hasSuffix(".dual") }
    let reverse = stored.filter { $0.hasPrefix("bior") }.map { "rbio" + $0.dropFirst(4) }
    return ["haar"] + stored + reverse
  }()

  private static let entries: [(name: String, values: [Double])] = {
    var entries: [(name: String, values: [Double])] = []
    for text in [daubechies, longDaubechies, symlets, coiflets, biorthogonal] {
      for line in text.split(separator: "\n") {
        let words = line.split(separator: " ")
        if let first = words.first, Double(first) == nil {
          entries.append((String(first), []))
        } else {
          entries[entries.count - 1].values += words.compactMap { Double($0) }
        }
      }
    }
    return entries
  }()

  private static let order = entries.map(\.name)
  private static let table = Dictionary(
    uniqueKeysWithValues: entries.map { ($0.name, $0.values) })
}
