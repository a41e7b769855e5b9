"""A capture whose worker, broker or database is killed again and again, and one by workers in turn."""

import random
import time
from pathlib import Path
from typing import Protocol

from lib.broker import Broker
from lib.cluster import Cluster, Worker
from lib.counting_writers import CountingWriters, Seen
from lib.debezium import source_jars
from lib.kafka import Kafka, fresh_name
from lib.processes import wait_until


class Server(Protocol):
    def kill(self) -> None: ...
    def start(self) -> None: ...


class Capture(Protocol):
    """What depends on the database."""

    server: Server
    space: str  # schema or database of the tables

    def writers(self) -> CountingWriters: ...
    def config(self, prefix: str) -> dict[str, str]: ...
    def disturb(self, number: int) -> None:
        """Something beside changes of rows, such as DDL."""


def kill_one(chance: random.Random, workers: list[Worker], server: Server, broker: Broker) -> str:
    victim = chance.choice(["database", "broker", "worker", "worker"])
    if victim == "worker":
        worker = chance.choice(workers)
        worker.kill()
        time.sleep(chance.random() / 2)
        worker.start_ready()
        return worker.id
    if victim == "database":
        server.kill()
        time.sleep(chance.random() / 2)
        server.start()
    else:
        broker.kill()
        time.sleep(chance.random())
        broker.start_again()
    return victim


def run_rounds(directory: Path, broker: Broker, capture: Capture, rounds: int, seed: int) -> None:
    """Every change is in its topic once, whichever dies."""
    settings = {"scheduled.rebalance.max.delay.ms": "0", "exactly.once.source.support": "enabled"}
    cluster = Cluster(directory, broker.bootstrap, fresh_name("cdc-kills"), settings)
    prefix = fresh_name("kills")
    chance = random.Random(seed)
    with cluster.running(2) as workers, capture.writers() as writers:
        rest = workers[0].rest
        rest.put_connector(prefix, capture.config(prefix) | {"exactly.once.support": "required"})
        rest.wait_running(prefix)
        seen = Seen(Kafka(broker.bootstrap), f"{prefix}.{capture.space}.")
        wait_until("the snapshot is there", seen.is_snapshot, 60)
        writers.start()
        killed: list[str] = []
        for number in range(rounds):
            time.sleep(0.5 + chance.random() * 2)
            capture.disturb(number)
            killed.append(kill_one(chance, workers, capture.server, broker))
        writers.end()
        count = seen.check(writers)
        print(f"killed {killed}; {count} changes")


def take_turns(directory: Path, broker: Broker, capture: Capture) -> None:
    """Workers of one cluster take turns, Java's with Debezium and Sluice's, while changes go on."""
    cluster = Cluster(directory, broker.bootstrap, fresh_name("cdc-turns"))
    prefix = fresh_name("turns")
    with capture.writers() as writers:
        seen = Seen(Kafka(broker.bootstrap), f"{prefix}.{capture.space}.")
        for turn in range(4):
            worker = cluster.java(plugins=source_jars()) if turn % 2 == 0 else cluster.sluice()
            with worker:
                if turn == 0:
                    worker.rest.put_connector(prefix, capture.config(prefix))
                worker.rest.wait_running(prefix)
                if turn == 0:
                    wait_until("the snapshot is there", seen.is_snapshot, 60)
                    writers.start()
                for step in (lambda: None, lambda t=turn: capture.disturb(t)):
                    step()
                    before = seen.count()
                    wait_until("changes come", lambda b=before: seen.count() > b + 50, 60)
                if turn == 3:
                    writers.end()
                    seen.check(writers)
                worker.stop()
