"""Each change of a MariaDB table exactly once and in order, whichever dies, and whoever captures it."""

import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pymysql
import pytest
from lib.broker import Broker
from lib.capture_kills import run_rounds, take_turns
from lib.connectors import JSON_WITHOUT_SCHEMAS
from lib.counting_writers import IDS, WRITERS, CountingWriters
from lib.debezium import MARIADB
from lib.mariadb import PASSWORD, USER, MariaDb

ROUNDS = 5
LONG_ROUNDS = 20


@pytest.fixture
def own_broker(tmp_path: Path) -> Iterator[Broker]:
    server = Broker(tmp_path / "broker")
    yield server
    server.kill()


@pytest.fixture
def server() -> Iterator[MariaDb]:
    # What a killed server had said is committed must be there when it comes back.
    made = MariaDb({"innodb-flush-log-at-trx-commit": "1", "sync-binlog": "1"})
    yield made
    made.stop()


class Writers(CountingWriters):
    def __init__(self, mariadb: MariaDb):
        super().__init__()
        self.mariadb = mariadb

    def connect(self) -> pymysql.Connection:
        return pymysql.connect(
            host="127.0.0.1", port=self.mariadb.port, user=USER, password=PASSWORD, database="sluice"
        )

    def work(self, transaction: Callable[[Callable], None]) -> None:
        try:
            with self.connect() as connection, connection.cursor() as cursor:
                while not self.ending.is_set():
                    connection.begin()
                    transaction(cursor.execute)
                    connection.commit()
        except (pymysql.Error, OSError):
            pass

    def add_copies(self, execute: Callable, low: int, count: int) -> None:
        rows = ", ".join(f"({low}, {value})" for value in range(count))
        execute(f"INSERT INTO copied (writer, value) VALUES {rows}")

    def create(self) -> None:
        rows = ", ".join(f"({number}, 0)" for number in range(WRITERS * IDS))
        self.mariadb.query(
            "CREATE TABLE counters (id int PRIMARY KEY, version int NOT NULL);"
            "CREATE TABLE copied (id int auto_increment PRIMARY KEY, writer int, value int);"
            f"INSERT INTO counters VALUES {rows}",
            "sluice",
        )

    def wanted(self) -> tuple[dict[int, int], list[int]]:
        versions = self.mariadb.query("SELECT id, version FROM counters", "sluice")
        ids = self.mariadb.query("SELECT id FROM copied ORDER BY id", "sluice")
        return {int(number): int(version) for number, version in versions}, [int(row[0]) for row in ids]


class Capture:
    space = "sluice"

    def __init__(self, server: MariaDb, broker: Broker):
        self.server, self.broker = server, broker

    def writers(self) -> Writers:
        return Writers(self.server)

    def disturb(self, number: int) -> None:
        self.server.query(f"ALTER TABLE copied ADD COLUMN extra{number} int DEFAULT {number}", self.space)

    def config(self, prefix: str) -> dict[str, str]:
        return JSON_WITHOUT_SCHEMAS | {
            "connector.class": MARIADB,
            "tasks.max": "1",
            "database.hostname": "127.0.0.1",
            "database.port": str(self.server.port),
            "database.user": USER,
            "database.password": PASSWORD,
            "database.include.list": "sluice",
            "database.server.id": "7100",
            "topic.prefix": prefix,
            "schema.history.internal.kafka.topic": f"{prefix}-history",
            "schema.history.internal.kafka.bootstrap.servers": self.broker.bootstrap,
            "retriable.restart.connector.wait.ms": "500",
            "topic.creation.default.partitions": "1",
            "topic.creation.default.replication.factor": "1",
        }


def test_every_change_once_whichever_dies(tmp_path: Path, own_broker: Broker, server: MariaDb) -> None:
    run_rounds(tmp_path, own_broker, Capture(server, own_broker), ROUNDS, seed=3)


@pytest.mark.long
def test_twenty_rounds(tmp_path: Path, own_broker: Broker, server: MariaDb) -> None:
    run_rounds(tmp_path, own_broker, Capture(server, own_broker), LONG_ROUNDS, seed=int(time.time()))


def test_hand_over_from_debezium_and_back(tmp_path: Path, broker: Broker, server: MariaDb) -> None:
    take_turns(tmp_path, broker, Capture(server, broker))
