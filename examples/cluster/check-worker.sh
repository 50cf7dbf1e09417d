#!/usr/bin/env bash
# Tells whether this machine can work: the libraries of the executable, the models, room for files in between. Every script of this folder runs it
# first on each worker. usage: check-worker.sh HUMPBACK [MODEL...]
set -uo pipefail
humpback=$1; shift
faults=0
fault() { echo "worker $(hostname): $*" >&2; faults=1; }

[ -x "$humpback" ] || fault "$humpback is no executable; copy it here, or give its path on this machine"
missing=$(ldd "$humpback" 2>/dev/null | awk '/not found/ { print $1 }' | sort -u | tr '\n' ' ')
[ -z "$missing" ] || fault "the libraries $missing are missing; apt-get install libopenblas0-pthread libxml2 libcurl4 libzstd1 libdeflate0 libcld2-0, and the Swift runtime beside the executable (swift build --static-swift-stdlib leaves it out)"
version=$("$humpback" --version 2>&1) || fault "$humpback does not start: $version"
for model in "$@"; do
    case $model in
        http://*|https://*|none) ;;
        *.gguf) [ -r "$model" ] || fault "$model is not there; copy the model, or name it by its place on this machine" ;;
        *) [ -n "$(find "$model/" -maxdepth 2 \( -name '*.safetensors' -o -name '*.gguf' \) -print -quit 2>/dev/null)" ] || fault "$model holds no weights; copy the model folder, or name it by its place on this machine" ;;
    esac
done
free=$(df -Pk "${TMPDIR:-/tmp}" | awk 'NR == 2 { print int($4 / 1024) }')
[ "${free:-0}" -ge 512 ] || fault "${TMPDIR:-/tmp} has $free MB left, and shards need some; set TMPDIR"
[ $faults = 0 ] && echo "worker $(hostname): $version, $(nproc) cores, $free MB in ${TMPDIR:-/tmp}"
exit $faults
