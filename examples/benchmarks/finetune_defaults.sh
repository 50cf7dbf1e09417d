#!/usr/bin/env bash
# What fine-tuning by defaults makes of a trained base: held-out loss before and after, and the requests of a backward model.
#
#   examples/benchmarks/finetune_defaults.sh forward BASE [OPTION...]           400 pairs, loss on 100 others
#   examples/benchmarks/finetune_defaults.sh backward BASE [OPTION...]          400 pairs, then requests for 300 other answers
#   PAIRS=2000 examples/benchmarks/finetune_defaults.sh backward BASE [OPTION...]
#
# OPTION goes to finetune (--lora-rank 16). The rows are Dolly's, by examples/benchmarks/dolly_split.py; WORK holds what is made. A run
# that was stopped goes on.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd) project=$(cd "$(dirname "$0")/../.." && pwd)
data=${DATA:-$project/../shared/data} work=${WORK:-$project/benchmark-work/finetune} humpback=${HUMPBACK:-$project/.build/release/humpback}
checks=${CHECKS:-$project/../shared/checks}
[ $# -ge 2 ] || { sed -n '2,9s/^# \{0,1\}//p' "$0"; exit 64; }
role=$1 base=$2; shift 2
pairs=${PAIRS:-400} name=${NAME:-$(basename "$base" .gguf)-$role-${PAIRS:-400}}
mkdir -p "$work"
[ -f "$work/held-100.jsonl" ] || python3 "$here/dolly_split.py" "$data/seeds/dolly.jsonl.gz" "$work"
[ -d "$work/$name" ] || "$humpback" finetune --role "$role" --base "$base" --seed-only --seed-data "$work/train-$pairs.jsonl" \
    --held-out "$work/held-100.jsonl" --out "$work/$name" --resume "$@"
case $role in
    forward) for model in "$base" "$work/$name"; do "$humpback" evaluate --model "$model" "$work/held-100.jsonl"; done ;;
    backward)
        "$humpback" augment --model "$work/$name" --rejects "$work/$name.rejects" --force \
            -o "$work/$name.pairs" "$work/passages-300.jsonl"
        python3 "$checks/retrieval.py" "$work/$name.pairs"
        ;;
esac
