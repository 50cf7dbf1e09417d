#!/usr/bin/env bash
# The whole loop on real pages: pages in, a better model out. On Debian 12 with the Swift toolchain and nothing else.
#
# usage: examples/quickstart.sh [--short] [--manuals] [FOLDER]
#
# FOLDER (quickstart-run) receives everything that is made. --manuals trains a third model, with pairs from Debian's documentation packages, which
# takes as long again as all the rest. --short takes few pages and few steps, for continuous integration.
set -euo pipefail
project=$(cd "$(dirname "$0")/.." && pwd)
short=false manuals=false
while [[ "${1:-}" == --* ]]; do
    case $1 in
        --short) short=true ;;
        --manuals) manuals=true ;;
        *) sed -n '4,8s/^# //p' "$0" >&2; exit 64 ;;
    esac
    shift
done
folder=${1:-quickstart-run}
begin=$SECONDS

say() { printf '\n\033[1m%s\033[0m\n' "$1" >&2; }
# Shows a command, then runs it.
run() { printf '\n$ %s\n' "$*" >&2; "$@"; }

say "1. What Debian has to give, and the release build"
"$project/.ci/packages"
(cd "$project" && run swift build -c release)
export PATH="$project/.build/release:$PATH"
mkdir -p "$folder"
cd "$folder"

say "2. Real pages: those that come with Humpback, and, where they are wanted, Debian's documentation packages"
if $manuals && [ ! -d debian ]; then
    mkdir -p packages
    if (cd packages && run apt-get download -qq sqlite3-doc debian-reference-en debian-faq); then
        for package in packages/*.deb; do dpkg-deb -x "$package" debian.part; done
        mv debian.part debian
    else
        echo "apt has no packages to give; the bundled pages take their place." >&2
    fi
fi
# What each corpus does for the model: pages on everyday matters, as the seed pairs are, and software manuals.
# Under a name that is the same in every folder: ids of passages, and so what is drawn for them, hold the path.
ln -sfn "$project/corpora/pages" everyday
link=everyday
corpora=(everyday)
if $manuals && [ -d debian ]; then corpora+=(manuals); fi

# How many passages of each go through the models, and how long these are trained.
if $short; then sample=16 steps=12; else sample=200 steps=200; fi
seed="$project/corpora/seed.jsonl" held="$project/corpora/held-out.jsonl"
training=(--seed-data "$seed" --held-out 30 --steps $steps --patience 2 --learning-rate 0.0005 --precision bfloat16 --force)

for corpus in "${corpora[@]}"; do
    if [ $corpus = manuals ]; then link=debian/usr/share; fi
    say "3. Pages become clean passages: $corpus"
    run humpback ingest "$link" -o $corpus-passages.jsonl --force

    say "4. A backward model writes the instruction that each passage would answer: $corpus"
    run humpback augment $corpus-passages.jsonl --sample $sample -o $corpus-pairs.jsonl --force

    say "5. A judge rates each pair, and the backward model says how well the two fit; the better four fifths stay: $corpus"
    # calf is at a loss with some long passages; a real judge needs no such allowance.
    run humpback curate $corpus-pairs.jsonl --top-fraction 0.8 --max-broken 0.2 -o $corpus-curated.jsonl --force

    say "Ten pairs with their scores: $corpus"
    run humpback show --limit 10 $corpus-curated.jsonl
done

say "6. Models from the same base, each trained until thirty seed pairs kept back say stop: on the seed alone, and with what was curated"
run humpback finetune "${training[@]}" --seed-only --out model-seed
for corpus in "${corpora[@]}"; do
    run humpback finetune "${training[@]}" --out model-$corpus $corpus-curated.jsonl
done

say "7. Loss on forty pairs on everyday matters that none has seen (nats a token of output; less is better)"
for model in seed "${corpora[@]}"; do
    run humpback evaluate --model model-$model "$held"
done
say "Done in $(((SECONDS - begin) / 60)) min $(((SECONDS - begin) % 60)) s. Everything lies in $PWD."
