#!/usr/bin/env bash
# ./dev test [long]: builds, runs unit tests, checks and system tests. Goes on after a failure; the last line counts.
set -euo pipefail
# shellcheck source=tools/dev/lib.sh
source tools/dev/lib.sh

kind=${1:-short}
[[ $kind == short || $kind == long ]] || die "test: '$kind' is not 'long'"
results=$PWD/build/test-results
failed=0

title() { say "" && say "== $* ($((SECONDS / 60)) min $((SECONDS % 60)) s)"; }

# check <name> <command…>: one more thing that passes or fails, counted like a test.
check() {
  local name=$1
  shift
  title "$name"
  # In a subshell: what ends itself must not end the others.
  if ("$@"); then
    say "$name: passed"
    touch "$results/$name.passed"
  else
    failed=1
    say "$name: FAILED"
    touch "$results/$name.failed"
  fi
}

# unit <preset>: builds all and runs unit tests and checks.
unit() {
  local preset=$1 folder
  folder=$(build_folder "$preset")
  title "build, unit tests and checks ($preset)"
  if ! bash tools/dev/build.sh "$preset" all; then
    touch "$results/build-$preset.failed"
    failed=1
    return
  fi
  rm -rf "$folder/test-results"/*_test.xml
  mkdir -p "$results/$preset"
  ctest --test-dir "$folder" --parallel "$(nproc)" --output-on-failure --no-tests=error \
    --output-junit "$results/$preset/ctest.xml" || failed=1
  cp "$folder/test-results"/*_test.xml "$results/$preset/" 2>/dev/null || true
}

# system <name> <marker expression>: the tests that run build/sluice against real servers.
system() {
  local status=0
  title "system tests ($1)"
  "$VENV/bin/python" -m pytest -m "$2" --junitxml "$results/system-$1.xml" || status=$?
  # 5: there are none.
  ((status == 0 || status == 5)) || failed=1
}

# fuzzers: each runs for half a minute, from the seeds in <stem>_corpus/ beside its source.
fuzzers() {
  local fuzzer name corpus seeds
  check build-fuzz bash tools/dev/build.sh fuzz fuzzers
  for fuzzer in build-fuzz/fuzzers/*_fuzz; do
    [[ -x $fuzzer ]] || continue
    name=$(basename "$fuzzer")
    corpus=build-fuzz/corpus/$name
    mkdir -p "$corpus"
    mapfile -t seeds < <(find src -type d -name "${name}_corpus")
    check "$name" run_logged "$name" "$corpus.log" "$fuzzer" -max_total_time=30 -timeout=10 \
      -rss_limit_mb=2048 -artifact_prefix="$corpus.crash-" "$corpus" "${seeds[@]}"
  done
}

long_tests() {
  unit asan
  unit tsan
  fuzzers
  check headers-alone python3 tools/checks/headers_alone.py build
  check tidy-all bash tools/dev/tidy.sh all
  check simulation build/tests/sim/sluice_sim --seeds 1001-6000
  system long long
}

ensure_setup test
mkdir -p "$PWD/build"
rm -rf "$results"
mkdir -p "$results"
unit release
system short "not long"
if [[ $kind == long ]]; then
  ensure_setup all
  long_tests
fi

title "all tests"
python3 tools/dev/count_results.py "$results" || failed=1
exit "$failed"
