"""Drift: records whose schema breaks the contract are kept or halt, all others flow, and why is told."""

import json
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
import requests
from confluent_kafka.schema_registry import SchemaRegistryClient
from confluent_kafka.schema_registry.avro import AvroSerializer
from confluent_kafka.serialization import MessageField, SerializationContext
from lib.avro_shapes import field, record
from lib.connectors import dead_letters, file_sink
from lib.kafka import Kafka, fresh_name
from lib.registry import Registry

AVRO = "io.confluent.connect.avro.AvroConverter"
AGREED = record(field("userId", "string"), field("n", "int"))
RENAMED = record(field("user_id", "string"), field("n", "int"))
WIDER = record(field("userId", "string"), field("n", "int"), field("more", ["null", "string"], default=None))
PARTITIONS = 2
SENTENCE = r"field userId is missing \(probably renamed to user_id\)"


class Drift:
    """A topic whose partition 0 drifts in mid-stream; partition 1 does not."""

    def __init__(self, kafka: Kafka, registry: Registry, folder: Path):
        self.kafka, self.registry = kafka, registry
        self.topic = kafka.create_topic("drift", PARTITIONS)
        self.letters, self.out = fresh_name("drift-dlq-"), folder / "out.txt"
        self.subject = f"{self.topic}-value"
        registry.register(self.subject, AGREED)
        self.client = SchemaRegistryClient({"url": registry.url})

    def write(self, schema: str, numbers: range, partition: int) -> None:
        serialize = AvroSerializer(self.client, schema)
        context = SerializationContext(self.topic, MessageField.VALUE)
        name = json.loads(schema)["fields"][0]["name"]
        values = [serialize({name: "u", "n": number}, context) for number in numbers]
        self.kafka.produce(self.topic, values, partition)

    def write_all(self) -> None:
        self.write(AGREED, range(0, 100), 0)
        self.write(AGREED, range(1000, 1100), 1)
        self.write(RENAMED, range(100, 110), 0)
        self.write(AGREED, range(110, 200), 0)
        self.write(AGREED, range(1100, 1200), 1)

    def sink(self, policy: str, **more: str) -> dict[str, str]:
        return file_sink(self.out, self.topic) | {
            "value.converter": AVRO,
            "value.converter.schema.registry.url": self.registry.url,
            "sluice.contract.policy": policy,
            "sluice.contract.version": "1",
            **{key.replace("_", "."): value for key, value in more.items()},
        }

    def delivered(self) -> list[int]:
        text = self.out.read_text() if self.out.exists() else ""
        return sorted(int(number) for number in re.findall(r"n=(\d+)", text))


@pytest.fixture(scope="module")
def registry(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Registry]:
    """Every change gets past this one."""
    lenient = Registry(tmp_path_factory.mktemp("registry"), compatibility="NONE")
    yield lenient
    lenient.stop()


@pytest.fixture
def drift(kafka: Kafka, registry: Registry, tmp_path: Path) -> Drift:
    return Drift(kafka, registry, tmp_path)


def task_of(worker) -> dict:
    name = next(iter(worker.connectors))
    tasks = requests.get(f"{worker.url}/connectors/{name}/status", timeout=5).json().get("tasks", [])
    return tasks[0] if tasks else {}


AGREED_NUMBERS = [*range(0, 100), *range(110, 200), *range(1000, 1200)]


def test_quarantine_keeps_bad_records_and_the_rest_flows(sluice, drift: Drift) -> None:
    drift.write_all()
    with sluice(
        {fresh_name("sink"): drift.sink("quarantine") | dead_letters(drift.letters, "none")}
    ) as worker:
        worker.wait("all others are through", lambda: drift.delivered() == AGREED_NUMBERS)
        worker.wait("ten are kept", lambda: len(drift.kafka.values(drift.letters)) == 10)
        worker.wait_log(SENTENCE)
        assert re.search(SENTENCE, task_of(worker)["trace"])
        metrics = requests.get(f"{worker.url}/metrics", timeout=10).text
        assert re.search(r'^sluice_contract_violations_total\{.*task="0"} 10$', metrics, re.M)
        assert re.search(
            r"^kafka_connect_task_error_metrics_deadletterqueue_produce_requests.* 10$", metrics, re.M
        )
    for letter in drift.kafka.consume(drift.letters):
        assert re.search(SENTENCE, dict(letter.headers())["__connect.errors.exception.stacktrace"].decode())


def test_quarantine_without_a_queue_halts_the_partition_alone(sluice, drift: Drift, kafka: Kafka) -> None:
    drift.write_all()
    name = fresh_name("sink")
    before = [*range(0, 100), *range(1000, 1200)]
    with sluice({name: drift.sink("quarantine")}) as worker:
        worker.wait("what comes before and beside is through", lambda: drift.delivered() == before)
        worker.wait_log(rf"Partition {drift.topic}-0 waits before offset 100")
        drift.write(AGREED, range(1200, 1210), 1)
        before += range(1200, 1210)
        worker.wait("the other partition flows", lambda: drift.delivered() == before)
        assert task_of(worker)["state"] == "RUNNING"
        worker.wait(
            "offsets are committed up to there",
            lambda: kafka.committed(f"connect-{name}", drift.topic) == {0: 100, 1: 210},
        )
    # The contract moves on: what was halted flows, nothing is lost, nothing comes twice.
    moved = drift.sink("registry") | {"sluice.contract.version": "2", "errors.tolerance": "all"}
    with sluice({name: moved}) as worker:
        worker.wait("the halted records are through", lambda: set(range(100, 110)) <= set(drift.delivered()))


def test_halt_stops_the_task_before_the_record(sluice, drift: Drift, kafka: Kafka) -> None:
    drift.write_all()
    name = fresh_name("sink")
    with sluice({name: drift.sink("halt") | dead_letters(drift.letters)}) as worker:
        worker.wait_log(rf"Task {name}-0 is FAILED")
        assert task_of(worker)["state"] == "FAILED"
        assert re.search(SENTENCE, task_of(worker)["trace"])
        assert f"{drift.topic}-0@100" in task_of(worker)["trace"]
    assert not set(drift.delivered()) & set(range(100, 200)), "the offset is not passed"
    assert kafka.committed(f"connect-{name}", drift.topic).get(0, 0) <= 100


def test_evolve_lets_compatible_changes_pass_and_announces_them(sluice, drift: Drift) -> None:
    drift.write(AGREED, range(0, 10), 0)
    drift.write(WIDER, range(10, 20), 0)
    drift.write(RENAMED, range(20, 30), 0)
    drift.write(AGREED, range(30, 40), 0)
    sink = drift.sink("evolve", errors_tolerance="all")
    with sluice({fresh_name("sink"): sink}) as worker:
        expected = [*range(0, 20), *range(30, 40)]
        worker.wait("all compatible ones are through", lambda: drift.delivered() == expected)
        worker.wait_log("compatible with the contract.*field more is new")


def test_a_schema_of_another_subject_is_a_violation(sluice, drift: Drift, registry: Registry) -> None:
    foreign = registry.register(fresh_name("other-"), '{"type":"string"}')
    drift.write(AGREED, range(0, 5), 0)
    drift.kafka.produce(drift.topic, [b"\x00" + foreign.to_bytes(4, "big") + b"\x02a"], 0)
    drift.write(AGREED, range(5, 10), 0)
    with sluice(
        {fresh_name("sink"): drift.sink("quarantine") | dead_letters(drift.letters, "none")}
    ) as worker:
        worker.wait("the others are through", lambda: drift.delivered() == list(range(10)))
        worker.wait_log(f"the schema {foreign} is not subject {drift.subject}'s")


def test_a_contract_needs_a_registry(sluice, drift: Drift) -> None:
    sink = file_sink(drift.out, drift.topic) | {"sluice.contract.policy": "halt"}
    with sluice({fresh_name("sink"): sink}) as worker:
        worker.wait_log("sluice.contract.policy needs a value converter with a schema registry")
