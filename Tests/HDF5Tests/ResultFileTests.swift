import Foundation
import HDF5Adapter
import MPIAdapter
import Study
import TestSupport
import Testing

@Suite struct LauncherGuardTests {
  @Test func srunWithoutPMIxIsSeen() {
    func message(_ environment: [String: String]) -> String? {
      MPIWorld.launcherMismatch { environment[$0] }
    }
    #expect(message(["SLURM_STEP_NUM_TASKS": "4"])?.contains("srun --mpi=pmix") == true)
    #expect(message(["SLURM_STEP_NUM_TASKS": "4", "PMIX_RANK": "0"]) == nil)
    #expect(message(["SLURM_STEP_NUM_TASKS": "1"]) == nil)
    // A plain process inside `sbatch -n 2`.
    #expect(message(["SLURM_NTASKS": "2"]) == nil)
    #expect(message([:]) == nil)
  }

  /// Whether PMI or mpirun connected the ranks is known after MPI_Init.
  @Test func ranksThatDoNotFindEachOtherAreSeen() {
    func message(_ size: Int?, _ environment: [String: String]) -> String? {
      MPIWorld.launcherMismatch(size: size) { environment[$0] }
    }
    let srun = ["SLURM_STEP_NUM_TASKS": "4", "PMI_RANK": "0"]
    #expect(message(nil, srun) == nil)
    #expect(message(4, srun) == nil)
    #expect(message(1, srun)?.contains("srun --mpi=pmix") == true)
    #expect(message(1, ["OMPI_COMM_WORLD_SIZE": "2"])?.contains("mpirun started 2") == true)
    #expect(message(2, ["OMPI_COMM_WORLD_SIZE": "2"]) == nil)
    // One rank of mpirun below a daemon that srun started on two nodes.
    #expect(message(1, ["OMPI_COMM_WORLD_SIZE": "1", "SLURM_STEP_NUM_TASKS": "2"]) == nil)
    #expect(message(1, [:]) == nil)
  }
}

extension HDF5Tests {
  @Suite(.serialized, .timeLimit(.minutes(2))) struct ResultFileTests {
    private let table = ResultTable(
      index: ["P1", "P2/ä", "P3"],
      columns: [
        .init("name", .texts(["a", "", "ünï"])), .init("age", .numbers([1.5, .nan, 3])),
        .init("label", .integers([1, -2, 1 << 40])),
      ])

    private func document(rows: Int, note: String) -> ResultDocument {
      var observations = table
      observations.index = Array(table.index.prefix(rows))
      observations.columns = [.init("name", .texts(Array(["a", "", "ünï"].prefix(rows))))]
      if rows == 3 { observations = table }
      return ResultDocument(
        observations: observations,
        variables: ResultTable(
          index: ["c1", "c2"], columns: [.init("ibsi", .texts(["", "TU9B"]))]),
        groups: [
          .init(
            "uns",
            .group([
              .init("radcohort", .group([.init("fingerprint", .text("f00"))])),
              .init(
                "provenance",
                .group([
                  .init("text", .text("study")), .init("none", .texts([])),
                  .init("numbers", .numbers([1, 2])), .init("empty", .table(.init(index: []))),
                  .init("run", .group([.init("note", .text(note))])),
                ])),
              .init("timings", .group([.init("t", .number(Double(note.count)))])),
            ]))
        ])
    }

    /// One rank without MPI: MPI's own processes would keep files open that other tests wait for.
    @Test func whatIsWrittenIsRead() throws {
      let folder = try TestFolder()
      try InProcessWorld.run(size: 1) { world in
        let store = HDF5ResultStore(world: world, mode: .parallel)
        func write(rows: Int, note: String, offset: Double = 0, to name: String) throws {
          try store.write(
            document(rows: rows, note: note), rowCount: rows, columnCount: 2,
            to: folder.path + "/" + name
          ) { range, buffer throws(StorageError) in
            for row in range {
              buffer[2 * (row - range.lowerBound)] = Double(row) + offset
              buffer[2 * (row - range.lowerBound) + 1] = .nan
            }
          }
        }
        try write(rows: 3, note: "a", to: "a.h5")
        try write(rows: 3, note: "another run", to: "b.h5")
        try write(rows: 3, note: "a", offset: 1e-12, to: "c.h5")
        try write(rows: 0, note: "a", to: "empty.h5")
        #expect(!folder.files.contains { $0.hasSuffix(".partial") })

        let error = #expect(throws: StorageError.self) {
          try write(rows: 3, note: "a", to: "no/such/folder.h5")
        }
        #expect(error?.description.contains("no/such") == true)

        // A rank that cannot give its rows leaves no file behind.
        #expect(throws: StorageError.self) {
          try store.write(
            document(rows: 3, note: "a"), rowCount: 3, columnCount: 2,
            to: folder.path + "/failed.h5"
          ) { _, _ throws(StorageError) in throw StorageError(path: "journal", message: "gone") }
        }
        #expect(!folder.files.contains { $0.hasPrefix("failed") })
        try oddTablesAreKept(store, folder)
      }
      let file = try HDF5ResultFile(path: folder.path + "/a.h5")
      #expect(file.rowCount == 3 && file.columnCount == 2)
      let back = try file.observations()
      #expect(back.index == table.index)
      #expect(back.columns[0] == table.columns[0])
      #expect(back.columns[2] == table.columns[2])
      guard case .numbers(let ages) = back.columns[1].values else {
        Issue.record("age is not numbers")
        return
      }
      #expect(ages[0] == 1.5 && ages[1].isNaN && ages[2] == 3)
      #expect(try file.rows(1..<3)[0] == 1)
      #expect(try file.rows(0..<1)[1].isNaN)
      #expect(try file.fingerprint() == "f00")
      #expect(try HDF5ResultFile(path: folder.path + "/empty.h5").observations().index.isEmpty)

      let digest = try file.digest()
      #expect(digest.count == 64)
      #expect(try HDF5ResultFile(path: folder.path + "/b.h5").digest() == digest)
      #expect(try HDF5ResultFile(path: folder.path + "/c.h5").digest() != digest)
      try damagedFilesAreRefused(folder)
    }

    /// More columns than an attribute of 64 KiB can name, a column with the index's usual name, a table
    /// without columns, and a name that cannot be stored.
    private func oddTablesAreKept(_ store: HDF5ResultStore, _ folder: TestFolder) throws {
      var odd = ResultTable(
        index: ["a", "b"],
        columns: (0..<5000).map { .init("clinical column \($0)", .integers([$0, -$0])) })
      odd.columns.append(.init("_index", .texts(["x", ""])))
      var document = ResultDocument(
        observations: odd, variables: ResultTable(index: []), groups: [])
      let path = folder.path + "/odd.h5"
      func write() throws(StorageError) {
        try store.write(document, rowCount: 2, columnCount: 0, to: path) {
          _, _ throws(StorageError) in
        }
      }
      try write()
      let file = try HDF5ResultFile(path: path)
      #expect(file.rowCount == 2 && file.columnCount == 0)
      #expect(try file.observations() == odd)
      #expect(try file.variables() == document.variables)
      let digest = try file.digest()

      // The order of columns is part of the result.
      document.observations.columns.swapAt(0, 1)
      try write()
      #expect(try HDF5ResultFile(path: path).digest() != digest)

      document.observations.columns[0].name = "mg/ml"
      let error = #expect(throws: StorageError.self) { try write() }
      #expect(error?.description.contains("\"mg/ml\"") == true)
      #expect(!folder.files.contains { $0.hasSuffix(".partial") })
    }

    private func damagedFilesAreRefused(_ folder: TestFolder) throws {
      let whole = try Data(contentsOf: URL(fileURLWithPath: folder.path + "/a.h5"))
      func message(_ bytes: Data) throws -> String {
        let path = folder.path + "/damaged.h5"
        try bytes.write(to: URL(fileURLWithPath: path))
        do throws(StorageError) {
          _ = try HDF5ResultFile(path: path)
          return "no error"
        } catch {
          return error.message
        }
      }
      #expect(try message(Data("no result".utf8)).contains("not an HDF5 file"))
      #expect(try message(whole.prefix(whole.count / 2)) != "no error")
      // The last 8-byte 1 behind the attribute's name is its value.
      let name = Data("radcohort-format".utf8)
      let place = try #require(whole.range(of: name)?.lowerBound)
      var newer = whole
      let number = try #require(
        (16..<80).last {
          whole[place + $0] == 1 && whole[(place + $0 + 1)...].prefix(7).allSatisfy { $0 == 0 }
        })
      newer[place + number] = 2
      #expect(try message(newer).contains("newer RadCohort"))
      #expect(throws: StorageError.self) { try HDF5ResultFile(path: folder.path + "/none.h5") }
    }
  }
}
