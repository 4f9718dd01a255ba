package import Components
package import Imaging
internal import Foundation

/// What an uptake is divided by.
package enum UptakeNormalisation: String, Hashable, Sendable, CaseIterable {
  /// Body weight, g. Zasadny & Wahl 1993, Radiology 189, 847.
  case bodyWeight = "bw"
  /// Lean body mass, g: male 9270 w / (6680 + 216 b), female 9270 w / (8780 + 244 b) kg, with
  /// weight w in kg and body mass index b = w / height^2 in kg/m2. Janmahasatian et al. 2005,
  /// Clinical Pharmacokinetics 44, 1051.
  case leanBodyMass = "lbm-janmahasatian"
  /// Body surface area, cm2: 71.84 w^0.425 h^0.725, weight w in kg, height h in cm. Du Bois & Du
  /// Bois 1916, Archives of Internal Medicine 17, 863.
  case bodySurface = "bsa"
}

/// Unit of the injected dose.
package enum DoseUnit: String, Hashable, Sendable, CaseIterable {
  case megabecquerel = "MBq"
  case becquerel = "Bq"
}

/// `suv:` of an image in a study file: from activity concentration (Bq/ml) to standardised uptake
/// value. The columns are columns of the cohort table.
///
/// | setting | default | range | meaning |
/// |---|---|---|---|
/// | `kind` | bw | bw, lbm-janmahasatian, bsa | what the uptake is divided by |
/// | `weight` | weight | column | body weight, kg, 1...500 |
/// | `dose` | dose | column | injected activity, > 0, at most 100,000 MBq |
/// | `doseUnit` | MBq | MBq, Bq | unit of `dose` |
/// | `delay` | "" | column or "" | minutes from the dose's time to the image's, 0...1440 |
/// | `halfLife` | 109.771 | > 0 | half-life of the nuclide, minutes |
/// | `height` | height | column | cm, 30...250; not for bw |
/// | `sex` | sex | column | m, f, male or female, any case; lbm-janmahasatian only |
///
/// The dose at the time to which the image's decay correction refers is dose 2^(-delay/halfLife);
/// without a `delay` column the dose is taken to be corrected already. 109.771(20) minutes is
/// fluorine-18 in NUBASE2003 (Audi et al., Nuclear Physics A 729, 3); NUBASE2020 has 109.734(8).
package struct SUVParameters: ParameterSet {
  package var kind = UptakeNormalisation.bodyWeight
  package var weight = "weight"
  package var dose = "dose"
  package var doseUnit = DoseUnit.megabecquerel
  package var delay = ""
  package var halfLife = 109.771
  package var height = "height"
  package var sex = "sex"

  package init() {}

  package static let fields: [Field<Self>] = [
    .choice(
      "kind", \.kind,
      "What the uptake is divided by: body weight, lean body mass or body surface area."),
    .text("weight", \.weight, "Cohort column with the body weight, kg."),
    .text("dose", \.dose, "Cohort column with the injected activity."),
    .choice("doseUnit", \.doseUnit, "Unit of the injected activity."),
    .text(
      "delay", \.delay,
      "Cohort column with the minutes from the time of the dose to the time that the image's decay"
        + " correction refers to; empty if the dose is corrected to that time."),
    .number(
      "halfLife", \.halfLife, in: 0...1e9, exclusiveLower: true,
      "Half-life of the nuclide, minutes; 109.771 is fluorine-18."),
    .text("height", \.height, "Cohort column with the height, cm; not needed for bw."),
    .text("sex", \.sex, "Cohort column with m or f; needed for lbm-janmahasatian."),
  ]

  /// The cohort columns that are read, in the order of the settings.
  package var columns: [String] {
    var columns = [weight, dose]
    if !delay.isEmpty { columns.append(delay) }
    if kind != .bodyWeight { columns.append(height) }
    if kind == .leanBodyMass { columns.append(sex) }
    return columns
  }

  /// Settings that need a column and have none.
  /// - Throws: all of them.
  package func check() throws(InvalidInput) {
    var problems: [Problem] = []
    func need(_ field: String, _ column: String) {
      if column.isEmpty {
        problems.append(Problem(field, "a column of the cohort table is needed"))
      }
    }
    need("weight", weight)
    need("dose", dose)
    if kind != .bodyWeight { need("height", height) }
    if kind == .leanBodyMass { need("sex", sex) }
    if !problems.isEmpty { throw InvalidInput(problems) }
  }
}

extension SUVParameters {
  /// The factor that turns Bq/ml into SUV for one patient: normalisation / decayed dose, with the
  /// normalisation in g (bw, lbm-janmahasatian) or cm2 (bsa) and the dose in Bq. SUV is then in
  /// g/ml or cm2/ml.
  ///
  /// - Parameter value: the patient's entry in a column; nil where the table has no such column.
  /// - Throws: every missing or impossible entry, with column, entry and allowed range.
  package func factor(_ value: (String) -> String?) throws(InvalidInput) -> Double {
    var entries = PatientEntries(columns.map { ($0, value($0)) })
    let weight = entries.number(weight, "body weight, kg", 1...500)
    let perUnit = doseUnit == .megabecquerel ? 1e6 : 1
    let dose = entries.number(
      dose, "injected activity, \(doseUnit.rawValue)", 0...(1e11 / perUnit), exclusiveLower: true)
    let delay = delay.isEmpty ? 0 : entries.number(delay, "minutes of decay", 0...1440)
    let height = kind == .bodyWeight ? 1 : entries.number(height, "height, cm", 30...250)
    let isMale = kind == .leanBodyMass ? entries.isMale(sex) : false
    if !entries.problems.isEmpty { throw InvalidInput(entries.problems) }
    let activity = dose * perUnit * pow(2, -delay / halfLife)
    switch kind {
    case .bodyWeight: return weight * 1000 / activity
    case .leanBodyMass:
      let index = weight / (height / 100 * (height / 100))
      let mass = 9270 * weight / (isMale ? 6680 + 216 * index : 8780 + 244 * index)
      return mass * 1000 / activity
    case .bodySurface: return 71.84 * pow(weight, 0.425) * pow(height, 0.725) / activity
    }
  }

  /// The image times a factor, as float64: equal to numpy's `image.astype(float64) * factor`, so
  /// that nothing is lost in a second rounding. (numpy before 2 gives float32 for a float32 image
  /// times a float64 number, which is this result rounded.)
  /// - Parameter factor: finite, > 0.
  package static func apply(_ factor: Double, to image: Volume) -> Volume {
    precondition(factor.isFinite && factor > 0, "a factor from activity to uptake")
    let count = image.voxels.count
    let values = [Double](unsafeUninitializedCapacity: count) { buffer, filled in
      if let target = buffer.baseAddress {
        image.voxels.copy(from: 0, count: count, to: target)
        var i = 0
        while i < count {
          target[i] *= factor
          i &+= 1
        }
      }
      filled = count
    }
    return Volume(grid: image.grid, voxels: .float64(values))
  }
}

/// Reads the entries of one patient and collects what is wrong with them.
private struct PatientEntries {
  private let values: [(column: String, text: String?)]
  private(set) var problems: [Problem] = []

  init(_ values: [(column: String, text: String?)]) { self.values = values }

  mutating func number(
    _ column: String, _ meaning: String, _ range: ClosedRange<Double>, exclusiveLower: Bool = false
  ) -> Double {
    let open = exclusiveLower ? "> \(range.lowerBound)" : ">= \(range.lowerBound)"
    let allowed = "\(meaning): a number \(open) and <= \(range.upperBound)"
    guard let entry = entry(column, allowed) else { return .nan }
    guard let number = Double(entry), range.contains(number),
      !(exclusiveLower && number == range.lowerBound)
    else {
      problems.append(Problem("column \(column)", "\"\(entry.prefix(60))\" is not \(allowed)"))
      return .nan
    }
    return number
  }

  mutating func isMale(_ column: String) -> Bool {
    let allowed = "sex: m, f, male or female"
    guard let entry = entry(column, allowed) else { return false }
    switch entry.lowercased() {
    case "m", "male": return true
    case "f", "female": return false
    default:
      problems.append(Problem("column \(column)", "\"\(entry.prefix(60))\" is not \(allowed)"))
      return false
    }
  }

  private mutating func entry(_ column: String, _ allowed: String) -> String? {
    guard let text = values.first(where: { $0.column == column })?.text else {
      problems.append(
        Problem("column \(column)", "the cohort table has no such column; \(allowed)"))
      return nil
    }
    let entry = text.trimmingCharacters(in: .whitespaces)
    if entry.isEmpty {
      problems.append(Problem("column \(column)", "no entry; \(allowed)"))
      return nil
    }
    return entry
  }
}
