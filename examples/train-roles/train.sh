#!/usr/bin/env bash
# Makes the role adapters under models/smollm2: a backward model and M0, over SmolLM2-135M-Instruct, from pairs written by people. Half an hour on
# two quiet cores. A run that was stopped goes on.
#
# usage: examples/train-roles/train.sh WORK        (DATA: the folder with seeds/dolly.jsonl.gz and text/; HUMPBACK: the executable)
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd) project=$(cd "$(dirname "$0")/../.." && pwd)
[ $# = 1 ] || { sed -n '2,5s/^# \{0,1\}//p' "$0" >&2; exit 64; }
work=$1 data=${DATA:-$project/../shared/data} humpback=${HUMPBACK:-$project/.build/release/humpback}
base=$("$project/examples/get-model.sh")
[ -f "$work/held.jsonl" ] || python3 "$here/seeds.py" "$data" "$work" --backward 20000 --forward 400
for role in backward forward; do
    "$humpback" finetune --role $role --base "$base" --lora-rank 8 --seed-only --seed-data "$work/$role.jsonl" \
        --held-out "$work/held.jsonl" --out "$work/$role" --resume
    rm -rf "$project/models/smollm2/$role"
    "$humpback" convert "$work/$role/adapter" "$project/models/smollm2/$role" --storage bf16
done
# Measured, not fitted: see "Instructions of the default model" in BENCHMARKS.md.
python3 - "$project/models/smollm2/backward/humpback.json" <<'PY'
import json, pathlib, sys

notes = pathlib.Path(sys.argv[1])
notes.write_text(json.dumps(json.loads(notes.read_text()) | {"temperature": 0.3}, indent=2, sort_keys=True) + "\n")
PY
