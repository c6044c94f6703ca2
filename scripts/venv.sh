#!/usr/bin/env bash
# A virtual environment with exactly what the locks name: scripts/venv.sh FOLDER LOCK...
set -euo pipefail
folder=$1
shift
python=""
for candidate in python3.11 python3.12 python3.13 python3; do
  if command -v "$candidate" >/dev/null &&
    "$candidate" -c 'import sys, venv, ensurepip; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then
    python=$candidate
    break
  fi
done
if [ -z "$python" ]; then
  echo "seatrial needs Python 3.11 or newer with venv; on Debian: apt-get install python3-venv" >&2
  exit 2
fi
[ -x "$folder/bin/python" ] || "$python" -m venv "$folder"
locks=()
for lock in "$@"; do locks+=(-r "$lock"); done
"$folder/bin/python" -m pip install --quiet --disable-pip-version-check --require-hashes "${locks[@]}"
