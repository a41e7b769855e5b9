"""What Sluice writes in ten shapes, Confluent's client reads: the records that the source gives in JSON."""

import base64
import json
import subprocess
from collections.abc import Callable
from datetime import datetime
from pathlib import Path

import pytest
from confluent_kafka.schema_registry import SchemaRegistryClient
from confluent_kafka.schema_registry.avro import AvroDeserializer
from confluent_kafka.schema_registry.json_schema import JSONDeserializer
from confluent_kafka.schema_registry.protobuf import ProtobufDeserializer
from confluent_kafka.serialization import MessageField, SerializationContext
from google.protobuf import descriptor_pb2, descriptor_pool, json_format, message_factory
from lib.connectors import JSON_WITHOUT_SCHEMAS, dotted, registry_converter
from lib.kafka import Kafka, fresh_name
from lib.registry import Registry

RECORDS = 25
CLASSES = {
    "avro": "io.confluent.connect.avro.AvroConverter",
    "json": "io.confluent.connect.json.JsonSchemaConverter",
    "protobuf": "io.confluent.connect.protobuf.ProtobufConverter",
}
TRANSFORMS = "org.apache.kafka.connect.transforms."


def transformed(kind: str, **options: str) -> dict[str, str]:
    return {"transforms": "t", "transforms.t.type": TRANSFORMS + kind} | {
        f"transforms.t.{key.replace('_', '.')}": value for key, value in options.items()
    }


# Nested structs, arrays, maps, optional and logical fields are among what these kinds of records have.
SHAPES: dict[str, dict[str, str]] = {
    **{
        kind: {"quickstart": kind}
        for kind in ("orders", "users", "pageviews", "clickstream", "stock_trades", "ratings")
    },
    "wrapped": {"quickstart": "orders"} | transformed("HoistField$Value", field="order"),
    "flat": {"quickstart": "orders"} | transformed("Flatten$Value", delimiter="_"),
    "chosen": {"quickstart": "users"} | transformed("ReplaceField$Value", include="userid,registertime"),
    "marked": {"quickstart": "pageviews"}
    | transformed("InsertField$Value", topic_field="topic", static_field="origin", static_value="test"),
}


def source(shape: str, topic: str) -> dict[str, str]:
    return (
        dotted(
            {
                "connector_class": "io.confluent.kafka.connect.datagen.DatagenConnector",
                "kafka_topic": topic,
                "iterations": str(RECORDS),
                "max_interval": "0",
                "sluice_datagen_seed": "7",
            }
        )
        | SHAPES[shape]
    )


def avro_reader(registry: Registry, _: str, __: Path) -> Callable:
    return AvroDeserializer(SchemaRegistryClient({"url": registry.url}))


def json_reader(registry: Registry, _: str, __: Path) -> Callable:
    return JSONDeserializer(None, schema_registry_client=SchemaRegistryClient({"url": registry.url}))


def protobuf_reader(registry: Registry, topic: str, folder: Path) -> Callable:
    """Of the class that protoc makes of the registered text."""
    (folder / "shape.proto").write_text(registry.latest(f"{topic}-value")["schema"])
    command = ["protoc", f"-I{folder}", "-I/usr/include", "--include_imports", "shape.proto"]
    subprocess.run([*command, f"--descriptor_set_out={folder}/shape.pb"], check=True)
    files = descriptor_pb2.FileDescriptorSet.FromString((folder / "shape.pb").read_bytes())
    pool = descriptor_pool.DescriptorPool()
    for file in files.file:
        pool.Add(file)
    last = files.file[-1]
    name = f"{last.package}.{last.message_type[0].name}".lstrip(".")
    made = message_factory.GetMessageClass(pool.FindMessageTypeByName(name))
    return ProtobufDeserializer(made, {"use.deprecated.format": False})


READERS = {"avro": avro_reader, "json": json_reader, "protobuf": protobuf_reader}


def plain(value) -> object:
    """As JsonConverter writes it: bytes in Base64, times in milliseconds; Protobuf's defaults included."""
    if hasattr(value, "DESCRIPTOR"):
        shown = json_format.MessageToDict(
            value, preserving_proto_field_name=True, always_print_fields_with_no_presence=True
        )
        return plain(shown)
    if isinstance(value, dict):
        return {key: plain(item) for key, item in value.items()}
    if isinstance(value, list):
        return [plain(item) for item in value]
    if isinstance(value, bytes):
        return base64.b64encode(value).decode()
    if isinstance(value, datetime):
        return round(value.timestamp() * 1000)
    return value


def same(left, right) -> bool:
    """Protobuf knows no nulls, and its JSON has 64-bit integers as texts."""
    if isinstance(left, dict) and isinstance(right, dict):
        return left.keys() == right.keys() and all(same(left[key], right[key]) for key in left)
    if isinstance(left, list) and isinstance(right, list):
        return len(left) == len(right) and all(map(same, left, right))
    return left == right or str(left) == str(right) or (right is None and not left)


@pytest.mark.parametrize("kind", CLASSES)
def test_ten_shapes_are_read_by_confluents_client(
    sluice, kafka: Kafka, registry: Registry, tmp_path: Path, kind: str
) -> None:
    prefix = fresh_name(kind)
    schemas = registry_converter(CLASSES[kind], registry.url)
    topics = {shape: (f"{prefix}-{shape}", f"{prefix}-{shape}-plain") for shape in SHAPES}
    connectors = {topics[shape][0]: source(shape, topics[shape][0]) | schemas for shape in SHAPES} | {
        topics[shape][1]: source(shape, topics[shape][1]) | JSON_WITHOUT_SCHEMAS for shape in SHAPES
    }
    with sluice(connectors) as worker:
        for shape, pair in topics.items():
            for topic in pair:
                worker.wait(
                    f"{shape} is written", lambda topic=topic: len(kafka.values(topic)) == RECORDS, 60
                )
    for shape, (topic, plain_topic) in topics.items():
        folder = tmp_path / shape
        folder.mkdir()
        read = READERS[kind](registry, topic, folder)
        got = [
            plain(read(value, SerializationContext(topic, MessageField.VALUE)))
            for value in kafka.values(topic)
        ]
        wanted = [json.loads(value) for value in kafka.values(plain_topic)]
        for ours, theirs in zip(got, wanted, strict=True):
            if shape == "marked":
                ours["topic"] = theirs["topic"]
            assert same(ours, theirs), f"{shape}: {ours}, not {theirs}"
