#!/usr/bin/env bash
# ./dev up: a Kafka broker, a schema registry, an S3 server and PostgreSQL to try things with; they stay until
# ./dev down.
set -euo pipefail
# shellcheck source=tools/dev/lib.sh
source tools/dev/lib.sh

ensure_setup test
say "Starting Kafka $KAFKA_VERSION, a schema registry, an S3 server and PostgreSQL"
"$VENV/bin/python" tools/dev/servers.py start --dir "$DEPS/run"
