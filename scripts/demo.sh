#!/usr/bin/env bash
# The main job on the reference system: up, prove, report, down. Ctrl-C leaves nothing running.
set -euo pipefail
cd "$(dirname "$0")/../examples/workflow-platform"
seatrial=$PWD/../../.venv/bin/seatrial
finish() {
  status=$?
  trap - EXIT INT TERM
  "$seatrial" down || true
  exit "$status"
}
trap finish EXIT
trap 'exit 130' INT TERM
"$seatrial" up
verdict=0
"$seatrial" prove --quick || verdict=$?
"$seatrial" report --output ../../seatrial-report
"$seatrial" verify ../../seatrial-report/report.json
echo
echo "The report: $(cd ../.. && pwd)/seatrial-report/report.html"
exit "$verdict"
