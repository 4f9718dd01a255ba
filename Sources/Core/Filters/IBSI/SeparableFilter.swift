package import Imaging

/// One or more separable kernels whose responses are pooled voxel by voxel.
///
/// The kernels are typically the right-angle rotations of one. Passes that several of them begin
/// with are computed once, and so are kernels that are equal up to their sign.
package struct SeparableFilter: Sendable {
  private struct Member {
    var kernels: [LineKernel]
    var plus: Int
    var minus: Int
  }

  private let members: [Member]
  private let pooling: Pooling
  /// Voxels along (x, y, z) that are read before and after a voxel of the response.
  package let reachBefore: SIMD3<Int>
  package let reachAfter: SIMD3<Int>

  /// - Parameters:
  ///   - kernels: for each member the line kernels along (x, y, z); not empty.
  ///   - pooling: of no effect on a single member.
  package init(_ kernels: [[LineKernel]], pooling: Pooling = .max) {
    precondition(!kernels.isEmpty && kernels.allSatisfy { $0.count == 3 }, "three lines each")
    self.pooling = pooling
    (reachBefore, reachAfter) = kernels.reduce(into: (SIMD3<Int>.zero, SIMD3<Int>.zero)) {
      for axis in 0..<3 {
        $0.0[axis] = max($0.0[axis], $1[axis].reachBefore)
        $0.1[axis] = max($0.1[axis], $1[axis].reachAfter)
      }
    }
    members = kernels.reduce(into: []) { members, lines in
      let isNegated = lines.count { $0.isNegated } % 2 == 1
      let positive = lines.map { $0.isNegated ? $0.negated : $0 }
      let known = members.firstIndex { $0.kernels == positive }
      let place = known ?? members.endIndex
      if known == nil { members.append(Member(kernels: positive, plus: 0, minus: 0)) }
      if isNegated { members[place].minus += 1 } else { members[place].plus += 1 }
    }
  }

  /// A kernel, alone or with all its rotations.
  ///
  /// - Parameter dimension: of the rotations: 2 (four about z) or 3 (24); nil: none.
  package init(
    _ kernel: [LineKernel], rotatedIn dimension: Int?, pooling: Pooling = .max
  ) {
    let rotations = dimension.map { RightAngleRotation.all(dimension: $0) } ?? [.identity]
    self.init(
      rotations.map { $0.applied(to: kernel) { $0.reversed } }, pooling: pooling)
  }

  /// The box of which the filter reads the values for a response in `box`.
  package func support(of box: IndexBox) -> IndexBox {
    IndexBox(
      lower: box.lower &- reachBefore, size: box.size &+ reachBefore &+ reachAfter)
  }

  /// The response in `box` to the image continued by `boundary`.
  package func response(
    to image: Volume, over box: IndexBox, boundary: BoundaryCondition
  ) -> ImageBlock {
    response(to: boundary.block(of: image, over: support(of: box)), over: box)
  }

  /// The response in `box`.
  ///
  /// - Precondition: `block` holds `support(of: box)`.
  package func response(to block: ImageBlock, over box: IndexBox) -> ImageBlock {
    var pool = ResponsePool(pooling)
    let ranges = (0..<3).map { box.lower[$0]..<box.upper[$0] }
    let block = block.cropped(to: support(of: box))
    // A tree over the first, second and third pass, each in order of first appearance.
    for x in distinct(members.map { $0.kernels[0] }) {
      let afterX = pass(block, x, 0, ranges[0])
      let withX = members.filter { $0.kernels[0] == x }
      for y in distinct(withX.map { $0.kernels[1] }) {
        let afterY = pass(afterX, y, 1, ranges[1])
        for member in withX where member.kernels[1] == y {
          let response = pass(afterY, member.kernels[2], 2, ranges[2]).values
          if member.plus > 0 { pool.add(response, times: member.plus) }
          if member.minus > 0 { pool.add(response, times: member.minus, sign: -1) }
        }
      }
    }
    return ImageBlock(box: box, values: pool.result())
  }

  private func pass(
    _ block: ImageBlock, _ kernel: LineKernel, _ axis: Int, _ range: Range<Int>
  ) -> ImageBlock {
    let whole = block.box.lower[axis]..<block.box.upper[axis]
    if kernel == .identity && range == whole { return block }
    return block.convolved(with: kernel, along: axis, over: range)
  }
}

/// The different kernels in the order of their first appearance.
private func distinct(_ kernels: [LineKernel]) -> [LineKernel] {
  kernels.reduce(into: []) { if !$0.contains($1) { $0.append($1) } }
}
