"""The store room's own tests (src/store/*_test.cc) against a broker."""

import os
import subprocess
from pathlib import Path

import pytest
from lib.broker import Broker
from lib.places import ROOT

BINARY = Path(os.environ.get("SLUICE_STORE_TEST", ROOT / "build" / "src" / "store" / "sluice_store_test"))


def test_store_room_against_a_broker(broker: Broker) -> None:
    if not BINARY.exists():
        pytest.fail(f"{BINARY} is not built: run ./dev build")
    result = subprocess.run(
        [BINARY, "--gtest_filter=*Real*"],
        env=os.environ | {"SLUICE_TEST_BROKER": broker.bootstrap},
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )
    assert result.returncode == 0, result.stdout[-8000:] + result.stderr[-4000:]
    assert "SKIPPED" not in result.stdout
