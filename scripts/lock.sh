#!/usr/bin/env bash
# Recompute the locks: every version with its hashes, no registry named.
set -euo pipefail
cd "$(dirname "$0")/.."
uv=${UV:-$(command -v uv || echo "$PWD/.venv/bin/uv")}
compile() {
  "$uv" pip compile --quiet --universal --python-version 3.11 --generate-hashes \
    --no-emit-index-url --no-emit-find-links --no-header "$@"
}
compile pyproject.toml -o requirements/seatrial.txt
compile pyproject.toml --extra browser --constraint requirements/seatrial.txt -o requirements/browser.txt
compile pyproject.toml --extra browser --group dev -o requirements/dev.txt
compile --group install --constraint requirements/dev.txt -o requirements/install.txt
(
  cd src/seatrial/engines/patroni
  compile requirements.in -o requirements.txt \
    --no-emit-package ydiff --no-emit-package py-consul --no-emit-package requests \
    --no-emit-package certifi --no-emit-package charset-normalizer --no-emit-package idna
  compile build.in -o build.txt
)
cd examples/workflow-platform
uv=$(command -v uv || echo ../../.venv/bin/uv)
compile requirements.in -o requirements.txt
compile requirements-test.in -o requirements-test.txt
cd ../../benchmarks/telemetry
compile requirements.in -o requirements.txt
