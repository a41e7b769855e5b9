"""Records whose schemas are in a registry, written by Sluice and read by Confluent's own client, and back."""

import json
import os
import re
import signal
import sqlite3
from pathlib import Path

import pytest
import requests
from confluent_kafka import Producer
from confluent_kafka.schema_registry import SchemaRegistryClient
from confluent_kafka.schema_registry.avro import AvroDeserializer, AvroSerializer
from confluent_kafka.serialization import MessageField, SerializationContext
from lib.avro_shapes import SHAPES
from lib.broker import Broker
from lib.connectors import dead_letters, file_sink, registry_converter, sqlite_source
from lib.kafka import Kafka, fresh_name
from lib.processes import free_port
from lib.registry import Registry

AVRO = "io.confluent.connect.avro.AvroConverter"


def avro(registry: Registry, **more: str) -> dict[str, str]:
    return registry_converter(AVRO, registry.url, **more)


def value_of(topic: str) -> SerializationContext:
    return SerializationContext(topic, MessageField.VALUE)


def test_confluents_client_reads_what_sluice_writes(
    sluice, kafka: Kafka, registry: Registry, tmp_path: Path
) -> None:
    database = tmp_path / "shop.db"
    with sqlite3.connect(database) as connection:
        connection.execute(
            "create table items"
            " (id integer primary key, name text, price real, picture blob, note text not null)"
        )
        rows = [(1, "pen", 1.5, b"\x00\xff", "x"), (2, None, None, None, "é"), (3, "", -0.25, b"", "y" * 300)]
        connection.executemany("insert into items values (?, ?, ?, ?, ?)", rows)
    prefix = fresh_name("avro-")
    topic = prefix + "items"
    source = sqlite_source(database, "items", prefix) | avro(registry)
    with sluice({"items": source}) as worker:
        worker.wait("the rows are there", lambda: len(kafka.values(topic)) == len(rows))
    client = SchemaRegistryClient({"url": registry.url})
    read = AvroDeserializer(client)
    got = [read(value, value_of(topic)) for value in kafka.values(topic)]
    assert [tuple(row.values()) for row in got] == rows
    assert client.get_latest_version(f"{topic}-value").version == 1


@pytest.fixture
def shapes_written(kafka: Kafka, broker: Broker, registry: Registry) -> dict[str, str]:
    """A topic of each shape, written by Confluent's client; and what a file sink must make of it."""
    client = SchemaRegistryClient({"url": registry.url})
    producer = Producer({"bootstrap.servers": broker.bootstrap})
    expected = {}
    for shape, (schema, value, text) in SHAPES.items():
        topic = kafka.create_topic(f"shape-{shape}")
        write = AvroSerializer(client, schema)
        producer.produce(topic, write(value, value_of(topic)))
        expected[topic] = text
    producer.flush()
    return expected


def test_sluice_reads_what_confluents_client_writes(
    sluice, shapes_written: dict[str, str], registry: Registry, tmp_path: Path
) -> None:
    out = tmp_path / "out.txt"
    sink = file_sink(out, ",".join(shapes_written)) | avro(registry)
    with sluice({"sink": sink}) as worker:
        worker.wait(
            "all shapes are read", lambda: out.exists() and len(out.read_text().splitlines()) == len(SHAPES)
        )
    assert sorted(out.read_text().splitlines()) == sorted(shapes_written.values())


def test_bad_payloads_go_to_the_dead_letter_queue(
    sluice, kafka: Kafka, broker: Broker, registry: Registry, tmp_path: Path
) -> None:
    topic, letters, out = kafka.create_topic("bad"), fresh_name("dlq-"), tmp_path / "out.txt"
    schema, value, text = SHAPES["primitives"]
    client = SchemaRegistryClient({"url": registry.url})
    good = AvroSerializer(client, schema)(value, value_of(topic))
    of_another = registry.register(fresh_name("other-"), '{"type":"string"}')
    bad = {
        b"wrong magic byte": "Unknown magic byte",
        b"\x00\x00\x00": "magic byte",
        b"\x00\x7f\xff\xff\xff\x00": "2147483647",
        good[:9]: "Malformed Avro data",
        b"\x00" + of_another.to_bytes(4, "big") + b"\x02a": "",
    }
    kafka.produce(topic, [good, *bad, good])
    sink = file_sink(out, topic) | avro(registry) | dead_letters(letters)
    with sluice({"sink": sink}) as worker:
        worker.wait(
            "both good records are through", lambda: out.exists() and out.read_text().count(text) == 2
        )
        worker.wait("the others are kept", lambda: len(kafka.values(letters)) >= len(bad) - 1)
    reasons = [
        dict(message.headers())["__connect.errors.exception.stacktrace"].decode()
        for message in kafka.consume(letters)
    ]
    for reason, (payload, wanted) in zip(reasons, bad.items(), strict=False):
        assert wanted in reason, (payload, reason)


def laughing(depth: int) -> str:
    """Records that each hold the next one twice: a short text for 2 to the power of `depth` fields."""
    schema: dict | str = "int"
    for level in range(depth):
        fields = [{"name": "a", "type": schema}, {"name": "b", "type": f"R{level - 1}" if level else "int"}]
        schema = {"type": "record", "name": f"R{level}", "fields": fields}
    return json.dumps(schema)


def nested(depth: int) -> str:
    return '{"type":"array","items":' * depth + '"int"' + "}" * depth


NODE = '{"type":"record","name":"Node","fields":[{"name":"next","type":["null","Node"]}]}'
WIDE = json.dumps(
    {
        "type": "record",
        "name": "Wide",
        "fields": [{"name": f"f{number}", "type": "int"} for number in range(10_000)],
    }
)
HOSTILE = {
    laughing(30): "describes more than 200000 fields",
    NODE: "contains itself",
    nested(600): "nested deeper",
}


def test_hostile_schemas_harm_nobody_but_their_own_records(
    sluice, kafka: Kafka, registry: Registry, tmp_path: Path
) -> None:
    letters, out, wanted = fresh_name("dlq-"), tmp_path / "out.txt", {}
    for schema, reason in {WIDE: "", **HOSTILE}.items():
        topic = kafka.create_topic("hostile")
        wanted[topic] = reason
        header = b"\x00" + registry.register(f"{topic}-value", schema).to_bytes(4, "big")
        kafka.produce(topic, [header + b"\x02" * 10_000] * 2)
    sink = file_sink(out, ",".join(wanted)) | avro(registry) | dead_letters(letters)
    with sluice({"sink": sink}) as worker:
        worker.wait(
            "both wide records are through", lambda: out.exists() and out.read_text().count("f9999=1") == 2
        )
        worker.wait("the others are kept", lambda: len(kafka.values(letters)) == 2 * len(HOSTILE))
        assert worker.peak_rss_bytes() < 300 << 20
    for message in kafka.consume(letters):
        headers = {key: value.decode() for key, value in message.headers()}
        assert wanted[headers["__connect.errors.topic"]] in headers["__connect.errors.exception.stacktrace"]


def test_records_wait_for_a_registry_that_is_down(
    sluice, kafka: Kafka, broker: Broker, tmp_path: Path
) -> None:
    port = free_port()
    first = Registry(tmp_path / "first", port=port)
    topic, out = kafka.create_topic("wait"), tmp_path / "out.txt"
    schema, value, text = SHAPES["nested"]
    write = AvroSerializer(SchemaRegistryClient({"url": first.url}), schema)
    kafka.produce(topic, [write(value, value_of(topic))])
    first.kill()
    sink = file_sink(out, topic) | avro(first, max_retries="0") | {"errors.retry.timeout": "-1"}
    with sluice({"sink": sink}) as worker:

        def task() -> dict:
            return requests.get(f"{worker.url}/connectors/sink/status", timeout=5).json()["tasks"][0]

        worker.wait_log("Task sink-0 is RUNNING")
        worker.wait("the status says what it waits for", lambda: "trace" in task(), 30)
        assert task()["state"] == "RUNNING"
        assert first.url.split("/apis")[0] in task()["trace"]
        # Its memory is empty: nobody may ask before the schema is there again, under the record's id.
        os.kill(worker.pid, signal.SIGSTOP)
        again = Registry(tmp_path / "again", port=port)
        try:
            again_id = SchemaRegistryClient({"url": again.url}).register_schema(
                f"{topic}-value", write._schema
            )
            assert again_id == int.from_bytes(kafka.values(topic)[0][1:5], "big")
            os.kill(worker.pid, signal.SIGCONT)
            worker.wait("the record is through", lambda: out.exists() and text in out.read_text(), 60)
            worker.wait("the status is as before", lambda: "trace" not in task())
        finally:
            again.stop()
    assert not re.search("FAILED", worker.log())
