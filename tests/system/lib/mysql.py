"""A real MySQL 8 server in a temporary folder, on a free port, with its binlog and GTIDs on."""

import subprocess

from lib.mariadb import MariaDb
from lib.places import DEPS

HOME = DEPS / "mysql"
SETTINGS = {
    "basedir": str(HOME),
    "lc-messages-dir": str(HOME / "share"),
    "gtid-mode": "ON",
    "enforce-gtid-consistency": "ON",
    "default-authentication-plugin": "mysql_native_password",
    "mysqlx": "OFF",
}


class MySql(MariaDb):
    """Spoken to by the same client."""

    def __init__(self, settings: dict[str, str] | None = None):
        super().__init__(SETTINGS | (settings or {}))

    def server_program(self) -> str:
        return str(HOME / "bin" / "mysqld")

    def environment(self) -> dict[str, str]:
        return {"LD_LIBRARY_PATH": str(HOME / "bin")}

    def _make_data(self) -> None:
        command = [
            self.server_program(),
            "--no-defaults",
            "--initialize-insecure",
            f"--basedir={HOME}",
            f"--lc-messages-dir={HOME / 'share'}",
            f"--datadir={self.directory / 'data'}",
        ]
        run = subprocess.run(
            command,
            cwd=self.directory,
            env=self.environment(),
            capture_output=True,
            text=True,
            **self.identity,
        )
        if run.returncode:
            raise RuntimeError(f"mysqld --initialize-insecure failed:\n{run.stdout}{run.stderr}")
