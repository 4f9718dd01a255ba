import CZlib
import Foundation
import Imaging
import Overlay
import PNGAdapter
import Testing

@Suite struct PNGFileTests {
  /// As scripts/oracles/overlay.py makes it.
  private static func raster(_ width: Int, _ height: Int, _ colours: Int) -> IndexedRaster {
    let pixels = (0..<width * height).map { pixel -> UInt8 in
      let (x, y) = (pixel % width, pixel / width)
      let sum: Int = x * 3 + y * 5 + x * y
      return UInt8(sum % colours)
    }
    let palette = (0..<colours).map { colour -> SIMD3<UInt8> in
      let parts: [Int] = [37, 91, 151].map { factor in colour * factor % 256 }
      return SIMD3(UInt8(parts[0]), UInt8(parts[1]), UInt8(parts[2]))
    }
    return IndexedRaster(
      width: width, height: height, pixels: pixels, palette: palette, isFirstTransparent: true)
  }

  /// Oracle: files that PIL wrote; the reader of this test finds the same pixels and colours in them
  /// and in ours.
  @Test func filesHoldThePixels() throws {
    for fields in try Golden.lines("png.csv") {
      let numbers = fields.prefix(3).compactMap { Int($0) }
      let expected = Self.raster(numbers[0], numbers[1], numbers[2])
      let digits = Array(fields[3])
      let theirs = stride(from: 0, to: digits.count, by: 2).compactMap {
        UInt8(String(digits[$0...$0 + 1]), radix: 16)
      }
      #expect(try PNGReading(theirs).raster == expected, "PIL, \(fields.prefix(3))")
      #expect(try PNGReading(PNGFile.bytes(expected)).raster == expected, "\(fields.prefix(3))")
    }
  }

  /// Oracle: PIL reads our files, all pixels and colours equal.
  @Test(.enabled(if: Self.python != nil, "needs RADCOHORT_ORACLE_PYTHON with PIL"))
  func pilReadsOurFiles() throws {
    let folder = FileManager.default.temporaryDirectory.appending(
      path: "radcohort-png-\(ProcessInfo.processInfo.processIdentifier)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    let sizes = [(1, 1, 1), (9, 5, 2), (7, 6, 3), (128, 128, 16), (33, 21, 256), (128, 128, 66)]
    for (index, size) in sizes.enumerated() {
      let bytes = PNGFile.bytes(Self.raster(size.0, size.1, size.2))
      try Data(bytes).write(to: folder.appending(path: "\(index).png"))
    }
    let process = Process()
    process.executableURL = URL(filePath: try #require(Self.python))
    let script = URL(filePath: #filePath).resolvingSymlinksInPath().deletingLastPathComponent()
      .appending(path: "../../scripts/oracles/overlay.py").path
    process.arguments =
      [script, "--read"] + sizes.indices.map { folder.appending(path: "\($0).png").path }
    let output = Pipe()
    process.standardOutput = output
    try process.run()
    let text = String(decoding: output.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
    process.waitUntilExit()
    #expect(process.terminationStatus == 0)
    let lines = text.split(separator: "\n").map(String.init)
    try #require(lines.count == 3 * sizes.count)
    for (index, size) in sizes.enumerated() {
      let expected = Self.raster(size.0, size.1, size.2)
      #expect(lines[3 * index] == "\(index).png \(size.0) \(size.1) 0")
      #expect(lines[3 * index + 1] == expected.pixels.map { "\($0)" }.joined(separator: " "))
      let colours = lines[3 * index + 2].split(separator: " ").compactMap { UInt8($0) }
      #expect(colours.starts(with: expected.palette.flatMap { [$0.x, $0.y, $0.z] }))
    }
  }

  private static let python = ProcessInfo.processInfo.environment["RADCOHORT_ORACLE_PYTHON"]

  /// Noise is the worst that a scanner can give: fewer greys make it fit.
  @Test func everyThumbnailFits() throws {
    let grid = Grid(size: SIMD3(200, 200, 1), spacing: SIMD3(0.4, 0.4, 1))
    var state: UInt64 = 1
    let noise = (0..<40_000).map { _ -> Int16 in
      state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
      return Int16(truncatingIfNeeded: state >> 48) / 40
    }
    let region = MaskRegion(
      box: IndexBox(lower: SIMD3(80, 80, 0), size: SIMD3(40, 40, 1)),
      mask: [UInt8](repeating: 1, count: 1600))
    let thumbnail = OverlayThumbnail(
      of: region, on: grid, image: Volume(grid: grid, voxels: .int16(noise)), named: "MR")
    #expect(PNGFile.bytes(thumbnail.raster()).count > 8000)
    let file = PNGFile.bytes(thumbnail, limit: 8000)
    #expect(file.count <= 8000)
    #expect(try PNGReading(file).raster.palette.count >= 6)
  }
}

/// Reads what the encoder can write and what PIL writes of indexed pictures; checks every checksum.
private struct PNGReading {
  let raster: IndexedRaster

  init(_ bytes: [UInt8]) throws {
    func number(_ offset: Int) -> Int {
      bytes[offset..<offset + 4].reduce(0) { $0 << 8 | Int($1) }
    }
    try #require(bytes.starts(with: [137, 80, 78, 71, 13, 10, 26, 10]))
    var chunks: [(name: String, data: [UInt8])] = []
    var offset = 8
    while offset < bytes.count {
      let length = number(offset)
      let body = Array(bytes[offset + 4..<offset + 8 + length])
      #expect(number(offset + 8 + length) == Int(crc32(0, body, uInt(body.count))))
      chunks.append((String(decoding: body.prefix(4), as: UTF8.self), Array(body.dropFirst(4))))
      offset += 12 + length
    }
    #expect(chunks.first?.name == "IHDR" && chunks.last?.name == "IEND")
    let (width, height) = (number(16), number(20))
    let depth = Int(bytes[24])
    try #require(bytes[25] == 3 && bytes[26] == 0 && bytes[27] == 0 && bytes[28] == 0)
    func data(_ name: String) -> [UInt8] { chunks.filter { $0.name == name }.flatMap(\.data) }
    let colours = data("PLTE")
    let length = (width * depth + 7) / 8
    var rows = [UInt8](repeating: 0, count: (length + 1) * height)
    var count = uLong(rows.count)
    let stream = data("IDAT")
    try #require(uncompress(&rows, &count, stream, uLong(stream.count)) == Z_OK)
    try #require(Int(count) == rows.count)
    var pixels: [UInt8] = []
    var above = [UInt8](repeating: 0, count: length)
    for y in 0..<height {
      let start = y * (length + 1)
      var row: [UInt8] = []
      for x in 0..<length {
        let left = x == 0 ? 0 : Int(row[x - 1])
        let (up, corner) = (Int(above[x]), x == 0 ? 0 : Int(above[x - 1]))
        let p = left + up - corner
        let distances = [abs(p - left), abs(p - up), abs(p - corner)]
        let least = distances.min()
        let predicted: Int =
          switch rows[start] {
          case 0: 0
          case 1: left
          case 2: up
          case 3: (left + up) / 2
          default: least == distances[0] ? left : least == distances[1] ? up : corner
          }
        row.append(rows[start + 1 + x] &+ UInt8(predicted))
      }
      above = row
      for x in 0..<width {
        let bit = x * depth
        pixels.append(row[bit / 8] >> UInt8(8 - depth - bit % 8) & UInt8((1 << depth) - 1))
      }
    }
    raster = IndexedRaster(
      width: width, height: height, pixels: pixels,
      palette: stride(from: 0, to: colours.count, by: 3).map {
        SIMD3(colours[$0], colours[$0 + 1], colours[$0 + 2])
      }, isFirstTransparent: data("tRNS") == [0])
  }
}
