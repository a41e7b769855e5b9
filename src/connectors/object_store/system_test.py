"""The object-store sink as users run it: a real broker, a real S3 server, pyarrow as the reader."""

import gzip
import json
import os
import subprocess
from collections.abc import Callable
from io import BytesIO
from pathlib import Path

import pyarrow.parquet as parquet
import pytest
from lib.connectors import BY_CLOCK, JSON_WITHOUT_SCHEMAS, parquet_sink
from lib.kafka import Kafka, fresh_name
from lib.lake import Lake
from lib.places import sluice_binary
from lib.s3 import ACCESS_KEY, REGION, S3, SECRET_KEY

FORMATS = "io.confluent.connect.s3.format"
CREDENTIALS = {"aws.access.key.id": ACCESS_KEY, "aws.secret.access.key": SECRET_KEY, "s3.region": REGION}


def events(first: int, count: int, **more) -> list[str]:
    return [
        json.dumps({"id": number, "name": f"event {number}"} | more) for number in range(first, first + count)
    ]


def s3_sink(s3: S3, bucket: str, topic: str, **more: str) -> dict[str, str]:
    return parquet_sink(s3.endpoint, topic, **more) | CREDENTIALS | {"s3.bucket.name": bucket}


def read(s3: S3, bucket: str, key: str) -> bytes:
    return s3.client().get_object(Bucket=bucket, Key=key)["Body"].read()


def rows(s3: S3, bucket: str) -> list[dict]:
    return [
        row
        for key in s3.keys(bucket)
        for row in parquet.read_table(BytesIO(read(s3, bucket, key))).to_pylist()
    ]


def test_driver_against_a_real_server(s3: S3) -> None:
    bucket = s3.create_bucket(fresh_name("driver"))
    test = sluice_binary().parent / "src/drivers/object_store/sluice_drivers_object_store_test"
    if not test.exists():
        pytest.skip(f"{test} is not built")
    place = f"{s3.endpoint} {bucket} {ACCESS_KEY} {SECRET_KEY} {REGION}"
    run = subprocess.run(
        [test, "--gtest_filter=S3Live.*"],
        env=os.environ | {"SLUICE_TEST_S3": place},
        capture_output=True,
        text=True,
        check=False,
    )
    assert run.returncode == 0, run.stdout
    assert "SKIPPED" not in run.stdout, run.stdout


def test_parquet_in_s3(s3: S3, kafka: Kafka, sluice: Callable) -> None:
    bucket, topic = s3.create_bucket(fresh_name("lake")), kafka.create_topic("lake", partitions=2)
    for partition in (0, 1):
        kafka.produce(topic, events(partition * 1000, 500), partition)
    name = fresh_name("sink")
    config = s3_sink(s3, bucket, topic, flush_size="250")
    with sluice({name: config}, JSON_WITHOUT_SCHEMAS) as worker:
        worker.wait("all files are there", lambda: len(s3.keys(bucket)) == 4)
        worker.wait("all is committed", lambda: kafka.committed(f"connect-{name}", topic) == {0: 500, 1: 500})
    assert s3.keys(bucket) == [
        f"topics/{topic}/partition={partition}/{topic}+{partition}+{offset:010}.zstd.parquet"
        for partition in (0, 1)
        for offset in (0, 250)
    ]
    assert [row["id"] for row in rows(s3, bucket)] == [*range(500), *range(1000, 1500)]


def test_large_files_go_in_parts(s3: S3, kafka: Kafka, sluice: Callable) -> None:
    bucket, topic = s3.create_bucket(fresh_name("parts")), kafka.create_topic("parts")
    # Hardly compressible, 16 MB in all.
    kafka.produce(topic, [json.dumps({"id": n, "noise": os.urandom(8192).hex()}) for n in range(1000)])
    config = s3_sink(s3, bucket, topic, s3_part_size=str(5 << 20), flush_size="1000", parquet_codec="none")
    with sluice({fresh_name("sink"): config}, JSON_WITHOUT_SCHEMAS) as worker:
        worker.wait("the file is there", lambda: len(s3.keys(bucket)) == 1, 60)
    found = s3.client().head_object(Bucket=bucket, Key=s3.keys(bucket)[0])
    assert found["ContentLength"] > 15 << 20
    assert found["ETag"].strip('"').endswith("-4")  # S3's way to name an object of four parts
    assert [row["id"] for row in rows(s3, bucket)] == list(range(1000))


def test_json_lines_by_field_and_hour(s3: S3, kafka: Kafka, sluice: Callable) -> None:
    bucket, topic = s3.create_bucket(fresh_name("json")), kafka.create_topic("json")
    for country in ("DE", "FR"):
        kafka.produce(topic, events(0 if country == "DE" else 10, 10, country=country, ts=1_700_000_000_000))
    fields = s3_sink(s3, bucket, topic, flush_size="20", topics_dir="fields") | {
        "format.class": f"{FORMATS}.json.JsonFormat",
        "s3.compression.type": "gzip",
        "partitioner.class": "io.confluent.connect.storage.partitioner.FieldPartitioner",
        "partition.field.name": "country",
    }
    hours = s3_sink(s3, bucket, topic, flush_size="20", topics_dir="hours") | {
        "format.class": f"{FORMATS}.json.JsonFormat",
        "partitioner.class": "io.confluent.connect.storage.partitioner.HourlyPartitioner",
        "timestamp.extractor": "RecordField",
        "timestamp.field": "ts",
        "timezone": "Europe/Berlin",
        "locale": "de-DE",
    }
    connectors = {fresh_name("fields"): fields, fresh_name("hours"): hours}
    with sluice(connectors, JSON_WITHOUT_SCHEMAS) as worker:
        worker.wait("all files are there", lambda: len(s3.keys(bucket)) == 3)
    assert s3.keys(bucket) == [
        f"fields/{topic}/country=DE/{topic}+0+0000000000.json.gz",
        f"fields/{topic}/country=FR/{topic}+0+0000000010.json.gz",
        f"hours/{topic}/year=2023/month=11/day=14/hour=23/{topic}+0+0000000000.json",
    ]
    lines = gzip.decompress(read(s3, bucket, s3.keys(bucket)[1])).decode().splitlines()
    assert [json.loads(line)["id"] for line in lines] == list(range(10, 20))
    assert lines[0] == '{"id":10,"name":"event 10","country":"FR","ts":1700000000000}'


def test_raw_bytes(tmp_path: Path, kafka: Kafka, sluice: Callable) -> None:
    topic = kafka.create_topic("bytes")
    kafka.produce(topic, [b"\x00\xff", b"two"])
    config = parquet_sink(tmp_path.joinpath("store").as_uri(), topic, flush_size="2") | {
        "format.class": f"{FORMATS}.bytearray.ByteArrayFormat",
        "value.converter": "org.apache.kafka.connect.converters.ByteArrayConverter",
    }
    target = tmp_path / "store" / "lake" / "topics" / topic / "partition=0" / f"{topic}+0+0000000000.bin"
    with sluice({fresh_name("sink"): config}) as worker:
        worker.wait("the file is there", target.exists)
    assert target.read_bytes() == b"\x00\xff\ntwo\n"


def test_aivens_keys(s3: S3, kafka: Kafka, sluice: Callable) -> None:
    """A file per commit of offsets, named by the template, rows in an envelope."""
    bucket, topic = s3.create_bucket(fresh_name("aiven")), kafka.create_topic("aiven")
    kafka.produce(topic, [("k", value) for value in events(0, 10)])
    config = {
        "connector.class": "io.aiven.kafka.connect.s3.AivenKafkaConnectS3SinkConnector",
        "topics": topic,
        "tasks.max": "1",
        "aws.s3.bucket.name": bucket,
        "aws.s3.endpoint": s3.endpoint,
        "aws.s3.region": REGION,
        "aws.access.key.id": ACCESS_KEY,
        "aws.secret.access.key": SECRET_KEY,
        "aws.s3.prefix": "pre/",
        "file.compression.type": "none",
        "format.output.type": "jsonl",
        "format.output.fields": "key,value,offset",
    }
    with sluice(
        {fresh_name("sink"): config}, JSON_WITHOUT_SCHEMAS | {"offset.flush.interval.ms": "500"}
    ) as worker:
        worker.wait("the file is there", lambda: len(s3.keys(bucket)) >= 1)
        worker.wait("all rows are there", lambda: len(aiven_rows(s3, bucket)) == 10)
    assert s3.keys(bucket)[0] == f"pre/{topic}-0-0"
    assert [row["value"]["id"] for row in aiven_rows(s3, bucket)] == list(range(10))
    assert aiven_rows(s3, bucket)[3]["key"] == "k"
    assert aiven_rows(s3, bucket)[3]["offset"] == 3


def aiven_rows(s3: S3, bucket: str) -> list[dict]:
    texts = [read(s3, bucket, key).decode() for key in s3.keys(bucket)]
    found = [json.loads(line) for text in texts for line in text.splitlines()]
    return sorted(found, key=lambda row: row["offset"])


def test_a_store_that_comes_back(s3: S3, kafka: Kafka, sluice: Callable) -> None:
    """Down when the files are due: the records wait, nothing is lost or doubled."""
    bucket, topic = s3.create_bucket(fresh_name("down")), kafka.create_topic("down")
    kafka.produce(topic, events(0, 5))
    config = s3_sink(s3, bucket, topic, flush_size="10", s3_part_retries="0")
    with sluice({fresh_name("sink"): config}, JSON_WITHOUT_SCHEMAS) as worker:
        worker.wait_log("Task .* is RUNNING")
        s3.child.kill()
        try:
            kafka.produce(topic, events(5, 20))
            worker.wait_log("(?i)storing offsets 0 to 9.*(connect|refused)")
        finally:
            s3.restart()
        worker.wait("all files are there", lambda: len(s3.keys(bucket)) == 2)
    assert [row["id"] for row in rows(s3, bucket)] == list(range(20))


def test_an_inferred_schema_widens_and_keeps_every_row(
    tmp_path: Path, kafka: Kafka, sluice: Callable
) -> None:
    topic = kafka.create_topic("widen")
    kafka.produce(
        topic,
        [
            '{"id": 0}',
            '{"id": 1, "x": 1, "o": {"a": null}}',
            '{"id": 2, "x": 1.5, "o": {"a": [1]}}',
            '{"id": 3, "o": null, "late": "é"}',
        ],
    )
    lake = Lake(tmp_path / "lake")
    config = parquet_sink(tmp_path.as_uri(), topic, **BY_CLOCK)
    with sluice({fresh_name("sink"): config}, JSON_WITHOUT_SCHEMAS) as worker:
        worker.wait("all rows are there", lambda: lake.rows() == 4)
    assert lake.column("id") == [0, 1, 2, 3]
    table = parquet.read_table(lake.files()[0], partitioning=None)
    if len(lake.files()) == 1:
        assert table.column("x").to_pylist() == [None, 1.0, 1.5, None]
        assert table.column("o").to_pylist() == [None, {"a": None}, {"a": [1]}, None]
        assert table.column("late").to_pylist() == [None, None, None, "é"]


def test_a_worker_without_parquet_does_not_map_arrow(tmp_path: Path, kafka: Kafka, sluice: Callable) -> None:
    topic = kafka.create_topic("mapped")
    kafka.produce(topic, events(0, 3))
    as_json = parquet_sink(tmp_path.joinpath("a").as_uri(), topic, flush_size="3") | {
        "format.class": f"{FORMATS}.json.JsonFormat"
    }
    with sluice({fresh_name("sink"): as_json}, JSON_WITHOUT_SCHEMAS) as worker:
        worker.wait("the file is there", lambda: list(tmp_path.joinpath("a").rglob("*.json")))
        assert not worker.maps("libarrow")
    as_parquet = parquet_sink(tmp_path.joinpath("b").as_uri(), topic, flush_size="3")
    with sluice({fresh_name("sink"): as_parquet}, JSON_WITHOUT_SCHEMAS) as worker:
        worker.wait("the file is there", lambda: list(tmp_path.joinpath("b").rglob("*.parquet")))
        assert worker.maps("libarrow")
