internal import Components

/// Checks that a list of neighbour distances names each distance once.
func checkDistances(_ distances: [Int]) throws(InvalidInput) {
  if Set(distances).count != distances.count {
    throw InvalidInput("distances", "\(distances) names a distance twice")
  }
}

/// Longest neighbour distance, voxels.
let maximumDistance = 64
