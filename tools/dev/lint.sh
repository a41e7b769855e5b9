#!/usr/bin/env bash
# ./dev lint: format, clang-tidy and lone headers of what changed, shell scripts, Python.
# "Changed" is against SLUICE_LINT_BASE, else where the branch left origin/main, else the last commit's parent.
set -euo pipefail
# shellcheck source=tools/dev/lib.sh
source tools/dev/lib.sh

failed=()

check() {
  local name=$1
  shift
  say "lint: $name"
  "$@" || failed+=("$name")
}

lint_base() {
  local base
  if [[ -n ${SLUICE_LINT_BASE:-} ]]; then
    echo "$SLUICE_LINT_BASE"
    return
  fi
  base=$(git merge-base HEAD origin/main 2>/dev/null || true)
  if [[ -z $base || $base == "$(git rev-parse HEAD)" ]]; then
    base=$(git rev-parse --quiet --verify HEAD~1 || git hash-object -t tree /dev/null)
  fi
  echo "$base"
}

# changed <pathspec…>: changed since the base, or not yet in git.
changed() {
  { git diff --name-only --diff-filter=d "$(lint_base)" -- "$@" &&
    git ls-files --others --exclude-standard -- "$@"; } | sort -u
}

format_check() {
  local files file unformatted=()
  mapfile -t files < <(cpp_sources)
  for file in "${files[@]}"; do
    clang-format-16 "$file" | cmp --silent - "$file" || unformatted+=("$file")
  done
  ((${#unformatted[@]} == 0)) && return
  printf '%s: not formatted, run ./dev fmt\n' "${unformatted[@]}"
  return 1
}

tidy_changed() {
  local files
  mapfile -t files < <(changed 'src/*.cc')
  ((${#files[@]} == 0)) || bash tools/dev/tidy.sh "${files[@]}"
}

headers_changed() {
  local files
  mapfile -t files < <(changed 'src/*.h')
  ((${#files[@]} == 0)) || python3 tools/checks/headers_alone.py build "${files[@]}"
}

shell_check() {
  local files
  mapfile -t files < <(shell_sources)
  shellcheck -x "${files[@]}"
}

python_check() {
  "$VENV/bin/ruff" check --quiet . && "$VENV/bin/ruff" format --quiet --check .
}

ensure_setup all
mkdir -p build
run_logged configure build/configure.log cmake --preset release
check format format_check
check shell shell_check
check python python_check
check layers python3 tools/checks/layers_test.py
check house-rules python3 tools/checks/house_rules_test.py
check headers headers_changed
check tidy tidy_changed

if ((${#failed[@]})); then
  say "lint: FAILED: ${failed[*]}"
  exit 1
fi
say "lint: all fine"
