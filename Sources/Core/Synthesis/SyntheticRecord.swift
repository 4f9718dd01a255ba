internal import Glibc
internal import Numerics

/// What is known of a synthetic patient without making the images.
///
/// The outcome depends on the texture through the latent `heterogeneity` h (standard normal), which
/// also sets the amplitude of the noise inside the lesions:
///
///     P(outcome = 1) = 1 / (1 + exp(-(-0.3 + 1.5 h)))
///     hazard of an event = exp(0.8 h + 0.015 (age - 60)) / 900 per day
///     censoring: uniform between 365 and 1825 days
package struct SyntheticRecord: Hashable, Sendable {
  /// `synthetic-001` for index 0; at least three digits, whatever the size of the cohort.
  package var id: String
  /// Latent texture parameter, standard normal. Not in the cohort table: images show it.
  package var heterogeneity: Double
  /// 1 or 2; lesion k has label k in both masks.
  package var lesionCount: Int
  /// Years.
  package var age: Int
  /// `F` or `M`.
  package var sex: String
  /// Hospital, `A`, `B` or `C`.
  package var site: String
  /// 0 or 1.
  package var outcome: Int
  /// Days to the event or to censoring, >= 1.
  package var timeDays: Int
  /// 1: event, 0: censored.
  package var event: Int

  /// Every fourth patient has two lesions.
  package static let secondLesionEvery = 4

  init(index: Int, stream: inout RandomStream) {
    id = SyntheticRecord.identifier(index)
    heterogeneity = stream.normal()
    lesionCount = index % Self.secondLesionEvery == Self.secondLesionEvery - 1 ? 2 : 1
    age = min(90, max(20, Int((60 + 12 * stream.normal()).rounded())))
    sex = stream.uniform() < 0.5 ? "F" : "M"
    site = ["A", "B", "C"][stream.integer(below: 3)]
    // A logistic draw is above -x with probability 1 / (1 + exp(-x)).
    let u = stream.openUniform()
    let logistic = PortableLogarithm.value(of: u) - PortableLogarithm.value(of: 1 - u)
    outcome = logistic < -0.3 + 1.5 * heterogeneity ? 1 : 0
    let hazard = exp(0.8 * heterogeneity + 0.015 * Double(age - 60)) / 900
    let eventTime = stream.exponential() / hazard
    let censoringTime = stream.uniform(in: 365..<1825)
    event = eventTime <= censoringTime ? 1 : 0
    timeDays = max(1, Int(min(eventTime, censoringTime).rounded(.up)))
  }

  private static func identifier(_ index: Int) -> String {
    let digits = String(index + 1)
    return "synthetic-" + String(repeating: "0", count: max(0, 3 - digits.count)) + digits
  }
}
