#!/usr/bin/env bash
# The main job on the reference system: up, prove, report, down. Ctrl-C leaves nothing running.
#   RUNTIME=local      as processes (default)
#   RUNTIME=compose    as containers, on the engine that answers; else, as root on Debian, on a
#                      private one that is unpacked for this and taken away after it
set -euo pipefail
. "$(dirname "$0")/steps.sh"
cd "$(dirname "$0")/../examples/workflow-platform"
runtime=${RUNTIME:-local}
seatrial=$PWD/../../.venv/bin/seatrial
docker=$PWD/../../scripts/docker.sh
report=$(cd ../.. && pwd)/seatrial-report
rules=$(mktemp)
tests='' # the tests of the rules, while they run
ours=no # whether the container engine is there for this demo alone
finish() {
  status=$?
  trap - EXIT INT TERM
  local left=0
  if [ -n "$tests" ]; then
    kill "$tests" 2>/dev/null || true
    wait "$tests" 2>/dev/null || true
    cat "$rules"
  fi
  rm -f "$rules"
  "$seatrial" down || left=$?
  [ "$ours" = no ] || "$docker" stop || left=1
  # what is left running outweighs what is unknown
  case $status in 0 | 3) [ "$left" -eq 0 ] || status=$left ;; esac
  exit "$status"
}
ended() { # how the tests of the rules did, with all that they said
  local code=0
  wait "$tests" || code=$?
  tests=''
  cat "$rules"
  return "$code"
}
trap finish EXIT
trap 'exit 130' INT TERM

if [ "$runtime" = compose ]; then
  say "a container engine"
  "$docker" status || ours=yes
  "$docker" start
  engine=$("$docker" env)
  eval "$engine"
fi
say "the system, and real engines around it"
"$seatrial" up --runtime "$runtime"
# Of a running system T1 wants nothing, and the proof waits most of its time. T2 looks at the whole
# stack as it runs, which the proof does, too.
"$seatrial" test T1 >"$rules" 2>&1 &
tests=$!
say "the whole stack looked at, services killed, pages awaited, blips ignored"
judge "$seatrial" prove --quick
say "meanwhile: every rule made to fire and to clear, every route asked"
judge ended
say "a proof that can fail: the same fault with the page's route led astray must turn red"
judge "$seatrial" prove --controls page/service-down-worker
say "the report; what was not drilled today is unknown until \`seatrial prove\` has run it all"
whole=0
"$seatrial" report --output "$report" || whole=$?
case $whole in 0 | 1 | 3) ;; *) exit "$whole" ;; esac
"$seatrial" verify "$report"
echo
echo "open $(cd "$report" && pwd)/report.html"
exit "$verdict"
