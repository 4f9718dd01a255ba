import Components
import Filters
import Foundation
import Imaging
import TestSupport
import Testing

@Suite struct WaveletTests {
  /// Oracle: PyRadiomics 3.0.1 with PyWavelets 1.6.0; equal bits.
  @Test(arguments: WaveletLoGCase.read("wavelet.csv"))
  func responsesEqualPyRadiomics(_ golden: WaveletLoGCase) throws {
    var parameters = WaveletParameters()
    parameters.wavelet = golden.settings[0]
    parameters.level = try #require(Int(golden.settings[1]))
    parameters.startLevel = try #require(Int(golden.settings[2]))
    if let dimension = Int(golden.settings[3]) {
      parameters.force2D = true
      parameters.force2Ddimension = dimension
    }
    try expectEqual(golden, WaveletFilter(parameters))
  }

  @Test func goldenFilesAreRead() {
    #expect(WaveletLoGCase.read("wavelet.csv").count == 11)
    #expect(WaveletLoGCase.read("log.csv").count == 5)
  }

  /// Oracle: PyWavelets 1.6.0; equal bits in both precisions, for every discrete wavelet.
  @Test func filterBanksEqualPyWavelets() throws {
    let rows = try GoldenTable(WaveletLoGCase.golden("wavelet_banks.csv")).rows
    #expect(Set(rows.map { $0["name"] }) == Set(WaveletFilterBank.names))
    for row in rows {
      let name = try #require(row["name"])
      let bank = try #require(WaveletFilterBank(named: name), "\(name)")
      // The oracle's float32 filters are measured, as sums, which have no negative zero.
      let singles = [bank.lowFloat, bank.highFloat].map { $0.map { Double($0) + 0 } }
      let lines = [bank.low, bank.high] + singles
      #expect(bank.low.count == Int(row["length"] ?? ""), "\(name)")
      #expect(
        lines.map { "\(Checksum.of($0))" }
          == ["low", "high", "lowFloat", "highFloat"].map { row[$0] ?? "" }, "\(name)")
    }
  }

  /// A part of the box has the values that the whole has there; equal bits.
  @Test(arguments: ["coif1", "db9"]) func windowDoesNotMatter(_ wavelet: String) throws {
    var parameters = WaveletParameters()
    parameters.wavelet = wavelet
    parameters.level = 2
    let filter = try WaveletFilter(parameters)
    let size = SIMD3(27, 24, 31)
    let image = WaveletLoGCase.volume(size, .one, .float32)
    let whole = IndexBox(lower: .zero, size: size)
    var parts: [[Double]] = []
    let box = IndexBox(lower: SIMD3(9, 20, 3), size: SIMD3(17, 3, 2))
    collect(filter, image, box) { parts.append($0) }
    var position = 0
    collect(filter, image, whole) { values in
      let cut = Volume(grid: image.grid, values: values, as: .float64).values(in: box)
      #expect(cut == parts[position])
      position += 1
    }
    #expect(position == 15)
  }

  @Test func unknownWaveletNamesTheNearest() {
    var parameters = WaveletParameters()
    parameters.wavelet = "ciof1"
    #expect {
      try WaveletFilter(parameters)
    } throws: {
      "\($0)".contains("did you mean \"coif1\"?")
    }
    parameters.wavelet = "bior1.1.dual"
    #expect(throws: InvalidInput.self) { try WaveletFilter(parameters) }
  }

  private func collect(
    _ filter: WaveletFilter, _ image: Volume, _ box: IndexBox, _ body: ([Double]) -> Void
  ) {
    let mask = [UInt8](repeating: 1, count: box.voxelCount)
    filter.forEachResponse(of: FilterInput(image: image, box: box, mask: mask)) { _, result in
      if case .success(let response) = result { body(response.values) }
    }
  }
}

/// All responses of a case: names, order, type and the checksum of all values.
func expectEqual<Filter: ImageFilter>(_ golden: WaveletLoGCase, _ filter: Filter) throws {
  var computed: [String] = []
  var names: [String] = []
  filter.forEachResponse(of: golden.input) { name, result in
    names.append(name)
    guard case .success(let response) = result else { return }
    let first = "\(response.values[0])"
    computed.append("\(name) \(response.pixelType) \(Checksum.of(response.values)) \(first)")
  }
  #expect(names == filter.responseNames)
  let expected = golden.rows.map { row in
    let first = Double(row["first"] ?? "") ?? .nan
    return "\(row["name"] ?? "") \(row["responseType"] ?? "") \(row["crc"] ?? "") \(first)"
  }
  #expect(computed == expected)
}
