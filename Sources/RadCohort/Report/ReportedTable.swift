internal import Catalog
internal import Components
internal import Evaluation
internal import HDF5Adapter
internal import Learning
internal import ModelReport
internal import ModelStudy
internal import Study

/// The feature table of a model study, found again for its report.
struct ReportedTable {
  private let features: ReportedFeatures?
  /// Why there are no features.
  private let absence: String
  private let volume: String?

  /// - Parameters:
  ///   - path: of the result.
  ///   - study: study file to read the tables by, where the work folder is gone.
  ///   - volume: name of the column with the volume; nil: one that is named as a volume.
  /// - Throws: a table that is not the run's, an unknown column.
  init(
    of result: ModelResult, path: String, study: String?, volume: String?
  ) throws(InvalidInput) {
    let hash = result.document[path: "uns/provenance/table_sha256"]?.text ?? ""
    let kept = "\(RunFolder(result: path).folder)/table-\(hash.prefix(16)).bin"
    if let study {
      let loaded = try LoadedModelStudy(study)
      let head = ModelData.head(loaded.header)
      guard TableFile.hash(head, loaded.built.data.features) == hash else {
        throw InvalidInput(
          "--study", "\(study) and its tables give another table than the run had")
      }
      features = ReportedFeatures(
        names: loaded.header.columns, blocks: loaded.header.blocks,
        matrix: loaded.built.data.features)
      absence = ""
    } else if let data = try? ModelData(path: kept), data.header.rowNames == result.header.rowNames
    {
      features = ReportedFeatures(
        names: data.header.columns, blocks: data.header.blocks,
        matrix: data.features(
          rows: Array(0..<data.header.rowCount), columns: Array(0..<data.header.columnCount)))
      absence = ""
    } else {
      features = nil
      absence =
        "The table of the run (\(kept)) is not there, so what needs the values of features is left"
        + " out; --study STUDY.yml reads them again."
    }
    if let volume, let features, !features.names.contains(volume) {
      throw InvalidInput("--volume", "\"\(volume)\" is no column of the run's table")
    }
    self.volume = volume
  }

  /// - Parameter path: of the result, for its fitted pipelines.
  func inputs(of result: ModelResult, path: String) throws(InvalidInput) -> ModelReportInputs {
    var inputs = ModelReportInputs()
    inputs.features = features
    inputs.absence = absence
    inputs.volume = volume
    if features != nil { inputs.fitted = try fittedPipelines(of: result, path: path) }
    return inputs
  }

  private func fittedPipelines(
    of result: ModelResult, path: String
  ) throws(InvalidInput) -> [FittedPipeline?] {
    do {
      let file = try FittedModelReader(path: path)
      let there = try file.pipelines()
      return try result.study.pipelines.map { pipeline in
        guard there.contains(pipeline.name) else { return nil }
        return try FittedPipeline(file.fitted(pipeline.name), Catalog.fitted)
      }
    } catch let storage as StorageError {
      throw InvalidInput(path, storage.message)
    } catch {
      throw InvalidInput(path, "\(error)")
    }
  }
}
