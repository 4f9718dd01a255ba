import Imaging
import Numerics
import Synthesis
import Testing

@Suite("Synthetic cohort") struct SyntheticCohortTests {
  /// FNV-1a over everything in a patient; for pinning, not for security.
  private func hash(_ patient: SyntheticPatient) -> UInt64 {
    var hash: UInt64 = 0xcbf2_9ce4_8422_2325
    func mix(_ value: UInt64) {
      for shift in stride(from: UInt64(0), to: 64, by: 8) {
        hash = (hash ^ (value >> shift) & 0xFF) &* 0x100_0000_01b3
      }
    }
    func mix(_ grid: Grid) {
      for axis in 0..<3 {
        mix(UInt64(grid.size[axis]))
        mix(grid.spacing[axis].bitPattern)
        mix(grid.origin[axis].bitPattern)
      }
    }
    mix(patient.ct.grid)
    patient.ct.voxels.forEach { mix(UInt64(bitPattern: Int64($0))) }
    patient.ctMask.voxels.forEach { mix(UInt64($0)) }
    mix(patient.pet.grid)
    patient.pet.voxels.forEach { mix(UInt64($0.bitPattern)) }
    patient.petMask.voxels.forEach { mix(UInt64($0)) }
    return hash
  }

  /// Regression: recorded from this implementation; changes only with the synthetic numbers.
  @Test func firstPatientIsFrozen() {
    let patient = SyntheticCohort(patients: 1, seed: 1).patient(at: 0)
    #expect(hash(patient) == 1_921_075_437_837_952_454)
    #expect(patient.record.id == "synthetic-001")
    #expect(patient.record.heterogeneity.bitPattern == 13_831_034_709_931_415_879)
  }

  @Test func patientDoesNotDependOnTheCohort() {
    let small = SyntheticCohort(patients: 4, seed: 5)
    let large = SyntheticCohort(patients: 400, seed: 5)
    #expect(hash(small.patient(at: 3)) == hash(large.patient(at: 3)))
    #expect(small.record(at: 3) == large.record(at: 3))
    #expect(small.patient(at: 3).record == large.record(at: 3))
    let other = SyntheticCohort(patients: 4, seed: 6)
    #expect(hash(small.patient(at: 3)) != hash(other.patient(at: 3)))
  }

  /// Images and masks of 24 patients: same grids, one connected size range, values in range.
  @Test func imagesAreUsable() {
    let cohort = SyntheticCohort(patients: 24, seed: 2)
    for index in 0..<24 {
      let patient = cohort.patient(at: index)
      #expect(patient.ct.grid == patient.ctMask.grid)
      #expect(patient.pet.grid == patient.petMask.grid)
      #expect(patient.ct.grid.spacing == SIMD3(0.98, 0.98, 3))
      #expect(patient.pet.voxels.allSatisfy { $0 >= 0 && $0 < 40 })
      for label in 1...patient.record.lesionCount {
        let ctCount = patient.ctMask.voxels.count { Int($0) == label }
        let petCount = patient.petMask.voxels.count { Int($0) == label }
        #expect(ctCount > 150, "patient \(index), lesion \(label): \(ctCount) voxels")
        #expect(petCount > 10, "patient \(index), lesion \(label): \(petCount) voxels")
      }
      #expect(Int(patient.ctMask.voxels.max() ?? 0) == patient.record.lesionCount)
      #expect(!touchesBorder(patient.ctMask), "patient \(index)")
    }
  }

  private func touchesBorder(_ mask: SyntheticImage<UInt8>) -> Bool {
    let size = mask.grid.size
    for (index, label) in mask.voxels.enumerated() where label != 0 {
      let x = index % size.x
      let y = index / size.x % size.y
      let z = index / (size.x * size.y)
      if x == 0 || y == 0 || z == 0 || x == size.x - 1 || y == size.y - 1 || z == size.z - 1 {
        return true
      }
    }
    return false
  }

  /// The noise in the lesion follows heterogeneity: Pearson correlation over 40 patients > 0.6
  /// (the fall-off to the rim adds a part that does not).
  @Test func textureFollowsHeterogeneity() {
    let cohort = SyntheticCohort(patients: 40, seed: 3)
    let patients = (0..<40).map(cohort.patient(at:))
    let latent = patients.map(\.record.heterogeneity)
    let ct = patients.map { spread($0.ct.voxels.map(Double.init), $0.ctMask.voxels) }
    #expect(correlation(latent, ct) > 0.6)
  }

  /// Over 4000 records: texture correlates with the outcome (> 0.4) and with the time (< -0.25),
  /// and both classes and both event states are common.
  @Test func outcomeFollowsTexture() {
    let cohort = SyntheticCohort(patients: 4000, seed: 4)
    let records = (0..<4000).map(cohort.record(at:))
    let outcome = records.map { Double($0.outcome) }
    let latent = records.map(\.heterogeneity)
    #expect(correlation(latent, outcome) > 0.4)
    #expect((0.3...0.6).contains(outcome.reduce(0, +) / 4000))
    let events = records.map { Double($0.event) }
    #expect((0.3...0.9).contains(events.reduce(0, +) / 4000))
    #expect(correlation(latent, records.map { Double($0.timeDays) }) < -0.25)
    #expect(records.allSatisfy { $0.timeDays >= 1 && $0.timeDays <= 1825 })
  }

  /// One row per lesion, named by patient and lesion, with the paths that `paths(of:)` gives.
  @Test func tableHasARowPerLesion() {
    let rows = SyntheticCohort(patients: 8, seed: 1).tableRows()
    #expect(rows.count == 10)
    #expect(rows.allSatisfy { $0.count == SyntheticCohort.tableHeader.count })
    #expect(rows[4][0...1] == ["synthetic-004", "2"])
    #expect(Set(rows.map { $0[0] + "/" + $0[1] }).count == 10)
    #expect(rows[0][2] == "images/synthetic-001_ct.nii.gz")
  }

  private func spread(_ values: [Double], _ mask: [UInt8]) -> Double {
    let inside = zip(values, mask).filter { $0.1 == 1 }.map(\.0)
    let mean = inside.reduce(0, +) / Double(inside.count)
    let sum = inside.map { ($0 - mean) * ($0 - mean) }.reduce(0, +)
    return (sum / Double(inside.count)).squareRoot()
  }

  private func correlation(_ a: [Double], _ b: [Double]) -> Double {
    let meanA = a.reduce(0, +) / Double(a.count)
    let meanB = b.reduce(0, +) / Double(b.count)
    let ab = zip(a, b).map { ($0 - meanA) * ($1 - meanB) }.reduce(0, +)
    let aa = a.map { ($0 - meanA) * ($0 - meanA) }.reduce(0, +)
    let bb = b.map { ($0 - meanB) * ($0 - meanB) }.reduce(0, +)
    return ab / (aa * bb).squareRoot()
  }
}
