"""The SQL connector's unit tests through ODBC drivers: SQLite's, PostgreSQL's, MariaDB's."""

import os
import subprocess

from lib.mariadb import MariaDb
from lib.places import ROOT
from lib.postgres import Postgres


def test_odbc_units(postgres: Postgres, mariadb: MariaDb) -> None:
    binary = ROOT / "build" / "src" / "connectors" / "sql" / "sluice_connectors_sql_test"
    env = os.environ | {"SLUICE_TEST_POSTGRES": postgres.dsn, "SLUICE_TEST_MARIADB": mariadb.dsn}
    command = [binary, "--gtest_filter=*Odbc*:*odbc*"]
    run = subprocess.run(command, env=env, capture_output=True, text=True, timeout=240)
    assert run.returncode == 0, run.stdout[-4000:] + run.stderr[-2000:]
    for kind in ("sqlite", "postgres", "mariadb"):
        assert f"[       OK ] Odbc/OdbcSource.IncrementingReadsNewRows/{kind}" in run.stdout
