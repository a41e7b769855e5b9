"""A real MariaDB server (Debian's) in a temporary folder, on a free port, with its binlog on."""

import os
import pwd
import shutil
import subprocess
import tempfile
from pathlib import Path

from lib.processes import Child, free_port, wait_until

USER = "sluice"
PASSWORD = "mariadb-secret"


def program(name: str) -> str:
    found = shutil.which(name, path=f"{os.environ.get('PATH', '')}:/usr/sbin:/usr/bin")
    if found is None:
        raise FileNotFoundError("MariaDB is not installed: run ./dev setup test")
    return found


class MariaDb:
    """Starts in the constructor. Refuses to run as root, so root lends it the user `mysql`."""

    def __init__(self, settings: dict[str, str] | None = None):
        self.directory = Path(tempfile.mkdtemp(prefix="sluice-mariadb-"))
        self.port = free_port()
        self.settings = settings or {}
        self.identity = {}
        if os.geteuid() == 0:
            user = pwd.getpwnam("mysql")
            self.identity = {"user": user.pw_uid, "group": user.pw_gid, "extra_groups": []}
            os.chown(self.directory, user.pw_uid, user.pw_gid)
        # A server that starts removes what others of the same folder hold there.
        self.temporary = self.directory / "tmp"
        self.temporary.mkdir()
        self.temporary.chmod(0o777)
        try:
            self._initialise()
            self.start()
        except BaseException:
            shutil.rmtree(self.directory, ignore_errors=True)
            raise

    @property
    def dsn(self) -> str:
        return f"host=127.0.0.1 port={self.port} user={USER} password={PASSWORD}"

    def jdbc_url(self, database: str = "sluice") -> str:
        return f"jdbc:mariadb://127.0.0.1:{self.port}/{database}"

    def query(self, sql: str, database: str = "") -> list[list[str]]:
        """Statements through the command line client; the rows of their results, nulls as "NULL"."""
        command = [program("mariadb"), "--no-defaults", "--batch", "--skip-column-names"]
        command += [
            "--host=127.0.0.1",
            f"--port={self.port}",
            f"--user={USER}",
            "--default-character-set=utf8mb4",
        ]
        run = subprocess.run(
            [*command, *([database] if database else [])],
            input=sql,
            env=os.environ | {"MYSQL_PWD": PASSWORD},
            capture_output=True,
            text=True,
        )
        if run.returncode:
            raise RuntimeError(run.stderr.strip())
        return [line.split("\t") for line in run.stdout.splitlines()]

    def create_database(self, name: str) -> str:
        self.query(f"CREATE DATABASE `{name}` CHARACTER SET utf8mb4")
        return name

    def start(self) -> None:
        """Again after kill(): with the same data, on the same port."""
        every = {
            "datadir": str(self.directory / "data"),
            "bind-address": "127.0.0.1",
            "port": str(self.port),
            "socket": str(self.directory / "mariadb.sock"),
            "tmpdir": str(self.temporary),
            "pid-file": str(self.directory / "mariadb.pid"),
            "init-file": str(self.directory / "users.sql"),
            "log-bin": "binlog",
            "binlog-format": "ROW",
            "binlog-row-metadata": "FULL",
            "server-id": "1",
            "innodb-flush-log-at-trx-commit": "2",
            "innodb-buffer-pool-size": "64M",
            **self.settings,
        }
        options = [f"--{key}={value}" for key, value in every.items()]
        self.child = Child(
            [self.server_program(), "--no-defaults", "--skip-name-resolve", *options],
            self.directory / "mariadb.log",
            cwd=self.directory,
            env=os.environ | self.environment(),
            **self.identity,
        )
        wait_until("the server answers", self._answers, 30, self.child.check_alive)

    def server_program(self) -> str:
        return program("mariadbd")

    def environment(self) -> dict[str, str]:
        return {}

    def kill(self) -> None:
        self.child.kill()

    def stop(self) -> None:
        self.child.kill()
        shutil.rmtree(self.directory, ignore_errors=True)

    def _initialise(self) -> None:
        users = self.directory / "users.sql"
        users.write_text(
            f"CREATE USER IF NOT EXISTS '{USER}'@'%' IDENTIFIED BY '{PASSWORD}';\n"
            f"GRANT ALL ON *.* TO '{USER}'@'%' WITH GRANT OPTION;\n"
            "CREATE DATABASE IF NOT EXISTS sluice CHARACTER SET utf8mb4;\n"
        )
        users.chmod(0o644)
        self._make_data()

    def _make_data(self) -> None:
        command = [
            program("mariadb-install-db"),
            "--no-defaults",
            f"--datadir={self.directory / 'data'}",
            f"--tmpdir={self.temporary}",
            "--auth-root-authentication-method=normal",
            "--skip-test-db",
            "--skip-name-resolve",
        ]
        run = subprocess.run(command, cwd=self.directory, capture_output=True, text=True, **self.identity)
        if run.returncode:
            raise RuntimeError(f"mariadb-install-db failed:\n{run.stdout}{run.stderr}")

    def _answers(self) -> bool:
        try:
            self.query("SELECT 1")
        except RuntimeError:
            return False
        return True
