/// The decomposition filters of a discrete wavelet, as PyWavelets names them.
///
/// The coefficients are data with their source, in `WaveletDaubechies.swift` and its neighbours;
/// high-pass filters and the reverse biorthogonal families follow from them exactly (quadrature
/// mirror: h[k] = (-1)^(k+1) times the low-pass reconstruction filter).
struct WaveletFilterBank: Hashable, Sendable {
  /// Low- and high-pass filter, in the order of convolution; equal, even lengths.
  let low: [Double]
  let high: [Double]

  /// - Parameter name: any case.
  /// - Returns: nil for an unknown name.
  init?(named name: String) {
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
  }

  /// All names, in families.
  static let names: [String] = {
    let stored = order.filter { !$0.hasSuffix(".dual") }
    let reverse = stored.filter { $0.hasPrefix("bior") }.map { "rbio" + $0.dropFirst(4) }
    return ["haar"] + stored + reverse
  }()

  private static let entries: [(name: String, values: [Double])] = {
    var entries: [(name: String, values: [Double])] = []
    for text in [daubechies, symlets, coiflets, biorthogonal] {
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
