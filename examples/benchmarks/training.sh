#!/usr/bin/env bash
# Training steps of Humpback and PyTorch on the same shape, in turn, twice each, every token predicted: the table in BENCHMARKS.md.
#
# usage: examples/benchmarks/training.sh SHAPE [--lora-rank R] [--steps N] [--times 2] [--with eager,sdpa,compile]
#
# Needs python3 with torch, transformers (and peft), and a build; HUMPBACK and PYTHON name other ones. Works in ./benchmark-work.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
humpback=${HUMPBACK:-$here/../../.build/release/humpback} python=${PYTHON:-python3}
shape=${1:-stories-15m} rank="" steps=6 peers=eager,sdpa times=2
shift || true
while [ $# -gt 0 ]; do
    case $1 in
        --lora-rank) rank=$2 ;;
        --steps) steps=$2 ;;
        --times) times=$2 ;;
        --with) peers=$2 ;;
        *) sed -n '4,6s/^# //p' "$0" >&2; exit 64 ;;
    esac
    shift 2
done
work=benchmark-work
mkdir -p $work
[ -d $work/tokenizer ] || "$humpback" convert "$here/../../models/calf/base" $work/tokenizer
[ -d $work/$shape ] || "$python" "$here/random_model.py" "$shape" $work/tokenizer $work/$shape 2> /dev/null

# Text for windows of 512 tokens, and rows of about 512 tokens for adapters.
[ -f $work/text.jsonl ] || "$python" - "$here/../../corpora/seed.jsonl" $work <<'PY'
import json, sys
outputs = [json.loads(line)["output"] for line in open(sys.argv[1])]
text = "\n\n".join(outputs)
with open(f"{sys.argv[2]}/text.jsonl", "w") as file:
    for start in range(0, len(text), 4000):
        file.write(json.dumps({"text": text[start:start + 4000]}) + "\n")
words = text.split()
with open(f"{sys.argv[2]}/rows.jsonl", "w") as file:
    for row in range(8):
        file.write(json.dumps({"instruction": "Tell me.", "output": " ".join(words[row * 900:row * 900 + 900])}) + "\n")
PY

ours() {
    rm -rf $work/out $work/out.training
    local words=(pretrain --optimizer adamw $work/text.jsonl)
    if [ -n "$rank" ]; then words=(finetune --seed-only --seed-data $work/rows.jsonl --lora-rank "$rank" --dropout 0); fi
    "$python" - "$shape${rank:+ rank $rank}" $work/out/metrics.jsonl "$humpback" "${words[@]}" --quiet --base $work/$shape --batch 4 \
        --context 512 --steps "$steps" --learning-rate 0.001 --checkpoint-every 1000 --out $work/out <<'PY'
import json, resource, subprocess, sys
name, metrics, *command = sys.argv[1:]
subprocess.run(command, check=True)
peak = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss // 1024
rows = [json.loads(line) for line in open(metrics)]
# The first and the last step are left out: memory is first touched, a checkpoint is written.
rates = sorted(b["tokens"] / (b["seconds"] - a["seconds"]) for a, b in zip(rows, rows[1:-1]))
print(f"{name} humpback: {rates[len(rates) // 2]:.0f} tokens/s, {rows[-1]['tokens']} tokens a step, peak memory {peak} MiB", flush=True)
PY
}

for _ in $(seq "$times"); do
    ours
    for peer in ${peers//,/ }; do
        flags="--attention ${peer/compile/sdpa}"
        if [ "$peer" = compile ]; then flags="$flags --compile"; fi
        "$python" "$here/torch_training.py" "$shape" --steps "$steps" $flags ${rank:+--lora-rank $rank} 2> $work/peer.log || tail -n 3 $work/peer.log
    done
done
