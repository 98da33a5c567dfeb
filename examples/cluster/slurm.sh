#!/bin/bash
# Reads an archive on the nodes of a SLURM job: sbatch --ntasks 16 slurm.sh ARCHIVE OUT
#SBATCH --job-name=kg
#SBATCH --ntasks=8
#SBATCH --cpus-per-task=1
#SBATCH --mem-per-cpu=2G
#SBATCH --time=08:00:00
#SBATCH --signal=B:INT@120

set -eu
archive=$1
out=$2
file=$PWD/scheduler-$SLURM_JOB_ID.json

# One task for the build and the scheduler, the others read.
dask scheduler --scheduler-file "$file" --no-dashboard &
scheduler=$!
srun --ntasks $((SLURM_NTASKS - 1)) --exclusive \
    dask worker --scheduler-file "$file" --nthreads 1 --memory-limit 2GB --no-dashboard &
workers=$!
trap 'kill "$workers" "$scheduler" 2>/dev/null; rm -f "$file"' EXIT

until [ -s "$file" ]; do sleep 1; done
address=$(python -c "import json, sys; print(json.load(open(sys.argv[1]))['address'])" "$file")

# Two minutes before the time is over the build is stopped; the next job goes on where it was.
kg build "$archive" --out "$out" --scheduler "$address" &
build=$!
trap 'kill "$build" 2>/dev/null' INT
status=0
wait "$build" || status=$?
if kill -0 "$build" 2>/dev/null; then wait "$build" || status=$?; fi
exit "$status"
