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
  private let versions: DiagnosticVersions

  /// - Parameters:
  ///   - habitats: those of the cohort; without them a study that has them fitted divides every
  ///     tumour by itself, which takes as long but means something else: for estimates only.
  ///   - maps: where maps go; nil writes none.
  ///   - versions: what the `diagnostics_` columns say of the program.
  package init(
    plan: StudyPlan, source: any ImageSource, habitats: HabitatModel? = nil,
    maps: (any MapSink)? = nil, versions: DiagnosticVersions
  ) {
    self.plan = plan
    store = ImageStore(plan: plan, source: source)
    finder = RegionFinder(plan: plan, store: store)
    self.habitats = plan.study.habitats.map { [finder, store] section in
      HabitatFinder(plan: plan, section: section, store: store, finder: finder, model: habitats)
    }
    self.maps = maps
    self.versions = versions
  }

  package func compute(unit: Int) throws(UnitFailure) -> any UnitOutput {
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
    let regions = try regions(row: row, image: image)
    let tables: [Result<RegionTable, PreparationError>]
    switch plan.study.filterDomain {
    case .voi:
      var all: [Result<RegionTable, PreparationError>] = []
      for region in regions { all += try self.tables(of: [region], unit: unit) }
      tables = all
    case .patient: tables = try self.tables(of: regions, unit: unit)
    }
    var assembly = UnitAssembly(plan: plan, block: plan.blocks[image])
    let diagnostics =
      plan.study.diagnostics
      ? RegionDiagnostics(
        plan: plan, source: store.source, versions: versions, section: plan.study.images[image],
        image: try store.volume(row: row, image: image)) : nil
    for (region, table) in zip(regions, tables) {
      assembly.append(
        table, diagnostics: (try? region.get()).map { diagnostics?.texts(of: $0) ?? [] })
    }
    if assembly.hasNothing {
      // Without any region the row is of no use: a failure that is listed, not missing values.
      let file =
        switch assembly.firstKind {
        case .notCovered: ""
        case .features: store.fileName(row: row, image: image)
        default: plan.cohort.rows[row].masks[image]
        }
      throw UnitFailure(file: file, message: assembly.note)
    }
    return UnitResult(
      values: assembly.values, note: assembly.note, regions: assembly.facts,
      inputHashes: try store.inputHashes(ofUnit: unit))
  }

  /// Every VOI and habitat of an image of a row.
  private func regions(row: Int, image: Int) throws(UnitFailure) -> [RegionOutcome] {
    let vois = try finder.volumesOfInterest(row: row, image: image)
    guard let habitats else { return vois }
    var regions = vois
    for habitat in try habitats.regions(row: row, maps: image == habitats.image ? maps : nil) {
      if case .success(let region) = habitat {
        regions.append(try store.overlap(of: image, row: row, with: region))
      } else {
        regions.append(habitat)
      }
    }
    return regions
  }

  /// The values of regions that share their filters' responses, as far as they lie on one lattice.
  private func tables(
    of regions: [RegionOutcome], unit: Int
  ) throws(UnitFailure) -> [Result<RegionTable, PreparationError>] {
    let (row, image) = (plan.row(ofUnit: unit), plan.mainImage(ofUnit: unit))
    let section = plan.study.images[image]
    let preparation = try store.preparation(row: row, image: image)
    let needsFilters = !section.filters.allSatisfy { $0.filter is OriginalFilter }
    var tables: [Result<RegionTable, PreparationError>] = []
    for region in regions {
      tables.append(
        region.flatMap { region in
          Result { () throws(PreparationError) in
            let prepared = try preparation.region(
              of: region, working: needsFilters && regions.count == 1,
              surroundings: reach(of: section, in: preparation))
            let maps = maps(of: region, unit: unit)
            return try Self.table(prepared, section, plan.study.profile, maps)
          }
        })
    }
    for group in Self.lattices(tables) {
      try fill(group, of: &tables, regions, needsFilters ? preparation : nil)
    }
    return tables
  }

  private static func table(
    _ prepared: PreparedRegion, _ section: ImageSection, _ profile: Profile, _ maps: RegionMaps?
  ) throws(PreparationError) -> RegionTable {
    do throws(FeatureError) {
      return try RegionTable(prepared, section, profile, maps: maps)
    } catch {
      throw PreparationError(.features, error.message)
    }
  }

  /// Indices of the tables that there are, those whose voxels are on one lattice together: a VOI of
  /// a single slice keeps the mask's spacing across it, and a habitat may be of another image.
  private static func lattices(
    _ tables: [Result<RegionTable, PreparationError>]
  ) -> [[Int]] {
    var groups: [(grid: Grid, members: [Int])] = []
    for (index, table) in tables.enumerated() {
      guard case .success(let table) = table else { continue }
      let grid = table.prepared.grid
      if let known = groups.firstIndex(where: { $0.grid.isOnLattice(of: grid) }) {
        groups[known].members.append(index)
      } else {
        groups.append((grid, [index]))
      }
    }
    return groups.map(\.members)
  }

  /// Adds every image type to some of the tables, which share the filters' responses where one
  /// working image holds all of their regions.
  /// - Parameter preparation: of their image; nil where there are no filters.
  private func fill(
    _ group: [Int], of tables: inout [Result<RegionTable, PreparationError>],
    _ regions: [RegionOutcome], _ preparation: (any RegionPreparation)?
  ) throws(UnitFailure) {
    var part = group.compactMap { try? tables[$0].get() }
    let places = group.compactMap { try? regions[$0].get() }
    guard let section = part.first?.section else { return }
    var domain: SharedDomain?
    if let preparation {
      do throws(PreparationError) {
        let working = try workingImage(part.map(\.prepared), places, preparation)
        domain = SharedDomain(working, of: part.map(\.prepared))
      } catch {
        for index in group { tables[index] = .failure(error) }
        return
      }
      if domain == nil, group.count > 1 {
        for index in group { try fill([index], of: &tables, regions, preparation) }
        return
      }
    }
    for configured in section.filters {
      if configured.filter is OriginalFilter {
        for index in part.indices { part[index].addOriginal() }
      } else {
        add(configured.filter, domain, &part)
      }
    }
    for (index, table) in zip(group, part) {
      tables[index] =
        table.failure.map { .failure(PreparationError(.features, $0.message)) } ?? .success(table)
    }
  }

  /// Where the maps of a region go; nil where there are none.
  private func maps(of region: PlacedRegion, unit: Int) -> RegionMaps? {
    guard let maps, let parameters = plan.study.maps, region.isFromFile else { return nil }
    return RegionMaps(
      parameters: parameters, columns: plan.study.mapColumns,
      section: plan.study.images[plan.mainImage(ofUnit: unit)], profile: plan.study.profile,
      sink: maps, prefix: "\(plan.mapName(ofUnit: unit))_\(region.voi)")
  }

  /// How much of the image around a VOI its features and maps read, mm.
  private func reach(of section: ImageSection, in preparation: any RegionPreparation) -> Double {
    var reach = section.families.map { type(of: $0.family).reach }.max() ?? 0
    if let maps = plan.study.maps, !maps.maskedKernel {
      let spacing = preparation.image.grid.spacing.max()
      let resampled = preparation.settings.resample?.spacing.max() ?? 0
      reach = max(reach, Double(maps.kernelRadius) * max(spacing, resampled))
    }
    return reach
  }

  /// The image that the filters of some regions read.
  private func workingImage(
    _ prepared: [PreparedRegion], _ regions: [PlacedRegion], _ preparation: any RegionPreparation
  ) throws(PreparationError) -> WorkingImage {
    if prepared.count == 1, let working = prepared[0].working { return working }
    // Regions on one grid can be joined; habitats mostly lie inside the VOI that they divide.
    var all = regions[0]
    for region in regions.dropFirst() where region.grid == all.grid {
      all.mask = all.mask.union(region.mask)
    }
    all.name = "all VOIs together"
    let whole = try preparation.region(of: all, working: true, surroundings: 0)
    guard let working = whole.working else {
      preconditionFailure("a working image was asked for")
    }
    return working
  }

  private func add(
    _ filter: some ImageFilter, _ domain: SharedDomain?, _ tables: inout [RegionTable]
  ) {
    domain?.addResponses(of: filter, to: &tables)
  }

  /// Every region of a unit that extracts, on the grid on which it was drawn, derived or found.
  package func masks(
    unit: Int
  ) throws(UnitFailure) -> [(name: String, mask: Result<LabelVolume, PreparationError>)] {
    store.begin(unit: unit)
    guard case .extract(let row, let image) = plan.task(unit) else { return [] }
    // Habitats of the cohort are those of a run, not of this row by itself.
    let regions =
      plan.study.fitsCohortHabitats
      ? try finder.volumesOfInterest(row: row, image: image)
      : try regions(row: row, image: image)
    return zip(plan.study.regionNames, regions).map { name, outcome in
      (name, outcome.map { LabelVolume(grid: $0.grid, regions: [$0.mask]) })
    }
  }

  /// Reads and prepares the VOIs of a unit without computing features: what `check --deep` does.
  /// - Throws: what would make the unit fail: a region that cannot be had while others can is a
  ///   missing value, as in a run.
  package func verify(unit: Int) throws(UnitFailure) {
    store.begin(unit: unit)
    guard case .extract(let row, let image) = plan.task(unit) else { return }
    let preparation = try store.preparation(row: row, image: image)
    var first: PreparationError?
    for region in try finder.volumesOfInterest(row: row, image: image) {
      do throws(PreparationError) {
        _ = try preparation.region(of: region.get(), working: false, surroundings: 0)
        return
      } catch {
        first = first ?? error
      }
    }
    if let first {
      throw UnitFailure(file: plan.cohort.rows[row].masks[image], message: first.message)
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
