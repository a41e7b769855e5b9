"""Clusters of real workers on a real broker: joining and leaving, deaths, pauses, restarts, fatal mistakes.

Times are generous, as tests share the machine; `./dev bench cluster` measures.
"""

import signal
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
import requests
from confluent_kafka import Consumer
from lib.broker import Broker
from lib.cluster import FILE_SINK, FILE_SOURCE, Cluster, RefusedError, Worker
from lib.kafka import Kafka, fresh_name
from lib.processes import wait_until

LINES = 200


class Workers:
    """The workers of one test's cluster; what they are asked goes to any that lives."""

    def __init__(self, cluster: Cluster):
        self.cluster = cluster
        self.all: list[Worker] = []

    def add(self, count: int = 1, settings: dict[str, str] | None = None) -> list[Worker]:
        new = [self.cluster.sluice(settings).start() for _ in range(count)]
        self.all += new
        for worker in new:
            worker.wait_ready()
        return new

    def living(self) -> list[Worker]:
        return [worker for worker in self.all if worker.child.running()]

    @property
    def rest(self):
        return self.living()[0].rest

    def leader(self) -> Worker:
        """Whose answers are its own; the log tells."""
        rounds = {}
        for worker in self.living():
            joined = [line for line in worker.log().splitlines() if "Joined group" in line]
            rounds[worker] = "as leader" in joined[-1]
        return next(worker for worker, leads in rounds.items() if leads)

    def statuses(self) -> list[dict]:
        """Of every connector and task, from a worker that answers."""
        for worker in self.living():
            try:
                expanded = worker.rest.call("GET", "/connectors?expand=status", seconds=2)
            except (RefusedError, requests.RequestException):
                continue
            states = []
            for name, about in expanded.items():
                connector = about["status"]["connector"]
                states.append({**connector, "what": name})
                states += [{**task, "what": f"{name}-{task['id']}"} for task in about["status"]["tasks"]]
            return states
        return []

    def runs(self, count: int, without: str = "") -> bool:
        states = self.statuses()
        return len(states) == count and all(
            state["state"] == "RUNNING" and state["worker_id"] != without for state in states
        )

    def wait_runs(self, count: int, without: str = "", seconds: float = 20) -> float:
        """All connectors and tasks run, none on that worker; how long that took."""
        start = time.monotonic()
        wait_until(f"{count} run", lambda: self.runs(count, without), seconds)
        return time.monotonic() - start

    def owners(self) -> dict[str, str]:
        return {state["what"]: state["worker_id"] for state in self.statuses()}

    def generation(self) -> int:
        logs = [worker.log().rsplit("at generation ", 1)[-1] for worker in self.living()]
        return max(int(log.split(" ", 1)[0]) for log in logs)


def links_come_up() -> None:
    """Between the workers, after an assignment; before, only the end of a session proves a death."""
    time.sleep(1)


@pytest.fixture
def cluster(tmp_path: Path, broker: Broker) -> Cluster:
    settings = {"sluice.leave.hold.ms": "0", "offset.flush.interval.ms": "200"}
    return Cluster(tmp_path, broker.bootstrap, fresh_name("cluster"), settings)


@pytest.fixture
def workers(cluster: Cluster) -> Iterator[Workers]:
    made = Workers(cluster)
    yield made
    for worker in made.all:
        if worker.child.running():
            worker.signal(signal.SIGCONT)
            worker.kill()


@pytest.fixture
def pipes(workers: Workers, tmp_path: Path) -> Callable[[int], list["Pipe"]]:
    def make(count: int) -> list[Pipe]:
        return [Pipe(workers, tmp_path, number) for number in range(count)]

    return make


class Pipe:
    """A file, a source, a topic, a sink, a file: two connectors with a task each."""

    def __init__(self, workers: Workers, folder: Path, number: int):
        self.workers = workers
        self.name = fresh_name("pipe")
        self.input = folder / f"in-{number}.txt"
        self.output = folder / f"out-{number}.txt"
        self.written = 0
        self.write()
        common = {"tasks.max": "1"}
        source = {"connector.class": FILE_SOURCE, "file": str(self.input), "topic": self.name}
        sink = {"connector.class": FILE_SINK, "file": str(self.output), "topics": self.name}
        workers.rest.put_connector(f"{self.name}-source", common | source)
        workers.rest.put_connector(f"{self.name}-sink", common | sink)

    def write(self, lines: int = LINES) -> None:
        with self.input.open("a") as file:
            for number in range(self.written, self.written + lines):
                file.write(f"line {number}\n")
        self.written += lines

    def arrived(self) -> list[str]:
        return self.output.read_text().splitlines() if self.output.exists() else []

    def wait_arrived(self, seconds: float = 30) -> None:
        expected = {f"line {number}" for number in range(self.written)}
        wait_until(f"{self.name} is complete", lambda: expected <= set(self.arrived()), seconds)


def test_one_worker_runs_what_is_created_over_rest(workers: Workers, pipes) -> None:
    workers.add()
    (pipe,) = pipes(1)
    workers.wait_runs(4)
    pipe.wait_arrived()
    assert pipe.arrived() == [f"line {number}" for number in range(LINES)]
    for name in (f"{pipe.name}-source", f"{pipe.name}-sink"):
        topics = lambda name=name: workers.rest.get(f"/connectors/{name}/topics")[name]["topics"]  # noqa: E731
        wait_until("active topics", lambda topics=topics: topics() == [pipe.name])


def test_work_is_shared_when_workers_come_and_go(workers: Workers, pipes) -> None:
    first, second = workers.add(2)
    made = pipes(4)
    workers.wait_runs(16)
    (third,) = workers.add()
    wait_until("the third has work", lambda: list(workers.owners().values()).count(third.id) >= 4, 20)
    workers.wait_runs(16)
    assert set(workers.owners().values()) == {first.id, second.id, third.id}
    assert third.stop() == 128 + signal.SIGTERM
    assert workers.wait_runs(16, without=third.id) < 5
    for pipe in made:
        pipe.write()
        pipe.wait_arrived()
        assert pipe.arrived() == [f"line {number}" for number in range(pipe.written)], (
            "nothing lost or doubled"
        )


@pytest.mark.parametrize("who", ["follower", "leader"])
def test_a_killed_workers_tasks_run_elsewhere_within_a_second_or_so(
    workers: Workers, pipes, who: str
) -> None:
    workers.add(3)
    made = pipes(3)
    workers.wait_runs(12)
    leader = workers.leader()
    victim = leader if who == "leader" else next(worker for worker in workers.all if worker is not leader)
    before = workers.owners()
    links_come_up()
    victim.kill()
    assert workers.wait_runs(12, without=victim.id) < 3
    after = workers.owners()
    moved = {what for what in before if before[what] != after[what]}
    assert moved == {what for what in before if before[what] == victim.id}, "only its work moves"
    for pipe in made:
        pipe.write()
        pipe.wait_arrived()


def test_a_pause_of_a_second_is_nothing(workers: Workers, pipes) -> None:
    workers.add(3)
    pipes(3)
    workers.wait_runs(12)
    links_come_up()
    generation = workers.generation()
    owners = workers.owners()
    for worker in workers.all:
        worker.signal(signal.SIGSTOP)
        time.sleep(1)  # the pause itself
        worker.signal(signal.SIGCONT)
        links_come_up()
    assert workers.generation() == generation
    assert workers.owners() == owners


@pytest.mark.parametrize("who", ["follower", "leader"])
def test_a_long_pause_costs_a_worker_its_work(workers: Workers, pipes, who: str) -> None:
    workers.add(3)
    made = pipes(3)
    workers.wait_runs(12)
    leader = workers.leader()
    victim = leader if who == "leader" else next(worker for worker in workers.all if worker is not leader)
    links_come_up()
    victim.signal(signal.SIGSTOP)
    others = Workers(workers.cluster)
    others.all = [worker for worker in workers.all if worker is not victim]
    assert others.wait_runs(12, without=victim.id) < 6
    for pipe in made:
        pipe.write()
    victim.signal(signal.SIGCONT)
    wait_until("it is back", lambda: victim.id in workers.owners().values(), 20)
    workers.wait_runs(12)
    for pipe in made:
        pipe.write()
        pipe.wait_arrived()


def test_a_restarted_worker_gets_its_work_back(workers: Workers, pipes) -> None:
    workers.add(3, {"sluice.leave.hold.ms": "10000"})
    made = pipes(3)
    workers.wait_runs(12)
    links_come_up()
    for worker in workers.all:
        before = workers.owners()
        worker.stop()
        worker.start_ready()
        workers.wait_runs(12)
        assert workers.owners() == before
    for pipe in made:
        pipe.write()
        pipe.wait_arrived()
        assert pipe.arrived() == [f"line {number}" for number in range(pipe.written)], (
            "nothing lost or doubled"
        )


def test_a_cluster_that_is_started_again_goes_on(workers: Workers, pipes) -> None:
    workers.add(2)
    (pipe,) = pipes(1)
    workers.wait_runs(4)
    pipe.wait_arrived()
    for worker in workers.all:
        worker.stop()
    pipe.write()
    for worker in workers.all:
        worker.start_ready()
    workers.wait_runs(4)
    pipe.wait_arrived()
    assert pipe.arrived() == [f"line {number}" for number in range(pipe.written)]


def test_states_survive_moves(workers: Workers, pipes) -> None:
    first, second = workers.add(2)
    (pipe,) = pipes(1)
    workers.wait_runs(4)
    source, sink = f"{pipe.name}-source", f"{pipe.name}-sink"
    workers.rest.call("PUT", f"/connectors/{sink}/pause")
    workers.rest.retrying("PUT", f"/connectors/{source}/stop")

    def state(name: str) -> list[str]:
        status = workers.rest.status(name)
        return [status["connector"]["state"]] + [task["state"] for task in status["tasks"]] if status else []

    wait_until("paused", lambda: state(sink) == ["PAUSED", "PAUSED"])
    wait_until("stopped", lambda: state(source) == ["STOPPED"])
    first.kill()
    wait_until("moved", lambda: set(workers.owners().values()) == {second.id}, 20)
    wait_until("still paused", lambda: state(sink) == ["PAUSED", "PAUSED"])
    wait_until("still stopped", lambda: state(source) == ["STOPPED"])
    workers.rest.call("PUT", f"/connectors/{sink}/resume")
    workers.rest.call("PUT", f"/connectors/{source}/resume")
    workers.wait_runs(4)


def test_offsets_of_both_kinds_are_read_changed_and_reset(workers: Workers, pipes, broker: Broker) -> None:
    workers.add(2)
    (pipe,) = pipes(1)
    workers.wait_runs(4)
    pipe.wait_arrived()
    source, sink = f"/connectors/{pipe.name}-source", f"/connectors/{pipe.name}-sink"
    rest = workers.rest
    partition = {"kafka_topic": pipe.name, "kafka_partition": 0}
    wait_until("committed", lambda: rest.get(f"{sink}/offsets")["offsets"] != [])
    with pytest.raises(RefusedError) as refused:
        rest.call("PATCH", f"{sink}/offsets", {"offsets": [{"partition": partition, "offset": None}]})
    assert refused.value.status == 400
    for name in (source, sink):
        rest.retrying("PUT", f"{name}/stop")
    wait_until(
        "all is committed",
        lambda: rest.get(f"{sink}/offsets")["offsets"][0]["offset"]["kafka_offset"] == LINES,
    )
    (known,) = rest.get(f"{source}/offsets")["offsets"]
    assert known["partition"] == {"filename": str(pipe.input)}
    assert known["offset"] == {"position": pipe.input.stat().st_size}
    answer = rest.retrying(
        "PATCH", f"{sink}/offsets", {"offsets": [{"partition": partition, "offset": {"kafka_offset": 5}}]}
    )
    assert answer["message"] == "The offsets for this connector have been altered successfully"
    assert rest.get(f"{sink}/offsets")["offsets"][0]["offset"] == {"kafka_offset": 5}
    assert "reset successfully" in rest.retrying("DELETE", f"{sink}/offsets")["message"]
    assert rest.get(f"{sink}/offsets") == {"offsets": []}
    assert "reset successfully" in rest.retrying("DELETE", f"{source}/offsets")["message"]
    assert rest.get(f"{source}/offsets") == {"offsets": []}
    for name in (source, sink):
        rest.call("PUT", f"{name}/resume")
    workers.wait_runs(4)
    wait_until("everything once more", lambda: len(pipe.arrived()) == 3 * LINES)
    assert len(Kafka(broker.bootstrap).consume(pipe.name)) == 2 * LINES


def test_failed_tasks_heal_and_can_be_restarted(workers: Workers, tmp_path: Path) -> None:
    workers.add(2, {"sluice.task.restart.backoff.ms": "500"})
    output = tmp_path / "not there yet" / "out.txt"
    name = fresh_name("healing")
    workers.rest.put_connector(
        name, {"connector.class": FILE_SINK, "file": str(output), "topics": name, "tasks.max": "1"}
    )

    def task() -> dict:
        status = workers.rest.status(name)
        return status["tasks"][0] if status and status["tasks"] else {}

    failed = wait_until("failed", lambda: task().get("state") == "FAILED" and task())
    assert "restarts it by itself" in failed["trace"]
    output.parent.mkdir()
    wait_until("healed", lambda: task().get("state") == "RUNNING")


def test_a_group_of_consumers_is_no_cluster(workers: Workers, cluster: Cluster, broker: Broker) -> None:
    kafka = Kafka(broker.bootstrap)
    topic = kafka.create_topic("busy")
    consumer = Consumer({"bootstrap.servers": broker.bootstrap, "group.id": cluster.name})
    consumer.subscribe([topic])
    deadline = time.monotonic() + 30
    while not consumer.assignment() and time.monotonic() < deadline:
        consumer.poll(0.1)
    worker = cluster.sluice().start()
    workers.all.append(worker)
    assert worker.child.process.wait(30) == 1
    assert f"cannot be a member of group '{cluster.name}'" in worker.log()
    consumer.close()


def test_a_config_topic_that_is_not_compacted_is_refused(
    workers: Workers, cluster: Cluster, broker: Broker
) -> None:
    topic = Kafka(broker.bootstrap).create_topic("wrong-config", config={"cleanup.policy": "delete"})
    worker = cluster.sluice({"config.storage.topic": topic}).start()
    workers.all.append(worker)
    assert worker.child.process.wait(30) in (1, 2)
    assert (
        f"Topic '{topic}' supplied via the 'config.storage.topic' property is required to have"
        in worker.log()
    )


def test_a_wrong_worker_file_is_refused(cluster: Cluster) -> None:
    worker = cluster.sluice({"connect.protocol": "chatty"}).start()
    assert worker.child.process.wait(30) == 2
    assert "connect.protocol" in worker.log()


def test_a_config_topic_that_begins_again_stops_changes_not_work(
    workers: Workers, cluster: Cluster, broker: Broker, pipes
) -> None:
    workers.add(2)
    (pipe,) = pipes(1)
    workers.wait_runs(4)
    Kafka(broker.bootstrap).make_anew(f"{cluster.name}-config", {"cleanup.policy": "compact"})

    message = "has been deleted and created anew"
    workers.rest.call("PUT", f"/connectors/{pipe.name}-sink/pause")
    wait_until("noticed", lambda: all(message in worker.log() for worker in workers.all), 60)
    for worker in workers.all:
        with pytest.raises(RefusedError, match=message):
            worker.rest.call("PUT", f"/connectors/{pipe.name}-sink/pause")
    assert len(workers.owners()) == 4, "nothing is forgotten"
    pipe.write()
    pipe.wait_arrived()
