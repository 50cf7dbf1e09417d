#!/usr/bin/env bash
# The stages over all cores of one machine, or of several by ssh, with GNU parallel: each stage in shards, then joined to the bytes of one process.
#
# usage: parallel.sh PAGES OUT [SHARDS]
#   HUMPBACK=humpback   the executable                JOBS=2        shards at once on each machine
#   INGEST="--near-duplicates"  AUGMENT="--model B"  CURATE="--top-fraction 0.5"    options of the stages
#   HOSTS="node1,node2" machines that see the same folders (parallel's --sshlogin); none for this one
# Interrupted or killed, the same command goes on; a shard that dies is tried three times.
set -euo pipefail
pages=$1 out=$2 shards=${3:-8}
humpback=${HUMPBACK:-humpback}
here=$(cd "$(dirname "$0")" && pwd)
mkdir -p "$out"
hosts=(${HOSTS:+--sshlogin "$HOSTS" --workdir "$PWD"})
[ -z "${HOSTS:-}" ] || parallel --nonall "${hosts[@]}" "$here/check-worker.sh" "$humpback"
"$here/check-worker.sh" "$humpback"

# stage NAME COMMAND INPUT [OPTION...]
stage() {
    local name=$1 command=$2 input=$3
    shift 3
    parallel "${hosts[@]}" --jobs "${JOBS:-2}" --retries 3 --halt soon,fail=1 --joblog "$out/$name.joblog" \
        "$humpback" "$command" "$@" "$input" --shard "{}/$shards" -o "$out/$name.{}.jsonl" --rejects "$out/$name-rejects.{}.jsonl" \
        --resume -q ::: $(seq "$shards")
    "$humpback" join $(seq -f "$out/$name.%g.jsonl" "$shards") -o "$out/$name.jsonl" --rejects "$out/$name-rejects.jsonl" --force
}

stage passages ingest "$pages" ${INGEST:-}
stage pairs augment "$out/passages.jsonl" ${AUGMENT:-}
stage curated curate "$out/pairs.jsonl" ${CURATE:-}
