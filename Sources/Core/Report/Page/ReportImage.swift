/// A colour of small pictures and what it stands for.
package struct ColourName: Hashable, Sendable {
  package var name: String
  /// Red, green, blue.
  package var colour: SIMD3<UInt8>

  package init(name: String, colour: SIMD3<UInt8>) {
    self.name = name
    self.colour = colour
  }

  func html() -> String {
    "<li><svg width=\"12\" height=\"12\" aria-hidden=\"true\"><rect width=\"12\" height=\"12\""
      + " fill=\"rgb(\(colour.x),\(colour.y),\(colour.z))\"/></svg>\(Markup.escaped(name))</li>"
  }
}

/// A small raster picture of a page, embedded in it.
package struct ReportImage: Hashable, Sendable {
  /// Stands under the picture.
  package var title: String
  /// What a person who cannot see it is told.
  package var alt: String
  /// Pixels.
  package var width: Int
  package var height: Int
  /// A file in PNG.
  package var png: [UInt8]

  package init(title: String, alt: String, width: Int, height: Int, png: [UInt8]) {
    self.title = title
    self.alt = alt
    self.width = width
    self.height = height
    self.png = png
  }

  func html() -> String {
    "<figure>\n<img src=\"data:image/png;base64,\(Self.base64(png))\" width=\"\(width)\""
      + " height=\"\(height)\" loading=\"lazy\" decoding=\"async\""
      + " alt=\"\(Markup.escaped(alt))\"/>\n"
      + "<figcaption>\(Markup.escaped(title))</figcaption>\n</figure>"
  }

  /// RFC 4648, section 4.
  static func base64(_ bytes: [UInt8]) -> String {
    let digits = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/".utf8)
    var text: [UInt8] = []
    text.reserveCapacity((bytes.count + 2) / 3 * 4)
    for start in stride(from: 0, to: bytes.count, by: 3) {
      let group = bytes[start..<min(start + 3, bytes.count)]
      var bits = 0
      for place in 0..<3 {
        bits = bits << 8 | (place < group.count ? Int(group[start + place]) : 0)
      }
      for place in 0..<4 {
        let isPadding = place > group.count
        text.append(isPadding ? UInt8(ascii: "=") : digits[bits >> (18 - 6 * place) & 63])
      }
    }
    return String(decoding: text, as: UTF8.self)
  }
}
