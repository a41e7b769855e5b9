"""The group protocol's own tests (src/kafka/protocol) against a broker with every kind of listener."""

import os
from pathlib import Path

from lib.places import ROOT
from lib.secure_broker import run_broker_tests

BUILT = ROOT / "build" / "src" / "kafka" / "protocol" / "sluice_kafka_protocol_test"
BINARY = Path(os.environ.get("SLUICE_KAFKA_PROTOCOL_TEST", BUILT))


def test_group_protocol_against_a_broker(secure_environment: dict[str, str]) -> None:
    run_broker_tests(BINARY, secure_environment)
