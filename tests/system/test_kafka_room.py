"""The Kafka room's own tests (src/kafka/*_broker_test.cc) against a broker with every kind of listener."""

import os
from pathlib import Path

from lib.places import ROOT
from lib.secure_broker import run_broker_tests

BINARY = Path(os.environ.get("SLUICE_KAFKA_TEST", ROOT / "build" / "src" / "kafka" / "sluice_kafka_test"))


def test_kafka_room_against_a_broker(secure_environment: dict[str, str]) -> None:
    run_broker_tests(BINARY, secure_environment)
