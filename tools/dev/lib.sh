# shellcheck shell=bash
# Shared by the scripts of tools/dev/: where things are, progress lines, steps that are skipped when done.
# Sourced with the checkout's root as working directory.

# shellcheck source=versions.env
source versions.env

DEPS=${SLUICE_DEPS_DIR:-$PWD/.deps}
VENV=$DEPS/venv
export DEPS VENV SLUICE_DEPS_DIR=$DEPS

say() { printf '%s\n' "$*"; }

# Told only when the user asked for a setup, not when another verb makes sure of it.
say_idle() { [[ -n ${SLUICE_SETUP_QUIET:-} ]] || say "$*"; }

# ensure_setup <tier>: what ./dev setup does, silent about what is there already.
ensure_setup() { SLUICE_SETUP_QUIET=1 bash tools/dev/setup.sh "$1"; }

die() {
  printf 'dev: %s\n' "$*" >&2
  exit 1
}

# run_logged <what> <log file> <command…>: runs quietly; tells the time every ten seconds, the log's end on failure.
run_logged() {
  local what=$1 log=$2 begin=$SECONDS pid
  shift 2
  "$@" >"$log" 2>&1 &
  pid=$!
  while kill -0 "$pid" 2>/dev/null; do
    sleep 0.2
    if ((SECONDS - begin >= 10 && (SECONDS - begin) % 10 == 0 && SECONDS != ${last_told:-0})); then
      say "    … $what: $((SECONDS - begin)) s"
      last_told=$SECONDS
    fi
  done
  if ! wait "$pid"; then
    tail -n 40 "$log" >&2
    die "$what failed; the whole log is $log"
  fi
}

# step <name> <key> <function> [args…]: runs the function unless it has succeeded before with the same key.
step() {
  local name=$1 key=$2 stamp=$DEPS/stamps/$1 begin=$SECONDS
  shift 2
  if [[ -f $stamp && $(<"$stamp") == "$key" ]]; then
    say_idle "  $name: up to date"
    return
  fi
  mkdir -p "$DEPS/stamps" "$DEPS/log"
  say "  $name: working"
  run_logged "$name" "$DEPS/log/$name.log" strict "$@"
  printf '%s\n' "$key" >"$stamp"
  say "  $name: done in $((SECONDS - begin)) s"
}

# Every command of a step must succeed.
strict() {
  set -euo pipefail
  "$@"
}

# The Python of tests and tools; its packages come from the lock files only.
make_venv() {
  if [[ ! -x $VENV/bin/python ]]; then
    /usr/bin/python3 -m venv "$VENV"
  fi
}

# install_python <set>: the packages of tools/python/<set>.txt into the venv.
install_python() {
  make_venv
  "$VENV/bin/python" -m pip install --disable-pip-version-check --no-deps --require-hashes \
    --only-binary :all: -r "tools/python/$1.txt"
}

python_step() { step "python-$1" "$(sha256sum <"tools/python/$1.txt")" install_python "$1"; }

# build_folder <preset>: where a preset builds (see CMakePresets.json).
build_folder() {
  case $1 in
    release) echo "$PWD/build" ;;
    debug | asan | tsan | fuzz | bench) echo "$PWD/build-$1" ;;
    *) die "there is no preset '$1'; presets: release, debug, asan, tsan, fuzz, bench" ;;
  esac
}

# has_target <build folder> <target>
has_target() { ninja -C "$1" -t query "$2" >/dev/null 2>&1; }

# Files of the checkout that are in git or would be added to it: git_sources <pathspec…>
git_sources() {
  git ls-files --cached --others --exclude-standard -- "$@" | while read -r file; do
    [[ -f $file ]] && echo "$file"
  done
}

cpp_sources() { git_sources 'src/*.cc' 'src/*.h' 'tools/*.cc' 'bench/*.cc'; }
shell_sources() { git_sources dev .ci/run '*.sh'; }
