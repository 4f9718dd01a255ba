import Components
import ModelStudy
import Study

/// All problems as one text; "" where nothing is wrong.
func problems<Value>(_ body: () throws(InvalidInput) -> Value) -> String {
  do throws(InvalidInput) {
    _ = try body()
    return ""
  } catch {
    return error.description
  }
}

func clinical(_ text: String, name: String = "clinical.csv") throws(InvalidInput) -> ModelTable {
  try ModelTable.csv(ByteSource(text), name: name, as: .clinical)
}

func features(_ text: String, name: String = "features.csv") throws(InvalidInput) -> ModelTable {
  try ModelTable.csv(ByteSource(text), name: name, as: .features)
}

func expression(_ text: String) throws(InvalidInput) -> OutcomeExpression {
  try OutcomeExpression(text, at: "outcome")
}

extension ModelTable {
  func numbers(_ name: String) -> [Double]? {
    guard case .numbers(let numbers)? = self[name]?.values else { return nil }
    return numbers
  }

  func texts(_ name: String) -> [String]? {
    guard case .texts(let texts)? = self[name]?.values else { return nil }
    return texts
  }
}
