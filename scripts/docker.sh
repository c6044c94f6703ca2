#!/usr/bin/env bash
# A container engine for tests and demos, on a machine that has none: Docker Engine, compose and
# buildx, unpacked from Debian into seatrial's cache and started as root. See scripts/docker.
#   scripts/docker.sh start | env | status | stop | clean
set -euo pipefail
cd "$(dirname "$0")/.."
exec .venv/bin/python -m scripts.docker "$@"
