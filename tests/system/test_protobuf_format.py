"""Protobuf records, written by Sluice and read by Confluent's own client, and back."""

import sqlite3
from pathlib import Path

import pytest
from confluent_kafka import Producer
from confluent_kafka.schema_registry import SchemaRegistryClient, record_subject_name_strategy
from confluent_kafka.schema_registry.protobuf import ProtobufDeserializer, ProtobufSerializer
from confluent_kafka.serialization import MessageField, SerializationContext
from lib.broker import Broker
from lib.connectors import file_sink, sqlite_source
from lib.kafka import Kafka, fresh_name
from lib.protobuf_shapes import SHAPES, field, simple
from lib.registry import Registry

PROTOBUF = "io.confluent.connect.protobuf.ProtobufConverter"


def protobuf(registry: Registry, **more: str) -> dict[str, str]:
    options = {
        "schema.registry.url": registry.url,
        **{key.replace("_", "."): value for key, value in more.items()},
    }
    return {
        "value.converter": PROTOBUF,
        **{f"value.converter.{key}": value for key, value in options.items()},
    }


def value_of(topic: str) -> SerializationContext:
    return SerializationContext(topic, MessageField.VALUE)


SCHEMA = """syntax = "proto3";

import "google/type/date.proto";

message items {
  optional int32 id = 1;
  optional string name = 2;
  optional double price = 3;
  optional bytes picture = 4;
  optional int32 small = 5 [(confluent.field_meta) = {
    params: [
      {
        key: "connect.type",
        value: "int16"
      }
    ]
  }];
  optional google.type.Date day = 6;
}
"""
FIELDS = {"id": "int32", "name": "string", "price": "double", "picture": "bytes", "small": "int32"}


def items_class():
    """As the schema says, but for its package and the word optional."""
    fields = [field(name, number, kind) for number, (name, kind) in enumerate(FIELDS.items(), 1)]
    return simple("items", *fields, field("day", 6, ".google.type.Date"), imports=("google/type/date.proto",))


def plain(row) -> list:
    day = row.day
    return [getattr(row, name) for name in FIELDS] + [(day.year, day.month, day.day)]


def test_confluents_client_reads_what_sluice_writes(
    sluice, kafka: Kafka, registry: Registry, tmp_path: Path
) -> None:
    database = tmp_path / "shop.db"
    rows = [
        (1, "pen", 1.5, b"\x00\xff", 7, "2020-02-29"),
        (2, None, None, None, None, None),
        (3, "é" * 300, -0.25, b"", -1, "1970-01-01"),
    ]
    with sqlite3.connect(database) as connection:
        connection.execute(
            "create table items (id integer primary key, name text, price real, picture blob,"
            " small smallint, day date)"
        )
        connection.executemany("insert into items values (?, ?, ?, ?, ?, ?)", rows)
    prefixes = {"optional": fresh_name("optional-"), "plain": fresh_name("plain-")}
    sources = {
        "optional": sqlite_source(database, "items", prefixes["optional"])
        | protobuf(registry, optional_for_nullables="true"),
        "plain": sqlite_source(database, "items", prefixes["plain"]) | protobuf(registry),
    }
    topics = {kind: prefix + "items" for kind, prefix in prefixes.items()}
    with sluice(sources) as worker:
        for topic in topics.values():
            worker.wait("the rows are there", lambda topic=topic: len(kafka.values(topic)) == len(rows))
    assert registry.latest(f"{topics['optional']}-value")["schema"] == SCHEMA
    assert registry.latest(f"{topics['plain']}-value")["schema"] == SCHEMA.replace("optional ", "")
    read = ProtobufDeserializer(items_class(), {"use.deprecated.format": False})
    nothing = [2, "", 0.0, b"", 0, (0, 0, 0)]
    expected = [
        [1, "pen", 1.5, b"\x00\xff", 7, (2020, 2, 29)],
        nothing,
        [3, "é" * 300, -0.25, b"", -1, (1970, 1, 1)],
    ]
    for topic in topics.values():
        assert [plain(read(value, value_of(topic))) for value in kafka.values(topic)] == expected
    # What is empty is there only where the schema can tell it from null (after six bytes of framing).
    third = {kind: kafka.values(topic)[2][6:] for kind, topic in topics.items()}
    assert b"\x22\x00" in third["optional"]
    assert b"\x22\x00" not in third["plain"]


@pytest.fixture
def shapes_written(kafka: Kafka, broker: Broker, registry: Registry) -> dict[str, str]:
    """A topic of each shape, written by Confluent's client; and what a file sink must make of it."""
    client = SchemaRegistryClient({"url": registry.url})
    producer = Producer({"bootstrap.servers": broker.bootstrap})
    expected = {}
    for name, shape in SHAPES.items():
        topic = kafka.create_topic(f"shape-{name}")
        write = ProtobufSerializer(shape.type, client, {"use.deprecated.format": False})
        producer.produce(topic, write(shape.make(shape.type), value_of(topic)))
        expected[topic] = shape.text
    producer.flush()
    return expected


def test_sluice_reads_what_confluents_client_writes(
    sluice, shapes_written: dict[str, str], registry: Registry, tmp_path: Path
) -> None:
    out = tmp_path / "out.txt"
    sink = file_sink(out, ",".join(shapes_written)) | protobuf(registry)
    with sluice({"sink": sink}) as worker:
        worker.wait(
            "all shapes are read", lambda: out.exists() and len(out.read_text().splitlines()) == len(SHAPES)
        )
    assert sorted(out.read_text().splitlines()) == sorted(shapes_written.values())


def test_bad_payloads_go_to_the_dead_letter_queue(
    sluice, kafka: Kafka, registry: Registry, tmp_path: Path
) -> None:
    topic, letters, out = kafka.create_topic("bad"), fresh_name("dlq-"), tmp_path / "out.txt"
    shape = SHAPES["nested"]
    client = SchemaRegistryClient({"url": registry.url})
    write = ProtobufSerializer(shape.type, client, {"use.deprecated.format": False})
    good = write(shape.make(shape.type), value_of(topic))
    of_avro = registry.register(fresh_name("other-"), '{"type":"string"}')
    bad = {
        b"wrong magic byte": "Unknown magic byte",
        b"\x00\x7f\xff\xff\xff\x00": "2147483647",
        good[:-1]: "Malformed Protobuf data",
        good[:5]: "ends within its message index",
        good[:5] + b"\x02\x08" + good[6:]: "Invalid message indexes: [4]",
        b"\x00" + of_avro.to_bytes(4, "big") + b"\x02a": "AVRO, not PROTOBUF",
    }
    kafka.produce(topic, [good, *bad, good])
    sink = file_sink(out, topic) | protobuf(registry)
    sink |= {
        "errors.tolerance": "all",
        "errors.deadletterqueue.topic.name": letters,
        "errors.deadletterqueue.topic.replication.factor": "1",
        "errors.deadletterqueue.context.headers.enable": "true",
    }
    with sluice({"sink": sink}) as worker:
        worker.wait(
            "both good records are through", lambda: out.exists() and out.read_text().count(shape.text) == 2
        )
        worker.wait("the others are kept", lambda: len(kafka.values(letters)) == len(bad))
    kept = {
        message.value(): dict(message.headers())["__connect.errors.exception.stacktrace"].decode()
        for message in kafka.consume(letters)
    }
    for payload, wanted in bad.items():
        assert wanted in kept[payload], payload


def test_known_types_are_registered_on_demand(
    sluice, kafka: Kafka, registry: Registry, tmp_path: Path
) -> None:
    database = tmp_path / "days.db"
    with sqlite3.connect(database) as connection:
        connection.execute("create table days (id integer primary key, day date)")
        connection.execute("insert into days values (1, '2020-02-29')")
    prefix, out = fresh_name("known-"), tmp_path / "out.txt"
    topic = prefix + "days"
    configs = {
        "source": sqlite_source(database, "days", prefix) | protobuf(registry, skip_known_types="false"),
        "sink": file_sink(out, topic) | protobuf(registry),
    }
    with sluice(configs) as worker:
        worker.wait("the row is through", lambda: out.exists() and out.read_text().count("\n") == 1)
    assert out.read_text() == "Struct{id=1,day=Sat Feb 29 00:00:00 UTC 2020}\n"
    schema = registry.latest(f"{topic}-value")
    assert [(one["name"], one["version"]) for one in schema["references"]] == [("google/type/date.proto", 1)]


def test_subjects_named_after_messages(
    sluice, kafka: Kafka, broker: Broker, registry: Registry, tmp_path: Path
) -> None:
    topic, out = kafka.create_topic("named"), tmp_path / "out.txt"
    client = SchemaRegistryClient({"url": registry.url})
    shapes = [SHAPES["second"], SHAPES["nested"]]
    options = {"use.deprecated.format": False, "subject.name.strategy": record_subject_name_strategy}
    for shape in shapes:
        write = ProtobufSerializer(shape.type, client, options)
        kafka.produce(topic, [write(shape.make(shape.type), value_of(topic))])
    strategy = "io.confluent.kafka.serializers.subject.RecordNameStrategy"
    sink = file_sink(out, topic) | protobuf(registry, value_subject_name_strategy=strategy)
    with sluice({"sink": sink}) as worker:
        worker.wait("both are read", lambda: out.exists() and len(out.read_text().splitlines()) == 2)
    assert sorted(out.read_text().splitlines()) == sorted(shape.text for shape in shapes)
