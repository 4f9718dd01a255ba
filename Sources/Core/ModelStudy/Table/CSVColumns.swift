internal import Components
internal import Study

/// The columns of a CSV file: numbers where every value is one or is missing, else texts.
struct CSVColumns {
  private enum Form {
    case numbers
    case texts
    /// Texts behind numbers, which only the file still has as they were written.
    case mixed
    case leftOut
  }

  /// Line of the file on which each row starts, 1-based.
  let lines: [Int]
  private var forms: [Form]
  private var numbers: [[Double]]
  private var texts: [[String]]

  /// - Parameter asTexts: columns that are taken as they are written, whatever they look like.
  /// - Throws: what `CSVFile` refuses.
  init(_ file: CSVFile, asTexts: [Int]) throws(InvalidInput) {
    var forms = [Form](repeating: .numbers, count: file.header.count)
    for column in asTexts { forms[column] = .texts }
    try self.init(file, forms)
    let mixed = self.forms.map { $0 == .mixed }
    guard mixed.contains(true) else { return }
    let again = try CSVColumns(file, mixed.map { $0 ? .texts : .leftOut })
    guard again.lines == lines else {
      throw InvalidInput(file.name, "the table has changed while it was read")
    }
    for column in mixed.indices where mixed[column] {
      self.forms[column] = .texts
      texts[column] = again.texts[column]
    }
  }

  private init(_ file: CSVFile, _ wanted: [Form]) throws(InvalidInput) {
    let lineCount = try file.lineCount()
    var forms = wanted
    var numbers = [[Double]](repeating: [], count: forms.count)
    var texts = [[String]](repeating: [], count: forms.count)
    for column in forms.indices where forms[column] == .numbers {
      numbers[column].reserveCapacity(lineCount)
    }
    lines = try file.read { column, field in
      switch forms[column] {
      case .numbers:
        if let number = cellNumber(field) ?? (Self.isMissing(field) ? .nan : nil) {
          numbers[column].append(number)
        } else {
          let count = numbers[column].count
          let hasNumbers = numbers[column].contains { !$0.isNaN }
          numbers[column] = []
          forms[column] = hasNumbers ? .mixed : .texts
          texts[column] = [String](repeating: "", count: count)
          texts[column].append(String(decoding: field, as: UTF8.self))
        }
      case .texts: texts[column].append(String(decoding: field, as: UTF8.self))
      case .mixed, .leftOut: break
      }
    }
    self.forms = forms
    self.numbers = numbers
    self.texts = texts
  }

  private static func isMissing(_ text: UnsafeBufferPointer<UInt8>) -> Bool {
    text.count <= 3 && isMissingText(String(decoding: text, as: UTF8.self))
  }

  /// The texts of a column as they are written.
  func written(_ column: Int) -> [String] { texts[column] }

  /// What a column holds; missing texts are empty.
  func values(_ column: Int) -> ModelTable.Values {
    forms[column] == .numbers
      ? .numbers(numbers[column])
      : .texts(texts[column].map { isMissingText($0) ? "" : $0 })
  }
}
