"""The SQL connector's unit tests that need a PostgreSQL server (skipped without one)."""

import os
import subprocess

from lib.places import ROOT
from lib.postgres import Postgres


def test_postgres_units(postgres: Postgres) -> None:
    binary = ROOT / "build" / "src" / "connectors" / "sql" / "sluice_connectors_sql_test"
    env = os.environ | {"SLUICE_TEST_POSTGRES": postgres.dsn}
    run = subprocess.run(
        [binary, "--gtest_filter=*Postgres*"], env=env, capture_output=True, text=True, timeout=240
    )
    assert run.returncode == 0, run.stdout[-4000:] + run.stderr[-2000:]
    assert "SKIPPED" not in run.stdout
