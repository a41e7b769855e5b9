"""Each change of a MariaDB table exactly once and in order, whichever dies, and whoever captures it."""

import random
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pymysql
import pytest
from lib.broker import Broker
from lib.cluster import Cluster, Worker
from lib.connectors import JSON_WITHOUT_SCHEMAS
from lib.counting_writers import IDS, WRITERS, CountingWriters, Seen
from lib.debezium import MARIADB, source_jars
from lib.kafka import Kafka, fresh_name
from lib.mariadb import PASSWORD, USER, MariaDb
from lib.processes import wait_until

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


def source(mariadb: MariaDb, broker: Broker, prefix: str, **more: str) -> dict[str, str]:
    config = {
        "connector.class": MARIADB,
        "tasks.max": "1",
        "database.hostname": "127.0.0.1",
        "database.port": str(mariadb.port),
        "database.user": USER,
        "database.password": PASSWORD,
        "database.include.list": "sluice",
        "database.server.id": "7100",
        "topic.prefix": prefix,
        "schema.history.internal.kafka.topic": f"{prefix}-history",
        "schema.history.internal.kafka.bootstrap.servers": broker.bootstrap,
        "retriable.restart.connector.wait.ms": "500",
        "topic.creation.default.partitions": "1",
        "topic.creation.default.replication.factor": "1",
    }
    return config | JSON_WITHOUT_SCHEMAS | {key.replace("_", "."): value for key, value in more.items()}


def kill_one(chance: random.Random, workers: list[Worker], mariadb: MariaDb, broker: Broker) -> str:
    victim = chance.choice(["database", "broker", "worker", "worker"])
    if victim == "worker":
        worker = chance.choice(workers)
        worker.kill()
        time.sleep(chance.random() / 2)
        worker.start_ready()
        return worker.id
    if victim == "database":
        mariadb.kill()
        time.sleep(chance.random() / 2)
        mariadb.start()
    else:
        broker.kill()
        time.sleep(chance.random())
        broker.start_again()
    return victim


def run_rounds(directory: Path, broker: Broker, mariadb: MariaDb, rounds: int, seed: int) -> None:
    settings = {"scheduled.rebalance.max.delay.ms": "0", "exactly.once.source.support": "enabled"}
    cluster = Cluster(directory, broker.bootstrap, fresh_name("cdc-kills"), settings)
    prefix = fresh_name("kills")
    chance = random.Random(seed)
    with cluster.running(2) as workers, Writers(mariadb) as writers:
        rest = workers[0].rest
        rest.put_connector(prefix, source(mariadb, broker, prefix, exactly_once_support="required"))
        rest.wait_running(prefix)
        seen = Seen(Kafka(broker.bootstrap), f"{prefix}.sluice.")
        wait_until("the snapshot is there", seen.is_snapshot, 60)
        writers.start()
        killed: list[str] = []
        for number in range(rounds):
            time.sleep(0.5 + chance.random() * 2)
            mariadb.query(f"ALTER TABLE copied ADD COLUMN extra{number} int DEFAULT {number}", "sluice")
            killed.append(kill_one(chance, workers, mariadb, broker))
        writers.end()
        count = seen.check(writers)
        print(f"killed {killed}; {count} changes")


def test_every_change_once_whichever_dies(tmp_path: Path, own_broker: Broker, server: MariaDb) -> None:
    run_rounds(tmp_path, own_broker, server, ROUNDS, seed=3)


@pytest.mark.long
def test_twenty_rounds(tmp_path: Path, own_broker: Broker, server: MariaDb) -> None:
    run_rounds(tmp_path, own_broker, server, LONG_ROUNDS, seed=int(time.time()))


def test_hand_over_from_debezium_and_back(tmp_path: Path, broker: Broker, server: MariaDb) -> None:
    """Workers of one cluster take turns, Java's with Debezium and Sluice's, while changes go on."""
    cluster = Cluster(tmp_path, broker.bootstrap, fresh_name("cdc-turns"))
    prefix = fresh_name("turns")
    with Writers(server) as writers:
        seen = Seen(Kafka(broker.bootstrap), f"{prefix}.sluice.")
        for turn in range(4):
            worker = cluster.java(plugins=source_jars()) if turn % 2 == 0 else cluster.sluice()
            with worker:
                if turn == 0:
                    worker.rest.put_connector(prefix, source(server, broker, prefix))
                worker.rest.wait_running(prefix)
                if turn == 0:
                    wait_until("the snapshot is there", seen.is_snapshot, 60)
                    writers.start()
                before = seen.count()
                wait_until("changes come", lambda b=before: seen.count() > b + 50, 60)
                server.query(f"ALTER TABLE copied ADD COLUMN turn{turn} int DEFAULT {turn}", "sluice")
                before = seen.count()
                wait_until("changes come after DDL", lambda b=before: seen.count() > b + 50, 60)
                if turn == 3:
                    writers.end()
                    seen.check(writers)
                worker.stop()
