"""Exactly-once sources of a real worker: what readers of committed records see is the file, whatever dies."""

import random
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from lib.broker import Broker
from lib.cluster import FILE_SOURCE, Cluster, Worker
from lib.kafka import Kafka
from lib.processes import wait_until

KILLS = 4


@pytest.fixture
def cluster(tmp_path: Path, broker: Broker) -> Cluster:
    name = f"eos-{time.time_ns()}"
    settings = {"exactly.once.source.support": "enabled", "scheduled.rebalance.max.delay.ms": "0"}
    return Cluster(tmp_path, broker.bootstrap, name, settings)


@pytest.fixture
def workers(cluster: Cluster) -> Iterator[list[Worker]]:
    with cluster.running(2) as made:
        yield made


def committed(bootstrap: str, topic: str) -> list[bytes]:
    return [message.value() for message in Kafka(bootstrap).consume(topic)]


class Lines:
    """A file that grows, on its own thread."""

    def __init__(self, path: Path):
        self.path = path
        self.count = 0
        self.ending = threading.Event()
        self.path.touch()
        self.thread = threading.Thread(target=self._run)

    def _run(self) -> None:
        with self.path.open("a") as file:
            while not self.ending.is_set():
                for _ in range(50):
                    file.write(f"line {self.count}\n")
                    self.count += 1
                file.flush()
                time.sleep(0.01)

    def __enter__(self) -> "Lines":
        self.thread.start()
        return self

    def __exit__(self, *_) -> None:
        self.ending.set()
        self.thread.join()

    def all(self) -> list[bytes]:
        return [f"line {i}".encode() for i in range(self.count)]


def source(path: Path, topic: str, **more: str) -> dict[str, str]:
    return {
        "connector.class": FILE_SOURCE,
        "file": str(path),
        "topic": topic,
        "topic.creation.default.partitions": "1",
        "topic.creation.default.replication.factor": "1",
        "topic.creation.default.retention.ms": "7200000",
    } | more


@pytest.mark.parametrize(
    "boundary",
    [
        {"transaction.boundary": "poll"},
        {"transaction.boundary": "interval", "transaction.boundary.interval.ms": "200"},
    ],
    ids=lambda boundary: boundary["transaction.boundary"],
)
def test_every_line_once_although_workers_die(
    cluster: Cluster, workers: list[Worker], tmp_path: Path, boundary: dict[str, str]
) -> None:
    topic = f"{cluster.name}-lines"
    chance = random.Random(7)
    gaps = []
    with Lines(tmp_path / "in.txt") as lines:
        workers[0].rest.put_connector("eos", source(lines.path, topic, **boundary))
        workers[0].rest.wait_running("eos")
        for _ in range(KILLS):
            time.sleep(0.5 + chance.random())
            [owner] = workers[0].rest.owners("eos") or workers[1].rest.owners("eos")
            victim = next(worker for worker in workers if worker.id == owner)
            other = next(worker for worker in workers if worker.id != owner)
            start = time.monotonic()
            victim.kill()
            runs_there = lambda: other.rest.is_running("eos", 1) and other.rest.owners("eos") == [other.id]  # noqa: E731, B023
            wait_until("the task runs on the other worker", runs_there, 60, other.child.check_alive)
            gaps.append(time.monotonic() - start)
            victim.start_ready()
    expected = lines.all()
    print(f"gaps until RUNNING elsewhere: {[f'{gap:.2f}' for gap in gaps]} s, {len(expected)} lines")
    wait_until(
        "all lines arrived",
        lambda: len(committed(cluster.bootstrap, topic)) >= len(expected),
        60,
        lambda: None,
    )
    assert committed(cluster.bootstrap, topic) == expected


def test_a_connector_with_an_offsets_topic_of_its_own(
    cluster: Cluster, workers: list[Worker], tmp_path: Path
) -> None:
    topic = f"{cluster.name}-own"
    path = tmp_path / "own.txt"
    path.write_text("a\nb\n")
    rest = workers[0].rest
    rest.put_connector("own", source(path, topic))
    rest.wait_running("own")
    wait_until("two lines", lambda: committed(cluster.bootstrap, topic) == [b"a", b"b"], 30)
    # It goes on from the worker's offset, which its own topic lacks.
    rest.put_connector("own", source(path, topic, **{"offsets.storage.topic": f"{topic}-offsets"}))
    time.sleep(1)  # the task starts anew: what comes then must not be read twice
    with path.open("a") as file:
        file.write("c\n")
    wait_until("three lines", lambda: len(committed(cluster.bootstrap, topic)) >= 3, 30)
    assert committed(cluster.bootstrap, topic) == [b"a", b"b", b"c"]
    assert rest.get("/connectors/own/offsets")["offsets"] == [
        {"partition": {"filename": str(path)}, "offset": {"position": 6}}
    ]
