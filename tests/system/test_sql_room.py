"""The SQL connector's unit tests that need a PostgreSQL server (skipped without one)."""

import os
import subprocess

from lib.places import ROOT
from lib.postgres import Postgres


def test_postgres_units(postgres: Postgres) -> None:
    binary = ROOT / "build" / "src" / "connectors" / "sql" / "sluice_connectors_sql_test"
    env = os.environ | {"SLUICE_TEST_POSTGRES": postgres.dsn}
    # PostgresSource.*, and the conformance suite's cases named postgres_….
    command = [binary, "--gtest_filter=*Postgres*:*/postgres*"]
    run = subprocess.run(command, env=env, capture_output=True, text=True, timeout=240)
    assert run.returncode == 0, run.stdout[-4000:] + run.stderr[-2000:]
    assert "SourceConformance" in run.stdout
    assert "SLUICE_TEST_POSTGRES is not set" not in run.stdout
