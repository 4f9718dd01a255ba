internal import Glibc

/// A launcher started several processes that do not find each other.
package struct LauncherMismatch: Error, CustomStringConvertible {
  package var description: String
}

extension MPIWorld {
  /// Why this process must not go on alone: a launcher started several of it, but none of them
  /// will find the others, so each would silently do the whole job. nil where all is well.
  ///
  /// Asked before MPI_Init. SLURM_NTASKS is no sign: a plain process inside `sbatch -n 2` has it.
  package static func launcherMismatch() -> String? {
    launcherMismatch { name in getenv(name).map { String(cString: $0) } }
  }

  /// - Parameters:
  ///   - size: number of ranks that found each other; nil before MPI_Init.
  ///   - environment: looks up a variable.
  package static func launcherMismatch(
    size: Int? = nil, _ environment: (String) -> String?
  ) -> String? {
    func number(_ name: String) -> Int { environment(name).flatMap { Int($0) } ?? 1 }
    if let size, size > 1 { return nil }
    // Below mpirun, its own variables count: its daemons are steps of Slurm with any task count.
    if environment("OMPI_COMM_WORLD_SIZE") != nil {
      let ranks = number("OMPI_COMM_WORLD_SIZE")
      guard size != nil, ranks > 1 else { return nil }
      return """
        mpirun started \(ranks) ranks, but they do not find each other: each of them would do the \
        whole study alone. mpirun and the MPI library of this program are of different versions; \
        use the mpirun of \(libraryVersion).
        """
    }
    let tasks = number("SLURM_STEP_NUM_TASKS")
    // Set by what may connect the ranks; whether it does is known after MPI_Init.
    let mayConnect = ["PMIX_RANK", "PMI_RANK"].contains { environment($0) != nil }
    guard tasks > 1, size != nil || !mayConnect else { return nil }
    return """
      srun started \(tasks) tasks, but without PMIx: each of them would do the whole study alone.
      Start it as `srun --mpi=pmix radcohort ...` (srun --mpi=list shows what this Slurm has), or \
      as `mpirun radcohort ...` inside the job.
      """
  }
}
