#!/usr/bin/env bash
# The stages as job arrays of Slurm: an array of shards and a join for each stage, each waiting for the one before. Needs a folder that all nodes see.
#
# usage: slurm.sh PAGES OUT [SHARDS]
#   HUMPBACK=humpback     the executable, on the shared folder
#   INGEST="--near-duplicates"  AUGMENT="--model B"  CURATE="--top-fraction 0.5"    options of the stages
#   SBATCH="--partition=cpu --cpus-per-task=16 --time=8:00:00"                      options of sbatch
# A shard whose node dies is queued again by Slurm, one whose process dies is begun again, three times at most, and both go on where they were:
# --resume does that. The same command after a failed stage makes only what is missing. Prints the number of the last job.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
mkdir -p "$2"
pages=$1 out=$2 shards=${3:-8}
humpback=$(realpath "$(command -v "${HUMPBACK:-humpback}")")
last=

submit() { sbatch --parsable --requeue --open-mode=append ${SBATCH:-} ${last:+--dependency=afterok:$last} --kill-on-invalid-dep=yes "$@"; }

# stage NAME COMMAND INPUT [OPTION...]
stage() {
    local name=$1 command=$2 input=$3
    shift 3
    local shard="$humpback $command $* $input --shard \$SLURM_ARRAY_TASK_ID/$shards -o $out/$name.\$SLURM_ARRAY_TASK_ID.jsonl"
    shard+=" --rejects $out/$name-rejects.\$SLURM_ARRAY_TASK_ID.jsonl --threads \${SLURM_CPUS_PER_TASK:-1} --resume -q"
    last=$(submit --job-name="$name" --array="1-$shards" --output="$out/$name.%a.log" --wrap "
        '$here/check-worker.sh' '$humpback' || exit 2
        for try in 1 2 3; do $shard && exit 0; done
        exit 1")
    local parts; parts=$(seq -f "$out/$name.%g.jsonl" -s ' ' "$shards")
    last=$(submit --job-name="$name-join" --output="$out/$name.join.log" --wrap \
        "$humpback join $parts -o $out/$name.jsonl --rejects $out/$name-rejects.jsonl --force")
}

stage passages ingest "$pages" ${INGEST:-}
stage pairs augment "$out/passages.jsonl" ${AUGMENT:-}
stage curated curate "$out/pairs.jsonl" ${CURATE:-}
echo "$last"
