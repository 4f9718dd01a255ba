import Foundation
import Imaging
import NIfTIAdapter
import Testing

/// One way to spoil the first patient of a synthetic cohort, and what the program must say.
struct BadInput: CustomTestStringConvertible, Sendable {
  let name: String
  /// Which of the patient's files is spoilt: ct, ct_mask, pet or pet_mask.
  var kind = "pet"
  /// Found by `check` from the headers; otherwise only by `check --deep` and `run`.
  var isInHeader = true
  /// The message has all of these, or of `a|b` one; the patient and the file it has anyway.
  let message: [String]
  /// Added to the study file.
  var study = ""
  let spoil: @Sendable (String) throws -> Void

  var testDescription: String { name }

  /// Parts of `message` that are not in a text.
  func missing(in text: String) -> [String] {
    message.filter { part in !part.split(separator: "|").contains { text.contains($0) } }
  }
}

extension BadInput {
  static let headers = [
    BadInput(name: "missing file", message: ["does not exist|No such file"]) {
      try FileManager.default.removeItem(atPath: $0)
    },
    BadInput(name: "missing mask", kind: "ct_mask", message: ["does not exist|No such file"]) {
      try FileManager.default.removeItem(atPath: $0)
    },
    BadInput(name: "truncated gzip", kind: "ct", message: ["truncated"]) { path in
      try edit(path) { $0.removeLast($0.count / 3) }
    },
    BadInput(name: "truncated gzip mask", kind: "ct_mask", message: ["truncated"]) { path in
      try edit(path) { $0.removeLast(5) }
    },
    BadInput(name: "truncated header", message: ["348"]) { path in
      try plain(path) { $0.removeLast($0.count - 200) }
    },
    BadInput(name: "empty file", message: ["is empty"]) { try Data().write(to: url($0)) },
    BadInput(name: "not an image", message: ["neither a NIfTI nor an NRRD"]) {
      try Data("patient_id,image\n1,2\n".utf8).write(to: url($0))
    },
    BadInput(name: "folder", message: ["not a regular file|Is a directory"]) {
      try FileManager.default.removeItem(atPath: $0)
      try FileManager.default.createDirectory(atPath: $0, withIntermediateDirectories: false)
    },
    BadInput(name: "overflowing dimensions", message: ["32767 x 32767 x 32767"]) { path in
      try plain(path) { bytes in
        for axis in 0..<3 { put(Int16(32767), at: 42 + 2 * axis, in: &bytes) }
      }
    },
    BadInput(name: "2 GiB of voxels in a small file", message: ["1000 x 1000 x 500"]) { path in
      try plain(path) { bytes in
        for (axis, size) in [1000, 1000, 500].enumerated() {
          put(Int16(size), at: 42 + 2 * axis, in: &bytes)
        }
      }
    },
    BadInput(name: "negative dimension", message: ["dim[2] is -4"]) { path in
      try plain(path) { put(Int16(-4), at: 44, in: &$0) }
    },
    BadInput(name: "fewer voxels than the file has", message: ["the file has"]) { path in
      try plain(path) { put(Int16(3), at: 42, in: &$0) }
    },
    BadInput(name: "more voxels than the file has", kind: "pet_mask", message: ["the file has"]) {
      path in try plain(path) { put(Int16(200), at: 42, in: &$0) }
    },
    BadInput(name: "2D image", message: ["2 dimensions (dim[0])"]) { path in
      try plain(path) { put(Int16(2), at: 40, in: &$0) }
    },
    BadInput(name: "4D image", message: ["4 dimensions", "dim[4] is 2"]) { path in
      try plain(path) { bytes in
        put(Int16(4), at: 40, in: &bytes)
        put(Int16(2), at: 48, in: &bytes)
        bytes += bytes[352...]
      }
    },
    BadInput(name: "complex numbers", message: ["datatype is 32 (complex64)"]) { path in
      try plain(path) { put(Int16(32), at: 70, in: &$0) }
    },
    BadInput(name: "offset far behind the end", message: ["the file has"]) { path in
      try plain(path) { put(Float(1e9).bitPattern, at: 108, in: &$0) }
    },
    BadInput(
      name: "mask beside the image", kind: "pet_mask",
      message: ["differing by 499.99|differing by 500.0"]
    ) { try shift($0, by: 500) },
    BadInput(
      name: "mask beyond the tolerance", kind: "pet_mask",
      message: ["3.0 mm apart", "tolerance is 2.0 mm"],
      study: "    geometry: {policy: tolerance, tolerance: 2}\n"
    ) { try shift($0, by: 3) },
  ]

  static let voxels = [
    BadInput(name: "NaN", isInHeader: false, message: ["1 of", "NaN or infinite", "(1, 0, 0)"]) {
      try voxel($0, 1, .nan)
    },
    BadInput(name: "infinity", isInHeader: false, message: ["NaN or infinite", "(0, 0, 0)"]) {
      try voxel($0, 0, -.infinity)
    },
    BadInput(name: "NaN in a mask", kind: "pet_mask", isInHeader: false, message: ["NaN"]) { path in
      let grid = try ImageFile.readHeader(path).grid
      var values = [Float](repeating: 1, count: grid.voxelCount)
      values[5] = .nan
      try ImageFile.writeVolume(Volume(grid: grid, voxels: .float32(values)), to: path)
    },
    BadInput(name: "flipped bit", isInHeader: false, message: ["gzip stream is damaged"]) { path in
      try edit(path) { $0[$0.count / 2] ^= 0x10 }
    },
    BadInput(
      name: "wrong checksum", kind: "pet_mask", isInHeader: false,
      message: ["gzip stream is damaged", "data check"]
    ) { path in try edit(path) { $0[$0.count - 7] ^= 1 } },
    BadInput(name: "empty mask", kind: "ct_mask", isInHeader: false, message: ["mask is empty"]) {
      path in try labels(path) { _ in 0 }
    },
    BadInput(
      name: "absent label", kind: "pet_mask", isInHeader: false,
      message: ["label 1 is not in the mask", "it has 3 (2 voxels), 7 (4 voxels)"]
    ) { path in try labels(path) { [3, 3, 7, 7, 7, 7].indices.contains($0) ? $0 < 2 ? 3 : 7 : 0 } },
    BadInput(
      name: "one voxel", kind: "pet_mask", isInHeader: false,
      message: ["one voxel", "at least two dimensions"]
    ) { path in try labels(path) { $0 == 77 ? 1 : 0 } },
    BadInput(
      name: "line", kind: "pet_mask", isInHeader: false,
      message: ["in 1 dimensions", "minimumDimensions is 2"]
    ) { path in try labels(path) { (70..<74).contains($0) ? 1 : 0 } },
    BadInput(
      name: "too few voxels", kind: "pet_mask", isInHeader: false,
      message: ["4 voxels", "minimumSize = 10"], study: "    region: {minimumSize: 10}\n"
    ) { path in
      let width = try ImageFile.readHeader(path).grid.size.x
      try labels(path) { [50, 51, 50 + width, 51 + width].contains($0) ? 1 : 0 }
    },
    BadInput(
      name: "mask outside the image", kind: "pet_mask", isInHeader: false,
      message: ["reaches out of the image", "mm beyond the last voxel along x"],
      study: "    geometry: {policy: resample-mask}\n"
    ) { try shift($0, by: 500) },
    BadInput(
      name: "nothing left after resegmentation", kind: "pet_mask", isInHeader: false,
      message: ["resegment"], study: "    resegment: {range: [1e9]}\n"
    ) { _ in },
  ]
}

private func url(_ path: String) -> URL { URL(fileURLWithPath: path) }

/// Changes the bytes of a file.
private func edit(_ path: String, _ change: (inout [UInt8]) -> Void) throws {
  var bytes = Array(try Data(contentsOf: url(path)))
  change(&bytes)
  try Data(bytes).write(to: url(path))
}

/// Writes an image again without compression, then changes its bytes: 352 of header, the voxels.
private func plain(_ path: String, _ change: (inout [UInt8]) -> Void) throws {
  let raw = path + ".nii"
  try ImageFile.writeVolume(ImageFile.readVolume(path), to: raw)
  try FileManager.default.removeItem(atPath: path)
  try FileManager.default.moveItem(atPath: raw, toPath: path)
  try edit(path, change)
}

private func put<Value: FixedWidthInteger>(
  _ value: Value, at offset: Int, in bytes: inout [UInt8]
) {
  withUnsafeBytes(of: value.littleEndian) { source in
    for (i, byte) in source.enumerated() { bytes[offset + i] = byte }
  }
}

/// Moves an image along x, mm.
private func shift(_ path: String, by distance: Double) throws {
  let volume = try ImageFile.readVolume(path)
  var grid = volume.grid
  grid.origin.x += distance
  try ImageFile.writeVolume(Volume(grid: grid, voxels: volume.voxels), to: path)
}

/// Sets one voxel of an image, stored as float32.
private func voxel(_ path: String, _ index: Int, _ value: Float) throws {
  let volume = try ImageFile.readVolume(path)
  let box = IndexBox(lower: .zero, size: volume.grid.size)
  let floats = Volume(grid: volume.grid, values: volume.values(in: box), as: .float32)
  try ImageFile.writeVolume(floats, to: path)
  try plain(path) { put(value.bitPattern, at: 352 + 4 * index, in: &$0) }
}

/// Replaces a mask by labels of voxel indices, x fastest.
private func labels(_ path: String, _ label: (Int) -> UInt8) throws {
  let grid = try ImageFile.readHeader(path).grid
  try ImageFile.writeLabels(
    LabelVolume(grid: grid, labels: (0..<grid.voxelCount).map(label)), to: path)
}
