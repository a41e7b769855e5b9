"""The dead letters of a sink, read and put back with `sluice dlq`: each once, whatever dies meanwhile."""

import json
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from lib.broker import Broker
from lib.cluster import Cluster, Worker
from lib.connectors import file_sink
from lib.kafka import Kafka, fresh_name
from lib.places import sluice_binary
from lib.processes import wait_until

JSON = "org.apache.kafka.connect.json.JsonConverter"
BAD = 12


class Letters:
    """A sink of JSON whose topic holds BAD records that are none."""

    def __init__(self, kafka: Kafka, worker: Worker, folder: Path, headers: bool = True, bad: int = BAD):
        self.kafka, self.worker = kafka, worker
        self.topic, self.queue = kafka.create_topic("letters"), fresh_name("letters-dlq-")
        self.out, self.name = folder / "out.txt", fresh_name("letters")
        values = [json.dumps({"n": number}) if number % 2 else f"{{bad {number}" for number in range(2 * bad)]
        kafka.produce(self.topic, values, 0)
        worker.rest.put_connector(
            self.name,
            file_sink(self.out, self.topic)
            | {
                "value.converter": JSON,
                "value.converter.schemas.enable": "false",
                "errors.tolerance": "all",
                "errors.deadletterqueue.topic.name": self.queue,
                "errors.deadletterqueue.topic.replication.factor": "1",
                "errors.deadletterqueue.context.headers.enable": str(headers).lower(),
            },
        )
        wait_until("the good ones are written", lambda: len(self.lines()) == bad)
        wait_until("the bad ones are kept", lambda: sum(kafka.end_offsets(self.queue).values()) == bad)

    def lines(self) -> list[str]:
        return self.out.read_text().splitlines() if self.out.exists() else []

    def command(self, verb: str, *arguments: str) -> list:
        return [sluice_binary(), "dlq", verb, self.name, "--url", self.worker.rest.url, *arguments]

    def dlq(self, verb: str, *arguments: str, text: str | None = None) -> subprocess.CompletedProcess:
        return subprocess.run(
            self.command(verb, *arguments), input=text, capture_output=True, text=True, timeout=120
        )

    def shown(self, *arguments: str) -> list[dict]:
        answer = self.dlq("show", "--output", "json", "--limit", "100", *arguments)
        return [json.loads(line) for line in answer.stdout.splitlines()]

    def replay(self, *arguments: str, text: str | None = None) -> str:
        answer = self.dlq("replay", *arguments, text=text)
        assert answer.returncode == 0, answer.stderr
        return answer.stdout.strip()


@pytest.fixture
def workers(broker: Broker, tmp_path: Path) -> Iterator[Callable[[], Worker]]:
    cluster = Cluster(tmp_path, broker.bootstrap, fresh_name("letters"), {"offset.flush.interval.ms": "200"})
    made = []

    def start() -> Worker:
        made.append(cluster.sluice().start())
        wait_until("the worker is ready", made[-1].rest.ready, 60, made[-1].child.check_alive)
        return made[-1]

    yield start
    for worker in made:
        if worker.child.running():
            worker.kill()


@pytest.fixture
def letters(kafka: Kafka, workers: Callable[[], Worker], tmp_path: Path) -> Callable[..., Letters]:
    return lambda **how: Letters(kafka, workers(), tmp_path, **how)


def test_letters_are_read_as_people_read_them(letters) -> None:
    made = letters()
    text = made.dlq("show", "--limit", "3").stdout
    assert text.count("why ") == 3
    assert f"{made.topic}-0@0" in text
    assert "{bad 0" in text
    assert "VALUE_CONVERTER (org.apache.kafka.connect.json.JsonConverter)" in text
    first = made.shown()[0]
    assert first["source"] == {"topic": made.topic, "partition": 0, "offset": 0}
    assert first["value"] == {"text": "{bad 0"}
    assert first["exception"] == "org.apache.kafka.connect.errors.DataException"


def test_repaired_letters_reach_the_sink_once(letters) -> None:
    made = letters()
    repaired = made.shown()
    for letter in repaired:
        letter["value"]["text"] = json.dumps({"n": 1000 + letter["offset"]})
    lines = "\n".join(json.dumps(letter) for letter in repaired[:5])
    assert made.replay("--letters", "-", text=lines) == "5 replayed"
    assert made.replay("--letters", "-", text=lines) == "0 replayed, 5 had been replayed before"
    wait_until("they are written", lambda: len(made.lines()) == BAD + 5)
    assert sum("n=100" in line for line in made.lines()) == 5
    assert [letter["offset"] for letter in made.shown()] == list(range(5, BAD))
    assert len(made.shown("--all")) == BAD


def test_single_letters_and_then_the_rest(letters) -> None:
    made = letters()
    assert made.replay("0:3", "0:7") == "2 replayed"
    wait_until("they fail again", lambda: len(made.shown("--all")) == BAD + 2)
    assert made.replay("0:3") == "0 replayed, 1 had been replayed before"
    target = made.kafka.create_topic("letters-elsewhere")
    assert made.replay("--all", "--topic", target) == f"{BAD} replayed"
    assert made.replay("--all", "--topic", target) == "0 replayed"
    values = made.kafka.values(target)
    assert sorted(value.decode() for value in values) == sorted(f"{{bad {2 * n}" for n in range(BAD))
    assert made.shown() == []


def test_what_cannot_be_done_is_told(letters) -> None:
    made = letters(headers=False)
    refused = made.dlq("replay", "--all")
    assert refused.returncode == 1
    assert "does not tell which topic it came from" in refused.stderr
    assert "There is no dead letter of connector" in made.dlq("replay", "0:99").stderr
    assert made.replay("--all", "--topic", made.topic) == f"{BAD} replayed"
    made.name = "nobody"
    assert "Connector nobody not found" in made.dlq("show").stderr


def test_a_worker_that_dies_while_it_replays_doubles_and_loses_nothing(letters, workers) -> None:
    count = 6000
    made = letters(bad=count)
    target = made.kafka.create_topic("letters-elsewhere")
    replay = subprocess.Popen(
        made.command("replay", "--all", "--topic", target), stderr=subprocess.PIPE, stdout=subprocess.PIPE
    )
    wait_until("some are replayed", lambda: sum(made.kafka.end_offsets(target).values()) > 0)
    made.worker.kill()
    assert replay.wait(60) == 1
    made.worker = workers()
    made.replay("--all", "--topic", target)
    values = [value.decode() for value in made.kafka.values(target)]
    assert sorted(values) == sorted(f"{{bad {2 * n}" for n in range(count))
