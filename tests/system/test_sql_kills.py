"""Rows written exactly once into PostgreSQL, whichever dies: worker or database, at random moments."""

import json
import random
import signal
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from confluent_kafka import Producer
from lib.broker import Broker
from lib.cluster import Cluster, Worker
from lib.connectors import JSON_WITH_SCHEMAS
from lib.kafka import Kafka, fresh_name
from lib.postgres import PASSWORD, Postgres
from lib.processes import wait_until

ROUNDS = 3
LONG_ROUNDS = 20
BAD_EVERY = 3001  # such a record breaks a constraint of the table
PARTITIONS = 2
SCHEMA = {
    "type": "struct",
    "name": "order",
    "fields": [{"field": "id", "type": "int64"}, {"field": "amount", "type": "int32"}],
}


@pytest.fixture
def database() -> Iterator[Postgres]:
    server = Postgres()
    yield server
    server.stop()


@pytest.fixture
def workers(tmp_path: Path, broker: Broker) -> Iterator[list[Worker]]:
    settings = {"scheduled.rebalance.max.delay.ms": "0"}
    cluster = Cluster(tmp_path, broker.bootstrap, fresh_name("sql-kills"), settings)
    made = [cluster.sluice().start() for _ in range(2)]
    for worker in made:
        wait_until(f"{worker.id} is ready", worker.rest.ready, 60, worker.child.check_alive)
    yield made
    for worker in made:
        if worker.child.running():
            worker.kill()


class Orders:
    """Records in all partitions, without end, on a thread of their own; a few of them bad."""

    def __init__(self, bootstrap: str, topic: str):
        self.producer = Producer({"bootstrap.servers": bootstrap, "linger.ms": 5, "acks": "all"})
        self.topic = topic
        self.count = 0  # of all records
        self.good = 0
        self.total = 0  # of the good ones' amounts
        self.ending = threading.Event()
        self.thread = threading.Thread(target=self._run)

    def _run(self) -> None:
        while not self.ending.is_set():
            for _ in range(200):
                bad = self.count % BAD_EVERY == BAD_EVERY - 1
                amount = -1 if bad else self.count * 7919 % 1000
                payload = {"schema": SCHEMA, "payload": {"id": self.count, "amount": amount}}
                self.producer.produce(self.topic, json.dumps(payload), partition=self.count % PARTITIONS)
                self.count += 1
                self.good += 0 if bad else 1
                self.total += max(amount, 0)
            self.producer.poll(0)
            time.sleep(0.01)
        self.producer.flush(30)

    def __enter__(self) -> "Orders":
        self.thread.start()
        return self

    def __exit__(self, *_) -> None:
        self.ending.set()
        self.thread.join()


def sink(database: Postgres, topic: str, **more: str) -> dict[str, str]:
    return (
        {
            "connector.class": "io.confluent.connect.jdbc.JdbcSinkConnector",
            "tasks.max": str(PARTITIONS),
            "topics": topic,
            "connection.url": database.jdbc_url(),
            "connection.user": "postgres",
            "connection.password": PASSWORD,
            "connection.attempts": "100",
            "connection.backoff.ms": "100",
            "retry.backoff.ms": "100",
            "max.retries": "1000",
            "auto.create": "true",
            "table.name.format": "orders",
            "sluice.delivery": "exactly-once",
            "errors.tolerance": "all",
        "errors.log.enable": "true",
        }
        | JSON_WITH_SCHEMAS
        | more
    )


def kill_one(chance: random.Random, workers: list[Worker], database: Postgres) -> str:
    victim = chance.choice(["database", "worker", "worker"])
    if victim == "database":
        database.crash()
        time.sleep(chance.random() / 2)
        database.start()
        return victim
    worker = chance.choice(workers)
    worker.kill()
    time.sleep(chance.random() / 2)
    worker.start_ready()
    return worker.id


def execute(database: Postgres, sql: str) -> list[tuple]:
    with database.connect() as connection:
        cursor = connection.execute(sql)
        return cursor.fetchall() if cursor.description else []


def rows(database: Postgres) -> tuple[int, int, int]:
    return execute(database, "SELECT count(*), count(DISTINCT id), coalesce(sum(amount), 0) FROM orders")[0]


def run_rounds(kafka: Kafka, workers: list[Worker], database: Postgres, rounds: int, seed: int) -> None:
    topic = kafka.create_topic("orders", partitions=PARTITIONS)
    execute(database, "CREATE TABLE orders(id BIGINT, amount INT CHECK (amount >= 0))")
    rest = workers[0].rest
    rest.put_connector(topic, sink(database, topic))
    rest.wait_running(topic, PARTITIONS)
    chance = random.Random(seed)
    killed = []
    with Orders(kafka.bootstrap, topic) as orders:
        for _ in range(rounds):
            time.sleep(0.3 + chance.random())
            killed.append(kill_one(chance, workers, database))
    print(f"killed {killed}; {orders.count} records, {orders.count - orders.good} of them bad")
    wait_until("all rows are there", lambda: rows(database)[0] >= orders.good, 120)
    assert rows(database) == (orders.good, orders.good, orders.total)
    taken = "SELECT sum(next_offset) FROM sluice_offsets"
    wait_until("all offsets are there", lambda: execute(database, taken)[0][0] == orders.count, 30)


def test_every_row_once_although_workers_and_the_database_die(
    kafka: Kafka, workers: list[Worker], database: Postgres
) -> None:
    run_rounds(kafka, workers, database, ROUNDS, seed=11)


def test_the_rows_of_a_worker_that_hangs_go_on_at_once(
    kafka: Kafka, workers: list[Worker], database: Postgres
) -> None:
    """It hangs in the middle of a transaction, with locks on keys that its successor writes too."""
    topic = kafka.create_topic("orders", partitions=PARTITIONS)
    rest = workers[0].rest
    execute(database, "CREATE TABLE orders(id BIGINT PRIMARY KEY, amount INT)")
    keys = {"pk.mode": "record_value", "pk.fields": "id", "insert.mode": "upsert"}
    rest.put_connector(topic, sink(database, topic, **keys))
    rest.wait_running(topic, PARTITIONS)
    with Orders(kafka.bootstrap, topic) as orders:
        wait_until("rows arrive", lambda: (rows_or_none(database) or 0) > 0, 60)
        workers[1].signal(signal.SIGSTOP)
        hung = time.monotonic()
        before = orders.count + 200
        wait_until("the rows of its partition go on", lambda: rows_below(database, before) == before, 60)
        gap = time.monotonic() - hung
        time.sleep(0.5)
        workers[1].signal(signal.SIGCONT)
        time.sleep(1)
    print(f"{gap:.2f} s until all partitions were written again")
    wait_until("all rows are there", lambda: rows(database)[0] >= orders.count, 120)
    assert rows(database)[:2] == (orders.count, orders.count)


@pytest.mark.long
def test_twenty_rounds(kafka: Kafka, workers: list[Worker], database: Postgres) -> None:
    run_rounds(kafka, workers, database, LONG_ROUNDS, seed=int(time.time()))


def test_offsets_are_changed_where_they_are_kept(
    kafka: Kafka, workers: list[Worker], database: Postgres
) -> None:
    topic = kafka.create_topic("orders", partitions=1)
    record = lambda number: json.dumps({"schema": SCHEMA, "payload": {"id": number, "amount": 1}}).encode()  # noqa: E731
    kafka.produce(topic, [record(number) for number in range(10)])
    rest = workers[0].rest
    rest.put_connector(topic, sink(database, topic, **{"tasks.max": "1"}))
    rest.wait_running(topic)
    wait_until("ten rows", lambda: rows_or_none(database) == 10, 60)
    rest.retrying("PUT", f"/connectors/{topic}/stop")
    wait_until("it is stopped", lambda: rest.status(topic)["connector"]["state"] == "STOPPED", 30)
    wait_until("its tasks are gone", lambda: not rest.status(topic)["tasks"], 30)
    body = {"partition": {"kafka_topic": topic, "kafka_partition": 0}, "offset": {"kafka_offset": 7}}
    rest.retrying("PATCH", f"/connectors/{topic}/offsets", {"offsets": [body]})
    rest.retrying("PUT", f"/connectors/{topic}/resume")
    wait_until("three rows come again", lambda: rows(database)[0] == 13, 60)
    assert rows(database)[1] == 10


def rows_below(database: Postgres, number: int) -> int:
    return execute(database, f"SELECT count(*) FROM orders WHERE id < {number}")[0][0]


def rows_or_none(database: Postgres) -> int | None:
    there = execute(database, "SELECT to_regclass('orders')")[0][0] is not None
    return rows(database)[0] if there else None
