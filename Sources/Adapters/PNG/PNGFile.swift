internal import CZlib
package import Overlay

/// Writes indexed pictures in the Portable Network Graphics format (ISO/IEC 15948).
package enum PNGFile {
  /// How a row is written (clause 9): as it is, or as the difference from what stands left of a
  /// byte, above it, or from the one of left, above and corner that is nearest to left + above -
  /// corner.
  private enum Filter: UInt8, CaseIterable {
    case none = 0
    case left = 1
    case above = 2
    case nearest = 4
  }

  /// The bytes of a file. Of the ways to write all rows, the one that takes the fewest bytes; they
  /// depend on the release of zlib, the pixels do not.
  package static func bytes(_ raster: IndexedRaster) -> [UInt8] {
    let depth = [1, 2, 4, 8].first { 1 << $0 >= raster.palette.count } ?? 8
    let rows = packed(raster, bits: depth)
    var best: [UInt8] = []
    for filter in Filter.allCases {
      let data = deflated(filtered(rows, by: filter))
      if best.isEmpty || data.count < best.count { best = data }
    }
    var file: [UInt8] = [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A]
    // Colour type 3 is a palette; no interlacing.
    let header =
      bigEndian(raster.width) + bigEndian(raster.height) + [UInt8(depth), 3, 0, 0, 0]
    file += chunk("IHDR", header)
    file += chunk("PLTE", raster.palette.flatMap { [$0.x, $0.y, $0.z] })
    if raster.isFirstTransparent { file += chunk("tRNS", [0]) }
    file += chunk("IDAT", best)
    return file + chunk("IEND", [])
  }

  /// A thumbnail with as many grey levels as fit into a number of bytes: 64, or half of that again
  /// and again, at least 4.
  package static func bytes(_ thumbnail: OverlayThumbnail, limit: Int) -> [UInt8] {
    var levels = 64
    while true {
      let file = bytes(thumbnail.raster(greyLevels: levels))
      if file.count <= limit || levels <= 4 { return file }
      levels /= 2
    }
  }

  /// Rows of bytes, the first pixel in the highest bits.
  private static func packed(_ raster: IndexedRaster, bits: Int) -> [[UInt8]] {
    let perByte = 8 / bits
    let length = (raster.width + perByte - 1) / perByte
    return (0..<raster.height).map { y in
      var row = [UInt8](repeating: 0, count: length)
      for x in 0..<raster.width {
        let shift = 8 - bits * (x % perByte + 1)
        row[x / perByte] |= raster.pixels[y * raster.width + x] << UInt8(shift)
      }
      return row
    }
  }

  private static func filtered(_ rows: [[UInt8]], by filter: Filter) -> [UInt8] {
    var result: [UInt8] = []
    var above = [UInt8](repeating: 0, count: rows[0].count)
    for row in rows {
      result.append(filter.rawValue)
      for (x, value) in row.enumerated() {
        let (left, corner) = x == 0 ? (0, 0) : (row[x - 1], above[x - 1])
        let predicted: UInt8 =
          switch filter {
          case .none: 0
          case .left: left
          case .above: above[x]
          case .nearest: nearest(left, above[x], corner)
          }
        result.append(value &- predicted)
      }
      above = row
    }
    return result
  }

  /// Paeth's predictor; of equals the first of left, above, corner.
  private static func nearest(_ left: UInt8, _ above: UInt8, _ corner: UInt8) -> UInt8 {
    let estimate = Int(left) + Int(above) - Int(corner)
    let distances = [left, above, corner].map { abs(estimate - Int($0)) }
    if distances[0] <= distances[1] && distances[0] <= distances[2] { return left }
    return distances[1] <= distances[2] ? above : corner
  }

  private static func deflated(_ bytes: [UInt8]) -> [UInt8] {
    var count = compressBound(uLong(bytes.count))
    var result = [UInt8](repeating: 0, count: Int(count))
    let status = compress2(&result, &count, bytes, uLong(bytes.count), Z_BEST_COMPRESSION)
    precondition(status == Z_OK, "zlib has room for the bytes, so it can only be out of memory")
    return Array(result.prefix(Int(count)))
  }

  /// Length, name, data and the CRC-32 of name and data.
  private static func chunk(_ name: String, _ data: [UInt8]) -> [UInt8] {
    let body = Array(name.utf8) + data
    return bigEndian(data.count) + body + bigEndian(Int(crc32(0, body, uInt(body.count))))
  }

  private static func bigEndian(_ value: Int) -> [UInt8] {
    withUnsafeBytes(of: UInt32(value).bigEndian) { Array($0) }
  }
}
