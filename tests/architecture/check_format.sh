#!/usr/bin/env bash
# Checks that every C and C++ file is formatted as .clang-format says. Exit status 77 (skipped) without clang-format-19.
set -euo pipefail
cd "$1"
command -v clang-format-19 > /dev/null || { echo "skipped: no clang-format-19"; exit 77; }
find core analyzer instrument trace gui cli tests samples \( -name '*.h' -o -name '*.c' -o -name '*.cpp' \) -print0 |
    xargs -0 --no-run-if-empty clang-format-19 --dry-run --Werror --ferror-limit=1
