package import Components
package import Numerics

/// Something could not be fitted or applied, for a reason that the user should read.
package struct LearningError: Error, Hashable, Sendable, CustomStringConvertible {
  package var message: String
  package init(_ message: String) { self.message = message }
  package var description: String { message }
}

/// What is fitted, as plain numbers and texts: exact, for files and messages. `kind` is the
/// component's id; a reader knows from it what the rest means.
package struct FittedState: Hashable, Sendable {
  package var kind: String
  package var texts: [String]
  package var numbers: [Double]
  /// What it is made of, such as the members of a stack.
  package var parts: [FittedState]

  package init(
    kind: String, texts: [String] = [], numbers: [Double] = [], parts: [FittedState] = []
  ) {
    self.kind = kind
    self.texts = texts
    self.numbers = numbers
    self.parts = parts
  }
}

/// A fitted step between table and model; applying it never looks at outcomes.
package protocol FittedTransform: Sendable {
  /// Names of the columns that come out.
  var names: [String] { get }
  var state: FittedState { get }
  /// - Parameters:
  ///   - features: with the columns of the fit.
  ///   - sites: one per row, or empty.
  func apply(_ features: FeatureMatrix, sites: [String]) throws(LearningError) -> FeatureMatrix
  init(_ state: FittedState) throws(LearningError)
}

/// A data-dependent step before selection: imputation, scaling, harmonisation. Fitted to training
/// rows, then frozen. One file, one line in `Catalog`.
package protocol Preparation: Component {
  associatedtype Fitted: FittedTransform
  func fit(_ data: Dataset, using stream: inout RandomStream) throws(LearningError) -> Fitted
}

/// Chooses columns by looking at training rows. One file, one line in `Catalog`.
package protocol Selector: Component {
  /// What it can look at; all kinds unless it says otherwise.
  static var outcomes: Set<OutcomeKind> { get }
  /// - Returns: indices of columns in the order of their rank, the best first; ties by column.
  func select(from data: Dataset, using stream: inout RandomStream) throws(LearningError) -> [Int]
}

extension Selector {
  package static var outcomes: Set<OutcomeKind> { Set(OutcomeKind.allCases) }
}

/// Changes training rows so that both classes count the same; never applied to rows that are
/// predicted. One file, one line in `Catalog`.
package protocol Balancing: Component {
  /// - Throws: no binary outcome, or one class only.
  func balanced(_ data: Dataset, using stream: inout RandomStream) throws(LearningError) -> Dataset
}

/// A fitted model.
package protocol Predictor: Sendable {
  var state: FittedState { get }
  /// One score per row, higher for the positive class, the larger value or the earlier event; the
  /// scale (margin, probability, linear predictor) is the model's and is documented there.
  func scores(_ features: FeatureMatrix) throws(LearningError) -> [Double]
  /// One probability of the positive class per row; nil where the model has none.
  func probabilities(_ features: FeatureMatrix) throws(LearningError) -> [Double]?
  /// One per column of the fit, by size for RFE; nil where the model has none.
  var importances: [Double]? { get }
  init(_ state: FittedState) throws(LearningError)
}

extension Predictor {
  package func probabilities(_ features: FeatureMatrix) throws(LearningError) -> [Double]? { nil }
  package var importances: [Double]? { nil }
}

/// A model with its hyper-parameters. One file, one line in `Catalog`.
package protocol Model: Component {
  associatedtype Fitted: Predictor
  /// What it can be fitted to.
  static var outcomes: Set<OutcomeKind> { get }
  func fit(_ data: Dataset, using stream: inout RandomStream) throws(LearningError) -> Fitted
}

/// A model whose fits of several hyper-parameters to the same rows can share work.
package protocol SharedFitting: Model {
  /// Fits all of them; each result has the bits of its own `fit`.
  /// - Parameter streams: one per model.
  static func fitAll(
    _ models: [Self], to data: Dataset, using streams: [RandomStream]
  ) -> [Result<Fitted, LearningError>]
}
