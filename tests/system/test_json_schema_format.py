"""Records of the JSON Schema converter: written by Sluice and read by Confluent's own client, and back."""

import sqlite3
from pathlib import Path

import pytest
from confluent_kafka.schema_registry import Schema, SchemaReference, SchemaRegistryClient
from confluent_kafka.schema_registry.json_schema import JSONDeserializer, JSONSerializer
from confluent_kafka.serialization import MessageField, SerializationContext
from lib.connectors import dead_letters, file_sink, registry_converter, sqlite_source
from lib.json_shapes import SHAPES
from lib.kafka import Kafka, fresh_name
from lib.registry import Registry

CONVERTER = "io.confluent.connect.json.JsonSchemaConverter"


def json_schema(registry: Registry, **more: str) -> dict[str, str]:
    return registry_converter(CONVERTER, registry.url, **more)


def value_of(topic: str) -> SerializationContext:
    return SerializationContext(topic, MessageField.VALUE)


def framed(registry: Registry, topic: str, schema: str, *payloads: bytes) -> list[bytes]:
    known = registry.register(f"{topic}-value", schema, "JSON")
    return [b"\x00" + known.to_bytes(4, "big") + payload for payload in payloads]


@pytest.mark.parametrize("checked", ["false", "true"])
def test_confluents_client_reads_what_sluice_writes(
    sluice, kafka: Kafka, registry: Registry, tmp_path: Path, checked: str
) -> None:
    database = tmp_path / "shop.db"
    with sqlite3.connect(database) as connection:
        connection.execute(
            "create table items"
            " (id integer primary key, name text, price real, picture blob, note text not null)"
        )
        rows = [(1, "pen", 1.5, b"\x00\xff", "x"), (2, None, None, None, "é"), (3, "", -0.25, b"", "y" * 300)]
        connection.executemany("insert into items values (?, ?, ?, ?, ?)", rows)
    prefix = fresh_name("json-")
    topic = prefix + "items"
    source = sqlite_source(database, "items", prefix) | json_schema(
        registry, json_fail_invalid_schema=checked
    )
    with sluice({"items": source}) as worker:
        worker.wait("the rows are there", lambda: len(kafka.values(topic)) == len(rows))
    client = SchemaRegistryClient({"url": registry.url})
    read = JSONDeserializer(None, schema_registry_client=client)  # which validates, too
    got = [read(value, value_of(topic)) for value in kafka.values(topic)]
    fields = ["id", "name", "price", "picture", "note"]
    pictures = {b"\x00\xff": "AP8=", b"": "", None: None}
    expected = [(*row[:3], pictures[row[3]], row[4]) for row in rows]
    assert [tuple(row[name] for name in fields) for row in got] == expected
    assert client.get_latest_version(f"{topic}-value").version == 1


@pytest.fixture
def shapes_written(kafka: Kafka, registry: Registry) -> dict[str, str]:
    """A topic of each shape, written by Confluent's client; and what a file sink must make of it."""
    client = SchemaRegistryClient({"url": registry.url})
    expected = {}
    for shape, (schema, value, text) in SHAPES.items():
        topic = kafka.create_topic(f"json-shape-{shape}")
        write = JSONSerializer(schema, client)
        kafka.produce(topic, [write(value, value_of(topic))])
        expected[topic] = text
    return expected


@pytest.mark.parametrize("checked", ["false", "true"])
def test_sluice_reads_what_confluents_client_writes(
    sluice, shapes_written: dict[str, str], registry: Registry, tmp_path: Path, checked: str
) -> None:
    out = tmp_path / "out.txt"
    sink = file_sink(out, ",".join(shapes_written)) | json_schema(registry, json_fail_invalid_schema=checked)
    with sluice({"sink": sink}) as worker:
        worker.wait(
            "all shapes are read", lambda: out.exists() and len(out.read_text().splitlines()) == len(SHAPES)
        )
    assert sorted(out.read_text().splitlines()) == sorted(shapes_written.values())


def test_schemas_refer_to_other_subjects(sluice, kafka: Kafka, registry: Registry, tmp_path: Path) -> None:
    client = SchemaRegistryClient({"url": registry.url})
    base = fresh_name("json-base-")
    point = '{"type":"object","title":"Point","properties":{"x":{"type":"integer"}},"required":["x"]}'
    client.register_schema(base, Schema(point, "JSON"))
    line = '{"type":"object","properties":{"from":{"$ref":"point.json"},"to":{"$ref":"point.json"}}}'
    topic, out = kafka.create_topic("json-references"), tmp_path / "out.txt"
    write = JSONSerializer(Schema(line, "JSON", [SchemaReference("point.json", base, 1)]), client)
    kafka.produce(topic, [write({"from": {"x": 1}, "to": {"x": 2}}, value_of(topic))])
    sink = file_sink(out, topic) | json_schema(registry, json_fail_invalid_schema="true")
    with sluice({"sink": sink}) as worker:
        worker.wait("the record is read", lambda: out.exists() and out.read_text() != "")
    assert out.read_text() == "Struct{from=Struct{x=1},to=Struct{x=2}}\n"


@pytest.mark.parametrize(
    ("kind", "reason"),
    [("string", None), ("integer", "the type of #/name changes from string to integer")],
)
def test_the_latest_schema_must_fit(
    sluice, kafka: Kafka, registry: Registry, tmp_path: Path, kind: str, reason: str | None
) -> None:
    database = tmp_path / "shop.db"
    with sqlite3.connect(database) as connection:
        connection.execute("create table items (id integer primary key, name text not null)")
        connection.execute("insert into items values (1, 'pen')")
    prefix = fresh_name("json-latest-")
    topic = prefix + "items"
    properties = f'"id":{{"type":["null","integer"]}},"name":{{"type":"{kind}"}},"more":{{"type":"boolean"}}'
    latest = registry.register(f"{topic}-value", f'{{"type":"object","properties":{{{properties}}}}}', "JSON")
    source = sqlite_source(database, "items", prefix)
    source |= json_schema(registry, auto_register_schemas="false", use_latest_version="true")
    with sluice({"items": source}) as worker:
        if reason is None:
            worker.wait("the row is there", lambda: len(kafka.values(topic)) == 1)
            assert kafka.values(topic)[0] == b"\x00" + latest.to_bytes(4, "big") + b'{"id":1,"name":"pen"}'
        else:
            worker.wait_log("Incompatible schema")
            assert reason in worker.log()


def test_bad_payloads_go_to_the_dead_letter_queue(
    sluice, kafka: Kafka, registry: Registry, tmp_path: Path
) -> None:
    topic, letters, out = kafka.create_topic("json-bad"), fresh_name("dlq-"), tmp_path / "out.txt"
    schema = (
        '{"type":"object","properties":{"name":{"type":"string","maxLength":5},"age":{"type":"integer","minimum":0}},'
        '"required":["name"],"additionalProperties":false}'
    )
    bad = {
        b'{"name":"Ada","age":-1}': "#/age breaks the rule #/properties/age/minimum: -1 is less than 0",
        b'{"name":"Ada","age":"1"}': "#/age breaks the rule #/properties/age/type: it is string",
        b'{"age":1}': "the property name is missing",
        b'{"name":"Adelheid"}': "#/properties/name/maxLength",
        b'{"name":"Ada","size":1}': "#/size breaks the rule #/additionalProperties",
        b'{"name":': "Unexpected end-of-input",
        b"[]": "#/type: it is array, and object is wanted",
    }
    good = b'{"name":"Ada","age":36}'
    kafka.produce(topic, framed(registry, topic, schema, good, *bad, good))
    sink = (
        file_sink(out, topic) | json_schema(registry, json_fail_invalid_schema="true") | dead_letters(letters)
    )
    with sluice({"sink": sink}) as worker:
        worker.wait(
            "both good records are through",
            lambda: out.exists() and out.read_text().count("Struct{name=Ada,age=36}") == 2,
        )
        worker.wait("the others are kept", lambda: len(kafka.values(letters)) == len(bad))
    for message, wanted in zip(kafka.consume(letters), bad.values(), strict=True):
        headers = {key: value.decode() for key, value in message.headers()}
        assert wanted in headers["__connect.errors.exception.stacktrace"], headers


def doubling(depth: int) -> str:
    """Definitions that each hold the one before twice: a short text for 2 to the power of `depth` fields."""
    parts = ['"r0":{"type":"integer"}']
    for level in range(1, depth):
        below = f'{{"$ref":"#/definitions/r{level - 1}"}}'
        parts.append(f'"r{level}":{{"type":"object","properties":{{"a":{below},"b":{below}}}}}')
    root = f'{{"type":"object","properties":{{"a":{{"$ref":"#/definitions/r{depth - 1}"}}}}'
    return f'{root},"definitions":{{{",".join(parts)}}}}}'


HOSTILE = {
    doubling(30): "describes more than 200000 values",
    '{"type":"object","properties":{"next":{"$ref":"#"}}}': "contains itself",
    '{"type":"object","properties":{"any":{}}}': "does not say of what type its values are",
}


def test_hostile_schemas_harm_nobody_but_their_own_records(
    sluice, kafka: Kafka, registry: Registry, tmp_path: Path
) -> None:
    letters, out, wanted = fresh_name("dlq-"), tmp_path / "out.txt", {}
    properties = ",".join(f'"f{number}":{{"type":"integer"}}' for number in range(10_000))
    wide = f'{{"type":"object","properties":{{{properties}}}}}'
    for schema, reason in {wide: "", **HOSTILE}.items():
        topic = kafka.create_topic("json-hostile")
        wanted[topic] = reason
        kafka.produce(topic, framed(registry, topic, schema, *[b'{"f9999":1}'] * 2))
    sink = file_sink(out, ",".join(wanted)) | json_schema(registry) | dead_letters(letters)
    with sluice({"sink": sink}) as worker:
        worker.wait(
            "both wide records are through",
            lambda: out.exists() and out.read_text().count("Struct{f9999=1}") == 2,
        )
        worker.wait("the others are kept", lambda: len(kafka.values(letters)) == 2 * len(HOSTILE))
        assert worker.peak_rss_bytes() < 300 << 20
    for message in kafka.consume(letters):
        headers = {key: value.decode() for key, value in message.headers()}
        assert wanted[headers["__connect.errors.topic"]] in headers["__connect.errors.exception.stacktrace"]
