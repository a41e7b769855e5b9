#!/usr/bin/env bash
# ./dev down: ends the broker of ./dev up; its data stays.
set -euo pipefail
# shellcheck source=tools/dev/lib.sh
source tools/dev/lib.sh

"$VENV/bin/python" tools/dev/broker.py stop --dir "$DEPS/run/broker"
