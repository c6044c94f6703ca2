#!/usr/bin/env bash
# The browser's parts of `seatrial boards`, from the package that publishes them; they are never in
# the repository. Without npm the boards are drawn all the same, without values under the pointer.
set -euo pipefail
cd "$(dirname "$0")/.."
package=uplot@1.6.32
digest=sha512-KIMVnG68zvu5XXUbC4LQEPnhwOxBuLyW1AHtpm6IKTXImkbLgkMy+jabjLgSLMasNuGGzQm/ep3tOkyTxpiQIw==
into=src/seatrial/console/static/vendor
if [ -f "$into/uPlot.iife.min.js" ]; then
  exit 0
fi
if ! command -v npm >/dev/null; then
  echo "no npm: seatrial boards draws without values under the pointer; install npm, then: make assets" >&2
  exit 0
fi
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
if ! (cd "$work" && timeout 60 npm pack --silent --fetch-retries=0 "$package" >/dev/null); then
  echo "$package could not be had: seatrial boards draws without values under the pointer" >&2
  exit 0
fi
archive=$(echo "$work"/*.tgz)
found=sha512-$(python3 -c 'import base64, hashlib, sys
print(base64.b64encode(hashlib.sha512(open(sys.argv[1], "rb").read()).digest()).decode())' "$archive")
if [ "$found" != "$digest" ]; then
  echo "$package has the digest $found, expected is $digest" >&2
  exit 1
fi
tar -xzf "$archive" -C "$work"
mkdir -p "$into"
cp "$work/package/LICENSE" "$into/uPlot.LICENSE"
cp "$work/package/dist/uPlot.min.css" "$into/"
cp "$work/package/dist/uPlot.iife.min.js" "$into/"  # last: it says that all is there
