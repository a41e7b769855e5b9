#!/usr/bin/env bash
# ./dev fmt: formats C++ and Python in place.
set -euo pipefail
# shellcheck source=tools/dev/lib.sh
source tools/dev/lib.sh

ensure_setup all
mapfile -t cpp < <(cpp_sources)
clang-format-16 -i "${cpp[@]}"
"$VENV/bin/ruff" check --quiet --fix .
"$VENV/bin/ruff" format --quiet .
say "formatted ${#cpp[@]} C++ files and the Python files"
