#!/usr/bin/env bash
# A virtual environment with what the locks name, and exactly in their versions:
# scripts/venv.sh FOLDER LOCK... [WHEEL | -e PROJECT]... Another call adds to it. A wheel or a project
# is this repository's own: it goes in as it is, after the locks, which name what it needs. uv, itself
# from a lock, fills one many times as fast as pip; where it cannot, pip does.
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
locks=()
own=()
while [ $# -gt 0 ]; do
  case $1 in
    -e) own+=(-e "$2") && shift ;;
    *.whl) own+=("$1") ;;
    *) locks+=(-r "$1") ;;
  esac
  shift
done
uv=$here/.venv/bin/uv
# Python brings pip as a wheel that runs as it is: to unpack it into an environment takes longer
# than all that uv does.
wheel() {
  "$python" -c 'import ensurepip, glob, os
own = os.path.join(os.path.dirname(ensurepip.__file__), "_bundled")
print(next(each for place in (own, "/usr/share/python-wheels") for each in glob.glob(f"{place}/pip-*.whl")))'
}
fetch_uv() {
  local only status=0
  only=$(mktemp)
  awk '/^uv==/ {on = 1} on {print} on && !/\\$/ {exit}' "$here/requirements/install.txt" >"$only"
  "$here/.venv/bin/python" "$(wheel)/pip" install --quiet --disable-pip-version-check \
    --require-hashes -r "$only" || status=$?
  rm -f "$only"
  return "$status"
}
as_is=(--no-deps --no-index --no-build-isolation)
# Compiled once, here: a daemon that may not write into this folder compiles itself anew at each start.
by_uv() {
  local into=(--quiet --python "$folder/bin/python")
  { "$folder/bin/python" -c "" || "$python" -m venv --clear --without-pip "$folder"; } &&
    { [ -x "$uv" ] || fetch_uv; } &&
    "$uv" pip install "${into[@]}" --compile-bytecode --require-hashes "${locks[@]}" &&
    { [ ${#own[@]} -eq 0 ] || "$uv" pip install "${into[@]}" "${as_is[@]}" --reinstall "${own[@]}"; }
}
by_pip() {
  local install=("$folder/bin/python" -m pip install --quiet --disable-pip-version-check)
  "$python" -m venv "$folder"
  "${install[@]}" --require-hashes "${locks[@]}"
  [ ${#own[@]} -eq 0 ] || "${install[@]}" "${as_is[@]}" --force-reinstall "${own[@]}"
}
echo "installing into $folder; a minute or two when nothing is cached" >&2
by_uv 2>/dev/null || by_pip
