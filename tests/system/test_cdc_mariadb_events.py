"""Events of MariaDB changes, compared one by one with those of Debezium on the same database."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from lib.broker import Broker
from lib.capture_pair import CapturePair
from lib.change_events import Event
from lib.debezium import MARIADB
from lib.kafka import fresh_name
from lib.mariadb import PASSWORD, USER, MariaDb
from lib.mariadb_workload import CREATE_RANDOM, RandomChanges, change_types, create_types

STATEMENTS = 10_000


class Pair(CapturePair):
    """Each with its own server id and its own schema history."""

    def __init__(
        self, directory: Path, broker: Broker, mariadb: MariaDb, database: str, sluice, options: dict
    ):
        self.mariadb, self.servers = mariadb, broker.bootstrap
        super().__init__(directory, broker, database, sluice, options)

    def config(self, side: int) -> dict:
        return {
            "connector.class": MARIADB,
            "database.hostname": "127.0.0.1",
            "database.port": str(self.mariadb.port),
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
        self.mariadb.query(
            "CREATE TABLE IF NOT EXISTS marker (id int); INSERT INTO marker VALUES (1)", self.database
        )


@pytest.fixture
def database(mariadb: MariaDb) -> str:
    return mariadb.create_database(fresh_name("cdc").replace("-", "_"))


@pytest.fixture
def pair(
    tmp_path: Path, broker: Broker, mariadb: MariaDb, database: str, sluice: Callable
) -> Iterator[Callable[..., Pair]]:
    made: list[Pair] = []

    def make(options: dict | None = None) -> Pair:
        made.append(Pair(tmp_path, broker, mariadb, database, sluice, options or {}))
        return made[-1]

    yield make
    for one in made:
        one.stop()


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


@pytest.mark.parametrize("mode", MODES)
def test_every_type(mode: str, pair: Callable[..., Pair], mariadb: MariaDb, database: str) -> None:
    mariadb.query(";\n".join(create_types(mode)), database)
    both = pair(MODES[mode])
    both.start()
    mariadb.query(";\n".join(change_types(mode)), database)
    count, found = both.compare()
    assert not found, "\n".join(found[:20])
    assert count > 600


def test_random_changes_with_ddl_in_between(
    pair: Callable[..., Pair], mariadb: MariaDb, database: str
) -> None:
    mariadb.query(";\n".join(CREATE_RANDOM), database)
    both = pair({"provide.transaction.metadata": "true"})
    both.start()
    transactions = [
        ";\n".join(["begin", *statements, "commit"])
        for statements in RandomChanges(seed=7).transactions(STATEMENTS)
    ]
    mariadb.query(";\n".join(transactions), database)
    count, found = both.compare()
    assert not found, "\n".join(found[:20])
    assert count > STATEMENTS
