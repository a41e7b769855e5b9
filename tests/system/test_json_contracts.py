"""Contracts of JSON without a registry: a pinned JSON Schema, or what the first records have in common."""

import json
import re
from pathlib import Path

import pytest
from lib.connectors import dead_letters, file_sink
from lib.kafka import Kafka, fresh_name

SCHEMA = {"type": "object", "required": ["userId", "n"], "properties": {"userId": {"type": "string"}}}
SENTENCE = r"field userId is missing \(probably renamed to user_id\)"


class Stream:
    def __init__(self, kafka: Kafka, folder: Path):
        self.kafka, self.topic, self.out = kafka, kafka.create_topic("json-contract"), folder / "out.txt"
        self.name, self.letters = fresh_name("sink"), fresh_name("json-contract-dlq-")

    def write(self, name: str, numbers: range) -> None:
        self.kafka.produce(self.topic, [json.dumps({name: "u", "n": number}) for number in numbers], 0)

    def sink(self, **more: str) -> dict[str, dict]:
        config = file_sink(self.out, self.topic) | {
            "value.converter": "org.apache.kafka.connect.json.JsonConverter",
            "value.converter.schemas.enable": "false",
            "sluice.contract.policy": "quarantine",
            **dead_letters(self.letters, "none"),
            **{key.replace("_", "."): value for key, value in more.items()},
        }
        return {self.name: config}

    def delivered(self) -> list[int]:
        text = self.out.read_text() if self.out.exists() else ""
        return sorted(int(number) for number in re.findall(r"n=(\d+)", text))

    def reasons(self) -> list[str]:
        trace = "__connect.errors.exception.stacktrace"
        return [dict(letter.headers())[trace].decode() for letter in self.kafka.consume(self.letters)]


@pytest.fixture
def stream(kafka: Kafka, tmp_path: Path) -> Stream:
    return Stream(kafka, tmp_path)


def test_a_pinned_schema_keeps_what_breaks_it(sluice, stream: Stream) -> None:
    stream.write("userId", range(0, 50))
    stream.write("user_id", range(50, 60))
    stream.write("userId", range(60, 100))
    with sluice(stream.sink(sluice_contract_json_schema=json.dumps(SCHEMA))) as worker:
        worker.wait("the others are through", lambda: stream.delivered() == [*range(50), *range(60, 100)])
        worker.wait("ten are kept", lambda: len(stream.kafka.values(stream.letters)) == 10)
    assert all(re.search(SENTENCE, reason) for reason in stream.reasons())


def test_a_learned_contract_outlives_the_worker(sluice, stream: Stream) -> None:
    sink = stream.sink(sluice_contract_json_learn_records="20")
    stream.write("userId", range(0, 50))
    with sluice(sink) as worker:
        worker.wait("all are through", lambda: stream.delivered() == list(range(50)))
        worker.wait_log(f"The contract of topic {stream.topic} was learned from 20 records")
    # Drift while nobody looks: learned anew, it would be the contract.
    stream.write("user_id", range(50, 100))
    stream.write("userId", range(100, 110))
    with sluice(sink) as worker:
        worker.wait("the others are through", lambda: stream.delivered()[-1] == 109)
        worker.wait("fifty are kept", lambda: len(stream.kafka.values(stream.letters)) == 50)
        worker.wait_log("was learned before")
    assert stream.delivered() == [*range(50), *range(100, 110)]
    assert all(re.search(SENTENCE, reason) for reason in stream.reasons())


def test_a_wrong_schema_is_told_at_the_start(sluice, stream: Stream) -> None:
    with sluice(stream.sink(sluice_contract_json_schema="{")) as worker:
        worker.wait_log("sluice.contract.json.schema is no JSON Schema")
