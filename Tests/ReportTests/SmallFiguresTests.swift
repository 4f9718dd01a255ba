import Report
import Testing

@Suite struct SmallFiguresTests {
  @Test func smallHistogramsHoldAnything() {
    let values: [[Double]] = [
      [], [.nan], [1], [2, 2, 2], [-1.7e308, 1.7e308], (0..<400).map { Double($0 * $0 % 97) },
      [.infinity, 0, 1],
    ]
    let figure = Figure.smallHistograms(
      values.map { (name: "PETCT_peritumour_wavelet-LHL_glcm_JointEntropy", values: $0) },
      note: "A note.")
    let reading = XMLReading(figure.svg(id: "x"))
    #expect(reading.isWellFormed, "\(reading.problem)")
    #expect(
      figure.caption.hasPrefix("Histograms of 7 columns") && figure.caption.hasSuffix("note."))
    let texts = figure.canvas.texts
    // Names and two limits of those that have a value.
    #expect(texts.count == 15)
    for (index, text) in texts.enumerated() {
      #expect(text.box.right <= figure.canvas.width && text.box.bottom <= figure.canvas.height)
      for other in texts[..<index] { #expect(!text.box.overlaps(other.box), "\(text), \(other)") }
    }
    #expect(XMLReading(Figure.smallHistograms([]).svg(id: "x")).isWellFormed)
  }

  /// A large matrix has one element for each step of colour, and as much area of each as cells.
  @Test func largeCorrelationsStaySmall() {
    let count = 120
    let matrix = (0..<count * count).map { index -> Double in
      let step = index * 7 % 41
      return step == 40 ? .nan : Double(step - 20) / 20
    }
    let figure = Figure.correlation(
      names: (0..<count).map { "f\($0)" }, matrix: matrix, kind: "Spearman", count: 9)
    let text = figure.svg(id: "x")
    #expect(XMLReading(text).isWellFormed)
    #expect(text.split(separator: "\n").count { $0.hasPrefix("<path class=\"f-") } == 40)
    #expect(!text.contains("NaN") && figure.caption.contains("Grey: not defined"))
    // Step 0 is left white: 1 of 41 cells.
    let cells = text.count { $0 == "M" } - text.count { $0 == "L" }
    #expect(cells == matrix.count { !($0 == 0) })
  }
}
