internal import Foundation
internal import Imaging
internal import NIfTIAdapter
import Testing

/// Files that must be refused, each built here; the message names the file and what is wrong.
@Suite struct BadImageTests {
  /// The message with which reading ends; nil where the file is accepted.
  private func message(_ bytes: [UInt8], _ name: String = "bad.nii") throws -> String? {
    try withFolder { folder in
      let path = try write(bytes, name, in: folder)
      do {
        _ = try ImageFile.readVolume(path)
        return nil
      } catch let error as ImageFileError {
        #expect(error.description.contains(path))
        return error.message
      }
    }
  }

  private var good: NIfTIBytes {
    var file = NIfTIBytes()
    for i in 0..<24 { file.append(Int16(i)) }
    return file
  }

  private func compressed() throws -> [UInt8] {
    let values = (0..<24_000).map { Double(($0 * 7919) % 30011) }
    let volume = Volume(grid: Grid(size: SIMD3(40, 30, 20)), values: values, as: .int16)
    return try withFolder { folder in
      let path = folder.appendingPathComponent("c.nii.gz").path
      try ImageFile.writeVolume(volume, to: path)
      return Array(try Data(contentsOf: URL(fileURLWithPath: path)))
    }
  }

  @Test func goodFilesAreAccepted() throws {
    #expect(try message(good.bytes) == nil)
    #expect(try message(compressed()) == nil)
  }

  @Test func missingFile() {
    #expect(throws: ImageFileError("/nowhere/a.nii.gz", "the file does not exist")) {
      _ = try ImageFile.readVolume("/nowhere/a.nii.gz")
    }
    #expect(throws: ImageFileError.self) { _ = try ImageFile.readVolume("/") }
  }

  @Test(arguments: [1, 4, 8, 9, 400, 5000])
  func truncatedGzip(_ missing: Int) throws {
    let found = try message(Array(compressed().dropLast(missing)))
    #expect(found?.contains("trailer") == true)
  }

  @Test func truncatedGzipWithAMatchingTrailer() throws {
    var bytes = try compressed()
    bytes.removeSubrange((bytes.count - 600)..<(bytes.count - 8))
    #expect(try message(bytes) != nil)
  }

  @Test(arguments: [0.2, 0.5, 0.9])
  func flippedBit(_ place: Double) throws {
    var bytes = try compressed()
    bytes[Int(Double(bytes.count) * place)] ^= 4
    #expect(try message(bytes) != nil)
  }

  @Test func brokenChecksum() throws {
    var bytes = try compressed()
    bytes[bytes.count - 6] ^= 1
    #expect(try message(bytes)?.contains("data check") == true)
  }

  @Test func bytesBehindTheStream() throws {
    let bytes = try compressed()
    #expect(try message(bytes + Array("tail".utf8) + Array(bytes.suffix(4))) != nil)
  }

  @Test func notAnImage() throws {
    #expect(try message(Array("patient_id,image\n".utf8))?.contains("neither") == true)
    #expect(try message([])?.contains("empty") == true)
    #expect(try message([0x1f, 0x8b]) != nil)
  }

  @Test func wrongMagic() throws {
    var file = good
    file.bytes[344] = 0x78
    #expect(try message(file.bytes)?.contains("magic") == true)
  }

  @Test func truncatedHeader() throws {
    #expect(try message(Array(good.bytes.prefix(200)))?.contains("348") == true)
  }

  @Test func overflowingDimensions() throws {
    let file = NIfTIBytes(size: [32767, 32767, 32767])
    #expect(try message(file.bytes)?.contains("32767 x 32767 x 32767") == true)
  }

  @Test func dimensionsBeyondTheFile() throws {
    var file = good
    file.put(Int16(5), 42)
    #expect(try message(file.bytes)?.contains("412 bytes") == true)
    file.put(Int16(3), 42)
    #expect(try message(file.bytes)?.contains("the file has 400") == true)
    var large = NIfTIBytes(size: [2000, 2000, 2000])
    large.bytes += [0, 0]
    #expect(try message(large.bytes)?.contains("needs 16000000352 bytes") == true)
  }

  @Test(arguments: [0, -3])
  func sizesThatAreNone(_ size: Int) throws {
    #expect(try message(NIfTIBytes(size: [4, size, 2]).bytes)?.contains("dim[2]") == true)
  }

  @Test func otherNumbersOfDimensions() throws {
    #expect(try message(NIfTIBytes(size: [4, 3]).bytes)?.contains("2 dimensions") == true)
    #expect(try message(NIfTIBytes(size: [4, 3, 2, 5]).bytes)?.contains("dim[4] is 5") == true)
    var file = good
    file.put(Int16(9), 40)
    #expect(try message(file.bytes)?.contains("dim[0]") == true)
    var four = good
    four.put(Int16(4), 40)
    #expect(try message(four.bytes) == nil)
  }

  @Test(arguments: [(Int16(32), "complex64"), (128, "RGB24"), (1536, "float128"), (77, "77")])
  func otherTypes(_ code: Int16, _ name: String) throws {
    #expect(try message(NIfTIBytes(datatype: code).bytes)?.contains(name) == true)
  }

  @Test(arguments: [Float.nan, .infinity, -.infinity])
  func valuesThatAreNoNumbers(_ value: Float) throws {
    var file = NIfTIBytes(datatype: 16, bits: 32)
    for i in 0..<24 { file.append((i == 6 || i == 7 ? value : Float(i)).bitPattern) }
    let found = try message(file.bytes)
    #expect(found?.contains("2 of 24 voxels") == true)
    #expect(found?.contains("(2, 1, 0)") == true)
  }

  @Test func offsetsThatAreNone() throws {
    for offset in [Float.nan, -8, 100, 1e30] {
      var file = good
      file.put(offset.bitPattern, 108)
      #expect(try message(file.bytes)?.contains("vox_offset") == true)
    }
  }

  @Test func nrrdFields() throws {
    func nrrd(_ fields: String) -> [UInt8] { Array("NRRD0004\n\(fields)\n\n".utf8) + [0, 1, 2, 3] }
    let size = "dimension: 3\nsizes: 2 2 1"
    #expect(try message(nrrd("type: uchar\nencoding: raw\n\(size)")) == nil)
    #expect(try message(nrrd("type: block\nencoding: raw\n\(size)"))?.contains("type") == true)
    #expect(try message(nrrd("type: uchar\nencoding: bzip2\n\(size)"))?.contains("bzip2") == true)
    let bare = "type: uchar\nencoding: raw\nsizes: 4"
    #expect(try message(nrrd(bare))?.contains("dimension") == true)
    #expect(try message(nrrd("type: uchar\n\(size)"))?.contains("encoding") == true)
    #expect(try message(nrrd("type: uchar\nencoding: gzip\n\(size)"))?.contains("gzip") == true)
    #expect(try message(nrrd("type: short\nencoding: raw\n\(size)"))?.contains("endian") == true)
  }
}
