internal import Glibc

extension MPIWorld {
  /// Why this process must not go on alone: a launcher started several of it, but none of them
  /// will find the others, so each would silently do the whole job. nil where all is well.
  ///
  /// Asked before MPI_Init. SLURM_NTASKS is no sign: a plain process inside `sbatch -n 2` has it.
  package static func launcherMismatch() -> String? {
    launcherMismatch { name in getenv(name).map { String(cString: $0) } }
  }

  /// - Parameter environment: looks up a variable.
  package static func launcherMismatch(_ environment: (String) -> String?) -> String? {
    // Set by whatever connects the ranks of Open MPI: mpirun, or srun with PMIx.
    let isConnected = ["PMIX_RANK", "OMPI_COMM_WORLD_SIZE"].contains { environment($0) != nil }
    let tasks = environment("SLURM_STEP_NUM_TASKS").flatMap { Int($0) } ?? 1
    guard tasks > 1, !isConnected else { return nil }
    return """
      srun started \(tasks) tasks, but without PMIx: each of them would do the whole study alone.
      Start it as `srun --mpi=pmix radcohort ...` (srun --mpi=list shows what this Slurm has), or \
      as `mpirun radcohort ...` inside the job.
      """
  }
}
