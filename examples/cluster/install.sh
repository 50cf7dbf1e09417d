#!/usr/bin/env bash
# Installs what the scripts of this folder drive, on Debian 12: Slurm and GNU parallel, a Java runtime for Spark, and PySpark, Ray and PyArrow into
# a virtual environment. usage: install.sh [VENV]     (default ~/.cache/humpback/cluster; about 1.2 GB)
set -euo pipefail
venv=${1:-${XDG_CACHE_HOME:-$HOME/.cache}/humpback/cluster}
root=; [ "$(id -u)" = 0 ] || root=sudo
$root apt-get update -q
$root apt-get install -qy --no-install-recommends slurm-wlm munge parallel default-jre-headless python3-venv
python3 -m venv "$venv"
"$venv/bin/pip" install -q pyspark ray pyarrow pandas
echo "Spark and Ray: $venv/bin/python"
