"""Debezium and Sluice on one MariaDB or MySQL server."""

from pathlib import Path

from lib.broker import Broker
from lib.capture_pair import CapturePair
from lib.change_events import Event
from lib.debezium import MARIADB, MYSQL
from lib.mariadb import PASSWORD, USER, MariaDb

MODES = {
    "defaults": {},
    "texts": {
        "decimal.handling.mode": "string",
        "time.precision.mode": "isostring",
        "binary.handling.mode": "base64",
        "bigint.unsigned.handling.mode": "precise",
        "tombstones.on.delete": "false",
        "column.propagate.source.type": ".*",
    },
    "connect": {
        "decimal.handling.mode": "double",
        "time.precision.mode": "connect",
        "binary.handling.mode": "hex",
        "provide.transaction.metadata": "true",
    },
    "nanos": {
        "time.precision.mode": "nanoseconds",
        "binary.handling.mode": "base64-url-safe",
        "schema.name.adjustment.mode": "avro",
        "extended.headers.enabled": "false",
    },
}


class BinlogPair(CapturePair):
    """Each with its own server id and its own schema history."""

    connector = MARIADB

    def __init__(
        self, directory: Path, broker: Broker, server: MariaDb, database: str, sluice, options: dict
    ):
        self.server, self.servers = server, broker.bootstrap
        super().__init__(directory, broker, database, sluice, options)

    def config(self, side: int) -> dict:
        return {
            "connector.class": self.connector,
            "database.hostname": "127.0.0.1",
            "database.port": str(self.server.port),
            "database.user": USER,
            "database.password": PASSWORD,
            "database.include.list": self.database,
            "database.server.id": str(7000 + side),
            "topic.prefix": self.prefixes[side],
            "schema.history.internal.kafka.topic": f"{self.prefixes[side]}-history",
            "schema.history.internal.kafka.bootstrap.servers": self.servers,
            "schema.history.internal.store.only.captured.databases.ddl": "true",
            "skipped.operations": "none",
        }

    def is_reading(self, side: int) -> bool:
        if side == 1:
            return "Reading the binary log" in self.ours.log()
        return "Keepalive thread is running" in self.theirs.log_file.read_text()

    def settled(self, name: str, events: list[Event]) -> list[Event]:
        """Debezium announces statements that are no transactions as if they were some that never end."""
        if name != ".transaction":
            return events
        ended = {event.payload["id"] for event in events if event.payload["status"] == "END"}
        return [event for event in events if event.payload["id"] in ended]

    def marker_topic(self, prefix: str) -> str:
        return f"{prefix}.{self.database}.marker"

    def write_mark(self) -> None:
        self.server.query(
            "CREATE TABLE IF NOT EXISTS marker (id int); INSERT INTO marker VALUES (1)", self.database
        )


class MySqlPair(BinlogPair):
    connector = MYSQL

    def settled(self, name: str, events: list[Event]) -> list[Event]:
        return events
