internal import CSVM
internal import Learning

/// What is fitted: the decision value of a row x is the sum of coefficient * kernel(support
/// vector, x), minus rho.
struct SVMSolution: Hashable, Sendable {
  var coefficients: [Double]
  var rho: Double
  /// Classification: how many support vectors are of class 1; they come first. Else nil.
  var positiveCount: Int?
}

/// The calls of libsvm (3.24; Chang & Lin 2011, "LIBSVM: a library for support vector machines").
package enum LibSVM {
  /// "3.24".
  package static let version = "\(LIBSVM_VERSION / 100).\(LIBSVM_VERSION % 100)"

  /// Otherwise libsvm prints its progress.
  private static let isSilent: Bool = {
    svm_set_print_string_function { _ in }
    return true
  }()

  /// Trains without libsvm's own probability estimates, so no random numbers are drawn.
  /// - Parameters:
  ///   - places: the rows to train with.
  ///   - targets: one per place. Both classes must occur in a classification.
  /// - Returns: the solution, and the support vectors as indices of `rows` in libsvm's order.
  static func solve(
    _ machine: SVMMachine, _ rows: NodeRows, _ places: [Int], targets: [Double]
  ) throws(LearningError) -> (SVMSolution, vectors: [Int]) {
    precondition(isSilent && places.count == targets.count && !places.isEmpty)
    var (pointers, targets) = (places.map { Optional(rows.pointer($0)) }, targets)
    var labels: [Int32] = [1, -1]
    var weights = machine.classWeights
    let result = pointers.withUnsafeMutableBufferPointer { pointers in
      targets.withUnsafeMutableBufferPointer { targets in
        labels.withUnsafeMutableBufferPointer { labels in
          weights.withUnsafeMutableBufferPointer { weights in
            var parameter = machine.parameter
            parameter.nr_weight = Int32(weights.count)
            parameter.weight_label = labels.baseAddress
            parameter.weight = weights.baseAddress
            var problem = svm_problem(
              l: Int32(targets.count), y: targets.baseAddress, x: pointers.baseAddress)
            return train(&problem, &parameter)
          }
        }
      }
    }
    withExtendedLifetime(rows) {}
    let (solution, vectors) = try result.get()
    return (solution, vectors.map { places[$0] })
  }

  private static func train(
    _ problem: inout svm_problem, _ parameter: inout svm_parameter
  ) -> Result<(SVMSolution, [Int]), LearningError> {
    if let complaint = svm_check_parameter(&problem, &parameter) {
      return .failure(LearningError("libsvm refuses: \(String(cString: complaint))"))
    }
    guard let model = svm_train(&problem, &parameter) else {
      return .failure(LearningError("libsvm gives no model"))
    }
    defer {
      var address: UnsafeMutablePointer<svm_model>? = model
      svm_free_and_destroy_model(&address)
    }
    let count = Int(model.pointee.l)
    var solution = SVMSolution(
      coefficients: (0..<count).map { model.pointee.sv_coef[0]![$0] }, rho: model.pointee.rho[0])
    guard solution.rho.isFinite, solution.coefficients.allSatisfy(\.isFinite) else {
      return .failure(LearningError("libsvm finds no finite solution; scale the columns first"))
    }
    if parameter.svm_type == Int32(C_SVC) {
      // libsvm takes labels in the order of the rows, but 1 before -1 always.
      precondition(
        model.pointee.nr_class == 2 && model.pointee.label[0] == 1 && model.pointee.label[1] == -1)
      solution.positiveCount = Int(model.pointee.nSV[0])
    }
    return .success((solution, (0..<count).map { Int(model.pointee.sv_indices[$0]) - 1 }))
  }

  /// One decision value per place, summed by libsvm.
  /// - Parameter vectors: indices of `vectorRows`, one per coefficient.
  static func decisionValues(
    _ solution: SVMSolution, _ function: KernelFunction, _ vectorRows: NodeRows, vectors: [Int],
    _ rows: NodeRows, places: [Int]
  ) -> [Double] {
    let count = vectors.count
    precondition(solution.coefficients.count == count)
    var pointers = vectors.map { Optional(vectorRows.pointer($0)) }
    var (coefficients, rho) = (solution.coefficients, solution.rho)
    let positives = solution.positiveCount ?? 0
    // libsvm's label of the two classes, then its counts.
    var classes = [1, -1, Int32(positives), Int32(count - positives)]
    let isClassification = solution.positiveCount != nil
    let values = pointers.withUnsafeMutableBufferPointer { pointers in
      coefficients.withUnsafeMutableBufferPointer { coefficients in
        classes.withUnsafeMutableBufferPointer { classes in
          withUnsafeMutablePointer(to: &rho) { rho in
            var list: UnsafeMutablePointer<Double>? = coefficients.baseAddress
            return withUnsafeMutablePointer(to: &list) { list in
              var model = svm_model()
              model.param = function.parameter
              model.param.svm_type = Int32(isClassification ? C_SVC : EPSILON_SVR)
              model.nr_class = 2
              model.l = Int32(count)
              model.SV = pointers.baseAddress
              model.sv_coef = list
              model.rho = rho
              model.label = classes.baseAddress
              model.nSV = classes.baseAddress.map { $0 + 2 }
              return predict(&model, rows, places)
            }
          }
        }
      }
    }
    withExtendedLifetime((vectorRows, rows)) {}
    return values
  }

  private static func predict(
    _ model: inout svm_model, _ rows: NodeRows, _ places: [Int]
  ) -> [Double] {
    var values: [Double] = []
    values.reserveCapacity(places.count)
    for place in places {
      var value = 0.0
      _ = svm_predict_values(&model, rows.pointer(place), &value)
      values.append(value)
    }
    return values
  }
}
