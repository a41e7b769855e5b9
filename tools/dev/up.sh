#!/usr/bin/env bash
# ./dev up: a Kafka broker to play with; it stays until ./dev down.
set -euo pipefail
# shellcheck source=tools/dev/lib.sh
source tools/dev/lib.sh

bash tools/dev/setup.sh test
say "Starting Kafka $KAFKA_VERSION"
address=$("$VENV/bin/python" tools/dev/broker.py start --dir "$DEPS/run/broker")
say "Kafka listens on $address; its data and log are in $DEPS/run/broker"
say "Try: echo hello | kcat -P -b $address -t test && kcat -C -b $address -t test -e"
