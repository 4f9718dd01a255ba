import Numerics
import Testing

@Suite("Sample moments")
struct SampleMomentsTests {
  /// Oracle: sums of whole numbers, which are exact.
  @Test("mean, squares and variance of whole numbers")
  func wholeNumbers() {
    let moments = SampleMoments([1, 2, 4, 9])
    #expect(moments.count == 4 && moments.mean == 4 && moments.squares == 38)
    #expect(moments.variance == 38.0 / 3)
    #expect(SampleMoments([1, 3], around: 1).squares == 4)
    #expect(SampleMoments.deviation([1, 2, 4, 9]) == (38.0 / 3).squareRoot())
  }

  @Test("the second pass takes the rounding out of the mean")
  func secondPass() {
    let values = [Double](repeating: 0.1, count: 10)
    #expect(SampleMoments.mean(values) != 0.1)
    let moments = SampleMoments(values)
    #expect(moments.mean == 0.1 && moments.squares == 0)
  }

  @Test("too few values")
  func few() {
    #expect(SampleMoments.mean([]).isNaN && SampleMoments.deviation([]).isNaN)
    #expect(SampleMoments([5]).mean == 5 && SampleMoments([5]).variance.isNaN)
  }
}
