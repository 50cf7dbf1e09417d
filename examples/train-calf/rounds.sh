#!/usr/bin/env bash
# Two rounds of the method with calf, on short answers: M0 learns from seed pairs alone, M1 and M2 from the same and from what was curated
# of real web pages, each time with the model before as the forward side of the judge. Ends with the loss of each on pairs that none has
# seen, and with what M0 and M2 answer to the fifty prompts of everyday.txt. M2 is what stands in models/calf/forward.
#
# usage: examples/train-calf/rounds.sh DATA PAGES OUT
#
# DATA is the folder that prepare.py made, PAGES a folder of web pages. OUT receives everything. calf (HUMPBACK_MODELS) gives the roles.
set -euo pipefail
[ $# = 3 ] || { sed -n '6,8s/^# //p' "$0" >&2; exit 64; }
here=$(cd "$(dirname "$0")" && pwd)
export PATH="$here/../../.build/release:$PATH"
data=$1 pages=$2 out=$3
mkdir -p "$out"

[ -f "$out/passages.jsonl" ] || humpback ingest "$pages" --min-chars 120 --max-chars 360 -o "$out/passages.jsonl"
[ -f "$out/pairs.jsonl" ] || humpback augment "$out/passages.jsonl" -o "$out/pairs.jsonl"

train() { # the model's name, and its curated pairs
    local name=$1
    shift
    [ -d "$out/$name" ] || humpback finetune --seed-data "$data/brief.jsonl" --held-out "$data/held-out-brief.jsonl" --lora-rank 24 \
        --learning-rate 0.003 --steps "${STEPS:-500}" --batch 32 --context 256 --precision bfloat16 --final-rate 0 --dropout 0.05 --out "$out/$name" --resume "$@"
}
curate() { # the forward model that judges with, and where the pairs go
    [ -f "$2" ] || humpback curate "$out/pairs.jsonl" --forward "$1" --top-fraction 0.5 --max-broken 0.2 -o "$2"
}
train M0 --seed-only
curate "$out/M0" "$out/curated-1.jsonl"
train M1 "$out/curated-1.jsonl"
curate "$out/M1" "$out/curated-2.jsonl"
train M2 "$out/curated-2.jsonl"

for model in M0 M1 M2; do humpback evaluate --model "$out/$model" "$data/held-out-brief.jsonl"; done
python3 - "$here/everyday.txt" "$out/prompts.jsonl" <<'PY'
import json, sys
with open(sys.argv[1]) as prompts, open(sys.argv[2], "w") as out:
    out.writelines(json.dumps({"id": str(number), "prompt": prompt.strip()}) + "\n" for number, prompt in enumerate(prompts, 1))
PY
for model in M0 M2; do
    humpback generate --model "$out/$model" --temperature 0.6 --best-of 12 --no-repeat 5 --max-new-tokens 80 "$out/prompts.jsonl" -o "$out/answers-$model.jsonl" --force
done
