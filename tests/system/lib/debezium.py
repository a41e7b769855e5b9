"""Debezium itself, in a standalone Java worker: what our change events are compared with."""

from pathlib import Path

from lib.connectors import JSON
from lib.java_connect import java_connect_command
from lib.places import DEPS
from lib.processes import Child

# Both sides write JSON with its schema, keys too.
EVENTS = {
    "key.converter": JSON,
    "value.converter": JSON,
    "key.converter.schemas.enable": "true",
    "value.converter.schemas.enable": "true",
}
# What its sources need beside a worker's own jars; all that Debezium brings does not go together with them.
NEEDED = (
    "debezium-",
    "postgresql-",
    "mysql-",
    "mariadb-",
    "antlr4-",
    "protobuf-",
    "jackson-datatype-jsr310-",
)
POSTGRES = "io.debezium.connector.postgresql.PostgresConnector"
MYSQL = "io.debezium.connector.mysql.MySqlConnector"
MARIADB = "io.debezium.connector.mariadb.MariaDbConnector"


def source_jars() -> list[Path]:
    return [jar for jar in (DEPS / "debezium" / "libs").glob("*.jar") if jar.name.startswith(NEEDED)]


class Debezium:
    """One connector in its own folder. Starting again keeps the offsets."""

    def __init__(self, directory: Path, bootstrap: str, config: dict, worker: dict | None = None):
        self.log_file = directory / "java-connect.log"
        settings = {"bootstrap.servers": bootstrap, **EVENTS, **(worker or {})}
        self.command = java_connect_command(
            directory, settings, {"source": config}, DEPS / "debezium" / "libs"
        )
        self.directory = directory
        self.child: Child | None = None

    def start(self) -> "Debezium":
        self.child = Child(self.command, self.log_file, cwd=self.directory)
        return self

    def stop(self) -> None:
        if self.child and self.child.running():
            self.child.stop()

    def kill(self) -> None:
        if self.child and self.child.running():
            self.child.kill()

    def __enter__(self) -> "Debezium":
        return self.start()

    def __exit__(self, *_) -> None:
        self.kill()
