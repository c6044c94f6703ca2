#!/usr/bin/env bash
# Every test but the long ones (`make long`). A file stays in one worker (its tests share a system
# that is up), in the order of tests/conftest.py; most of them wait for engines, so that four workers
# fit two cores; the reference system's own tests run beside them, as its owners would run them.
# With arguments: pytest's, and only these.
set -euo pipefail
cd "$(dirname "$0")/.."
if [ $# -gt 0 ]; then
  exec .venv/bin/pytest -n 4 --dist loadfile --no-loadscope-reorder "$@"
fi
log=$(mktemp)
# A test that hangs ends its suite with an interrupt: pytest then still says which ones have failed.
(cd examples/workflow-platform && exec timeout --signal INT --kill-after 60 600 .venv/bin/pytest -q) \
  >"$log" 2>&1 &
example=$!
trap 'kill "$example" 2>/dev/null || true; rm -f "$log"' EXIT
trap 'exit 130' INT TERM
failed=0
.venv/bin/pytest -n 4 --dist loadfile --no-loadscope-reorder -m "not long" || failed=$?
echo "== the reference system's own tests"
own=0
wait "$example" || own=$?
tail -n 20 "$log"
# Engines, browsers and builds shared two cores just now: what failed must pass alone, or it fails.
if [ "$failed" -eq 1 ]; then
  echo "== what failed, once more and alone"
  crowded=$(.venv/bin/pytest --collect-only -q --last-failed --last-failed-no-failures none |
    grep :: || true)
  failed=0
  .venv/bin/pytest --last-failed --last-failed-no-failures none || failed=$?
  [ "$failed" -ne 0 ] || printf '== passed only alone; a race, or too little machine:\n%s\n' "$crowded"
fi
if [ "$own" -ne 0 ]; then
  echo "== the reference system's own tests, once more and alone"
  again=()  # all of them, unless the suite came to its end and knows what failed
  [ "$own" -ne 1 ] || again=(--last-failed --last-failed-no-failures none)
  own=0
  (cd examples/workflow-platform && exec timeout --signal INT --kill-after 60 600 \
    .venv/bin/pytest -q "${again[@]}") || own=$?
fi
exit $((failed ? failed : own))
