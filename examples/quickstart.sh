#!/usr/bin/env bash
# The whole loop on real pages: pages in, a better model out. On Debian 12 with the Swift toolchain and nothing else.
#
# usage: examples/quickstart.sh [--short] [FOLDER]
#
# FOLDER (quickstart-run) receives everything that is made. --short takes few pages and few steps, for continuous integration.
set -euo pipefail
project=$(cd "$(dirname "$0")/.." && pwd)
short=false
if [ "${1:-}" = --short ]; then short=true; shift; fi
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

say "2. Real pages: Debian's documentation packages, or the pages that come with Humpback"
if [ ! -d debian ]; then
    mkdir -p packages
    if (cd packages && run apt-get download -qq sqlite3-doc debian-reference-en debian-faq); then
        for package in packages/*.deb; do dpkg-deb -x "$package" debian.part; done
        mv debian.part debian
    else
        echo "apt has no packages to give; the bundled pages take their place." >&2
    fi
fi
pages=("$project/corpora/pages")
if [ -d debian ]; then pages+=(debian/usr/share); fi

# How many passages go through the models, and how long they are trained.
if $short; then sample=24 steps=12; else sample=600 steps=400; fi

say "3. Pages become clean passages"
run humpback ingest "${pages[@]}" -o passages.jsonl --summary passages.json --force

say "4. A backward model writes the instruction that each passage would answer"
run humpback augment passages.jsonl --sample $sample -o pairs.jsonl --force

say "5. A judge rates each pair; the better half stays"
# calf is at a loss with some long passages; a real judge needs no such allowance.
run humpback curate pairs.jsonl --top-fraction 0.5 --max-broken 0.2 -o curated.jsonl --force

say "Ten pairs with their scores"
run humpback show --limit 10 curated.jsonl

say "6. Two models from the same base, each trained until thirty seed pairs kept back say stop: seed alone, and seed with what was curated"
seed="$project/corpora/seed.jsonl" held="$project/corpora/held-out.jsonl"
training=(--seed-data "$seed" --held-out 30 --steps $steps --patience 2 --force)
run humpback finetune "${training[@]}" --seed-only --out model-seed
run humpback finetune "${training[@]}" --out model-curated curated.jsonl

say "7. Loss on forty pairs that neither has seen (nats a token of output; less is better)"
run humpback evaluate --model model-seed "$held"
run humpback evaluate --model model-curated "$held"
say "Done in $(((SECONDS - begin) / 60)) min $(((SECONDS - begin) % 60)) s. Everything lies in $PWD."
