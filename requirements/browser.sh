#!/usr/bin/env bash
# Sees to it that there is a Chromium for the journeys: finds one, or installs Debian's where it may.
# Its headless shell does the same pages for half the work, so it comes first: tests/journeys/conftest.py.
set -euo pipefail

shell() {
  [ -x /usr/lib/chromium/chromium-headless-shell ]
}

found() {
  shell || command -v chromium || command -v chromium-browser || command -v google-chrome
}

# What apt knows of may be old, so it is asked to look once more where a package cannot be had.
install() {
  local apt=("${as_root[@]}" timeout 300 apt-get -qq)
  "${apt[@]}" install -y --no-install-recommends "$1" > /dev/null 2>&1 ||
    { "${apt[@]}" update && "${apt[@]}" install -y --no-install-recommends "$1"; } > /dev/null 2>&1
}

if [ -n "${HANDRAIL_CHROMIUM:-}" ]; then
  if command -v "$HANDRAIL_CHROMIUM" > /dev/null; then exit 0; fi
  echo "HANDRAIL_CHROMIUM names $HANDRAIL_CHROMIUM, which cannot be run." >&2
  exit 1
fi
if shell; then exit 0; fi

as_root=()
if [ "$(id -u)" != 0 ]; then as_root=(sudo -n); fi
system="$(. /etc/os-release 2> /dev/null && echo "${ID:-}" || true)"
# Elsewhere than on Debian there is no such package, and what is there already will do.
if command -v apt-get > /dev/null && { [ "$system" = debian ] || ! found > /dev/null; } &&
  "${as_root[@]}" true 2> /dev/null; then
  echo "Installing Chromium for the journeys (once)"
  export DEBIAN_FRONTEND=noninteractive
  install chromium-headless-shell || found > /dev/null || install chromium || true
fi

if ! found > /dev/null; then
  echo "The journeys need a Chromium, and none was found: install chromium or google-chrome, or set" >&2
  echo "HANDRAIL_CHROMIUM to its path. Everything else is checked by: make lint types layers unit" >&2
  exit 1
fi
