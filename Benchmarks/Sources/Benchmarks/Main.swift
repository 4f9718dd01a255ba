internal import Catalog
internal import Components
internal import Features
internal import Imaging
internal import Numerics
internal import Synthesis

/// Usage: `swift run --package-path Benchmarks -c release benchmarks [part of a name]`
@main struct Main {
  static func main() {
    let wanted = CommandLine.arguments.dropFirst().first ?? ""
    for (name, run) in benchmarks where wanted.isEmpty || name.contains(wanted) { run(name) }
  }

  private static var benchmarks: [(name: String, run: (String) -> Void)] {
    var list: [(name: String, run: (String) -> Void)] = [
      ("random/uniform/1e6", { draw($0) { $0.uniform() } }),
      ("random/normal/1e6", { draw($0) { $0.normal() } }),
      ("synthesis/patient/seed1", synthesis),
    ]
    for size in [24, 48] {
      for family in Catalog.families {
        list.append(
          (
            "features/\(family.id.name)/ball\(size)/binWidth25",
            { features($0, family: family, size: size) }
          ))
      }
    }
    return list
  }

  private static func draw(_ name: String, _ next: (inout RandomStream) -> Double) {
    var stream = RandomStream(seed: 1, domain: .synthesis, index: 0)
    Benchmark.measure(name, items: 1_000_000) {
      var sum = 0.0
      for _ in 0..<1_000_000 { sum += next(&stream) }
      return sum
    }
  }

  private static func synthesis(_ name: String) {
    let cohort = SyntheticCohort(patients: 1, seed: 1)
    let voxels = cohort.patient(at: 0).ct.grid.voxelCount
    Benchmark.measure(name, items: voxels) { Double(cohort.patient(at: 0).ct.voxels[0]) }
  }

  /// One family on a fresh region, so that what families share is counted in each.
  private static func features(_ name: String, family: any FeatureFamily.Type, size: Int) {
    let box = ball(size)
    let voxels = box.mask.count { $0 == 1 }
    guard let instance = try? family.decode(.null, at: family.id.name) else {
      print("\(name): the defaults of the family are refused")
      return
    }
    Benchmark.measure(name, items: voxels) {
      guard let region = try? Region(intensity: box), let values = try? instance.values(of: region)
      else { return .nan }
      return values[0]
    }
  }

  /// A ball in a box of `size`^3 voxels of 1 mm; noise of 50 HU around 40 HU.
  private static func ball(_ size: Int) -> VoxelBox {
    var stream = RandomStream(seed: 1, domain: .synthesis, index: 0)
    var values: [Double] = []
    var mask: [UInt8] = []
    let middle = Double(size - 1) / 2
    let radius = Double(size) / 2 - 1
    for z in 0..<size {
      for y in 0..<size {
        for x in 0..<size {
          let place = SIMD3(Double(x), Double(y), Double(z)) - middle
          values.append((40 + 50 * stream.normal()).rounded())
          mask.append((place * place).sum() <= radius * radius ? 1 : 0)
        }
      }
    }
    return VoxelBox(
      size: SIMD3(size, size, size), spacing: .one, pixelType: .float64, values: values,
      mask: mask)
  }
}
