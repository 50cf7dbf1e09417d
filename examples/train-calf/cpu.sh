#!/usr/bin/env bash
# Makes calf, the default model, on two cores: tokenizer, text with reading tasks in it, mostly tasks, then the three roles.
# An hour and a half on an otherwise idle machine. Every step can be interrupted; the same command goes on.
#
# usage: examples/train-calf/cpu.sh DATA OUT
#
# DATA holds text/*.jsonl.gz and seeds/dolly.jsonl.gz (prepare.py says in which form). OUT receives data, checkpoints and the models
# OUT/calf (the roles) and OUT/calf/base.
set -euo pipefail
[ $# = 2 ] || { sed -n '5,8s/^# //p' "$0" >&2; exit 64; }
here=$(cd "$(dirname "$0")" && pwd)
export PATH="$here/../../.build/release:$PATH"
data=$1 out=$2

[ -f "$out/data/text.jsonl" ] || python3 "$here/prepare.py" "$data" "$out/data"
[ -d "$out/tokenizer" ] || humpback tokenizer train --vocabulary 4096 "$out/data/text.jsonl" --out "$out/tokenizer"
# A small network first: it learns words and grammar at half the cost of the large one that it is then grown into.
[ -d "$out/small" ] || humpback pretrain --shape calf-small --tokenizer "$out/tokenizer" --language en --steps 4500 --batch 16 \
    --context 512 --learning-rate 0.003 --out "$out/small" --resume "$out/data/text.jsonl"
[ -d "$out/grown" ] || python3 "$here/grow.py" "$out/small" "$out/grown"
[ -d "$out/text" ] || humpback pretrain --base "$out/grown" --precision bfloat16 --steps TEXT_STEPS --batch 16 --context 512 \
    --learning-rate 0.0025 --seed 101 --out "$out/text" --resume "$out/data/text.jsonl"
[ -d "$out/base" ] || humpback pretrain --base "$out/text" --precision bfloat16 --steps TASK_STEPS --batch 8 --context 1024 \
    --learning-rate 0.0025 --seed 12 --out "$out/base" --resume "$out/data/tasks.jsonl"
# Apart from each other, since the loss counts tokens: beside answers of 60 tokens, requests of 15 would hardly be learned.
roles() { # the stage's name, its base, its pairs, its steps, and further flags
    local name=$1 base=$2 pairs=$3 steps=$4
    shift 4
    [ -d "$out/$name" ] || humpback finetune "$@" --base "$out/$base" --seed-only --seed-data "$out/data/$pairs.jsonl" --precision bfloat16 \
        --held-out "$out/data/held-out.jsonl" --steps "$steps" --batch 32 --final-rate 0 --dropout 0 --out "$out/$name" --resume
}
roles forward base pairs 120 --role forward --context 768 --learning-rate 0.001
roles pairs forward pairs-headed 280 --role backward --role judge --context 1024 --learning-rate 0.0015 --seed 8
roles roles pairs asks 700 --role backward --role judge --context 1024 --learning-rate 0.001 --seed 47
python3 - "$out/roles/humpback.json" <<'PY'
import json, sys
notes = json.load(open(sys.argv[1]))
notes["notes"].update(temperature="0.6")  # as measured on held-out pairs
json.dump(notes, open(sys.argv[1], "w"), indent=2, sort_keys=True)
PY
rm -rf "$out/calf"
cp -r "$out/roles" "$out/calf"
cp -r "$out/base" "$out/calf/base"
cp -r "$out/forward" "$out/calf/forward"
rm -f "$out"/calf/metrics.jsonl "$out"/calf/*/metrics.jsonl
echo "calf stands in $out/calf; HUMPBACK_MODELS=$out takes it." >&2
