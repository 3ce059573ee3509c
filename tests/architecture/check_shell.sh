#!/usr/bin/env bash
# Checks the shell scripts with shellcheck. Exit status 77 (skipped) without it.
set -euo pipefail
cd "$1"
command -v shellcheck > /dev/null || { echo "skipped: no shellcheck"; exit 77; }
shellcheck -x instrument/wrappers/raddle-cc scripts/try scripts/test scripts/lib.sh .ci/run ci/install ci/scan tests/architecture/*.sh docs/completions/raddle.bash
