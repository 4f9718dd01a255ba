import Components
import Foundation
import HDF5Adapter
import ModelStudy
import Study
import TestSupport
import Testing

extension HDF5Tests {
  @Suite(.serialized, .timeLimit(.minutes(2))) struct AnnDataTableTests {
    private func read(_ path: String, keys: KeyColumns = .init()) throws(InvalidInput) -> ModelTable
    {
      try AnnDataTable.read(path, name: "table.h5", keys: keys)
    }

    private func message(_ path: String) -> String {
      do throws(InvalidInput) {
        _ = try read(path)
        return ""
      } catch {
        return error.description
      }
    }

    @Test func ownResultsAreRead() throws {
      let folder = try TestFolder()
      let path = folder.path + "/result.h5"
      try InProcessWorld.run(size: 1) { world in
        let document = ResultDocument(
          observations: ResultTable(
            index: ["P1/a", "P2/a"],
            columns: [
              .init("patient_id", .texts(["P1", "P2"])), .init("lesion", .texts(["a", "a"])),
              .init("session", .texts(["", ""])), .init("label", .integers([1, 2])),
              .init("age", .numbers([.nan, 61.5])), .init("stage", .texts(["NA", "IV"])),
            ]),
          variables: ResultTable(
            index: ["CT_Mean", "PET_Mean", "Total"],
            columns: [
              .init("image", .texts(["CT", "PET", "PET"])), .init("voi", .texts(["rim", "", ""])),
            ]),
          groups: [])
        try HDF5ResultStore(world: world, mode: .serial).write(
          document, rowCount: 2, columnCount: 3, to: path
        ) { range, buffer throws(StorageError) in
          for row in range {
            for column in 0..<3 {
              buffer[3 * (row - range.lowerBound) + column] =
                row == 1 && column == 2 ? .nan : Double(10 * row + column)
            }
          }
        }
      }
      let table = try read(path)
      #expect(table.keys.map(\.name) == ["P1/a", "P2/a"] && !table.hasSessions)
      #expect(
        table.columns.map(\.name) == ["CT_Mean", "PET_Mean", "Total", "label", "age", "stage"])
      #expect(table.columns.prefix(3).map(\.block) == ["CT/rim", "PET", "PET"])
      #expect(
        table["PET_Mean"]?.values == .numbers([1, 11]) && table["PET_Mean"]?.kind == .feature)
      #expect(table["Total"]?.values.missingCount == 1 && table["age"]?.values.missingCount == 1)
      #expect(table["stage"]?.values == .texts(["", "IV"]) && table["stage"]?.kind == .information)
      #expect(table.place(1) == "table.h5, row 2, patient P2, lesion a")
      try folder.write("no table", to: "text.h5")
      #expect(message(folder.path + "/text.h5").contains("table.h5: not an HDF5 file"))
      #expect(message(folder.path + "/none.h5") == "table.h5: No such file or directory")
    }

    /// Oracle: anndata and h5py read the same files (scripts/oracles/anndata_tables.py); values have
    /// to be equal, as nothing is computed.
    @Test(.enabled(if: AnnDataOracle.isPresent, "needs RADCOHORT_ORACLE_PYTHON with anndata"))
    func otherProgramsFilesAreRead() throws {
      let folder = try TestFolder()
      try AnnDataOracle.write(to: folder.path)
      var tables: [String: ModelTable] = [:]
      var count = 0
      for line in try folder.read("values.csv").split(separator: "\n") {
        let fields = line.split(separator: "\t", omittingEmptySubsequences: false).map {
          String($0)
        }
        let (file, part, row) = (fields[0], fields[1], try #require(Int(fields[2])))
        let table = try tables[file] ?? read("\(folder.path)/\(file).h5ad")
        tables[file] = table
        if part == "patient_id" {
          #expect(table.keys[row].patient == fields[3])
        } else {
          let name = part.hasPrefix("X") ? "f" + part.dropFirst() : part
          let column = try #require(table[name])
          #expect(column.kind == (part.hasPrefix("X") ? .feature : .information))
          switch column.values {
          case .texts(let texts): #expect(texts[row] == fields[3], "\(line)")
          case .numbers(let numbers):
            let expected = fields[3].isEmpty ? Double.nan : try #require(Double(fields[3]))
            #expect(
              numbers[row] == expected || (numbers[row].isNaN && expected.isNaN),
              "\(line): \(numbers[row])")
          }
        }
        count += 1
      }
      #expect(count == 540 && tables.count == 7)
      let blocks = tables["csr"]?.columns.prefix(4).map(\.block)
      #expect(blocks == ["CT/tumour", "CT/rim", "PET/tumour", "PET/rim"])
      #expect(tables["former"]?.keys.map(\.patient) == (0..<6).map { "P\($0)" })
      #expect(message("\(folder.path)/pandas.h5").contains("to_hdf"))
      #expect(message("\(folder.path)/other.h5").contains("/obs is missing"))
      #expect(message("\(folder.path)/records.h5ad").contains("before 0.7"))
      #expect(message("\(folder.path)/torn.h5ad").contains("/X has the shape [5, 4]"))
    }
  }
}

private enum AnnDataOracle {
  static let python = ProcessInfo.processInfo.environment["RADCOHORT_ORACLE_PYTHON"]
  private static let script = URL(fileURLWithPath: #filePath).resolvingSymlinksInPath()
    .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
    .appendingPathComponent("scripts/oracles/anndata_tables.py").path

  static var isPresent: Bool { (try? run(["-c", "import anndata"])) == 0 }

  static func write(to folder: String) throws { #expect(try run([script, folder]) == 0) }

  private static func run(_ arguments: [String]) throws -> Int32? {
    guard let python else { return nil }
    let process = Process()
    process.executableURL = URL(fileURLWithPath: python)
    process.arguments = arguments
    process.standardError = FileHandle.nullDevice
    try process.run()
    process.waitUntilExit()
    return process.terminationStatus
  }
}
