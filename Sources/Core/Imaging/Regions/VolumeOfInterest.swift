extension VOIParameters {
  /// The VOI that these settings derive from a tumour, on the tumour's grid. Only the voxels around
  /// the tumour are looked at.
  ///
  /// - Parameters:
  ///   - tumour: the tumour's voxels on `grid`.
  ///   - excluded: anatomy to leave out, on `grid`; nil where there is none.
  ///   - image: whose intensities `range` keeps: the voxel nearest to the centre of the mask's. Its
  ///     grid may be another.
  ///   - name: of the tumour, for messages, such as "label 1".
  /// - Throws: where no voxel is left; the message says why.
  /// - Precondition: `problems` is empty, `tumour` lies on `grid`, and there is an image where
  ///   `range` has values.
  package func derive(
    from tumour: MaskRegion, on grid: Grid, excluded: MaskRegion? = nil, image: Volume? = nil,
    named name: String
  ) throws(PreparationError) -> MaskRegion {
    precondition(problems.isEmpty, "settings are checked where they are read")
    precondition(IndexBox(lower: .zero, size: grid.size).contains(tumour.box))
    precondition(range.isEmpty || image != nil, "an intensity range needs an image")
    let derivation = VolumeOfInterest(self, tumour, grid, name)
    var candidate = try derivation.shape()
    if let excluded { try derivation.exclude(excluded, from: &candidate) }
    if range.count == 2, let image { try derivation.keepRange(of: image, in: &candidate) }
    guard let region = MaskRegion(shrinking: candidate.mask, in: candidate.box) else {
      preconditionFailure("an empty VOI has been refused before")
    }
    return region
  }
}

/// A VOI in the making: 1 inside, 0 outside, x fastest, in a box that need not be tight.
private struct Candidate {
  var box: IndexBox
  var mask: [UInt8]

  var count: Int {
    var count = 0
    for value in mask { count &+= Int(value) }
    return count
  }
}

private struct VolumeOfInterest {
  let parameters: VOIParameters
  let tumour: MaskRegion
  let grid: Grid
  let name: String

  /// Distances that exceed a limit by less than this part of it are equal to it.
  private static let slack = 1e-6

  init(_ parameters: VOIParameters, _ tumour: MaskRegion, _ grid: Grid, _ name: String) {
    self.parameters = parameters
    self.tumour = tumour
    self.grid = grid
    self.name = name
  }

  func shape() throws(PreparationError) -> Candidate {
    switch parameters.kind {
    case .tumour: return Candidate(box: tumour.box, mask: tumour.mask)
    case .erosion: return try eroded()
    case .ring: return try ring()
    case .dilation:
      let box = tumour.box.padded(by: parameters.distance, on: grid)
      return Candidate(
        box: box, mask: squaredDistances(in: box, limit: limit).map { $0 < .infinity ? 1 : 0 })
    case .boundingBox:
      let box = boxWithMargin()
      return Candidate(box: box, mask: [UInt8](repeating: 1, count: box.voxelCount))
    case .largestSlice: return largestSlice()
    }
  }

  /// What the VOI is, in a message.
  private var description: String {
    let distance = millimetres(parameters.distance)
    switch parameters.kind {
    case .tumour: return name
    case .erosion: return "the erosion of \(name) by \(distance)"
    case .ring:
      let gap = parameters.gap > 0 ? "\(millimetres(parameters.gap)) to " : ""
      return "the ring of \(gap)\(distance) around \(name)"
    case .dilation: return "the dilation of \(name) by \(distance)"
    case .boundingBox: return "the bounding box of \(name)"
    case .largestSlice: return "the largest slice of \(name)"
    }
  }

  /// mm.
  private var limit: Double { parameters.distance * (1 + Self.slack) }

  /// The tumour's mask in a box that holds it.
  private func placed(in box: IndexBox) -> [UInt8] {
    var mask = [UInt8](repeating: 0, count: box.voxelCount)
    box.forEachRow(of: tumour.box) { target, source in
      for x in 0..<tumour.box.size.x { mask[target &+ x] = tumour.mask[source &+ x] }
    }
    return mask
  }

  /// mm2 to the tumour.
  private func squaredDistances(in box: IndexBox, limit: Double) -> [Double] {
    DistanceTransform(
      to: placed(in: box), size: box.size, spacing: grid.spacing, limit: limit
    ).squared
  }
}

extension VolumeOfInterest {
  /// The nearest voxel outside is at most one voxel outside of the tumour's box.
  private func eroded() throws(PreparationError) -> Candidate {
    let box = tumour.box.padded(by: 1, within: grid.size)
    let mask = placed(in: box)
    func depths(limit: Double) -> [Double] {
      DistanceTransform(
        to: mask, equalTo: 0, size: box.size, spacing: grid.spacing, limit: limit
      ).squared
    }
    let kept: [UInt8] = depths(limit: limit).map { $0 == .infinity ? 1 : 0 }
    if !kept.contains(1) {
      let deepest = depths(limit: .infinity).max() ?? 0
      throw PreparationError(
        .emptyVOI,
        "erosion by \(millimetres(parameters.distance)) leaves none of the \(tumour.count) voxels "
          + "of \(name); the largest depth is \(millimetres(deepest.squareRoot()))")
    }
    return Candidate(box: box, mask: kept)
  }

  private func ring() throws(PreparationError) -> Candidate {
    let box = tumour.box.padded(by: parameters.distance, on: grid)
    let gap = parameters.gap * (1 + Self.slack)
    let mask: [UInt8] = squaredDistances(in: box, limit: limit)
      .map { $0 > gap * gap && $0 < .infinity ? 1 : 0 }
    if mask.contains(1) { return Candidate(box: box, mask: mask) }
    // Were there no end of the image, whole steps along an axis would lead into the ring.
    let leadsOutside = (0..<3).contains { axis in
      (limit / grid.spacing[axis]).rounded(.down) * grid.spacing[axis] > gap
    }
    if leadsOutside {
      throw PreparationError(
        .outsideImage, "\(description) lies outside the image of \(text(grid.size)) voxels")
    }
    throw PreparationError(
      .emptyVOI,
      "\(description) holds no voxel centre; the voxels are \(text(grid.spacing)) mm apart")
  }

  private func boxWithMargin() -> IndexBox {
    var (lower, upper) = (tumour.box.lower, tumour.box.upper)
    for axis in 0..<3 {
      let steps = parameters.margin * (1 + Self.slack) / grid.spacing[axis]
      let margin = Int(min(steps.rounded(.down), Double(grid.size[axis])))
      lower[axis] = max(lower[axis] - margin, 0)
      upper[axis] = min(upper[axis] + margin, grid.size[axis])
    }
    return IndexBox(lower: lower, size: upper &- lower)
  }

  /// The slice with the most voxels; the first of several.
  private func largestSlice() -> Candidate {
    let plane = tumour.box.size.x * tumour.box.size.y
    var (best, most) = (0, 0)
    for z in 0..<tumour.box.size.z {
      var count = 0
      for value in tumour.mask[z * plane..<(z + 1) * plane] { count &+= Int(value) }
      if count > most { (best, most) = (z, count) }
    }
    return Candidate(
      box: IndexBox(
        lower: tumour.box.lower &+ SIMD3(0, 0, best),
        size: SIMD3(tumour.box.size.x, tumour.box.size.y, 1)),
      mask: Array(tumour.mask[best * plane..<(best + 1) * plane]))
  }
}

extension VolumeOfInterest {
  func exclude(
    _ anatomy: MaskRegion, from candidate: inout Candidate
  ) throws(PreparationError) {
    let before = candidate.count
    let lower = pointwiseMax(candidate.box.lower, anatomy.box.lower)
    let upper = pointwiseMin(candidate.box.upper, anatomy.box.upper)
    guard all(lower .< upper) else { return }
    for z in lower.z..<upper.z {
      for y in lower.y..<upper.y {
        let source = offset(of: SIMD3(lower.x, y, z), in: anatomy.box)
        let target = offset(of: SIMD3(lower.x, y, z), in: candidate.box)
        for x in 0..<upper.x - lower.x where anatomy.mask[source &+ x] != 0 {
          candidate.mask[target &+ x] = 0
        }
      }
    }
    if !candidate.mask.contains(1) {
      throw PreparationError(
        .emptyVOI,
        "\(description) has \(before) voxels, all of them in the anatomy that is left out "
          + "(\(parameters.exclude))")
    }
  }

  /// Keeps the voxels of the tumour, and those others whose intensities are in the range.
  func keepRange(
    of image: Volume, in candidate: inout Candidate
  ) throws(PreparationError) {
    let box = candidate.box
    let before = candidate.count
    var found = ClosedRange(uncheckedBounds: (Double.infinity, -Double.infinity))
    var isInImage = false
    let map = ScanlineMap(output: grid, input: image.grid)
    let source = map.inputBox(of: box, margin: 1).map { SampledBox(image, box: $0) }
    for z in box.lower.z..<box.upper.z {
      for y in box.lower.y..<box.upper.y {
        let (start, end) = map.ends(y: y, z: z)
        let row = offset(of: SIMD3(box.lower.x, y, z), in: box)
        for x in 0..<box.size.x where candidate.mask[row &+ x] == 1 {
          if isTumour(SIMD3(box.lower.x &+ x, y, z)) { continue }
          candidate.mask[row &+ x] = 0
          let index = ScanlineMap.index(start, end, map.fraction(box.lower.x &+ x))
          guard let source, ScanlineMap.isInside(index, image.grid.size) else { continue }
          let value = source.nearest(index)
          isInImage = true
          found = min(found.lowerBound, value)...max(found.upperBound, value)
          if value >= parameters.range[0] && value <= parameters.range[1] {
            candidate.mask[row &+ x] = 1
          }
        }
      }
    }
    if candidate.mask.contains(1) { return }
    if !isInImage {
      throw PreparationError(
        .outsideImage, "none of the \(before) voxels of \(description) lies in the image")
    }
    throw PreparationError(
      .emptyVOI,
      "none of the \(before) voxels of \(description) has an intensity in "
        + "\(parameters.range[0])...\(parameters.range[1]); they have "
        + "\(found.lowerBound)...\(found.upperBound)")
  }

  private func isTumour(_ voxel: SIMD3<Int>) -> Bool {
    guard all(voxel .>= tumour.box.lower), all(voxel .< tumour.box.upper) else { return false }
    return tumour.mask[offset(of: voxel, in: tumour.box)] != 0
  }
}

/// Where a voxel of a box is in an array over it.
private func offset(of voxel: SIMD3<Int>, in box: IndexBox) -> Int {
  let v = voxel &- box.lower
  return (v.z &* box.size.y &+ v.y) &* box.size.x &+ v.x
}
