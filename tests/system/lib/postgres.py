"""A real PostgreSQL server (Debian's) in a temporary folder, on a free port and a unix socket."""

import os
import pwd
import shutil
import signal
import subprocess
import tempfile
from pathlib import Path

import psycopg

from lib.processes import Child, free_port, wait_until

PASSWORD = "postgres-secret"


def program(name: str) -> Path:
    found = sorted(Path("/usr/lib/postgresql").glob(f"*/bin/{name}"), key=lambda p: int(p.parts[-3]))
    if not found:
        raise FileNotFoundError("PostgreSQL is not installed: run ./dev setup test")
    return found[-1]


class Postgres:
    """Starts in the constructor. Refuses to run as root, so root lends it the user `postgres`."""

    def __init__(
        self, settings: dict[str, str] | None = None, directory: Path | None = None, detached: bool = False
    ):
        """In a temporary folder, or in one that stays and may hold the data of an earlier run."""
        self.directory = directory or Path(tempfile.mkdtemp(prefix="sluice-postgres-"))
        self.detached = detached
        self.port = free_port()
        self.identity = {}
        if os.geteuid() == 0:
            user = pwd.getpwnam("postgres")
            self.identity = {"user": user.pw_uid, "group": user.pw_gid, "extra_groups": []}
            os.chown(self.directory, user.pw_uid, user.pw_gid)
        try:
            if not (self.directory / "data").exists():
                self._initialise()
            self.settings = settings or {}
            self.start()
        except BaseException:
            if directory is None:
                shutil.rmtree(self.directory, ignore_errors=True)
            raise

    @property
    def dsn(self) -> str:
        return f"host=127.0.0.1 port={self.port} user=postgres password={PASSWORD} dbname=postgres"

    def jdbc_url(self, database: str = "postgres") -> str:
        return f"jdbc:postgresql://127.0.0.1:{self.port}/{database}"

    def connect(self, database: str = "postgres") -> psycopg.Connection:
        return psycopg.connect(self.dsn, dbname=database, autocommit=True)

    def create_database(self, name: str) -> str:
        with self.connect() as connection:
            connection.execute(f'CREATE DATABASE "{name}"')
        return name

    def stop(self) -> None:
        # SIGINT would be a fast shutdown; SIGTERM waits for clients. Nothing in it is needed any more.
        self.child.kill()
        shutil.rmtree(self.directory, ignore_errors=True)

    def _initialise(self) -> None:
        passwords = self.directory / "password"
        passwords.write_text(PASSWORD)
        passwords.chmod(0o644)
        options = ["-U", "postgres", "--no-sync", "--encoding=UTF8", "--locale=C.UTF-8"]
        auth = ["--auth-local=trust", "--auth-host=scram-sha-256", f"--pwfile={passwords}"]
        command = [program("initdb"), "-D", self.directory / "data", *options, *auth]
        run = subprocess.run(command, cwd=self.directory, capture_output=True, text=True, **self.identity)
        if run.returncode:
            raise RuntimeError(f"initdb failed:\n{run.stdout}{run.stderr}")

    def crash(self) -> None:
        """All its processes end at once, as after kill -9: nothing is written any more."""
        os.kill(self.child.pid, signal.SIGQUIT)
        self.child.process.wait(30)

    def start(self) -> None:
        """Also after a crash, on the same port."""
        every = {
            "listen_addresses": "127.0.0.1",
            "port": str(self.port),
            "unix_socket_directories": str(self.directory),
            "fsync": "off",
            "wal_level": "logical",
            "timezone": "UTC",
            **self.settings,
        }
        options = [word for key, value in every.items() for word in ("-c", f"{key}={value}")]
        self.child = Child(
            [program("postgres"), "-D", self.directory / "data", *options],
            self.directory / "postgres.log",
            detached=self.detached,
            cwd=self.directory,
            **self.identity,
        )
        wait_until("PostgreSQL answers", self._answers, 30, self.child.check_alive)

    def _answers(self) -> bool:
        try:
            self.connect().close()
        except psycopg.OperationalError:
            return False
        return True
