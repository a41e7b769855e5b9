"""Events of PostgreSQL changes, compared one by one with those of Debezium on the same database."""

from collections.abc import Callable, Iterator
from pathlib import Path

import psycopg
import pytest
from lib.broker import Broker
from lib.change_events import differences, read_events
from lib.debezium import EVENTS, POSTGRES, Debezium
from lib.kafka import Kafka, fresh_name
from lib.postgres import PASSWORD, Postgres
from lib.postgres_workload import CREATE_RANDOM, DDL, RandomChanges, change_types, create_types
from lib.processes import wait_until
from lib.sluice import SluiceProcess

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


class Pair:
    """Debezium and Sluice on one database, each with its own slot and its own topics."""

    def __init__(
        self, directory: Path, broker: Broker, postgres: Postgres, database: str, sluice, options: dict
    ):
        self.bootstrap, self.kafka, self.marks = broker.bootstrap, Kafka(broker.bootstrap), 0
        self.postgres, self.database = postgres, database
        self.prefixes = (f"theirs_{database}", f"ours_{database}")
        self.theirs = Debezium(directory / "debezium", broker.bootstrap, self.config(0, options))
        self.ours: SluiceProcess = sluice({"source": self.config(1, options)}, worker=EVENTS)

    def config(self, side: int, options: dict) -> dict:
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
            **options,
        }

    def start(self) -> None:
        self.theirs.start()
        self.ours.start()
        for prefix in self.prefixes:
            wait_until(f"slot {prefix} is read", lambda p=prefix: self.is_read(p), 60)

    def is_read(self, slot: str) -> bool:
        with self.postgres.connect() as connection:
            rows = connection.execute(
                "SELECT active FROM pg_replication_slots WHERE slot_name = %s", [slot]
            ).fetchall()
        return rows == [(True,)]

    def mark(self) -> None:
        """A change that comes after all others."""
        with self.postgres.connect(self.database) as connection:
            connection.execute("CREATE TABLE IF NOT EXISTS marker (id int)")
            connection.execute("ALTER TABLE marker REPLICA IDENTITY FULL")
            connection.execute("INSERT INTO marker VALUES (1)")
        self.marks += 1

    def catch_up(self) -> None:
        """Both have read everything: they look into the catalogue as it is now, not as it will be."""
        self.mark()
        for prefix in self.prefixes:
            wait_until(f"{prefix} has caught up", lambda p=prefix: self.marked(p) >= self.marks, 60)

    def marked(self, prefix: str) -> int:
        return sum(self.kafka.end_offsets(f"{prefix}.public.marker").values())

    def compare(self) -> tuple[int, list[str]]:
        """How many events there were, and what differs."""
        self.mark()
        both = [read_events(self.bootstrap, p, f"{p}.public.marker") for p in self.prefixes]
        names = [
            {topic.removeprefix(p) for topic in side} for p, side in zip(self.prefixes, both, strict=True)
        ]
        found = [f"topics {sorted(names[0] ^ names[1])} are on one side only"] if names[0] != names[1] else []
        for name in sorted(names[0] & names[1]):
            theirs, ours = (side[p + name] for p, side in zip(self.prefixes, both, strict=True))
            found += [f"{name}: {text}" for text in differences(theirs, ours, self.prefixes)]
        return sum(len(events) for events in both[1].values()), found

    def stop(self) -> None:
        self.theirs.kill()
        self.ours.kill()


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
