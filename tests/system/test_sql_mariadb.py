"""The SQL connector's unit tests that need a MariaDB server (skipped without one)."""

import os
import subprocess

from lib.mariadb import MariaDb
from lib.places import ROOT


def test_mariadb_units(mariadb: MariaDb) -> None:
    binary = ROOT / "build" / "src" / "connectors" / "sql" / "sluice_connectors_sql_test"
    env = os.environ | {"SLUICE_TEST_MARIADB": mariadb.dsn}
    command = [binary, "--gtest_filter=MariaDb*:*/mariadb*"]
    run = subprocess.run(command, env=env, capture_output=True, text=True, timeout=240)
    assert run.returncode == 0, run.stdout[-4000:] + run.stderr[-2000:]
    assert "MariaDbWriting" in run.stdout
    assert "SLUICE_TEST_MARIADB is not set" not in run.stdout


def test_the_server_comes_back_with_its_data(mariadb: MariaDb) -> None:
    name = mariadb.create_database("kept")
    mariadb.kill()
    mariadb.start()
    assert mariadb.query("SELECT DATABASE()", name) == [[name]]
