import Components
import Features
import Foundation
import Imaging
import Testing

/// One row of Golden/voxel_maps.csv.
struct VoxelMapCase: CustomTestStringConvertible, Sendable {
  let name: String
  let family: String
  let settings: [String: String]
  /// The whole image, and the VOI in it.
  let box: VoxelBox
  /// Feature and its seven numbers; nil where PyRadiomics raised an error.
  let maps: [(feature: String, numbers: [Double])]?

  var testDescription: String { "\(name) \(family)" }

  static let all: [VoxelMapCase] = {
    guard let text = goldenText("voxel_maps.csv") else { return [] }
    return text.split(separator: "\n").filter { !$0.hasPrefix("#") }.dropFirst().map {
      VoxelMapCase($0.split(separator: "|", omittingEmptySubsequences: false).map(String.init))
    }
  }()

  private init(_ row: [String]) {
    name = row[0]
    let size = row[1].split(separator: "x").map { Int($0)! }
    box = SyntheticBox.make(
      size: SIMD3(size[0], size[1], size[2]), spacing: SIMD3(0.8, 0.9, 1.7),
      pixelType: PixelType(rawValue: row[2])!, image: row[3], mask: row[4])
    var settings: [String: String] = [:]
    for pair in row[5].split(separator: " ") {
      let parts = pair.split(separator: "=").map(String.init)
      settings[parts[0]] = parts[1]
    }
    self.settings = settings
    family = row[6]
    maps =
      row[7] == "error"
      ? nil
      : row[7...].map { text in
        let parts = text.split(separator: "=").map(String.init)
        return (parts[0], parts[1].split(separator: ";").map { Double($0)! })
      }
  }

  /// The kernels in the part of the image that PyRadiomics crops, and that part.
  func kernels() throws -> (VoxelMapKernels, IndexBox) {
    let whole = IndexBox(lower: .zero, size: box.size)
    let region = try #require(MaskRegion(shrinking: box.mask, in: whole))
    let image = Volume(
      grid: Grid(size: box.size, spacing: box.spacing), values: box.values, as: box.pixelType)
    var parameters = VoxelMapParameters()
    parameters.kernelRadius = Int(settings["kernelRadius"] ?? "1")!
    parameters.maskedKernel = settings["maskedKernel"] != "false"
    var discretisation = DiscretisationParameters()
    if let width = settings["binWidth"] { discretisation.binWidth = Double(width)! }
    if let count = settings["binCount"] { discretisation.binCount = Int(count)! }
    let working = WorkingImage(image: image, box: region.box, mask: region.mask)
    let (part, place) = working.voxelBox(margin: parameters.kernelRadius)
    let kernels = try VoxelMapKernels(
      part, parameters: parameters, discretisation: discretisation,
      neighbourhood: NeighbourhoodParameters(
        force2D: settings["force2D"] == "true",
        force2Ddimension: Int(settings["force2Ddimension"] ?? "0")!))
    return (kernels, place)
  }

  func configured() throws -> any FeatureFamily {
    switch family {
    case "firstorder":
      var parameters = FirstOrder.Parameters()
      parameters.voxelArrayShift = Double(settings["voxelArrayShift"] ?? "0")!
      return try FirstOrder(parameters)
    case "glcm":
      var parameters = GLCM.Parameters()
      parameters.symmetrical = settings["symmetricalGLCM"] != "false"
      parameters.distances = distances
      parameters.weightingNorm = norm
      return try GLCM(parameters)
    case "gldm":
      var parameters = GLDM.Parameters()
      parameters.alpha = Int(settings["gldm_a"] ?? "0")!
      parameters.distances = distances
      return try GLDM(parameters)
    case "glrlm":
      var parameters = GLRLM.Parameters()
      parameters.weightingNorm = norm
      return try GLRLM(parameters)
    case "glszm": return try GLSZM(GLSZM.Parameters())
    default:
      var parameters = NGTDM.Parameters()
      parameters.distances = distances
      return try NGTDM(parameters)
    }
  }

  private var distances: [Int] { settings["distances"] == nil ? [1] : [1, 2] }
  private var norm: WeightingNorm {
    settings["weightingNorm"].flatMap { WeightingNorm(rawValue: $0) } ?? .none
  }

  /// The seven numbers of a map: see scripts/oracles/features_voxel_maps.py.
  func numbers(_ map: VoxelMap, in place: IndexBox) -> [Double] {
    var values: [Double] = []
    var weights: [Double] = []
    var n = 0
    for z in 0..<place.size.z {
      for y in 0..<place.size.y {
        for x in 0..<place.size.x {
          let (i, j, k) = (x + place.lower.x, y + place.lower.y, z + place.lower.z)
          let index = (k * box.size.y + j) * box.size.x + i
          if box.mask[index] != 0 {
            values.append(map.values[n])
            weights.append(Double((17 * index + 5) % 101 - 50))
          }
          n += 1
        }
      }
    }
    let kept = values.indices.filter { !values[$0].isNaN }
    let sum = kept.reduce(0) { $0 + values[$1] }
    let magnitudes = kept.reduce(0) { $0 + abs(values[$1]) }
    let weighted = kept.reduce(0) { $0 + values[$1] * weights[$1] }
    return [
      Double(values.count - kept.count), sum, magnitudes, weighted, values[0],
      values[values.count / 2], values[values.count - 1],
    ]
  }
}

@Suite("Voxel-based maps against PyRadiomics 3.0.1")
struct VoxelMapTests {
  /// Oracle: PyRadiomics 3.0.1 (Golden/voxel_maps.csv). Tolerance: 1e-9 relative (of the sum of
  /// magnitudes, for sums) or absolute. MCC: 2e-8 absolute for each voxel, because numpy takes the
  /// root of an eigenvalue whose rounding is 1e-16. Imc2: likewise, where HXY2 and HXY cancel.
  @Test("all families", arguments: VoxelMapCase.all)
  func values(_ golden: VoxelMapCase) throws {
    let (kernels, place) = try golden.kernels()
    let family = try golden.configured()
    guard let expected = golden.maps else {
      #expect(throws: FeatureError.self) {
        try kernels.maps(of: family, features: [family.columns[0].name])
      }
      return
    }
    let maps = try kernels.maps(of: family, features: expected.map(\.feature))
    for (map, wanted) in zip(maps, expected) {
      let found = golden.numbers(map, in: place)
      let absolute = ["MCC", "Imc2"].contains(map.feature) ? 2e-8 : 1e-9
      let scale = 1e-9 * wanted.numbers[2]
      let count = Double(kernels.box.values.count)
      let limits =
        [0, scale + absolute * count, scale + absolute * count]
        + [50 * (scale + absolute * count)]
        + wanted.numbers[4...].map { max(absolute, 1e-9 * abs($0)) }
      for k in found.indices {
        let (a, b) = (found[k], wanted.numbers[k])
        let isEqual = a.isNaN || b.isNaN ? a.isNaN && b.isNaN : abs(a - b) <= limits[k]
        #expect(isEqual, "\(golden.testDescription) \(map.feature) \(k): \(a), PyRadiomics \(b)")
      }
    }
  }

  @Test("the golden file has all cases")
  func count() { #expect(VoxelMapCase.all.count >= 100) }

  /// Where every kernel holds the whole VOI, a map has the value of the VOI everywhere; 1e-10
  /// relative or absolute, MCC and Imc2 2e-8 (see above), and no map is missing.
  @Test(
    "a kernel around everything",
    arguments: ["firstorder", "glcm", "gldm", "glrlm", "glszm", "ngtdm"])
  func wholeRegion(_ family: String) throws {
    let box = SyntheticBox.make(
      size: SIMD3(4, 3, 3), spacing: SIMD3(0.8, 0.9, 1.7), pixelType: .float32,
      image: "wave 7 13 29 0 101 40 3 2.5 -80", mask: "hash 21 80")
    var discretisation = DiscretisationParameters()
    discretisation.binWidth = 20
    var parameters = VoxelMapParameters()
    parameters.kernelRadius = 3
    let kernels = try VoxelMapKernels(
      box, parameters: parameters, discretisation: discretisation)
    let region = try Region(intensity: box, discretisation: discretisation)
    let configured = try Self.family(family)
    let values = try configured.values(of: region)
    let names = configured.columns.map(\.name)
    for (map, value) in zip(try kernels.maps(of: configured, features: names), values) {
      #expect(map.note.isEmpty)
      let absolute = ["MCC", "Imc2"].contains(map.feature) ? 2e-8 : 1e-10
      for (found, mask) in zip(map.values, box.mask) {
        let wanted = mask == 0 ? 0 : value
        #expect(
          abs(found - wanted) <= max(absolute, 1e-10 * abs(wanted)),
          "\(map.feature): \(found), whole VOI \(wanted)")
      }
    }
  }

  private static func family(_ name: String) throws -> any FeatureFamily {
    switch name {
    case "firstorder": try FirstOrder(.init())
    case "glcm": try GLCM(.init())
    case "gldm": try GLDM(.init())
    case "glrlm": try GLRLM(.init())
    case "glszm": try GLSZM(.init())
    default: try NGTDM(.init())
    }
  }

  private static func ball(_ parameters: VoxelMapParameters) throws -> VoxelMapKernels {
    let box = SyntheticBox.make(
      size: SIMD3(7, 7, 7), spacing: .one, pixelType: .float32,
      image: "wave 7 13 29 0 101 40 3 2.5 -80", mask: "ball")
    return try VoxelMapKernels(box, parameters: parameters)
  }

  @Test("initValue is outside the VOI, and equal bits come twice")
  func outside() throws {
    var parameters = VoxelMapParameters()
    parameters.initValue = -7
    let kernels = try Self.ball(parameters)
    let family = try GLCM(.init())
    let maps = try kernels.maps(of: family, features: ["JointEntropy", "MCC"])
    for (value, mask) in zip(maps[0].values, kernels.box.mask) where mask == 0 {
      #expect(value == -7)
    }
    #expect(maps == (try kernels.maps(of: family, features: ["JointEntropy", "MCC"])))
  }

  @Test("a map that PyRadiomics does not make has initValue and says why")
  func missingMap() throws {
    var parameters = VoxelMapParameters()
    parameters.initValue = 3
    // The tips of this VOI have directions without pairs.
    let box = SyntheticBox.make(
      size: SIMD3(6, 6, 6), spacing: .one, pixelType: .float32,
      image: "wave 7 13 29 0 101 40 3 2.5 -80", mask: "hash 5 40")
    let kernels = try VoxelMapKernels(box, parameters: parameters)
    let maps = try kernels.maps(of: GLCM(.init()), features: ["MCC", "JointAverage", "Idm"])
    #expect(maps[0].note.hasPrefix("MCC is not defined") && maps[0].values.allSatisfy { $0 == 3 })
    #expect(maps[1].note.isEmpty && maps[1].values.contains { $0.isNaN })
    #expect(maps[2].note.isEmpty)
  }

  @Test("shape, unknown features and empty VOIs are refused")
  func refusals() throws {
    let kernels = try Self.ball(VoxelMapParameters())
    #expect {
      try kernels.maps(of: Shape(.init()), features: ["Sphericity"])
    } throws: {
      "\($0)".contains("shape features have no value at a voxel")
    }
    #expect {
      try kernels.maps(of: GLCM(.init()), features: ["JointEntrpy"])
    } throws: {
      "\($0)".contains("did you mean \"JointEntropy\"?")
    }
    let empty = VoxelBox(
      size: SIMD3(2, 2, 2), spacing: .one, pixelType: .int16,
      values: [Double](repeating: 0, count: 8), mask: [UInt8](repeating: 0, count: 8))
    #expect(throws: FeatureError.self) {
      try VoxelMapKernels(empty, parameters: VoxelMapParameters())
    }
  }

  @Test("column names are checked, all at once")
  func columns() throws {
    var parameters = VoxelMapParameters()
    #expect(throws: InvalidInput.self) { try parameters.columns() }
    parameters.features = ["original_glcm_Idm", "log-sigma-3-0-mm-3D_firstorder_10Percentile"]
    let columns = try parameters.columns()
    #expect(columns[1].imageType == "log-sigma-3-0-mm-3D" && columns[1].family == "firstorder")
    #expect(columns[1].feature == "10Percentile")
    parameters.features = ["Idm", "original_shape_Flatness", "original_glcm_Idm"]
    parameters.features.append("original_glcm_Idm")
    #expect {
      try parameters.columns()
    } throws: {
      ($0 as? InvalidInput)?.problems.count == 3
    }
  }
}
