"""Transforms and predicates in a worker: on the way in, on the way out, and records that break one."""

import json
from collections.abc import Callable
from pathlib import Path

from lib.connectors import JSON_WITHOUT_SCHEMAS, dead_letters, file_sink, file_source
from lib.kafka import Kafka, fresh_name

PACKAGE = "org.apache.kafka.connect.transforms."


def chain(*steps: tuple[str, str, dict[str, str]]) -> dict[str, str]:
    """The settings of transforms, given as alias, class and their own settings."""
    settings = {"transforms": ",".join(alias for alias, _, _ in steps)}
    for alias, name, more in steps:
        settings[f"transforms.{alias}.type"] = PACKAGE + name
        settings |= {f"transforms.{alias}.{key}": value for key, value in more.items()}
    return settings


def predicates(*given: tuple[str, str, dict[str, str]]) -> dict[str, str]:
    settings = {"predicates": ",".join(alias for alias, _, _ in given)}
    for alias, name, more in given:
        settings[f"predicates.{alias}.type"] = f"{PACKAGE}predicates.{name}"
        settings |= {f"predicates.{alias}.{key}": value for key, value in more.items()}
    return settings


def test_a_source_sends_what_its_transforms_make(tmp_path: Path, kafka: Kafka, sluice: Callable) -> None:
    source, name = tmp_path / "in.txt", fresh_name("lines")
    source.write_text("one\ntwo\n")
    topic = kafka.create_topic(f"routed-{name}")
    config = (
        file_source(source, f"raw-{topic.removeprefix('routed-')}")
        | JSON_WITHOUT_SCHEMAS
        | chain(
            ("wrap", "HoistField$Value", {"field": "line"}),
            (
                "mark",
                "InsertField$Value",
                {"topic.field": "read_for", "static.field": "host!", "static.value": "h1"},
            ),
            ("route", "RegexRouter", {"regex": "raw-(.*)", "replacement": "routed-$1"}),
        )
    )
    with sluice({"in": config}) as worker:
        worker.wait("both lines are in the topic", lambda: kafka.end_offsets(topic) == {0: 2})
    read_for = f"raw-{topic.removeprefix('routed-')}"
    assert [json.loads(value) for value in kafka.values(topic)] == [
        {"line": line, "read_for": read_for, "host": "h1"} for line in ("one", "two")
    ]


def test_a_sink_drops_masks_and_keeps_what_breaks(tmp_path: Path, kafka: Kafka, sluice: Callable) -> None:
    """Tombstones are dropped, one topic is masked, what cannot be cast is a dead letter."""
    target = tmp_path / "out.txt"
    plain, secret, letters = kafka.create_topic("plain"), kafka.create_topic("secret"), fresh_name("letters")
    for topic in (plain, secret):
        good = [json.dumps({"n": str(number), "card": "4111"}) for number in range(3)]
        kafka.produce(topic, [("gone", None), *good[:2], json.dumps({"n": "x", "card": "1"}), good[2]])
    name = fresh_name("masking")
    config = (
        file_sink(target, f"{plain},{secret}")
        | JSON_WITHOUT_SCHEMAS
        | chain(
            ("drop", "Filter", {"predicate": "tombstone"}),
            ("mask", "MaskField$Value", {"fields": "card", "predicate": "open", "negate": "true"}),
            ("cast", "Cast$Value", {"spec": "n:int32"}),
            ("keep", "ReplaceField$Value", {"include": "n,card"}),
        )
        | predicates(
            ("tombstone", "RecordIsTombstone", {}), ("open", "TopicNameMatches", {"pattern": f"pl.*|{plain}"})
        )
        | dead_letters(letters)
    )
    with sluice({name: config}) as worker:
        lines = lambda: target.read_text().splitlines() if target.exists() else []  # noqa: E731
        worker.wait("the good records are through", lambda: len(lines()) == 6)
        worker.wait("the bad ones are kept", lambda: len(kafka.values(letters)) == 2)
        worker.wait("and all are passed", lambda: kafka.committed(f"connect-{name}", plain) == {0: 5})
    assert sorted(lines()) == sorted(
        [f"{{n={number}, card=4111}}" for number in range(3)]
        + [f"{{n={number}, card=}}" for number in range(3)]
    )
    for letter in kafka.consume(letters):
        headers = {key: value.decode() for key, value in letter.headers()}
        assert json.loads(letter.value()) == {"n": "x", "card": "1"}  # as it was consumed
        assert headers["__connect.errors.topic"] in (plain, secret)
        assert headers["__connect.errors.offset"] == "3"
        assert headers["__connect.errors.stage"] == "TRANSFORMATION"
        assert headers["__connect.errors.class.name"] == f"{PACKAGE}Cast$Value"
        assert (
            headers["__connect.errors.exception.class.name"]
            == "org.apache.kafka.connect.errors.DataException"
        )
        assert (
            headers["__connect.errors.exception.message"]
            == "Value (x) was out of range for requested data type"
        )


def test_without_tolerance_the_task_fails_and_says_where(
    tmp_path: Path, kafka: Kafka, sluice: Callable
) -> None:
    topic = kafka.create_topic("plain")
    kafka.produce(topic, ['{"n": "1"}', '{"n": "x"}', '{"n": "2"}'])
    name = fresh_name("strict")
    config = file_sink(tmp_path / "out.txt", topic) | JSON_WITHOUT_SCHEMAS
    config |= chain(("cast", "Cast$Value", {"spec": "n:int32"}))
    with sluice({name: config}) as worker:
        worker.wait_log("(?i)Task is being killed and will not recover")
        assert "Value (x) was out of range for requested data type" in worker.log()
        assert f"{topic}-0@1" in worker.log()
    assert kafka.committed(f"connect-{name}", topic) in ({}, {0: -1001}, {0: 1})
