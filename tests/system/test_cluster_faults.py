"""Distributed workers under faults: all arrives, in order, and once where that is promised."""

import random
import signal
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from lib.broker import Broker
from lib.brokers import Brokers
from lib.cluster import FILE_SINK, FILE_SOURCE, Cluster, Worker
from lib.kafka import Kafka, fresh_name
from lib.load import Lines
from lib.processes import wait_until

ONCE = {"exactly.once.source.support": "enabled"}
RATE = 200


@pytest.fixture
def lines(tmp_path: Path) -> Iterator[Lines]:
    """One file that grows until the test stops it."""
    load = Lines(tmp_path / "lines", 1, RATE)
    load.start()
    yield load
    load.over.set()


def cluster(tmp_path: Path, broker: Broker, settings: dict[str, str] | None = None) -> Cluster:
    return Cluster(tmp_path, broker.bootstrap, fresh_name("cluster"), settings or {})


def file_source(lines: Lines, topic: str) -> dict[str, str]:
    return {"connector.class": FILE_SOURCE, "file": str(lines.paths[0]), "topic": topic}


def numbers(kafka: Kafka, topic: str) -> list[int]:
    return [int(value) for value in kafka.values(topic)]


def wait_all(kafka: Kafka, topic: str, lines: Lines, seconds: float = 60) -> list[int]:
    """Stops the file; the topic's numbers once the last line is among them."""
    lines.stop()
    wait_until("the last line arrives", lambda: lines.written - 1 in numbers(kafka, topic), seconds)
    return numbers(kafka, topic)


def first_occurrences(values: list[int]) -> list[int]:
    return list(dict.fromkeys(values))


def grows(kafka: Kafka, topic: str) -> bool:
    before = sum(kafka.end_offsets(topic).values())
    time.sleep(0.3)
    return sum(kafka.end_offsets(topic).values()) > before


def owner_of(workers: list[Worker], name: str, asked: Worker) -> Worker:
    owner = wait_until("the task has an owner", lambda: asked.rest.owners(name))
    return next(worker for worker in workers if worker.id == owner[0])


def kill_rounds(kafka: Kafka, made: Cluster, lines: Lines, rounds: int) -> list[int]:
    """kill -9 of the worker that has the task at random moments; it comes back each time."""
    topic = kafka.create_topic("killed")
    chance = random.Random(5)
    with made.sluice() as one, made.sluice() as two:
        workers = [one, two]
        one.rest.put_connector("lines", file_source(lines, topic))
        one.rest.wait_running("lines")
        for _ in range(rounds):
            time.sleep(chance.uniform(0.2, 1.5))
            victim = owner_of(workers, "lines", one)
            victim.kill()
            victim.start_ready()
            wait_until("records flow", lambda: grows(kafka, topic), 60)
        return wait_all(kafka, topic, lines)


@pytest.mark.parametrize("rounds", [3, pytest.param(20, marks=pytest.mark.long)])
def test_exactly_once_source_survives_kills(tmp_path, broker, kafka, lines, rounds):
    arrived = kill_rounds(kafka, cluster(tmp_path, broker, ONCE), lines, rounds)
    assert arrived == list(range(lines.written))


def test_source_survives_kills_without_loss(tmp_path, broker, kafka, lines):
    arrived = kill_rounds(kafka, cluster(tmp_path, broker), lines, 3)
    assert first_occurrences(arrived) == list(range(lines.written))


def test_a_worker_that_leaves_doubles_nothing(tmp_path, broker, kafka, lines):
    made, topic = cluster(tmp_path, broker), kafka.create_topic("left")
    with made.sluice() as one, made.sluice() as two:
        one.rest.put_connector("lines", file_source(lines, topic))
        one.rest.wait_running("lines")
        leaver = owner_of([one, two], "lines", one)
        stayer = two if leaver is one else one
        leaver.stop()
        wait_until("it runs elsewhere", lambda: stayer.rest.owners("lines") == [stayer.id], 30)
        assert wait_all(kafka, topic, lines) == list(range(lines.written))


def test_a_paused_worker_that_wakes_writes_nothing_more(tmp_path, broker, kafka, lines):
    made, topic = cluster(tmp_path, broker, ONCE), kafka.create_topic("zombie")
    with made.sluice() as one, made.sluice() as two:
        one.rest.put_connector("lines", file_source(lines, topic))
        one.rest.wait_running("lines")
        zombie = owner_of([one, two], "lines", one)
        other = two if zombie is one else one
        zombie.signal(signal.SIGSTOP)
        wait_until("it runs elsewhere", lambda: other.rest.owners("lines") == [other.id], 30)
        wait_until("records flow", lambda: grows(kafka, topic), 30)
        zombie.signal(signal.SIGCONT)
        time.sleep(3)  # time enough to write, if it could
        assert wait_all(kafka, topic, lines) == list(range(lines.written))
        wait_until("it is a member again", zombie.rest.ready)


def test_a_broker_restart_fails_no_task(tmp_path, lines):
    server = Broker(tmp_path / "own-broker")
    try:
        kafka = Kafka(server.bootstrap)
        topic, made = kafka.create_topic("restarted"), cluster(tmp_path, server)
        out = tmp_path / "out.txt"
        with made.sluice() as worker:
            worker.rest.put_connector("lines", file_source(lines, topic))
            worker.rest.put_connector(
                "out", {"connector.class": FILE_SINK, "file": str(out), "topics": topic}
            )
            worker.rest.wait_running("lines")
            worker.rest.wait_running("out")
            server.stop()
            time.sleep(2)  # the outage
            server.start_again()
            arrived = wait_all(Kafka(server.bootstrap), topic, lines, 90)
            assert first_occurrences(arrived) == list(range(lines.written))
            last = f"\n{lines.written - 1}\n"
            wait_until("the sink has it too", lambda: out.read_text().endswith(last), 60)
            assert worker.rest.is_running("lines", 1)
            assert worker.rest.is_running("out", 1)
    finally:
        server.kill()


def test_two_clusters_on_one_broker_do_not_meet(tmp_path, broker, lines, kafka):
    first, second = cluster(tmp_path / "1", broker), cluster(tmp_path / "2", broker)
    with first.sluice() as one, second.sluice() as two:
        one.rest.put_connector("lines", file_source(lines, kafka.create_topic("apart")))
        one.rest.wait_running("lines")
        assert one.rest.get("/connectors") == ["lines"]
        assert two.rest.get("/connectors") == []


@pytest.mark.long
def test_the_coordinator_moves(tmp_path, lines):
    """Three brokers; the one that coordinates the group goes away and comes back."""
    servers = Brokers(tmp_path / "brokers", 3)
    try:
        kafka = Kafka(servers.bootstrap)
        settings = {f"{kind}.storage.replication.factor": "3" for kind in ("config", "offset", "status")}
        made = Cluster(tmp_path, servers.bootstrap, fresh_name("cluster"), settings)
        topic = kafka.create_topic("moved", replicas=3)
        with made.sluice() as one, made.sluice():
            one.rest.put_connector("lines", file_source(lines, topic))
            one.rest.wait_running("lines")
            for server in servers.all:
                server.stop()
                wait_until("records flow", lambda: grows(kafka, topic), 60)
                server.start_again()
                time.sleep(5)  # its replicas catch up before the next one goes
            arrived = wait_all(kafka, topic, lines, 90)
            assert first_occurrences(arrived) == list(range(lines.written))
    finally:
        servers.kill()
