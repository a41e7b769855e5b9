"""Who has a sink task's partitions when its worker dies, leaves or stops it, in both protocols of groups.

Times are generous, as tests share the machine: a session of a dead member would last 45 s.
"""

import signal
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from confluent_kafka import Consumer, ConsumerGroupState
from lib.broker import Broker
from lib.cluster import FILE_SINK, Cluster, RefusedError, Worker
from lib.kafka import Kafka, fresh_name
from lib.places import versions
from lib.processes import wait_until

TASKS = 2
PARTITIONS = 4
LINES = 40
SOON = 20  # seconds; half of a session

PROTOCOLS = ["classic", "consumer"]


class Sinks:
    """A cluster of two workers, a topic, and a sink connector whose tasks share it."""

    def __init__(self, folder: Path, broker: Broker, protocol: str):
        self.kafka = Kafka(broker.bootstrap)
        settings = {
            "sluice.leave.hold.ms": "0",
            "offset.flush.interval.ms": "200",
            "sluice.task.restart.policy": "none",
        }
        self.cluster = Cluster(folder, broker.bootstrap, fresh_name("takeover"), settings)
        self.workers = [self.cluster.sluice().start() for _ in range(2)]
        self.topic = self.kafka.create_topic("takeover", PARTITIONS)
        self.output = folder / "out.txt"
        self.name = fresh_name("sink")
        self.group = f"connect-{self.name}"
        self.written = 0
        self.config = {
            "connector.class": FILE_SINK,
            "file": str(self.output),
            "topics": self.topic,
            "tasks.max": str(TASKS),
            "consumer.override.group.protocol": protocol,
        }

    def start(self) -> "Sinks":
        for worker in self.workers:
            worker.wait_ready()
        self.rest.put_connector(self.name, self.config)
        self.rest.wait_running(self.name, TASKS)
        self.write_and_wait()
        return self

    def close(self) -> None:
        for worker in self.workers:
            if worker.child.running():
                worker.kill()

    @property
    def rest(self):
        return next(worker for worker in self.workers if worker.child.running()).rest

    def owner(self, task: int) -> Worker:
        return next(worker for worker in self.workers if worker.id == self.rest.owners(self.name)[task])

    def write(self) -> None:
        """To every partition."""
        for partition in range(PARTITIONS):
            lines = [f"{partition}:{self.written + number}" for number in range(LINES)]
            self.kafka.produce(self.topic, lines, partition)
        self.written += LINES

    def arrived(self) -> list[str]:
        return self.output.read_text().splitlines() if self.output.exists() else []

    def write_and_wait(self, seconds: float = 60) -> float:
        self.write()
        start = time.monotonic()
        expected = {f"{part}:{number}" for part in range(PARTITIONS) for number in range(self.written)}
        wait_until("all has arrived", lambda: expected <= set(self.arrived()), seconds)
        return time.monotonic() - start

    def members(self) -> list[str]:
        """Their instance ids."""
        found = self.kafka.admin.describe_consumer_groups([self.group])[self.group].result(30)
        return sorted(member.group_instance_id or "" for member in found.members)

    def state(self) -> ConsumerGroupState:
        listed = self.kafka.admin.list_consumer_groups().result(30).valid
        return next((group.state for group in listed if group.group_id == self.group), None)

    def is_empty(self) -> bool:
        return self.state() in (None, ConsumerGroupState.EMPTY, ConsumerGroupState.DEAD)

    def wait_moved(self, away_from: Worker) -> None:
        def moved() -> bool:
            return self.rest.is_running(self.name, TASKS) and away_from.id not in self.rest.owners(self.name)

        wait_until("moved", moved, SOON)


@pytest.fixture
def sinks(tmp_path: Path, broker: Broker) -> Iterator[Callable[[str], Sinks]]:
    made = []

    def make(protocol: str) -> Sinks:
        made.append(Sinks(tmp_path, broker, protocol))
        return made[-1].start()

    yield make
    for one in made:
        one.close()


@pytest.mark.parametrize("protocol", PROTOCOLS)
def test_a_dead_workers_partitions_are_consumed_at_once(sinks, protocol: str) -> None:
    made = sinks(protocol)
    expected = [f"sluice-{made.cluster.name}-{made.name}-{task}" for task in range(TASKS)]
    wait_until("both tasks are members", lambda: made.members() == expected)
    victim = made.owner(0)
    victim.kill()
    made.write()
    made.wait_moved(victim)
    assert made.write_and_wait() < SOON
    wait_until("the same ids are members", lambda: made.members() == expected)
    survivor = made.owner(0)
    assert "without the instance id" not in survivor.log()
    moved_only = f"Creating task {made.name}-"
    assert survivor.log().count(moved_only) == TASKS, "its own task was not touched"


@pytest.mark.parametrize("protocol", PROTOCOLS)
@pytest.mark.parametrize("key", ["topics", "topics.regex"])
def test_other_topics_are_consumed_at_once(sinks, protocol: str, key: str) -> None:
    """The next member with an instance id gets its predecessor's partitions, whatever it subscribes to."""
    made = sinks(protocol)
    other = made.kafka.create_topic("takeover-other", PARTITIONS)
    made.config = made.config | {key: other if key == "topics" else f"{made.topic}|{other}"}
    if key == "topics.regex":
        del made.config["topics"]
    made.rest.put_connector(made.name, made.config)
    made.rest.wait_running(made.name, TASKS)
    made.topic, made.written = other, 1000
    made.kafka.produce(other, ["marker"])
    wait_until("the other topic is consumed", lambda: "marker" in made.arrived(), SOON)


@pytest.mark.parametrize("protocol", PROTOCOLS)
def test_stopped_and_deleted_connectors_leave_empty_groups(sinks, protocol: str) -> None:
    made = sinks(protocol)
    made.rest.retrying("PUT", f"/connectors/{made.name}/stop")
    wait_until("no task is left", lambda: made.rest.owners(made.name) == [], SOON)
    answer = made.rest.retrying("DELETE", f"/connectors/{made.name}/offsets")
    assert "reset successfully" in answer["message"]
    made.output.unlink()
    made.rest.call("PUT", f"/connectors/{made.name}/resume")
    made.rest.wait_running(made.name, TASKS)
    made.write_and_wait()
    lines = made.arrived()
    assert len(lines) == len(set(lines)), "from the beginning, once"
    made.rest.retrying("DELETE", f"/connectors/{made.name}")
    wait_until("the group is empty", made.is_empty, SOON)


@pytest.mark.long
@pytest.mark.parametrize("protocol", PROTOCOLS)
def test_a_worker_that_leaves_doubles_nothing(sinks, protocol: str) -> None:
    made = sinks(protocol)
    leaver = made.owner(0)
    assert leaver.stop() == 128 + signal.SIGTERM
    made.wait_moved(leaver)
    assert made.write_and_wait() < SOON
    lines = made.arrived()
    assert len(lines) == len(set(lines)) == PARTITIONS * made.written
    wait_until("all are members", lambda: len(made.members()) == TASKS, SOON)


@pytest.mark.long
@pytest.mark.parametrize("protocol", PROTOCOLS)
def test_restarts_fewer_tasks_and_another_group(sinks, protocol: str) -> None:
    made = sinks(protocol)
    made.rest.call("POST", f"/connectors/{made.name}/restart?includeTasks=true")
    assert made.write_and_wait() < SOON
    made.rest.put_connector(made.name, made.config | {"tasks.max": "1"})
    wait_until("one member", lambda: len(made.members()) == 1, SOON)
    assert made.write_and_wait() < SOON
    elsewhere = made.config | {"consumer.override.group.id": f"{made.group}-2"}
    made.rest.put_connector(made.name, elsewhere)
    wait_until("the former group is empty", made.is_empty, SOON)
    made.rest.wait_running(made.name, TASKS)
    made.write_and_wait()


@pytest.mark.long
def test_a_failed_task_leaves_its_partitions_to_its_siblings(sinks, tmp_path: Path) -> None:
    made = sinks("classic")
    schemaless = {
        "value.converter": "org.apache.kafka.connect.json.JsonConverter",
        "value.converter.schemas.enable": "false",
    }
    made.rest.put_connector(made.name, made.config | schemaless)
    made.rest.wait_running(made.name, TASKS)
    made.kafka.produce(made.topic, ["no json"], 0)

    def failed() -> int:
        return [task["state"] for task in made.rest.status(made.name)["tasks"]].count("FAILED")

    # It is read again by whoever gets the partition, until nobody is left.
    wait_until("all have failed", lambda: failed() == TASKS, SOON)
    wait_until("the group is empty", made.is_empty, SOON)


@pytest.mark.long
@pytest.mark.parametrize("protocol", PROTOCOLS)
def test_a_group_that_somebody_else_is_in_keeps_its_offsets(sinks, protocol: str) -> None:
    made = sinks(protocol)
    made.rest.retrying("PUT", f"/connectors/{made.name}/stop")
    wait_until("the group is empty", made.is_empty, SOON)
    settings = {"bootstrap.servers": made.kafka.bootstrap, "group.id": made.group, "group.protocol": protocol}
    stranger = Consumer(settings)
    stranger.subscribe([made.topic])
    wait_until("the stranger is in", lambda: stranger.poll(0.1) or stranger.assignment(), SOON)
    with pytest.raises(RefusedError, match="zombie sink task"):
        made.rest.retrying("DELETE", f"/connectors/{made.name}/offsets")
    stranger.close()
    wait_until("the group is empty", made.is_empty, SOON)
    made.rest.retrying("DELETE", f"/connectors/{made.name}/offsets")


@pytest.mark.long
def test_offsets_can_be_reset_directly_after_a_stop(sinks) -> None:
    made = sinks("classic")
    made.rest.retrying("PUT", f"/connectors/{made.name}/stop")
    start = time.monotonic()
    while True:
        try:
            made.rest.retrying("DELETE", f"/connectors/{made.name}/offsets")
            break
        except RefusedError:
            assert time.monotonic() - start < SOON
            time.sleep(0.2)


@pytest.mark.long
def test_the_newest_broker_frees_ids_too(tmp_path: Path) -> None:
    server = Broker(tmp_path / "broker", versions()["KAFKA_NEWEST_VERSION"])
    made = Sinks(tmp_path, server, "consumer")
    try:
        made.start()
        victim = made.owner(0)
        victim.kill()
        made.wait_moved(victim)
        assert made.write_and_wait() < SOON
    finally:
        made.close()
        server.kill()
