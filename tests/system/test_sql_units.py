"""The SQL connector's unit tests that need servers, natively and through ODBC drivers (skipped without)."""

import os
import subprocess

import pytest
from lib.mariadb import MariaDb
from lib.places import ROOT
from lib.postgres import Postgres

ODBC = "[       OK ] Odbc/OdbcSource.IncrementingReadsNewRows"


@pytest.mark.parametrize(
    "tests, among_them",
    [
        ("*Postgres*:*/postgres*", ["PostgresSink", "SourceConformance"]),
        ("MariaDb*:*/mariadb*", ["MariaDbWriting", "SourceConformance"]),
        ("*Odbc*:*odbc*", [f"{ODBC}/{kind}" for kind in ("sqlite", "postgres", "mariadb")]),
    ],
    ids=["postgres", "mariadb", "odbc"],
)
def test_units(postgres: Postgres, mariadb: MariaDb, tests: str, among_them: list[str]) -> None:
    binary = ROOT / "build" / "src" / "connectors" / "sql" / "sluice_connectors_sql_test"
    env = os.environ | {"SLUICE_TEST_POSTGRES": postgres.dsn, "SLUICE_TEST_MARIADB": mariadb.dsn}
    command = [binary, f"--gtest_filter={tests}"]
    run = subprocess.run(command, env=env, capture_output=True, text=True, timeout=240)
    assert run.returncode == 0, run.stdout[-4000:] + run.stderr[-2000:]
    for test in among_them:
        assert test in run.stdout
    assert "is not set" not in run.stdout
