#!/usr/bin/env bash
# ./dev build [preset] [targets…]: the binary (and its modules) by default; `all` adds every test.
set -euo pipefail
# shellcheck source=tools/dev/lib.sh
source tools/dev/lib.sh

preset=${1:-release}
targets=("${@:2}")
folder=$(build_folder "$preset")

ensure_setup build
say "Configuring ($preset)"
mkdir -p "$folder"
run_logged configure "$folder/configure.log" cmake --preset "$preset"

if ((${#targets[@]} == 0)); then
  targets=(sluice)
  [[ $preset == release || $preset == debug ]] && has_target "$folder" sluice || targets=(all)
fi
say "Building ${targets[*]} in ${folder#"$PWD"/}"
nice cmake --build "$folder" --target "${targets[@]}"
