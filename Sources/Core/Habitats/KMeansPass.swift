/// One iteration of k-means: labels, sizes and sums of the clusters.
struct KMeansPass {
  typealias Vector = SIMD4<Double>

  let voxels: ScaledVoxels
  let centres: [Double]
  let count: Int
  private(set) var sizes: [Int]
  private var sums: [Double]

  init(_ voxels: ScaledVoxels, _ centres: [Double]) {
    self.voxels = voxels
    self.centres = centres
    count = centres.count / voxels.dimension
    sizes = [Int](repeating: 0, count: count)
    sums = [Double](repeating: 0, count: centres.count)
  }

  /// Means of the clusters' voxels; a cluster without voxels keeps its centre.
  var means: [Double] {
    centres.indices.map {
      let size = sizes[$0 / voxels.dimension]
      return size == 0 ? centres[$0] : sums[$0] / Double(size)
    }
  }

  /// Gives each voxel the label of its nearest centre and sums up the clusters.
  /// - Parameter labels: as many as `voxels.stride`; those of the padding mean nothing.
  /// - Returns: whether a label changed.
  mutating func assign(_ labels: inout [UInt8]) -> Bool {
    let (d, n, stride, count) = (voxels.dimension, voxels.count, voxels.stride, self.count)
    let width = d &+ 1
    let lanes = ScaledVoxels.lanes
    precondition(labels.count == stride && stride >= n && voxels.values.count == stride * d)
    // Sums and size of each cluster, in lanes by index.
    var banks = [Double](repeating: 0, count: lanes * count * width)
    var difference: UInt8 = 0
    labels.withUnsafeMutableBufferPointer { labels in
      let l = labels.baseAddress!
      voxels.values.withUnsafeBufferPointer { values in
        let x = values.baseAddress!
        centres.withUnsafeBufferPointer { centres in
          let c = centres.baseAddress!
          banks.withUnsafeMutableBufferPointer { banks in
            let b = banks.baseAddress!
            var v = 0
            while v < stride {
              let nearest = Self.nearest(x + v, stride, c, count, d)
              var lane = 0
              while lane < lanes {
                let voxel = v &+ lane
                if voxel >= n { break }
                let label = UInt8(truncatingIfNeeded: nearest[lane])
                difference |= label ^ l[voxel]
                l[voxel] = label
                let bank = b + (lane &* count &+ Int(label)) &* width
                bank[d] += 1
                var f = 0
                while f < d {
                  bank[f] += x[f &* stride &+ voxel]
                  f &+= 1
                }
                lane &+= 1
              }
              v &+= lanes
            }
          }
        }
      }
    }
    for cluster in 0..<count {
      let first = cluster * width
      let total = (0...d).map { f in
        let (a, step) = (first + f, count * width)
        return (banks[a] + banks[a + step]) + (banks[a + 2 * step] + banks[a + 3 * step])
      }
      for f in 0..<d { sums[cluster * d + f] = total[f] }
      sizes[cluster] = Int(total[d])
    }
    return difference != 0
  }

  /// Labels of the nearest centres of four voxels; ties: the lower label.
  @inline(__always)
  static func nearest(
    _ x: UnsafePointer<Double>, _ stride: Int, _ centres: UnsafePointer<Double>, _ count: Int,
    _ d: Int
  ) -> SIMD4<Int64> {
    var best = Vector(repeating: .infinity)
    var labels = SIMD4<Int64>()
    var c = centres
    var k = 0
    while k < count {
      var square = Vector()
      var f = 0
      while f < d {
        let row = UnsafeRawPointer(x + f &* stride)
        let difference = row.loadUnaligned(as: Vector.self) - Vector(repeating: c[f])
        square += difference * difference
        f &+= 1
      }
      let isNearer = square .< best
      best.replace(with: square, where: isNearer)
      labels.replace(with: Int64(k), where: isNearer)
      c += d
      k &+= 1
    }
    return labels
  }

  /// Gives each cluster without voxels the voxel that is farthest from its centre.
  /// - Returns: whether a voxel was moved.
  mutating func fillEmpty(_ labels: inout [UInt8]) -> Bool {
    guard sizes.contains(0) else { return false }
    var isMoved = false
    let d = voxels.dimension
    var distances = squaredDistances(labels)
    for cluster in 0..<count where sizes[cluster] == 0 {
      var farthest = -1
      for v in 0..<voxels.count where sizes[Int(labels[v])] > 1 {
        if distances[v] > (farthest < 0 ? 0 : distances[farthest]) { farthest = v }
      }
      // All voxels lie at centres: there are fewer different ones than clusters.
      if farthest < 0 { break }
      let donor = Int(labels[farthest])
      for (f, value) in voxels.voxel(farthest).enumerated() {
        sums[donor * d + f] -= value
        sums[cluster * d + f] = value
      }
      sizes[donor] -= 1
      sizes[cluster] = 1
      labels[farthest] = UInt8(cluster)
      distances[farthest] = 0
      isMoved = true
    }
    return isMoved
  }

  /// Of each voxel from the centre of its cluster.
  private func squaredDistances(_ labels: [UInt8]) -> [Double] {
    let (d, stride) = (voxels.dimension, voxels.stride)
    return voxels.values.withUnsafeBufferPointer { x in
      centres.withUnsafeBufferPointer { c in
        (0..<voxels.count).map { v in
          let first = Int(labels[v]) &* d
          var square = 0.0
          var f = 0
          while f < d {
            let difference = x[f &* stride &+ v] - c[first &+ f]
            square += difference * difference
            f &+= 1
          }
          return square
        }
      }
    }
  }

  /// Sum of the squared distances of all voxels from the centres of their clusters.
  func inertia(_ labels: [UInt8]) -> Double {
    var lanes = Vector()
    let distances = squaredDistances(labels)
    for (v, distance) in distances.enumerated() { lanes[v & 3] += distance }
    return (lanes[0] + lanes[1]) + (lanes[2] + lanes[3])
  }
}
