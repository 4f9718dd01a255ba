internal import Components

/// Laws' line kernels, each with a norm of 1; IBSI 2 reference manual, "Laws kernels".
enum LawsKernel: String, CaseIterable {
  case L3, L5, E3, E5, S3, S5, W5, R5

  /// Level, edge, spot, wave, ripple: as integers, before they are normalised.
  private var weights: [Double] {
    switch self {
    case .L3: [1, 2, 1]
    case .L5: [1, 4, 6, 4, 1]
    case .E3: [-1, 0, 1]
    case .E5: [-1, -2, 0, 2, 1]
    case .S3: [-1, 2, -1]
    case .S5: [-1, 0, 2, 0, -1]
    case .W5: [-1, 2, 0, -2, 1]
    case .R5: [1, -4, 6, -4, 1]
    }
  }

  /// The weights divided by the root of the sum of their squares.
  var line: LineKernel {
    let norm = weights.reduce(0) { $0 + $1 * $1 }.squareRoot()
    return LineKernel(weights.map { $0 / norm })
  }

  /// Reads a name such as `L5E5E5`: the kernels along x, y and, in 3D, z.
  ///
  /// - Throws: what is wrong with it, for the setting `kernels`.
  static func kernels(named name: String, dimension: Int) throws(InvalidInput) -> [LawsKernel] {
    let letters = Array(name)
    let parts = stride(from: 0, to: letters.count, by: 2).map {
      String(letters[$0..<min($0 + 2, letters.count)])
    }
    let kernels = parts.compactMap { LawsKernel(rawValue: $0) }
    if kernels.isEmpty || kernels.count < parts.count {
      let unknown = parts.first { LawsKernel(rawValue: $0) == nil } ?? ""
      let valid = allCases.map { $0.rawValue }.joined(separator: ", ")
      throw InvalidInput(
        "kernels", "unknown kernel \"\(unknown)\" in \"\(name.prefix(60))\" (valid: \(valid))")
    }
    if kernels.count != dimension {
      throw InvalidInput(
        "kernels",
        "\"\(name.prefix(60))\" names \(kernels.count) kernels; dimension \(dimension) takes "
          + "\(dimension), such as \(dimension == 2 ? "L5E5" : "L5E5E5")")
    }
    return kernels
  }
}
