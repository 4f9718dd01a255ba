internal import Components
internal import Features
internal import Filters
package import Habitats
package import Imaging
package import Study

/// Computes units from image files: read, find the regions, prepare each, every family of the
/// study; or sample voxels for the habitats of the cohort.
package final class UnitComputer: UnitComputing {
  private let plan: StudyPlan
  private let store: ImageStore
  private let finder: RegionFinder
  private let habitats: HabitatFinder?
  private let maps: (any MapSink)?

  /// - Parameters:
  ///   - habitats: those of the cohort; without them a study that has them fitted divides every
  ///     tumour by itself, which takes as long but means something else: for estimates only.
  ///   - maps: where maps go; nil writes none.
  package init(
    plan: StudyPlan, source: any ImageSource, habitats: HabitatModel? = nil,
    maps: (any MapSink)? = nil
  ) {
    self.plan = plan
    store = ImageStore(plan: plan, source: source)
    finder = RegionFinder(plan: plan, store: store)
    self.habitats = plan.study.habitats.map { [finder, store] section in
      HabitatFinder(plan: plan, section: section, store: store, finder: finder, model: habitats)
    }
    self.maps = maps
  }

  package func compute(unit: Int) throws(UnitFailure) -> UnitResult {
    store.begin(unit: unit)
    switch plan.task(unit) {
    case .extract(let row, let image):
      return try extract(unit: unit, row: row, image: image)
    case .sampleHabitats(let row):
      guard let habitats else { preconditionFailure("the plan has no habitats to sample") }
      return UnitResult(
        values: try habitats.sample(row: row), regions: [],
        inputHashes: try store.inputHashes(ofUnit: unit))
    }
  }

  private func extract(unit: Int, row: Int, image: Int) throws(UnitFailure) -> UnitResult {
    let block = plan.blocks[image]
    let regions = try regions(row: row, image: image)
    var assembly = UnitAssembly(plan: plan, block: block)
    switch plan.study.filterDomain {
    case .voi:
      for region in regions {
        var tables = try tables(of: [region], row: row, image: image)
        assembly.append(tables.removeFirst())
      }
    case .patient:
      for table in try tables(of: regions, row: row, image: image) { assembly.append(table) }
    }
    if assembly.hasNothing {
      // Without any region the row is of no use: a failure that is listed, not missing values.
      throw UnitFailure(
        file: plan.cohort.rows[row].masks[image], message: assembly.firstReason)
    }
    return UnitResult(
      values: assembly.values, note: assembly.note, regions: assembly.facts,
      inputHashes: try store.inputHashes(ofUnit: unit))
  }

  /// Every VOI and habitat of an image of a row.
  private func regions(row: Int, image: Int) throws(UnitFailure) -> [RegionOutcome] {
    let vois = try finder.volumesOfInterest(row: row, image: image)
    guard let habitats else { return vois }
    return vois + (try habitats.regions(row: row, maps: image == habitats.image ? maps : nil))
  }

  /// The values of regions whose filters have one domain.
  private func tables(
    of regions: [RegionOutcome], row: Int, image: Int
  ) throws(UnitFailure) -> [Result<RegionTable, PreparationError>] {
    let section = plan.study.images[image]
    let preparation = try store.preparation(row: row, image: image)
    let needsFilters = !section.filters.allSatisfy { $0.filter is OriginalFilter }
    var prepared: [Result<PreparedRegion, PreparationError>] = []
    for region in regions {
      prepared.append(
        region.flatMap { region in
          Result { () throws(PreparationError) in
            try preparation.region(
              of: region, working: needsFilters && regions.count == 1,
              surroundings: section.reach)
          }
        })
    }
    let usable = prepared.compactMap { try? $0.get() }
    do throws(FeatureError) {
      var tables: [RegionTable] = []
      for region in usable { tables.append(try RegionTable(region, section, plan.study.profile)) }
      var domain: SharedDomain?
      if needsFilters, let working = try workingImage(regions, usable, preparation) {
        domain = SharedDomain(working, of: usable)
      }
      for configured in section.filters {
        if configured.filter is OriginalFilter {
          for index in tables.indices { try tables[index].addOriginal() }
        } else if let domain {
          try add(configured.filter, domain, &tables)
        }
      }
      var next = tables.makeIterator()
      return prepared.map { $0.map { _ in next.next()! } }
    } catch {
      throw UnitFailure(file: plan.cohort.rows[row].images[image], message: error.message)
    }
  }

  /// The image that the filters of some regions read.
  private func workingImage(
    _ regions: [RegionOutcome], _ prepared: [PreparedRegion], _ preparation: any RegionPreparation
  ) throws(FeatureError) -> WorkingImage? {
    if prepared.count == 1, let working = prepared[0].working { return working }
    // Habitats lie inside the VOI that they divide.
    let masks = regions.compactMap { try? $0.get() }.filter(\.isFromFile)
    guard let first = masks.first else { return nil }
    var all = first
    for region in masks.dropFirst() { all.mask = all.mask.union(region.mask) }
    all.name = "all VOIs together"
    do throws(PreparationError) {
      return try preparation.region(of: all, working: true, surroundings: 0).working
    } catch {
      throw FeatureError(error.message)
    }
  }

  private func add(
    _ filter: some ImageFilter, _ domain: SharedDomain, _ tables: inout [RegionTable]
  ) throws(FeatureError) {
    try domain.addResponses(of: filter, to: &tables)
  }

  /// Every region of a unit that extracts, on the grid on which it was drawn, derived or found.
  package func masks(
    unit: Int
  ) throws(UnitFailure) -> [(name: String, mask: Result<LabelVolume, PreparationError>)] {
    store.begin(unit: unit)
    guard case .extract(let row, let image) = plan.task(unit) else { return [] }
    let regions = try regions(row: row, image: image)
    return zip(plan.study.regionNames, regions).map { name, outcome in
      (name, outcome.map { LabelVolume(grid: $0.grid, regions: [$0.mask]) })
    }
  }

  /// Reads and prepares the regions of a unit without computing features: what `check --deep` does.
  package func verify(unit: Int) throws(UnitFailure) {
    store.begin(unit: unit)
    switch plan.task(unit) {
    case .sampleHabitats: return
    case .extract(let row, let image):
      let preparation = try store.preparation(row: row, image: image)
      for region in try regions(row: row, image: image) {
        do throws(PreparationError) {
          _ = try preparation.region(of: region.get(), working: false, surroundings: 0)
        } catch {
          throw UnitFailure(file: plan.cohort.rows[row].masks[image], message: error.message)
        }
      }
    }
  }
}

extension RegionPreparation {
  fileprivate func region(
    of region: PlacedRegion, working: Bool, surroundings: Double
  ) throws(PreparationError) -> PreparedRegion {
    try self.region(
      of: region.mask, on: region.grid, named: region.name, checksGeometry: region.isFromFile,
      wholeBox: false, working: working, surroundings: surroundings)
  }
}

extension ImageSection {
  /// How much of the image around a VOI its features and maps read, mm.
  fileprivate var reach: Double { families.map { type(of: $0.family).reach }.max() ?? 0 }
}
