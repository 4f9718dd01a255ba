package import Learning

/// With the linear kernel only; other kernels have no slopes.
extension FittedSVM: LinearPredictor {
  package var slopes: [Double]? {
    guard let weights else { return nil }
    let unit = scaling.outcome?.width ?? 1
    if scaling.columns.isEmpty { return weights.map { $0 * unit } }
    return zip(weights, scaling.columns).map { $0 * unit / $1.width }
  }

  package var space: ScoreSpace { kind == .svc ? .decision : .value }
}
