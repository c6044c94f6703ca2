#!/usr/bin/env bash
# Chromium for the tests that look at the report. As root it is installed from Debian; an ordinary
# user who lacks it is told how to get it, and those tests are unknown.
set -euo pipefail
if command -v chromium || command -v chromium-browser || command -v google-chrome; then
  exit 0
fi
if [ "$(id -u)" -ne 0 ] || ! command -v apt-get >/dev/null; then
  echo "no chromium: tests/console will be unknown; install it with: apt-get install chromium" >&2
  exit 0
fi
export DEBIAN_FRONTEND=noninteractive
apt-get update -qq
apt-get install -qq -y --no-install-recommends chromium >/dev/null
