import Components
import Learning
import Numerics
import SVMAdapter
import Testing

/// Oracles: libsvm 3.24's Python interface (scripts/oracles/svm_libsvm.py), R's e1071
/// (svm_e1071.R), scikit-learn (svm_sklearn.py).
@Suite("Support vector machines equal libsvm's, e1071's and scikit-learn's")
struct SVMGoldenTests {
  @Test func goldenFilesAreComplete() {
    #expect(SVMGolden.all("svm-tables").count == 16)
    #expect(SVMGolden.all("svm-libsvm").count == 20)
    #expect(SVMGolden.all("svm-platt").count == 7)
    #expect(SVMGolden.all("svm-e1071").count == 21)
    #expect(SVMGolden.all("svm-sklearn").count == 5)
  }

  /// Bit for bit on x86-64, where the goldens were made. Elsewhere another exp, pow and tanh and
  /// fused multiplications in libsvm itself change last digits.
  @Test("libsvm", arguments: SVMGolden.all("svm-libsvm"))
  func libsvm(_ golden: SVMGolden) throws {
    let (fit, test) = try #require(try golden.fitToTraining())
    let scores = try fit.scores(test.features)
    #expect(fit.supportVectorCount == golden.integer("count"))
    #if arch(x86_64)
      #expect(fit.rho == golden.number("rho"))
      #expect(scores == golden.numbers("values"))
    #else
      #expect(deviation(scores, golden.numbers("values")) < 1e-6)
    #endif
  }

  /// Sigmoid and probabilities bit for bit where the folds are libsvm's (same condition as above);
  /// the last row of the golden has a class that is left out as a whole.
  @Test("libsvm's sigmoid", arguments: SVMGolden.all("svm-platt"))
  func platt(_ golden: SVMGolden) throws {
    let table = try #require(SVMTable.named(golden.text("table")))
    let train = table.data(golden.text("outcome"), test: false, falling: golden.isFalling)
    let test = table.data(golden.text("outcome"), test: true)
    let units = golden.numbers("units").map { [Int($0)] }
    let fit = try SVCModel.decode(golden.settings, at: "").fit(train, plattUnits: units)
    let sigmoid = try #require(fit.sigmoid)
    let expected = golden.numbers("sigmoid")
    let probabilities = try #require(try fit.probabilities(test.features))
    #if arch(x86_64)
      #expect([sigmoid.slope, sigmoid.offset] == expected)
      #expect(probabilities == golden.numbers("values"))
    #else
      #expect(deviation([sigmoid.slope, sigmoid.offset], expected) < 1e-4)
      #expect(deviation(probabilities, golden.numbers("values")) < 1e-4)
    #endif
  }

  /// To 1e-8 (measured: the same bits in 14 of 16). Where the first row is not of class 1, e1071
  /// solves the mirrored problem: the golden's tolerance is 1e-9 there, and 5e-10 was measured.
  @Test("e1071", arguments: SVMGolden.all("svm-e1071").filter { !$0.isOfGliomas })
  func e1071(_ golden: SVMGolden) throws {
    try compare(golden)
  }

  /// To 1e-8 (measured 6e-14).
  @Test(
    "e1071, gliomas",
    .enabled(if: SVMTable.named("glioma11") != nil, "needs ../shared/data/tables"),
    arguments: SVMGolden.all("svm-e1071").filter(\.isOfGliomas))
  func gliomas(_ golden: SVMGolden) throws {
    try compare(golden)
  }

  private func compare(_ golden: SVMGolden) throws {
    let (fit, test) = try #require(try golden.fitToTraining())
    #expect(fit.supportVectorCount == golden.integer("count"))
    #expect(deviation(try fit.scores(test.features), golden.numbers("values")) < 1e-8)
    let isConstant = ["hostile", "gliomaAll"].contains(golden.text("table"))
    #expect(fit.scaling.constantColumns.isEmpty != isConstant)
  }

  /// To 1e-8 at tolerance 1e-10 (measured 1.1e-10): scikit-learn puts class 0 first.
  @Test("scikit-learn", arguments: SVMGolden.all("svm-sklearn"))
  func scikitLearn(_ golden: SVMGolden) throws {
    let (fit, test) = try #require(try golden.fitToTraining())
    #expect((fit.function.gamma / golden.number("gamma") - 1).magnitude < 1e-13)
    #expect(fit.supportVectorCount == golden.integer("count"))
    #expect(deviation(try fit.scores(test.features), golden.numbers("values")) < 1e-8)
  }
}
