internal import CFFTW
internal import Synchronization

/// Discrete Fourier transforms by FFTW, in double precision, of any size in one, two or three
/// dimensions (an unused dimension has size 1), on one thread.
///
/// Nothing is scaled: `forward` sums `values[n] exp(-2 pi i k n / N)`, `inverse` sums with the other
/// sign, and one after the other multiplies by the number of voxels. Any size is exact to rounding
/// and takes O(n log n); products of 2, 3, 5 and 7 are the quickest, large primes about five times
/// slower. Plans are FFTW's estimates, never measured: the same program gives the same bits on
/// processors with the same vector instructions.

/// Transform of real values, of which the first half of the frequencies along x is kept.
package final class FourierTransform {
  /// Values along (x, y, z).
  package let size: SIMD3<Int>
  /// Frequencies along (x, y, z): `size.x / 2 + 1` along x, all along y and z.
  package let spectrumSize: SIMD3<Int>
  /// The values, x fastest; not initialised.
  package let real: UnsafeMutablePointer<Double>
  /// The frequencies, x fastest, real part and imaginary part in turn: 2 numbers each; not
  /// initialised. Frequency k of n along an axis is also k - n.
  package let spectrum: UnsafeMutablePointer<Double>
  private let plans: FourierPlans

  /// - Precondition: 1 <= size along each axis.
  package init(size: SIMD3<Int>) {
    precondition(all(size .> 0), "a transform has values")
    self.size = size
    spectrumSize = SIMD3(size.x / 2 + 1, size.y, size.z)
    let real = FourierPlans.allocate(size.x * size.y * size.z)
    let spectrum = FourierPlans.allocate(2 * (size.x / 2 + 1) * size.y * size.z)
    self.real = real
    self.spectrum = spectrum
    plans = FourierPlans {
      let (x, y, z) = (Int32(size.x), Int32(size.y), Int32(size.z))
      let complex = UnsafeMutableRawPointer(spectrum).assumingMemoryBound(to: fftw_complex.self)
      return (
        fftw_plan_dft_r2c_3d(z, y, x, real, complex, FourierPlans.estimate),
        fftw_plan_dft_c2r_3d(z, y, x, complex, real, FourierPlans.estimate)
      )
    }
  }

  deinit {
    fftw_free(real)
    fftw_free(spectrum)
  }

  /// Fills `spectrum` from `real`, which keeps its values.
  package func forward() { fftw_execute(plans.forward) }

  /// Fills `real`, times the number of voxels, from `spectrum`, which is overwritten.
  package func inverse() { fftw_execute(plans.inverse) }
}

/// Transform of complex values in place, in memory of the caller.
package final class ComplexFourierTransform {
  /// Values along (x, y, z).
  package let size: SIMD3<Int>
  private let plans: FourierPlans
  private let alignment: Int32

  /// - Precondition: 1 <= size along each axis.
  package init(size: SIMD3<Int>) {
    precondition(all(size .> 0), "a transform has values")
    self.size = size
    // The plan needs an address with the alignment of later ones; it does not touch the memory.
    let values = FourierPlans.allocate(2 * size.x * size.y * size.z)
    alignment = fftw_alignment_of(values)
    plans = FourierPlans {
      let (x, y, z) = (Int32(size.x), Int32(size.y), Int32(size.z))
      let complex = UnsafeMutableRawPointer(values).assumingMemoryBound(to: fftw_complex.self)
      func plan(_ sign: Int32) -> fftw_plan? {
        fftw_plan_dft_3d(z, y, x, complex, complex, sign, FourierPlans.estimate)
      }
      return (plan(FFTW_FORWARD), plan(FFTW_BACKWARD))
    }
    fftw_free(values)
  }

  /// - Parameter values: `size.x * size.y * size.z` pairs of real and imaginary part, x fastest, at
  ///   a multiple of 16 bytes, as the elements of an `Array` and memory from `allocate` are.
  package func forward(_ values: UnsafeMutablePointer<Double>) { execute(plans.forward, values) }

  /// The inverse of `forward`, times the number of voxels.
  package func inverse(_ values: UnsafeMutablePointer<Double>) { execute(plans.inverse, values) }

  private func execute(_ plan: fftw_plan, _ values: UnsafeMutablePointer<Double>) {
    precondition(fftw_alignment_of(values) == alignment, "values start at a multiple of 16 bytes")
    let complex = UnsafeMutableRawPointer(values).assumingMemoryBound(to: fftw_complex.self)
    fftw_execute_dft(plan, complex, complex)
  }
}

/// A pair of plans and their lifetime. FFTW's planner is the one part of it that two threads must
/// not enter together, so planning and destroying are locked.
private final class FourierPlans {
  /// FFTW_ESTIMATE: a macro that Swift does not import.
  static let estimate: UInt32 = 1 << 6
  private static let planner = Mutex(())

  let forward: fftw_plan
  let inverse: fftw_plan

  init(_ make: () -> (fftw_plan?, fftw_plan?)) {
    nonisolated(unsafe) var plans: (fftw_plan?, fftw_plan?) = (nil, nil)
    Self.planner.withLock { _ in plans = make() }
    guard let forward = plans.0, let inverse = plans.1 else {
      preconditionFailure("FFTW makes a plan for every size")
    }
    (self.forward, self.inverse) = (forward, inverse)
  }

  deinit {
    Self.planner.withLock { _ in
      fftw_destroy_plan(forward)
      fftw_destroy_plan(inverse)
    }
  }

  /// Memory with the alignment that FFTW's vector instructions want; freed by `fftw_free`.
  static func allocate(_ count: Int) -> UnsafeMutablePointer<Double> {
    guard let memory = fftw_alloc_real(count) else {
      fatalError("no memory for \(count) numbers")
    }
    return memory
  }
}
