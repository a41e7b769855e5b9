#!/usr/bin/env bash
# ./dev down: ends the servers of ./dev up; their data stays.
set -euo pipefail
# shellcheck source=tools/dev/lib.sh
source tools/dev/lib.sh

"$VENV/bin/python" tools/dev/servers.py stop --dir "$DEPS/run"
