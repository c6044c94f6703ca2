#!/usr/bin/env bash
# A command with a private Podman: unpacked from Debian into seatrial's cache, and gone with the
# command. As root; see scripts/podman.
#   scripts/podman.sh COMMAND [ARGUMENT...]
set -euo pipefail
cd "$(dirname "$0")/.."
exec .venv/bin/python -m scripts.podman "$@"
