# shellcheck shell=bash
# What differs between clusters: edit this one file. It is sourced by the job scripts.
# shellcheck disable=SC2034  # read by jobs/launch.sh

# --- software -------------------------------------------------------------------------------
# Where the site has modules, load what the program was built with, for example:
#   module purge
#   module load openmpi/4.1 hdf5/1.10-parallel openblas

# The program: an absolute path, a name in PATH, or a path from the folder of submission.
: "${RADCOHORT:=radcohort}"
# A build in the repository or an unpacked release is found without further ado.
for candidate in bin/radcohort .build/release/radcohort; do
  if [[ $RADCOHORT == radcohort && -x $SLURM_SUBMIT_DIR/$candidate ]]; then
    RADCOHORT=$SLURM_SUBMIT_DIR/$candidate
  fi
done

# --- launcher -------------------------------------------------------------------------------
# mpirun: Open MPI's own; works everywhere Open MPI was built with Slurm support.
# srun:   needs Slurm's PMIx plugin: `srun --mpi=list` must name pmix.
: "${RADCOHORT_LAUNCHER:=mpirun}"

# Rank 0 hands out work and sleeps in between, so one rank more than cores keeps all cores busy.
# Set it to 0 where the site forbids more ranks than cores.
: "${RADCOHORT_EXTRA_RANK:=1}"

# More settings of Open MPI, for example to keep it off a slow network:
#   export OMPI_MCA_btl=self,vader,tcp
#   export OMPI_MCA_btl_tcp_if_include=ib0

# --- scratch --------------------------------------------------------------------------------
# Temporary files go to the job's own folder on the node, where the site makes one.
export TMPDIR=${SLURM_TMPDIR:-${TMPDIR:-/tmp}}

# --- threads --------------------------------------------------------------------------------
# A rank is one core.
export OPENBLAS_NUM_THREADS=1 OMP_NUM_THREADS=1
