#!/usr/bin/env bash
# A virtual environment with what the locks name, and exactly in their versions:
# scripts/venv.sh FOLDER LOCK... [WHEEL...] Another call adds to it. A wheel is this repository's own:
# it goes in as it is, after the locks, which name what it needs. uv, itself from a lock, makes and fills
# one many times as fast as venv and pip; where it cannot, they do.
set -euo pipefail
here=$(cd "$(dirname "$0")/.." && pwd)
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
echo "installing into $folder; a minute or two when nothing is cached" >&2
pip() { "$folder/bin/python" -m pip install --quiet --disable-pip-version-check --require-hashes "$@"; }
locks=()
wheels=()
for given in "$@"; do
  case $given in *.whl) wheels+=("$given") ;; *) locks+=(-r "$given") ;; esac
done
uv=$here/.venv/bin/uv
if [ "$folder" != .venv ] && [ -x "$uv" ]; then
  "$folder/bin/python" -c "" 2>/dev/null || "$uv" venv --quiet --clear --python "$python" "$folder"
else
  # made anew where an interrupted one has left it without pip
  "$folder/bin/python" -m pip --version >/dev/null 2>&1 || "$python" -m venv --clear "$folder"
fi
if [ ! -x "$uv" ]; then
  only=$(mktemp)
  trap 'rm -f "$only"' EXIT
  awk '/^uv==/ {on = 1} on {print} on && !/\\$/ {exit}' "$here/requirements/install.txt" >"$only"
  pip -r "$only" 2>/dev/null || true
fi
# Compiled once, here: a daemon that may not write into this folder compiles itself anew at each start.
"$uv" pip install --quiet --compile-bytecode --require-hashes --python "$folder/bin/python" "${locks[@]}" 2>/dev/null || {
  "$folder/bin/python" -m ensurepip >/dev/null
  pip "${locks[@]}"
}
[ ${#wheels[@]} -eq 0 ] ||
  "$uv" pip install --quiet --compile-bytecode --no-deps --no-index --reinstall --python "$folder/bin/python" \
    "${wheels[@]}" 2>/dev/null || {
  "$folder/bin/python" -m ensurepip >/dev/null
  "$folder/bin/python" -m pip install --quiet --disable-pip-version-check --no-deps --no-index \
    --force-reinstall "${wheels[@]}"
}
