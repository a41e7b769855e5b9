#!/usr/bin/env bash
# ./dev docs: writes docs/reference/ from the option definitions that are compiled into the binary.
set -euo pipefail
# shellcheck source=tools/dev/lib.sh
source tools/dev/lib.sh

./dev build
say "Writing docs/reference"
rm -rf docs/reference
build/sluice docs docs/reference
