"""The SQL connector's unit tests through ODBC drivers: SQLite's, PostgreSQL's, MariaDB's."""

import os
import pwd
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from lib.places import ROOT
from lib.postgres import Postgres
from lib.processes import Child, free_port, wait_until


@pytest.fixture
def mariadb() -> Iterator[str]:
    """A server in a temporary folder: host, port, user and password as the unit tests want them."""
    if shutil.which("mariadbd") is None:
        pytest.skip("mariadb-server is not installed")
    directory = Path(tempfile.mkdtemp(prefix="sluice-mariadb-"))
    identity = {}
    if os.geteuid() == 0:
        user = pwd.getpwnam("mysql")
        identity = {"user": user.pw_uid, "group": user.pw_gid, "extra_groups": []}
        os.chown(directory, user.pw_uid, user.pw_gid)
    data, socket, port = directory / "data", directory / "socket", free_port()
    install = ["mariadb-install-db", "--no-defaults", f"--datadir={data}", "--skip-test-db"]
    install.append("--auth-root-authentication-method=normal")
    subprocess.run(install, check=True, capture_output=True, cwd=directory, **identity)
    options = [f"--datadir={data}", f"--socket={socket}", f"--port={port}", "--bind-address=127.0.0.1"]
    server = Child(["mariadbd", "--no-defaults", *options], directory / "log", cwd=directory, **identity)
    grant = "CREATE OR REPLACE USER sluice@'%' IDENTIFIED BY 'secret'; GRANT ALL ON *.* TO sluice@'%'"
    client = ["mariadb", "--no-defaults", f"--socket={socket}", "-uroot", "-e", grant]

    def granted() -> bool:
        return subprocess.run(client, capture_output=True).returncode == 0

    try:
        wait_until("MariaDB answers", granted, 30, server.check_alive)
        yield f"host=127.0.0.1 port={port} user=sluice password=secret"
    finally:
        server.kill()
        shutil.rmtree(directory, ignore_errors=True)


def test_odbc_units(postgres: Postgres, mariadb: str) -> None:
    binary = ROOT / "build" / "src" / "connectors" / "sql" / "sluice_connectors_sql_test"
    env = os.environ | {"SLUICE_TEST_POSTGRES": postgres.dsn, "SLUICE_TEST_MARIADB": mariadb}
    command = [binary, "--gtest_filter=*Odbc*"]
    run = subprocess.run(command, env=env, capture_output=True, text=True, timeout=240)
    assert run.returncode == 0, run.stdout[-4000:] + run.stderr[-2000:]
    for kind in ("sqlite", "postgres", "mariadb"):
        assert f"[       OK ] Odbc/OdbcSource.IncrementingReadsNewRows/{kind}" in run.stdout
