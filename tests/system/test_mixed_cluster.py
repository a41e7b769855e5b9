"""Java and Sluice workers in one cluster: either leads, work moves both ways, nothing is lost on the way."""

import signal
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from lib.broker import Broker
from lib.cluster import FILE_SINK, FILE_SOURCE, Cluster, Worker
from lib.kafka import fresh_name
from lib.processes import wait_until

PIPES = 3
LINES = 100


@pytest.fixture
def cluster(tmp_path: Path, broker: Broker) -> Cluster:
    return Cluster(tmp_path, broker.bootstrap, fresh_name("mixed"), {"scheduled.rebalance.max.delay.ms": "0"})


@pytest.fixture
def started() -> Iterator[list[Worker]]:
    workers: list[Worker] = []
    yield workers
    for worker in workers:
        if worker.child and worker.child.running():
            worker.kill()


class Pipes:
    """Sources and sinks of files, written to all along."""

    def __init__(self, folder: Path):
        self.folder = folder
        self.names = [fresh_name("pipe") for _ in range(PIPES)]
        self.written = 0
        for name in self.names:
            self.input(name).touch()

    def input(self, name: str) -> Path:
        return self.folder / f"{name}.in"

    def output(self, name: str) -> list[str]:
        path = self.folder / f"{name}.out"
        return path.read_text().splitlines() if path.exists() else []

    def create(self, worker: Worker) -> None:
        for name in self.names:
            source = {"connector.class": FILE_SOURCE, "file": str(self.input(name)), "topic": name}
            sink = {"connector.class": FILE_SINK, "file": str(self.folder / f"{name}.out"), "topics": name}
            worker.rest.put_connector(f"{name}-source", source | {"tasks.max": "1"})
            worker.rest.put_connector(f"{name}-sink", sink | {"tasks.max": "1"})

    def owners(self, worker: Worker) -> set[str]:
        """Of all connectors and tasks, once they all run."""
        expanded = worker.rest.get("/connectors?expand=status")
        states = []
        for about in expanded.values():
            states += [about["status"]["connector"], *about["status"]["tasks"]]
        all_run = len(states) == 4 * PIPES and all(state["state"] == "RUNNING" for state in states)
        return {state["worker_id"] for state in states} if all_run else set()

    def wait_owners(self, worker: Worker, owners: list[Worker], seconds: float = 60) -> None:
        expected = {owner.id for owner in owners}
        wait_until(f"owners are {expected}", lambda: self.owners(worker) == expected, seconds)

    def flow(self) -> None:
        """More lines, and all that were ever written have arrived, in order and once."""
        for name in self.names:
            with self.input(name).open("a") as file:
                for number in range(self.written, self.written + LINES):
                    file.write(f"line {number}\n")
        self.written += LINES
        expected = [f"line {number}" for number in range(self.written)]
        for name in self.names:
            wait_until(f"{name} is complete", lambda name=name: len(self.output(name)) >= self.written, 60)
            assert self.output(name) == expected

    def set_batch_size(self, worker: Worker, size: int) -> None:
        """Changes every source through this worker's REST API."""
        for name in self.names:
            config = worker.rest.get(f"/connectors/{name}-source/config")
            worker.rest.put_connector(f"{name}-source", config | {"batch.size": str(size)})


def test_a_java_cluster_becomes_a_sluice_cluster_and_java_again(
    cluster: Cluster, started, tmp_path: Path
) -> None:
    pipes = Pipes(tmp_path)
    java = cluster.java().start_ready()
    started.append(java)
    pipes.create(java)
    pipes.wait_owners(java, [java])
    pipes.flow()

    sluice = cluster.sluice().start_ready()
    started.append(sluice)
    pipes.wait_owners(java, [java, sluice])
    pipes.flow()
    # The follower's own connectors change through a Java leader that checks its signatures.
    pipes.set_batch_size(sluice, 1000)
    pipes.wait_owners(sluice, [java, sluice])
    pipes.flow()

    assert java.stop(60) in (0, 128 + signal.SIGTERM)
    pipes.wait_owners(sluice, [sluice])
    pipes.flow()

    again = cluster.java().start_ready()
    started.append(again)
    pipes.wait_owners(sluice, [sluice, again])
    pipes.flow()
    # Now a Java worker follows a native leader.
    pipes.set_batch_size(again, 2000)
    pipes.wait_owners(again, [sluice, again])
    pipes.flow()

    assert sluice.stop() == 128 + signal.SIGTERM
    pipes.wait_owners(again, [again])
    pipes.flow()


@pytest.mark.parametrize("leads", ["java", "sluice"])
def test_a_worker_of_the_other_kind_takes_over_from_a_killed_one(
    cluster: Cluster, started, tmp_path: Path, leads: str
) -> None:
    pipes = Pipes(tmp_path)
    kinds = {"java": cluster.java, "sluice": cluster.sluice}
    other = "sluice" if leads == "java" else "java"
    first = kinds[leads]().start_ready()
    started.append(first)
    second = kinds[other]().start_ready()
    started.append(second)
    pipes.create(first)
    pipes.wait_owners(first, [first, second])
    pipes.flow()
    time.sleep(2)  # several flush intervals: offsets are committed
    second.kill()
    pipes.wait_owners(first, [first])
    pipes.flow()
