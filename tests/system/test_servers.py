"""The servers of the system tests are real and answer."""

import pytest
from botocore.exceptions import ClientError
from lib.kafka import Kafka, fresh_name
from lib.postgres import Postgres
from lib.processes import cpu_seconds, rss_bytes
from lib.s3 import S3


def test_kafka_keeps_records(kafka: Kafka) -> None:
    topic = kafka.create_topic("servers", partitions=2)
    assert kafka.produce(topic, [("a", "1"), ("b", b"\xff\x00"), ("a", None)]) == 3
    assert sum(kafka.end_offsets(topic).values()) == 3
    records = kafka.consume(topic)
    assert {(m.key(), m.value()) for m in records} == {(b"a", b"1"), (b"b", b"\xff\x00"), (b"a", None)}
    assert kafka.committed(fresh_name("nobody"), topic) == {0: -1001, 1: -1001}


def test_kafka_creates_topics_by_itself(kafka: Kafka) -> None:
    topic = fresh_name("automatic")
    kafka.produce(topic, ["x"])
    assert kafka.values(topic) == [b"x"]


def test_broker_is_measurable(broker) -> None:
    assert rss_bytes(broker.child.pid) > 50 << 20
    assert cpu_seconds(broker.child.pid) > 0


def test_postgres_answers(postgres: Postgres) -> None:
    name = postgres.create_database(fresh_name("servers"))
    with postgres.connect(name) as connection:
        connection.execute("CREATE TABLE t (id serial PRIMARY KEY, name text)")
        connection.execute("INSERT INTO t (name) VALUES ('one'), (NULL)")
        assert connection.execute("SELECT * FROM t ORDER BY id").fetchall() == [(1, "one"), (2, None)]


def test_s3_stores_and_checks_secrets(s3: S3) -> None:
    bucket = s3.create_bucket(fresh_name("servers"))
    s3.client().put_object(Bucket=bucket, Key="a/b.txt", Body=b"hello")
    assert s3.keys(bucket, "a/") == ["a/b.txt"]
    with pytest.raises(ClientError, match="PreconditionFailed"):
        s3.client().put_object(Bucket=bucket, Key="a/b.txt", Body=b"again", IfNoneMatch="*")
    with pytest.raises(ClientError, match="SignatureDoesNotMatch"):
        s3.client(secret="wrong").list_objects_v2(Bucket=bucket)
