internal import Components
package import Evaluation
internal import Learning
package import ModelStudy
internal import SVMAdapter
internal import XGBoostAdapter

extension Catalog {
  /// What a model study can name: one line per component.
  package static let learning = LearningCatalog(
    preparations: [
      Imputation.self,
      VarianceFilter.self,
      LogShift.self,
      Scaling.self,
      ComBat.self,
    ],
    selectors: [
      ColumnSelector.self,
      TTestSelector.self,
      MannWhitneySelector.self,
      ChiSquaredSelector.self,
      UnivariableCoxSelector.self,
      CorrelationSelector.self,
      MRMRSelector.self,
      LassoSelector.self,
      TopKSelector.self,
    ],
    balancings: [
      ClassWeights.self,
      RandomOversampling.self,
      SMOTE.self,
    ],
    models: [
      LogisticModel.self,
      LinearModel.self,
      CoxModel.self,
      RadScore.self,
      SVCModel.self,
      EpsilonSVRModel.self,
      NuSVRModel.self,
      XGBoostModel.self,
      ForestModel.self,
      NearestNeighboursModel.self,
      NaiveBayesModel.self,
      DiscriminantModel.self,
      MultilayerPerceptron.self,
      MixedLogisticModel.self,
      ClusterLogisticModel.self,
      GEELogisticModel.self,
    ])

  /// Reads what was fitted: all transforms and predictors of the catalog.
  package static let fitted: FittedRegistry = {
    var transforms: [String: any FittedTransform.Type] = [:]
    for preparation in learning.preparations {
      transforms[preparation.id.name] = fittedType(of: preparation)
    }
    var predictors = PredictorRegistry.core
    predictors.add(ConstantPredictor.self, kind: ConstantPredictor.kind)
    for model in learning.models where !predictors.kinds.contains(model.id.name) {
      add(model, to: &predictors)
    }
    return FittedRegistry(transforms: transforms, predictors: predictors)
  }()

  private static func fittedType<Kind: Preparation>(
    of preparation: Kind.Type
  ) -> any FittedTransform.Type {
    Kind.Fitted.self
  }

  private static func add<Kind: Model>(_ model: Kind.Type, to registry: inout PredictorRegistry) {
    registry.add(Kind.Fitted.self, kind: model.id.name)
  }
}
