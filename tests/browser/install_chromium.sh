#!/bin/sh
# The browser tests drive a real Chromium: installs Debian's where none is found, says what to do elsewhere.
set -eu
for name in "${CHUNKSCOPE_CHROMIUM:-chromium}" chromium-browser google-chrome; do
  if command -v "$name" >/dev/null 2>&1; then
    exit 0
  fi
done
if ! command -v apt-get >/dev/null 2>&1; then
  echo "The browser tests need Chromium or Chrome: install one, and name it in CHUNKSCOPE_CHROMIUM if it is not on the PATH." >&2
  exit 1
fi
as_root=""
[ "$(id -u)" = 0 ] || as_root=sudo
$as_root apt-get update -qq
$as_root env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends chromium fonts-dejavu-core >/dev/null
