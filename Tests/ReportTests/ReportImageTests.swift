import Report
import Testing

@Suite struct ReportImageTests {
  private func page(_ blocks: [HTMLReport.Block]) -> String {
    HTMLReport(study: "s", fingerprint: "", date: "", sections: [.init("Images", blocks)]).html()
  }

  private func image(_ png: [UInt8], _ text: String = "P1") -> ReportImage {
    ReportImage(title: text, alt: text, width: 4, height: 2, png: png)
  }

  /// Test vectors of RFC 4648, section 10.
  @Test func bytesAreBase64() {
    let vectors: [(String, String)] = [
      ("", ""), ("f", "Zg=="), ("fo", "Zm8="), ("foo", "Zm9v"), ("foob", "Zm9vYg=="),
      ("fooba", "Zm9vYmE="), ("foobar", "Zm9vYmFy"),
    ]
    for (bytes, text) in vectors {
      #expect(page([.images([image(Array(bytes.utf8))])]).contains("base64,\(text)\""))
    }
    #expect(page([.images([image([0xFB, 0xFF])])]).contains("base64,+/8=\""))
  }

  @Test func picturesAreEmbeddedAndDescribed() {
    let text = page([.images([image([1], "<a>\"b"), image([2])]), .images([])])
    let reading = XMLReading(text)
    #expect(reading.isWellFormed, "\(reading.problem)")
    #expect(reading.elements.count { $0 == "img" } == 2)
    let values = { (name: String) in reading.attributes.filter { $0.name == name }.map(\.value) }
    #expect(values("alt") == ["<a>\"b", "P1"] && values("loading") == ["lazy", "lazy"])
    #expect(values("src").allSatisfy { $0.hasPrefix("data:image/png;base64,") })
    #expect(text.contains("img-src data:") && text.contains("default-src 'none'"))
  }
}
