#!/usr/bin/env bash
# Makes report.html, an example of what `humpback report` shows: a small run over the English pages of corpora/, and beside it all that can be
# measured afterwards. Some twenty minutes on two cores. Its texts were written for this project.
#
# usage: examples/report/make.sh [FOLDER]     FOLDER (report-run) receives everything that is made; humpback stands in PATH.
#
# questions.jsonl: 24 questions on what the pages are about. verdicts.jsonl: what one reader said of each rated pair of the run that
# report.html shows, by id and instruction; where another processor rounds otherwise, instructions differ and want verdicts of their own.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
corpora=$here/../../corpora
mkdir -p "${1:-report-run}" && cd "${1:-report-run}"
# Under names that are the same in every folder.
ln -sfn "$corpora/pages" pages
[ -d smol ] || humpback convert "$("$here/../get-model.sh")" smol
training=(--lora-rank 8 --steps 24 --context 512)

humpback run --run loop --base smol "${training[@]}" --corpus pages/en --seed-data "$corpora/seed.jsonl" \
    --held-out "$corpora/held-out.jsonl" --limit 80 --top-fraction 0.5

# From which score on half of what passes is good, by a reader's verdicts.
humpback calibrate --labels "$here/verdicts.jsonl" --target 0.5 --json loop/pairs.rated1 > loop/calibration.json

# How the loss falls with the number of seeds.
shuf --random-source="$corpora/seed.jsonl" "$corpora/seed.jsonl" > shuffled.jsonl
sizes=(27 54 109 217)
for n in "${sizes[@]}"; do
    head -n "$n" shuffled.jsonl > "seed$n.jsonl"
    humpback finetune --base smol "${training[@]}" --seed-only --seed-data "seed$n.jsonl" --force --out "S$n"
    humpback evaluate --model "S$n" --json "$corpora/held-out.jsonl" > "e$n.json"
done
humpback scale --json $(for n in "${sizes[@]}"; do echo "seeds:$n=e$n.json"; done) > loop/scaling.json

# What the models can do, and how they speak: tasks beside style.
humpback evaluate --imitation "$corpora/held-out.jsonl" --task "$here/questions.jsonl" --max-new-tokens 96 \
    --model smol --model loop/M0 --model loop/M1 --json > loop/imitation.json

humpback report --run loop -o "$here/report.html" --force --title "Backtranslation over the pages of corpora, a small run"
