# shellcheck shell=bash
# How the job scripts run the program: on all ranks, with the time limit's warning passed on, and
# put back into the queue when it was stopped before the end. Sourced after site.sh.

# Prints the launcher's command line, one word a line. Argument: number of ranks.
launcher_words() {
  local ranks=$1
  case $RADCOHORT_LAUNCHER in
  # Oversubscribe and no binding, because of the one rank more than cores.
  mpirun) printf '%s\n' mpirun --oversubscribe --bind-to none -n "$ranks" ;;
  srun) printf '%s\n' srun --mpi=pmix --overcommit --cpu-bind=none --ntasks="$ranks" ;;
  *)
    printf 'RADCOHORT_LAUNCHER=%s is not known (valid: mpirun, srun)\n' "$RADCOHORT_LAUNCHER" >&2
    return 2
    ;;
  esac
}

# SIGUSR1, which Slurm sends before the time limit, goes on to the launcher, which passes it to every
# rank.
launcher=0
is_warned=no
trap 'is_warned=yes; ((launcher == 0)) || kill -USR1 "$launcher" 2>/dev/null || true' USR1

# Runs `radcohort ARGUMENTS` on all ranks of the job; returns its exit code.
run_on_ranks() {
  local words code
  words=$(launcher_words $((${SLURM_NTASKS:-1} + RADCOHORT_EXTRA_RANK))) || return 2
  mapfile -t words <<<"$words"
  if [[ $is_warned == yes ]]; then
    printf 'the warning of the time limit came before the start: ask for a longer --time\n' >&2
    return 70
  fi
  "${words[@]}" "$RADCOHORT" "$@" </dev/null &
  launcher=$!
  # A trapped signal ends `wait` early: wait until the launcher is really gone.
  while kill -0 "$launcher" 2>/dev/null; do wait "$launcher" || true; done
  code=0
  wait "$launcher" || code=$?
  launcher=0
  return "$code"
}

# Ends the job with this exit code. 75 means stopped and resumable: back into the queue. Never on
# 70: that is an internal error or a run without progress, which would come back for ever.
end_job() {
  local code=$1
  if [[ $code == 75 ]]; then
    printf 'stopped before the end (exit 75): job %s goes back into the queue\n' "$SLURM_JOB_ID"
    scontrol requeue "$SLURM_JOB_ID" && exit 0
    printf 'it could not be requeued: submit it again to go on\n' >&2
  fi
  exit "$code"
}

# Runs a study as often as it takes. Arguments: the job script, the study, options of radcohort run.
run_study() {
  local script=$1 code=0
  local study=${2:?usage: sbatch $script study.yml [options of radcohort run]}
  cd "$SLURM_SUBMIT_DIR" || exit 2
  printf '%s  job %s, life %s, %s tasks: %s\n' "$(date -Is)" "$SLURM_JOB_ID" \
    $((${SLURM_RESTART_COUNT:-0} + 1)) "${SLURM_NTASKS:-1}" "${*:2}"
  run_on_ranks run "$study" "${@:3}" || code=$?
  printf '%s  exit %s\n' "$(date -Is)" "$code"
  end_job "$code"
}
