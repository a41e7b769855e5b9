"""Events of PostgreSQL changes, compared one by one with those of Debezium on the same database."""

from collections.abc import Callable, Iterator
from pathlib import Path

import psycopg
import pytest
from lib.broker import Broker
from lib.capture_pair import CapturePair
from lib.debezium import POSTGRES
from lib.kafka import fresh_name
from lib.postgres import PASSWORD, Postgres
from lib.postgres_workload import CREATE_RANDOM, DDL, RandomChanges, change_types, create_types

STATEMENTS = 10_000


@pytest.fixture
def database(postgres: Postgres) -> Iterator[str]:
    name = postgres.create_database(fresh_name("cdc").replace("-", "_"))
    yield name
    with postgres.connect() as connection:
        connection.execute(
            "SELECT pg_drop_replication_slot(slot_name) FROM pg_replication_slots"
            " WHERE database = %s AND NOT active",
            [name],
        )


class Pair(CapturePair):
    """Each with its own slot."""

    def __init__(
        self, directory: Path, broker: Broker, postgres: Postgres, database: str, sluice, options: dict
    ):
        self.postgres = postgres
        super().__init__(directory, broker, database, sluice, options)

    def config(self, side: int) -> dict:
        return {
            "connector.class": POSTGRES,
            "database.hostname": "127.0.0.1",
            "database.port": str(self.postgres.port),
            "database.user": "postgres",
            "database.password": PASSWORD,
            "database.dbname": self.database,
            "topic.prefix": self.prefixes[side],
            "plugin.name": "pgoutput",
            "slot.name": self.prefixes[side],
            "skipped.operations": "none",
        }

    def is_reading(self, side: int) -> bool:
        with self.postgres.connect() as connection:
            rows = connection.execute(
                "SELECT active FROM pg_replication_slots WHERE slot_name = %s", [self.prefixes[side]]
            ).fetchall()
        return rows == [(True,)]

    def marker_topic(self, prefix: str) -> str:
        return f"{prefix}.public.marker"

    def write_mark(self) -> None:
        with self.postgres.connect(self.database) as connection:
            connection.execute("CREATE TABLE IF NOT EXISTS marker (id int)")
            connection.execute("ALTER TABLE marker REPLICA IDENTITY FULL")
            connection.execute("INSERT INTO marker VALUES (1)")


@pytest.fixture
def pair(
    tmp_path: Path, broker: Broker, postgres: Postgres, database: str, sluice: Callable
) -> Iterator[Callable[..., Pair]]:
    made: list[Pair] = []

    def make(options: dict | None = None) -> Pair:
        made.append(Pair(tmp_path, broker, postgres, database, sluice, options or {}))
        return made[-1]

    yield make
    for one in made:
        one.stop()


def run(connection: psycopg.Connection, statements: list[str]) -> None:
    for statement in statements:
        connection.execute(statement)


MODES = {
    "defaults": {},
    "texts": {
        "decimal.handling.mode": "string",
        "time.precision.mode": "isostring",
        "binary.handling.mode": "base64",
        "interval.handling.mode": "string",
        "hstore.handling.mode": "map",
        "tombstones.on.delete": "false",
        "column.propagate.source.type": ".*",
    },
    "connect": {
        "decimal.handling.mode": "double",
        "time.precision.mode": "connect",
        "binary.handling.mode": "hex",
        "provide.transaction.metadata": "true",
        "include.unknown.datatypes": "true",
    },
    "nanos": {
        "time.precision.mode": "nanoseconds",
        "binary.handling.mode": "base64-url-safe",
        "schema.name.adjustment.mode": "avro",
        "extended.headers.enabled": "false",
    },
}


@pytest.mark.parametrize("mode", MODES)
def test_every_type(mode: str, pair: Callable[..., Pair], postgres: Postgres, database: str) -> None:
    with postgres.connect(database) as connection:
        run(connection, create_types(mode))
        both = pair(MODES[mode])
        both.start()
        run(connection, change_types(mode))
    count, found = both.compare()
    assert not found, "\n".join(found[:20])
    assert count > 1200


def test_random_changes_with_ddl_in_between(
    pair: Callable[..., Pair], postgres: Postgres, database: str
) -> None:
    with postgres.connect(database) as connection:
        run(connection, CREATE_RANDOM)
        both = pair({"provide.transaction.metadata": "true"})
        both.start()
        for transaction in RandomChanges(seed=7).transactions(STATEMENTS):
            if transaction[0] in DDL:
                both.catch_up()
            with connection.transaction():
                run(connection, transaction)
    count, found = both.compare()
    assert not found, "\n".join(found[:20])
    assert count > STATEMENTS
