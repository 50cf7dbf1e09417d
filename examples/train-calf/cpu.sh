#!/usr/bin/env bash
# Makes calf, the toy that stands in for a real model, on two cores: tokenizer, a small network on text with reading tasks in it, a larger
# one grown from it, then the backward role, cut to adapters of low rank. numpy is needed.
# About six hours on an otherwise idle machine. Every step can be interrupted; the same command goes on.
#
# usage: examples/train-calf/cpu.sh DATA OUT
#
# DATA holds text/*.jsonl.gz and seeds/dolly.jsonl.gz (prepare.py says in which form). OUT receives data, checkpoints and the models
# OUT/calf/base and OUT/calf/backward.
set -euo pipefail
[ $# = 2 ] || { sed -n '6,9s/^# //p' "$0" >&2; exit 64; }
here=$(cd "$(dirname "$0")" && pwd)
export PATH="$here/../../.build/release:$PATH"
data=$1 out=$2

[ -f "$out/data/text.jsonl" ] || python3 "$here/prepare.py" "$data" "$out/data"
[ -d "$out/tokenizer" ] || humpback tokenizer train --vocabulary 4096 "$out/data/text.jsonl" --out "$out/tokenizer"
# A small network first: it learns words and grammar at half the cost of the large one that it is then grown into.
[ -d "$out/small" ] || humpback pretrain --shape calf-small --tokenizer "$out/tokenizer" --language en --steps 4500 --batch 16 \
    --context 512 --learning-rate 0.003 --out "$out/small" --resume "$out/data/text.jsonl"
[ -d "$out/grown" ] || python3 "$here/grow.py" "$out/small" "$out/grown"
[ -d "$out/text" ] || humpback pretrain --base "$out/grown" --precision bfloat16 --steps 775 --batch 16 --context 512 \
    --learning-rate 0.0025 --seed 101 --out "$out/text" --resume "$out/data/text.jsonl"
[ -d "$out/tasks" ] || humpback pretrain --base "$out/text" --precision bfloat16 --steps 900 --batch 8 --context 1024 \
    --learning-rate 0.0022 --seed 12 --out "$out/tasks" --resume "$out/data/tasks.jsonl"
# Dialogues last, as the chat template writes them: what a role is asked with is learned by the embedding, which adapters leave as it is.
[ -d "$out/base" ] || humpback pretrain --base "$out/tasks" --precision bfloat16 --steps 1700 --batch 16 --context 512 \
    --learning-rate 0.001 --seed 7 --out "$out/base" --resume "$out/data/dialogues.jsonl"
# Apart from each other, since the loss counts tokens: beside answers of 60 tokens, requests of 15 would hardly be learned.
roles() { # the stage's name, its base, its pairs, its steps, and further flags
    local name=$1 base=$2 pairs=$3 steps=$4
    shift 4
    [ -d "$out/$name" ] || humpback finetune "$@" --base "$out/$base" --seed-only --seed-data "$out/data/$pairs.jsonl" --precision bfloat16 \
        --held-out "$out/data/held-out.jsonl" --steps "$steps" --batch 32 --final-rate 0 --dropout 0 --out "$out/$name" --resume
}
roles both base asks 400 --role backward --role judge --optimizer muon --context 1024 --learning-rate 0.0008 --seed 47
roles asking both asks 300 --role backward --optimizer muon --context 1024 --learning-rate 0.0005 --seed 91
roles last asking asks 400 --role backward --optimizer muon --context 1024 --learning-rate 0.0005 --seed 93

rm -rf "$out/calf" "$out/whole"
mkdir -p "$out/calf/base"
# The base with the chat template that its dialogues had, in 8 bits.
cp -r "$out/base" "$out/whole"
cp "$out"/last/tokenizer*.json "$out/whole/"
humpback convert "$out/whole" "$out/calf/base/calf.Q8_0.gguf" --storage q8_0
python3 "$here/low_rank.py" "$out/base" "$out/last" 10 "$out/calf/backward"
cp "$out/last/humpback.json" "$out/calf/backward/humpback.json"
echo "calf stands in $out/calf; HUMPBACK_MODELS=$out takes it." >&2
