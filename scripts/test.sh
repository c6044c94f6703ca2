#!/usr/bin/env bash
# Every test. Units and command line run in parallel; what drives real engines runs beside itself
# only as far as two cores carry.
set -euo pipefail
cd "$(dirname "$0")/.."
.venv/bin/pytest -n 2 --dist loadgroup "$@"
if [ $# -eq 0 ]; then
  # the reference system's own tests, as its owners would run them
  (cd examples/workflow-platform && .venv/bin/pytest -q)
fi
