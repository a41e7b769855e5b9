"""Each change of a PostgreSQL table exactly once and in order, whichever dies, and whoever captures it."""

import time
from collections.abc import Callable, Iterator
from pathlib import Path

import psycopg
import pytest
from lib.broker import Broker
from lib.capture_kills import run_rounds, take_turns
from lib.connectors import JSON_WITHOUT_SCHEMAS
from lib.counting_writers import IDS, WRITERS, CountingWriters
from lib.debezium import POSTGRES
from lib.postgres import PASSWORD, Postgres

ROUNDS = 5
LONG_ROUNDS = 20


@pytest.fixture
def own_broker(tmp_path: Path) -> Iterator[Broker]:
    server = Broker(tmp_path / "broker")
    yield server
    server.kill()


@pytest.fixture
def server() -> Iterator[Postgres]:
    made = Postgres()
    yield made
    made.stop()


class Writers(CountingWriters):
    """With `copies` the rows of a COPY, which share a position in the log."""

    def __init__(self, postgres: Postgres, copies: bool = True):
        super().__init__()
        self.postgres, self.copies = postgres, copies

    def work(self, transaction: Callable[[Callable], None]) -> None:
        try:
            with self.postgres.connect() as connection:
                while not self.ending.is_set():
                    with connection.transaction():
                        transaction(connection.execute)
        except psycopg.Error:
            pass

    def add_copies(self, execute: Callable, low: int, count: int) -> None:
        connection = execute.__self__
        if not self.copies:
            execute(
                "INSERT INTO copied (writer, value) SELECT %s, n FROM generate_series(1, %s) n", [low, count]
            )
            return
        with connection.cursor().copy("COPY copied (writer, value) FROM STDIN") as copy:
            for value in range(count):
                copy.write_row((low, value))

    def create(self) -> None:
        with self.postgres.connect() as connection:
            connection.execute("CREATE TABLE counters (id int PRIMARY KEY, version int NOT NULL)")
            connection.execute("CREATE TABLE copied (id serial PRIMARY KEY, writer int, value int)")
            connection.execute(
                f"INSERT INTO counters SELECT n, 0 FROM generate_series(0, {WRITERS * IDS - 1}) n"
            )

    def wanted(self) -> tuple[dict[int, int], list[int]]:
        with self.postgres.connect() as connection:
            versions = dict(connection.execute("SELECT id, version FROM counters").fetchall())
            ids = [row[0] for row in connection.execute("SELECT id FROM copied ORDER BY id").fetchall()]
        return versions, ids


class Crashing:
    """The server, whose kill leaves its folder."""

    def __init__(self, postgres: Postgres):
        self.kill, self.start = postgres.crash, postgres.start


class Capture:
    space = "public"

    def __init__(self, server: Postgres, copies: bool = True):
        self.server, self.postgres, self.copies = Crashing(server), server, copies

    def writers(self) -> Writers:
        return Writers(self.postgres, self.copies)

    def disturb(self, number: int) -> None:
        pass

    def config(self, prefix: str) -> dict[str, str]:
        return JSON_WITHOUT_SCHEMAS | {
            "connector.class": POSTGRES,
            "tasks.max": "1",
            "database.hostname": "127.0.0.1",
            "database.port": str(self.postgres.port),
            "database.user": "postgres",
            "database.password": PASSWORD,
            "database.dbname": "postgres",
            "topic.prefix": prefix,
            "plugin.name": "pgoutput",
            "slot.name": prefix.replace("-", "_"),
            "retriable.restart.connector.wait.ms": "500",
            "slot.retry.delay.ms": "500",
            "slot.max.retries": "100",
            "topic.creation.default.partitions": "1",
            "topic.creation.default.replication.factor": "1",
        }


def test_every_change_once_whichever_dies(tmp_path: Path, own_broker: Broker, server: Postgres) -> None:
    run_rounds(tmp_path, own_broker, Capture(server), ROUNDS, seed=3)


@pytest.mark.long
def test_twenty_rounds(tmp_path: Path, own_broker: Broker, server: Postgres) -> None:
    run_rounds(tmp_path, own_broker, Capture(server), LONG_ROUNDS, seed=int(time.time()))


def test_hand_over_from_debezium_and_back(tmp_path: Path, broker: Broker, server: Postgres) -> None:
    """Without COPY: its rows share a position, and Debezium's offsets do not tell how many were published."""
    take_turns(tmp_path, broker, Capture(server, copies=False))
