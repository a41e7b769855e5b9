#!/usr/bin/env bash
# tidy.sh all | <files…>: clang-tidy with the flags of the release build.
set -euo pipefail
# shellcheck source=tools/dev/lib.sh
source tools/dev/lib.sh

if [[ ${1:-} == all ]]; then
  mapfile -t files < <(find src -name '*.cc' | sort)
else
  files=("$@")
fi

# Only what the build compiles has flags: fuzz targets and benchmarks are left to their own presets.
sources=()
for file in "${files[@]}"; do
  grep -qF "\"file\": \"$PWD/$file\"" build/compile_commands.json && sources+=("$file")
done
((${#sources[@]})) || exit 0

say "clang-tidy: ${#sources[@]} files"
# Precompiled headers are g++'s; every file includes what it needs.
mkdir -p build/tidy
sed -E 's/-Winvalid-pch//g; s/-include [^ "]*cmake_pch\.hxx//g' build/compile_commands.json >build/tidy/compile_commands.json
printf '%s\0' "${sources[@]}" |
  nice xargs -0 -P "$(nproc)" -n 1 clang-tidy-16 -p build/tidy --quiet --extra-arg=-Wno-everything 2>/dev/null
