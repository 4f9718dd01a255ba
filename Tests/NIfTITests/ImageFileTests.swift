internal import Foundation
internal import Imaging
internal import NIfTIAdapter
import Testing

/// Round trips and conversions. Oracle for types and values: what SimpleITK 2.5.7 makes of the same
/// headers, found by experiment and written into each test.
@Suite struct ImageFileTests {
  private static let grid = Grid(
    size: SIMD3(5, 4, 3), spacing: SIMD3(0.75, 1.5, 2), origin: SIMD3(-10.5, 20.25, 7),
    direction: [0, -1, 0, 1, 0, 0, 0, 0, 1])

  @Test(arguments: PixelType.allCases, ["image.nii", "image.nii.gz"])
  func writtenImageReadsBack(_ type: PixelType, _ name: String) throws {
    let values = (0..<60).map { Double($0) * 2 }
    let volume = Volume(grid: Self.grid, values: values, as: type)
    try withFolder { folder in
      let path = folder.appendingPathComponent(name).path
      try ImageFile.writeVolume(volume, to: path)
      let again = try ImageFile.readVolume(path)
      #expect(again.voxels == volume.voxels)
      #expect(again.grid == volume.grid)
      let header = try ImageFile.readHeader(path)
      #expect(header.pixelType == type && header.isCompressed == name.hasSuffix("gz"))
      let first = try Data(contentsOf: URL(fileURLWithPath: path))
      try ImageFile.writeVolume(volume, to: path)
      #expect(try Data(contentsOf: URL(fileURLWithPath: path)) == first)
    }
  }

  @Test func labelsReadBack() throws {
    let wide = LabelVolume(grid: Self.grid, labels: (0..<60).map { UInt32($0 * 1000) })
    try withFolder { folder in
      let path = folder.appendingPathComponent("labels.nii.gz").path
      try ImageFile.writeLabels(wide, to: path)
      #expect(try ImageFile.readLabels(path).storage == wide.storage)
    }
  }

  @Test func fractionsOfLabelsAreTruncated() {
    let volume = Volume(
      grid: Grid(size: SIMD3(4, 1, 1)), voxels: .float32([0.9, 1.2, 1.99, 3]))
    #expect(LabelVolume(volume).storage == .narrow([0, 1, 1, 3]))
  }

  @Test func bigEndianIsSwapped() throws {
    var file = NIfTIBytes(isBigEndian: true)
    for i in 0..<24 { file.append(Int16(i * 300 - 2000)) }
    try withFolder { folder in
      let volume = try ImageFile.readVolume(try write(file.bytes, "b.nii", in: folder))
      #expect(volume.voxels == .int16((0..<24).map { Int16($0 * 300 - 2000) }))
    }
  }

  /// SimpleITK: scaled integers become float32, through float32; slope 0 counts as 1.
  @Test(arguments: [
    (slope: Float(0.1), intercept: Float(-3), first: Float(-5), isScaled: true),
    (slope: 0, intercept: 3, first: -17, isScaled: true),
    (slope: .nan, intercept: 0, first: -20, isScaled: false),
    (slope: 1, intercept: .infinity, first: -20, isScaled: false),
  ])
  func scalingFollowsITK(
    _ scaling: (slope: Float, intercept: Float, first: Float, isScaled: Bool)
  ) throws {
    var file = NIfTIBytes()
    file.put(scaling.slope.bitPattern, 112)
    file.put(scaling.intercept.bitPattern, 116)
    for i in 0..<24 { file.append(Int16(i - 20)) }
    try withFolder { folder in
      let volume = try ImageFile.readVolume(try write(file.bytes, "s.nii", in: folder))
      #expect(volume.pixelType == (scaling.isScaled ? .float32 : .int16))
      let box = IndexBox(lower: .zero, size: SIMD3(1, 1, 1))
      #expect(volume.values(in: box) == [Double(scaling.first)])
    }
  }

  @Test func secondVersionIsRead() throws {
    var bytes = [UInt8](repeating: 0, count: 544)
    func put<Value>(_ value: Value, _ offset: Int) {
      withUnsafeBytes(of: value) { source in
        for (i, byte) in source.enumerated() { bytes[offset + i] = byte }
      }
    }
    put(Int32(540), 0)
    for (i, byte) in [0x6e, 0x2b, 0x32, 0, 0x0d, 0x0a, 0x1a, 0x0a].enumerated() {
      bytes[4 + i] = UInt8(byte)
    }
    put(Int16(2), 12)
    put(Int16(8), 14)
    for (i, dim) in [3, 4, 3, 2, 1, 1, 1, 1].enumerated() { put(Int64(dim), 16 + 8 * i) }
    for i in 0..<8 { put(Double(i == 2 ? 2.5 : 1), 104 + 8 * i) }
    put(Int64(544), 168)
    bytes += (0..<24).map { UInt8($0) }
    try withFolder { folder in
      let path = try write(bytes, "two.nii", in: folder)
      #expect(try ImageFile.readHeader(path).format == .nifti2)
      let volume = try ImageFile.readVolume(path)
      #expect(volume.voxels == .uint8((0..<24).map { UInt8($0) }))
      #expect(volume.grid.spacing == SIMD3(1, 2.5, 1))
    }
  }

  @Test func pairIsRead() throws {
    var file = NIfTIBytes()
    file.put(Float(0).bitPattern, 108)
    file.bytes[345] = 0x69
    var data = NIfTIBytes()
    data.bytes = []
    for i in 0..<24 { data.append(Int16(i)) }
    try withFolder { folder in
      let header = try write(Array(file.bytes.prefix(348)), "pair.hdr", in: folder)
      let image = try write(data.bytes, "pair.img", in: folder)
      let expected = VoxelStorage.int16((0..<24).map { Int16($0) })
      #expect(try ImageFile.readVolume(header).voxels == expected)
      #expect(try ImageFile.readVolume(image).voxels == expected)
    }
  }

  /// SimpleITK: RAS is turned to LPS, spacings are the lengths of the directions.
  @Test func nrrdIsRead() throws {
    let text = """
      NRRD0004
      # made by a test
      type: short
      dimension: 3
      space: right-anterior-superior
      sizes: 4 3 2
      space directions: (0.5,0,0) (0,2,0) (0,0,3)
      endian: big
      encoding: raw
      space origin: (1,2,3)


      """
    var data = NIfTIBytes(isBigEndian: true)
    data.bytes = Array(text.utf8)
    for i in 0..<24 { data.append(Int16(i - 7)) }
    try withFolder { folder in
      let path = try write(data.bytes, "a.nrrd", in: folder)
      let volume = try ImageFile.readVolume(path)
      #expect(volume.voxels == .int16((0..<24).map { Int16($0 - 7) }))
      #expect(volume.grid.spacing == SIMD3(0.5, 2, 3))
      #expect(volume.grid.origin == SIMD3(-1, -2, 3))
      #expect(volume.grid.direction == [-1, 0, 0, 0, -1, 0, 0, 0, 1])
      data.bytes.removeLast()
      let short = try write(data.bytes, "short.nrrd", in: folder)
      #expect(throws: ImageFileError.self) { _ = try ImageFile.readVolume(short) }
    }
  }
}
