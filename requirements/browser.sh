#!/usr/bin/env bash
# Sees to it that there is a Chromium for the journeys: finds one, or installs Debian's where it may.
set -euo pipefail

found() {
  command -v "${HANDRAIL_CHROMIUM:-chromium}" || command -v chromium-browser || command -v google-chrome
}

if found > /dev/null; then exit 0; fi

if [ -n "${HANDRAIL_CHROMIUM:-}" ]; then
  echo "HANDRAIL_CHROMIUM names $HANDRAIL_CHROMIUM, which cannot be run." >&2
  exit 1
fi

as_root=()
if [ "$(id -u)" != 0 ]; then as_root=(sudo -n); fi
if command -v apt-get > /dev/null && "${as_root[@]}" true 2> /dev/null; then
  echo "Installing Chromium for the journeys (once)"
  export DEBIAN_FRONTEND=noninteractive
  "${as_root[@]}" apt-get update -qq
  "${as_root[@]}" apt-get install -y -qq --no-install-recommends chromium > /dev/null
fi

if ! found > /dev/null; then
  echo "The journeys need a Chromium, and none was found: install chromium or google-chrome, or set" >&2
  echo "HANDRAIL_CHROMIUM to its path. Everything else is checked by: make lint types layers unit" >&2
  exit 1
fi
