internal import CSVM

/// What libsvm is asked to solve.
struct SVMMachine: Hashable, Sendable {
  enum Task: Hashable, Sendable {
    /// C-SVC; targets are 1 and -1. The weights multiply the cost of their rows.
    case classification(positiveWeight: Double, negativeWeight: Double)
    /// epsilon-SVR with the half width of the tube.
    case epsilonRegression(Double)
    /// nu-SVR with nu.
    case nuRegression(Double)
  }

  let task: Task
  let settings: SVMSettings
  let function: KernelFunction

  /// Of label 1 and of label -1; empty in a regression.
  var classWeights: [Double] {
    guard case .classification(let positive, let negative) = task else { return [] }
    return [positive, negative]
  }

  /// Without class weights, whose memory is the caller's.
  var parameter: svm_parameter {
    var parameter = function.parameter
    switch task {
    case .classification: parameter.svm_type = Int32(C_SVC)
    case .epsilonRegression(let width):
      parameter.svm_type = Int32(EPSILON_SVR)
      parameter.p = width
    case .nuRegression(let nu):
      parameter.svm_type = Int32(NU_SVR)
      parameter.nu = nu
    }
    parameter.C = settings.cost
    parameter.eps = settings.tolerance
    parameter.shrinking = settings.shrinking ? 1 : 0
    // In MB; changes time only.
    parameter.cache_size = 100
    return parameter
  }
}

extension KernelFunction {
  /// The part of libsvm's parameters that prediction reads.
  var parameter: svm_parameter {
    var parameter = svm_parameter()
    switch kernel {
    case .linear: parameter.kernel_type = Int32(LINEAR)
    case .poly: parameter.kernel_type = Int32(POLY)
    case .rbf: parameter.kernel_type = Int32(RBF)
    case .sigmoid: parameter.kernel_type = Int32(SIGMOID)
    }
    parameter.degree = Int32(degree)
    parameter.gamma = gamma
    parameter.coef0 = coef0
    return parameter
  }
}
